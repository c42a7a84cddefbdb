/**
 * The window: the part of an object that is in memory, and the way to the rest of it.
 *
 * An object is read block by block to where the kernel looks; objects up to the window's size stay there whole. Larger ones slide through, with a
 * tail kept behind, and what lies outside is read again on demand, a page at a time.
 */

import { ScannerError } from '../errors.ts';
import { type ArenaLayout, align, PAGE_BYTES, WINDOW_PADDING } from '../layout.ts';
import type { ByteSource } from './object.ts';

/** Bytes read at a time: small enough to be hashed and searched while they are in the second-level cache. */
export const BLOCK_BYTES = 131072;
/** Bytes asked of the object at a time: a call into the system costs as much as copying 100 KB. */
const READ_BYTES = 524288;
/** Bytes kept in front of a block when the window slides. */
const TAIL_BYTES = 65536;

const EMPTY: ByteSource = { size: 0, read: () => 0 };

export class Window {
  /** The window's bytes; `bytes[i]` is the object's byte `start + i`. */
  readonly bytes: Uint8Array;
  /** Address of `bytes[0]`. */
  readonly address: number;
  /** The part of the object that is in memory: [start, end). */
  start = 0;
  end = 0;
  /** Bytes up to here were read already, for the blocks to come. */
  #readEnd = 0;
  #source: ByteSource = EMPTY;
  readonly #capacity: number;
  readonly #scratch: Uint8Array;
  #scratchStart = -1;
  #scratchEnd = -1;

  /** @param arena address of the arena in `memory` */
  constructor(memory: WebAssembly.Memory, arena: number, layout: ArenaLayout) {
    this.address = arena + layout.window;
    this.#capacity = layout.windowBytes;
    this.bytes = new Uint8Array(memory.buffer, this.address, layout.windowBytes + WINDOW_PADDING);
    this.#scratch = new Uint8Array(memory.buffer, arena + layout.scratch, PAGE_BYTES);
  }

  get size(): number {
    return this.#source.size;
  }

  open(source: ByteSource): void {
    this.#source = source;
    this.start = 0;
    this.end = 0;
    this.#readEnd = 0;
    this.#scratchStart = -1;
    this.#scratchEnd = -1;
  }

  /** Forgets the object, so that it can be collected. */
  close(): void {
    this.open(EMPTY);
  }

  /**
   * Reads the next block behind `end`.
   *
   * @returns the block; empty at the end of the object
   * @throws {ScannerError} `SCANNER_SHORT_READ` when the object is shorter than its size says
   */
  readBlock(): Uint8Array {
    const wanted = Math.min(BLOCK_BYTES, this.size - this.end);
    if (this.end - this.start + wanted > this.#capacity) this.#slide();
    if (this.#readEnd < this.end + wanted) this.#readAhead(this.#readEnd);
    const block = this.bytes.subarray(this.end - this.start, this.end - this.start + wanted);
    this.end += wanted;
    // What lies behind the object must not depend on what was there before.
    if (this.end === this.size) this.bytes.fill(0, this.end - this.start, this.end - this.start + WINDOW_PADDING);
    return block;
  }

  /** As far as the window and the object go. */
  #readAhead(from: number): void {
    const end = Math.min(from + READ_BYTES, this.start + this.#capacity, this.size);
    this.#fill(from, this.bytes.subarray(from - this.start, end - this.start));
    this.#readEnd = end;
  }

  #slide(): void {
    const keepFrom = align(this.end - TAIL_BYTES, 16);
    this.bytes.copyWithin(0, keepFrom - this.start, this.#readEnd - this.start);
    this.start = keepFrom;
  }

  #fill(offset: number, into: Uint8Array): void {
    let done = 0;
    while (done < into.length) {
      const got = this.#source.read(offset + done, done === 0 ? into : into.subarray(done));
      if (got <= 0) {
        throw new ScannerError(
          'SCANNER_SHORT_READ',
          `object: expected ${this.size} bytes, got ${offset + done}: it changed while it was read`,
        );
      }
      done += got;
    }
  }

  /** Moves the window so that it holds [offset, offset + length) as far as its size allows. @returns false when nothing of it can be held */
  cover(offset: number, length: number): void {
    const end = Math.min(offset + length, this.size);
    if (offset >= this.start && end <= this.end) return;
    this.start = offset - (offset % 16);
    this.end = Math.min(this.start + this.#capacity, this.size);
    this.#readEnd = this.end;
    this.#fill(this.start, this.bytes.subarray(0, this.end - this.start));
    this.bytes.fill(0, this.end - this.start, this.end - this.start + WINDOW_PADDING);
  }

  /**
   * Bytes [offset, offset + length) of the object, from the window or read again.
   *
   * @param length at most PAGE_BYTES / 2
   * @returns a view that holds until the next call; undefined when the object does not reach so far
   */
  span(offset: number, length: number): Uint8Array | undefined {
    if (offset < 0 || offset + length > this.size) return undefined;
    if (offset >= this.start && offset + length <= this.end) {
      return this.bytes.subarray(offset - this.start, offset - this.start + length);
    }
    if (offset < this.#scratchStart || offset + length > this.#scratchEnd) {
      // From a little before, since what is looked at next often lies in front.
      this.#scratchStart = Math.max(0, offset - 1024);
      this.#scratchEnd = Math.min(this.size, this.#scratchStart + PAGE_BYTES);
      this.#fill(this.#scratchStart, this.#scratch.subarray(0, this.#scratchEnd - this.#scratchStart));
    }
    return this.#scratch.subarray(offset - this.#scratchStart, offset - this.#scratchStart + length);
  }

  /** One byte of the object, or -1 outside of it. */
  byteAt(offset: number): number {
    if (offset < 0 || offset >= this.size) return -1;
    if (offset >= this.start && offset < this.end) return this.bytes[offset - this.start]!;
    return this.span(offset, 1)![0]!;
  }
}
