/**
 * A file in the making: its bytes, and which of them are spoken for.
 */
import type { Host } from './hosts.ts';
import type { Instance } from './instance.ts';

const NONE = new Uint8Array(0);

export class Canvas {
  readonly bytes: Uint8Array;
  readonly taken: Uint8Array;
  readonly headerBytes: number;
  readonly #isDense: boolean;
  /** Where the last piece ended that was put behind a place. */
  readonly #ends = new Map<number, number>();

  /** @param isDense what a pattern leaves open may be of another one, too */
  constructor(host: Host, size: number, filler: Uint8Array, isDense = false) {
    this.bytes = filler;
    this.bytes.set(host.bytes.subarray(0, host.headerBytes));
    for (const [offset, length] of host.fixed ?? [])
      this.bytes.set(host.bytes.subarray(offset, offset + length), offset);
    this.taken = new Uint8Array(size);
    this.taken.set(host.taken);
    for (const [offset, length] of host.fixed ?? []) this.taken.fill(1, offset, offset + length);
    this.headerBytes = host.headerBytes;
    this.#isDense = isDense;
  }

  put({ before, bytes, after, free }: Instance, start: number): boolean {
    // At an end of the object a boundary is there already.
    const from = start === 0 ? start : start - before.length;
    const end = start + bytes.length;
    const tail = end === this.bytes.length ? NONE : after;
    const whole = Buffer.concat([from === start ? NONE : before, bytes, tail]);
    if (from < 0 || from + whole.length > this.bytes.length) return false;
    const isFree = (i: number): boolean => this.#isDense && (free?.has(from + i - start) ?? false);
    if (whole.some((byte, i) => this.taken[from + i] === 1 && this.bytes[from + i] !== byte && !isFree(i)))
      return false;
    for (const [i, byte] of whole.entries()) {
      if (isFree(i) && this.taken[from + i] === 1) continue;
      this.bytes[from + i] = byte;
      if (!isFree(i)) this.taken[from + i] = 1;
    }
    return true;
  }

  /** Puts it into the first free stretch from `from` on, behind what was put there before when there is room. */
  putBehind(instance: Instance, from: number): boolean {
    const behind = this.#ends.get(from) ?? from;
    return this.#putFrom(instance, behind, from) || (behind > from && this.#putFrom(instance, from, from));
  }

  #putFrom(instance: Instance, at: number, key: number): boolean {
    const length = instance.before.length + instance.bytes.length + instance.after.length;
    let free = 0;
    for (let place = Math.max(at, 0); place < this.bytes.length; place++) {
      free = this.taken[place] === 1 ? 0 : free + 1;
      // One byte stays free before it, so that copies do not touch.
      if (free < length + 1) continue;
      this.#ends.set(key, place + 1);
      return this.put(instance, place - length + 1 + instance.before.length);
    }
    return false;
  }
}
