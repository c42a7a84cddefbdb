/**
 * The memory that all workers share: the image, and one arena for each of them.
 *
 * ```
 * [ 64 KiB unused ][ image: hot part ][ arena of worker 0 ][ arena of worker 1 ] … [ cold part, when no file holds the image ]
 * ```
 * Pages of an arena that nobody has written to take no room.
 *
 * An engine has two memories at most, for as long as it lives, and uses them in turn: a memory is given back only once the collector has run in every thread
 * that saw it, and a new one for each switch left 1.3 GB behind after twelve.
 */
import {
  arenaBytes,
  type ColdReader,
  type Image,
  ImageError,
  openImage,
  PAGE_BYTES,
} from '../../native-free-engine/index.ts';
import { coldReaderOf, nodeDigester } from '../host/host.ts';
import { readAt } from './image-file.ts';

/** Where the image begins. Address 0 stays unused, so that an offset of 0 can mean "none". */
export const IMAGE_BASE = PAGE_BYTES;
/** Bytes of an object in memory at a time, for each worker. Larger objects slide through. */
export const WINDOW_BYTES = 4 * 1024 * 1024;
/** What WebAssembly can address, less than 4 GiB because addresses are signed in places. */
const MAX_PAGES = 32768;

/** What lies in a memory, in bytes. */
export interface MemoryPlan {
  readonly hotBytes: number;
  readonly arenas: number;
  /** Of an image that no file holds; 0 when one does. */
  readonly coldBytes: number;
}

/**
 * Takes address space for the largest image, and memory for this one.
 *
 * @throws {ImageError} `IMAGE_TOO_LARGE` when image and arenas do not fit
 */
export function createMemory(hotBytes: number, arenas: number, coldBytes = 0): WebAssembly.Memory {
  const initial = pagesFor({ hotBytes, arenas, coldBytes });
  return new WebAssembly.Memory({ initial, maximum: MAX_PAGES, shared: true });
}

/** Makes room for another image, when there is not enough. Nobody may use what lies there. @throws {ImageError} `IMAGE_TOO_LARGE` */
export function growMemory(memory: WebAssembly.Memory, plan: MemoryPlan): void {
  const missing = pagesFor(plan) - memory.buffer.byteLength / PAGE_BYTES;
  if (missing > 0) memory.grow(missing);
}

/** Another thread may have made it grow: only after this are its last bytes seen here. */
export function seeAllOf(memory: WebAssembly.Memory): void {
  memory.grow(0);
}

function pagesFor({ hotBytes, arenas, coldBytes }: MemoryPlan): number {
  const pages = Math.ceil((coldAddress(hotBytes, arenas) + coldBytes) / PAGE_BYTES);
  if (pages > MAX_PAGES) {
    throw new ImageError(
      'IMAGE_TOO_LARGE',
      `memory: expected at most ${MAX_PAGES} pages for image and ${arenas} workers, got ${pages}`,
    );
  }
  return pages;
}

/** The place of the image's hot part. */
export function hotPart(memory: WebAssembly.Memory, hotBytes: number): Uint8Array {
  return new Uint8Array(memory.buffer, IMAGE_BASE, hotBytes);
}

/** Address of a worker's arena. @param index counted from 0 */
export function arenaAddress(hotBytes: number, index: number): number {
  return IMAGE_BASE + hotBytes + index * arenaBytes(WINDOW_BYTES);
}

/** Where the cold part is: in a file, by a descriptor that all threads of the process share; or in the memory, behind the arenas. */
export type ColdPlace = number | { readonly address: number; readonly bytes: number };

/** Address of the cold part of an image that no file holds. */
export function coldAddress(hotBytes: number, arenas: number): number {
  return arenaAddress(hotBytes, arenas);
}

/** Reads the cold part, wherever it is. */
export function coldReader(memory: WebAssembly.Memory, cold: ColdPlace, hotBytes: number): ColdReader {
  if (typeof cold === 'number') return { read: (offset, into) => readAt(cold, into, offset) };
  return coldReaderOf(new Uint8Array(memory.buffer, cold.address, cold.bytes), hotBytes);
}

/**
 * Makes an arena as it was before anybody used it. Pages that are zero already are not written to: most were never used and take no room.
 *
 * Nothing in the scanner depends on it; that no scan sees what another image or object left behind should not depend on the scanner.
 */
export function clearArena(memory: WebAssembly.Memory, address: number): void {
  const zero = Buffer.alloc(PAGE_BYTES);
  const end = address + arenaBytes(WINDOW_BYTES);
  for (let at = address; at < end; at += PAGE_BYTES) {
    const page = Buffer.from(memory.buffer, at, PAGE_BYTES);
    if (!page.equals(zero)) page.fill(0);
  }
}

/** Checks the image that was loaded. @param late  see `OpenOptions` @throws {ImageError} */
export function verifyImage(memory: WebAssembly.Memory, cold: ColdReader, late?: Int32Array): Image {
  return openImage(memory, IMAGE_BASE, cold, nodeDigester, { check: true, late });
}

/** For a setup: whether the late part is loaded. It is at first only when no file holds the image. */
export function lateWord(cold: ColdPlace): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4)).fill(typeof cold === 'number' ? 0 : 1);
}
