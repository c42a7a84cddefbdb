/** Byte sources: bytes in memory, an open file, and a part of another source. */
import { closeSync, readSync } from 'node:fs';
import type { ByteSource } from '../../native-free-engine/index.ts';
import type { OpenSource } from './container.ts';

export class MemorySource implements OpenSource {
  readonly size: number;
  #bytes: Uint8Array;
  readonly #onClose: (() => void) | undefined;

  /** @param onClose called once when the bytes are let go */
  constructor(bytes: Uint8Array, onClose?: () => void) {
    this.size = bytes.length;
    this.#bytes = bytes;
    this.#onClose = onClose;
  }

  read(offset: number, into: Uint8Array): number {
    const part = this.#bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }

  close(): void {
    if (this.#bytes !== EMPTY) this.#onClose?.();
    this.#bytes = EMPTY;
  }
}
const EMPTY = new Uint8Array(0);

/** An open file, whose descriptor it owns. */
export class FileSource implements OpenSource {
  readonly size: number;
  #descriptor: number | undefined;

  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.size = size;
  }

  read(offset: number, into: Uint8Array): number {
    if (this.#descriptor === undefined) return 0;
    const end = Math.min(into.length, this.size - offset);
    let at = 0;
    // A read may be interrupted; only 0 means that there is no more.
    while (at < end) {
      const count = readSync(this.#descriptor, into, at, end - at, offset + at);
      if (count === 0) break;
      at += count;
    }
    return at;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** Bytes [start, start + size) of another source, which must outlive it. */
export class SliceSource implements OpenSource {
  readonly size: number;
  readonly #parent: ByteSource;
  readonly #start: number;

  /** @param size cut to what the parent has behind `start` */
  constructor(parent: ByteSource, start: number, size: number) {
    this.size = Math.max(0, Math.min(size, parent.size - start));
    // A slice of a slice reads from the same parent: tar inside tar inside tar costs one call, not one per level.
    const inner = parent instanceof SliceSource ? parent : undefined;
    this.#parent = inner === undefined ? parent : inner.#parent;
    this.#start = inner === undefined ? start : inner.#start + start;
  }

  read(offset: number, into: Uint8Array): number {
    const length = Math.min(into.length, this.size - offset);
    if (length <= 0) return 0;
    return this.#parent.read(this.#start + offset, length === into.length ? into : into.subarray(0, length));
  }

  close(): void {}
}
