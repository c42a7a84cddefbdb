/**
 * Bytes in, numbers out: the primitives of the pattern file's records.
 *
 * Numbers are LEB128 varints up to 2^53−1, with one encoding each: a trailing zero group is refused, so that equal values are equal bytes.
 */

import { PatternFileError } from '../errors.ts';

export class ByteWriter {
  #bytes = new Uint8Array(256);
  length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  /** @param value integer 0 … 2^53−1 */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.length++] = rest;
  }

  /** A length, then the bytes. */
  block(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A view that the next write may change. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** Copy of what was written; the writer is empty again. */
  take(): Uint8Array {
    const taken = this.written().slice();
    this.length = 0;
    return taken;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }
}

/** Reads what ByteWriter wrote. Every read is bounded by `end`: the bytes come from anywhere. */
export class ByteReader {
  readonly bytes: Uint8Array;
  at: number;
  end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte(): number {
    this.#need(1);
    return this.bytes[this.at++]!;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw malformed(this.at, 'a number below 2^53', 'a larger one');
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) throw malformed(this.at, 'the shortest form of a number', 'a longer one');
        return value;
      }
      scale *= 0x80;
    }
  }

  /** A number that counts things of at least one byte each: never more than bytes are left. */
  count(): number {
    const value = this.varint();
    if (value > this.end - this.at) throw malformed(this.at, `at most ${this.end - this.at} items`, String(value));
    return value;
  }

  block(): Uint8Array {
    return this.raw(this.count());
  }

  /** A view, not a copy. */
  raw(length: number): Uint8Array {
    this.#need(length);
    const view = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return view;
  }

  #need(count: number): void {
    if (this.at + count > this.end) throw malformed(this.at, `${count} more bytes`, String(this.end - this.at));
  }
}

export function malformed(at: number, expected: string, got: string): PatternFileError {
  return new PatternFileError('PATTERN_FILE_MALFORMED', `record at byte ${at}: expected ${expected}, got ${got}`);
}
