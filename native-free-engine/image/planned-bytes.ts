/** Numbers in planned signatures (planned.ts) beside varints: words, floats, text. */

import { ByteReader, ByteWriter } from '../pattern-file/varint.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** Eight bytes as what they stand for; this machine's order, since planned signatures do not leave it. */
const eight = new Uint8Array(8);
const float = new Float64Array(eight.buffer);
const word = new Uint32Array(eight.buffer, 0, 1);
const four = eight.subarray(0, 4);

export class PlannedWriter extends ByteWriter {
  f64(value: number): void {
    float[0] = value;
    this.raw(eight);
  }

  u32(value: number): void {
    word[0] = value;
    this.raw(four);
  }

  /** A block of words, each i32 or u32. */
  words(values: readonly number[]): void {
    this.varint(values.length * 4);
    for (const value of values) this.u32(value);
  }

  text(text: string): void {
    this.block(encoder.encode(text));
  }
}

export class PlannedReader extends ByteReader {
  f64(): number {
    const { bytes, at } = this;
    for (let i = 0; i < 8; i++) eight[i] = bytes[at + i]!;
    this.at += 8;
    return float[0]!;
  }

  u32(): number {
    const { bytes, at } = this;
    this.at += 4;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  text(): string {
    return decoder.decode(this.block());
  }
}
