/**
 * The kernel in plain TypeScript: the definition of right.
 *
 * Bit for bit what assembly/index.ts does, without its tricks: one position at a time, and branches where they are clearest.
 */

import { HASH4, HASH4_SECOND, HASH8, MATCHER, ROOT, ROUND, STATE, WALK_HITS } from '../layout.ts';
import type { Kernel } from './kernel.ts';

/** Bit 5 set: ASCII letters are equal in both cases. */
const FOLD = 0x20;
const MASK64 = (1n << 64n) - 1n;

/** Hash of a folded 4-byte gram for the first filter. @returns `32 - shift` bits */
export function hash4(gram: number, shift: number): number {
  return Math.imul(gram, HASH4) >>> shift;
}

/** Hash of a folded 4-byte gram for the second filter. */
export function hash4Second(gram: number, shift: number): number {
  return Math.imul(gram, HASH4_SECOND) >>> shift;
}

/** Hash of a folded 8-byte gram, given as its low and high halves, for the second filter. */
export function hash8(low: number, high: number, shift: number): number {
  const gram = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return Number(((gram * HASH8) & MASK64) >> BigInt(32 + shift));
}

/** @param memory the memory that image and arena lie in; a grown memory needs a new twin */
export function createTwin(memory: WebAssembly.Memory): Kernel {
  const bytes = new Uint8Array(memory.buffer);
  const words = new Uint32Array(memory.buffer);
  const word = (address: number): number => words[address >>> 2]!;
  const bit = (table: number, index: number): number => (bytes[table + (index >>> 3)]! >>> (index & 7)) & 1;
  const folded4 = (p: number): number =>
    (bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24) | 0x20202020) >>> 0;

  /** State after one more byte: goto if there is one, else follow failure transitions. */
  function step(state: number, byte: number, cells: number, links: number): number {
    const c = byte | FOLD;
    for (;;) {
      const target = (word(cells + state * 8) >>> 5) + c;
      if (word(cells + target * 8 + 4) === state) return target;
      if (state === ROOT) return ROOT;
      state = word(links + state * 4);
    }
  }

  function search(
    matcher: number,
    image: number,
    first: number,
    from: number,
    to: number,
    limit: number,
    state: number,
    _work: number,
    hits: number,
    capacity: number,
  ): void {
    const at0 = (field: number): number => word(matcher + field * 4);
    const filter1 = image + at0(MATCHER.filter1);
    const filter2 = image + at0(MATCHER.filter2);
    const cells = image + at0(MATCHER.cells);
    const links = image + at0(MATCHER.links);
    let count = 0;
    let node: number = ROOT;
    let at = first;
    for (let p = from; p < to; p += 4) {
      if ((p - from) % ROUND === 0) countRound(p, Math.min(p + ROUND, to));
      const gram = folded4(p);
      if (!bit(filter1, hash4(gram, at0(MATCHER.shift1)))) continue;
      const shift2 = at0(MATCHER.shift2);
      if (!bit(filter2, hash8(gram, folded4(p + 4), shift2)) && !bit(filter2, hash4Second(gram, shift2))) continue;
      if (count + WALK_HITS > capacity) {
        words[(state >>> 2) + STATE.next] = p;
        words[(state >>> 2) + STATE.hits] = count;
        return;
      }
      const start = Math.max(p - 3, first);
      if (start >= at) {
        at = start;
        node = ROOT;
      }
      while (at - ((word(cells + node * 8) >>> 1) & 15) <= p + 1 && at < limit) {
        node = step(node, bytes[at]!, cells, links);
        at++;
        words[(state >>> 2) + STATE.steps]!++;
        if (word(cells + node * 8) & 1) {
          words[(hits >>> 2) + count * 2] = node;
          words[(hits >>> 2) + count * 2 + 1] = at;
          count++;
        }
      }
    }
    words[(state >>> 2) + STATE.next] = Math.max(from, to);
    words[(state >>> 2) + STATE.hits] = count;

    function countRound(roundFrom: number, roundTo: number): void {
      for (let p = roundFrom; p < roundTo; p += 4) {
        const gram = folded4(p);
        if (!bit(filter1, hash4(gram, at0(MATCHER.shift1)))) continue;
        words[(state >>> 2) + STATE.candidates1]!++;
        const shift2 = at0(MATCHER.shift2);
        if (!bit(filter2, hash8(gram, folded4(p + 4), shift2)) && !bit(filter2, hash4Second(gram, shift2))) continue;
        words[(state >>> 2) + STATE.candidates2]!++;
      }
    }
  }

  function findPair(
    from: number,
    to: number,
    i1: number,
    value1: number,
    mask1: number,
    i2: number,
    value2: number,
    mask2: number,
    state: number,
    hits: number,
    capacity: number,
  ): void {
    let count = 0;
    let p = from;
    // In steps of 64, since a full list must stop at the same place as in the vector form.
    for (; p < to && count + 64 <= capacity; p += 64) {
      for (let q = p; q < Math.min(p + 64, to); q++) {
        if ((bytes[q + i1]! & mask1) === value1 && (bytes[q + i2]! & mask2) === value2) {
          words[(hits >>> 2) + count] = q;
          count++;
        }
      }
    }
    words[(state >>> 2) + STATE.next] = Math.min(p, to);
    words[(state >>> 2) + STATE.hits] = count;
  }

  function shuffle(
    matcher: number,
    image: number,
    from: number,
    to: number,
    state: number,
    hits: number,
    capacity: number,
  ): void {
    const table = image + word(matcher + MATCHER.shuffle * 4);
    const filter = image + word(matcher + MATCHER.filter3 * 4);
    const shift = word(matcher + MATCHER.shift3 * 4);
    const open = word(matcher + MATCHER.open * 4);
    const buckets = (byte: number, at: number): number => bytes[at + (byte & 15)]! & bytes[at + 16 + (byte >>> 4)]!;
    let count = 0;
    let p = from;
    for (; p < to && count + 16 <= capacity; p += 16) {
      for (let q = p; q < Math.min(p + 16, to); q++) {
        const fit = buckets(bytes[q]!, table) & buckets(bytes[q + 1]!, table + 32) & buckets(bytes[q + 2]!, table + 64);
        if (fit === 0) continue;
        const three = bytes[q]! | (bytes[q + 1]! << 8) | (bytes[q + 2]! << 16);
        if ((fit & open) === 0 && !bit(filter, hash4(three, shift))) continue;
        words[(hits >>> 2) + count * 2] = q;
        words[(hits >>> 2) + count * 2 + 1] = fit;
        count++;
      }
    }
    words[(state >>> 2) + STATE.next] = Math.min(p, to);
    words[(state >>> 2) + STATE.hits] = count;
  }

  return { search, findPair, shuffle };
}
