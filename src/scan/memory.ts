/**
 * The memory that all workers share: the image, and one arena for each of them.
 *
 * ```
 * [ 64 KiB unused ][ image: hot part ][ arena of worker 0 ][ arena of worker 1 ] …
 * ```
 * Pages of an arena that nobody has written to take no room.
 */
import {
  arenaBytes,
  type ColdReader,
  type Image,
  ImageError,
  openImage,
  PAGE_BYTES,
} from '../../native-free-engine/index.ts';
import { nodeDigester } from '../host/host.ts';

/** Where the image begins. Address 0 stays unused, so that an offset of 0 can mean "none". */
export const IMAGE_BASE = PAGE_BYTES;
/** Bytes of an object in memory at a time, for each worker. Larger objects slide through. */
export const WINDOW_BYTES = 4 * 1024 * 1024;
/** What WebAssembly can address, less than 4 GiB because addresses are signed in places. */
const MAX_PAGES = 32768;

/** @throws {ImageError} `IMAGE_TOO_LARGE` when image and arenas do not fit */
export function createMemory(hotBytes: number, arenas: number): WebAssembly.Memory {
  const pages = Math.ceil((IMAGE_BASE + hotBytes + arenas * arenaBytes(WINDOW_BYTES)) / PAGE_BYTES);
  if (pages > MAX_PAGES) {
    throw new ImageError(
      'IMAGE_TOO_LARGE',
      `memory: expected at most ${MAX_PAGES} pages for image and ${arenas} workers, got ${pages}`,
    );
  }
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** The place of the image's hot part. */
export function hotPart(memory: WebAssembly.Memory, hotBytes: number): Uint8Array {
  return new Uint8Array(memory.buffer, IMAGE_BASE, hotBytes);
}

/** Address of a worker's arena. @param index counted from 0 */
export function arenaAddress(hotBytes: number, index: number): number {
  return IMAGE_BASE + hotBytes + index * arenaBytes(WINDOW_BYTES);
}

/** Checks the image that was loaded. @throws {ImageError} */
export function verifyImage(memory: WebAssembly.Memory, cold: ColdReader): Image {
  return openImage(memory, IMAGE_BASE, cold, nodeDigester, { check: true });
}
