/**
 * The kernel in plain TypeScript: the definition of right.
 *
 * Bit for bit what assembly/ does, without its tricks: one position at a time, and branches where they are clearest.
 */

import {
  COVERED,
  FILTER,
  FILTER_CLASSES,
  HASH4,
  ITEM,
  ITEM_WORDS,
  MATCHER,
  NO_BODY,
  PASSES,
  ROUND,
  STATE,
  WHOLE,
} from '../layout.ts';
import { AT_REST, SEGMENT_FLAG } from '../match/segment.ts';
import type { Kernel } from './kernel.ts';

/** Hash of three bytes for the shuffle filter. @returns `32 - shift` bits */
export function hash4(gram: number, shift: number): number {
  return Math.imul(gram, HASH4) >>> shift;
}

/** Upper half of the product, modulo 2^64, of two numbers of 64 bits, each given as its low and high halves. */
export function productHigh(low: number, high: number, byLow: number, byHigh: number): number {
  // Schoolbook by halves of 16 bits: BigInt takes twenty times as long, and the compiler hashes a million grams.
  const l0 = low & 0xffff;
  const l1 = low >>> 16;
  const b0 = byLow & 0xffff;
  const b1 = byLow >>> 16;
  const middle = l1 * b0 + ((l0 * b0) >>> 16);
  const carry = l0 * b1 + (middle & 0xffff);
  const upper = l1 * b1 + Math.floor(middle / 65536) + Math.floor(carry / 65536);
  return (upper + Math.imul(low, byHigh) + Math.imul(high, byLow)) >>> 0;
}

/** Upper half of the sum, modulo 2^64, of two such products: of 16 bytes, as four words, and two multipliers, as their halves. */
export function wideHigh(gram: readonly number[], by: readonly number[]): number {
  const [low = 0, high = 0, low2 = 0, high2 = 0] = gram;
  const [byLow = 0, byHigh = 0, byLow2 = 0, byHigh2 = 0] = by;
  const carry = (Math.imul(low, byLow) >>> 0) + (Math.imul(low2, byLow2) >>> 0) > 0xffffffff ? 1 : 0;
  return (productHigh(low, high, byLow, byHigh) + productHigh(low2, high2, byLow2, byHigh2) + carry) >>> 0;
}

/** @param memory the memory that image and arena lie in; a grown memory needs a new twin */
export function createTwin(memory: WebAssembly.Memory): Kernel {
  const bytes = new Uint8Array(memory.buffer);
  const words = new Uint32Array(memory.buffer);
  const word = (address: number): number => words[address >>> 2]!;
  const bit = (table: number, index: number): number => (bytes[table + (index >>> 3)]! >>> (index & 7)) & 1;
  const folded4 = (p: number): number =>
    (bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24) | 0x20202020) >>> 0;
  const plain4 = (p: number): number =>
    (bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24)) >>> 0;

  /** Whether two words of an item's segment lie where they would if it began at `start`; where memory does not say, it may. */
  function wordsFit(item: number, start: number, first: number, limit: number): boolean {
    const at = (field: number): number => word(item + field * 4);
    const at1 = start + (at(ITEM.places) & 0xffff);
    const at2 = start + (at(ITEM.places) >>> 16);
    if (start < first || at1 + 4 > limit || at2 + 4 > limit) return true;
    return (
      (plain4(at1) & at(ITEM.mask1)) >>> 0 === at(ITEM.value1) &&
      (plain4(at2) & at(ITEM.mask2)) >>> 0 === at(ITEM.value2)
    );
  }

  /** Whether both of its words end in memory. */
  function bothIn(item: number, start: number, limit: number): boolean {
    const places = word(item + ITEM.places * 4);
    return start + Math.max(places & 0xffff, places >>> 16) + 4 <= limit;
  }

  /** @returns 0 when the item's segment does not lie at `start`, WHOLE when it does, 1 when that is not decided here */
  function compare(item: number, start: number, first: number, limit: number, bodies: number): number {
    if (!wordsFit(item, start, first, limit)) return 0;
    const place = word(item + ITEM.body * 4);
    if (place === NO_BODY || start < first) return 1;
    if (place === COVERED) return bothIn(item, start, limit) ? WHOLE : 1;
    const body = bodies + place;
    const length = bytes[body + 1]! | (bytes[body + 2]! << 8);
    if (!bothIn(item, start, limit) || start + length > limit) return 1;
    const values = body + (bytes[body]! & SEGMENT_FLAG.gap ? 11 : 3);
    for (let i = 0; i < length; i++) {
      const mask = bytes[body]! & SEGMENT_FLAG.masked ? bytes[values + length + i]! : 0xff;
      if (((bytes[start + i]! & mask) ^ AT_REST) !== bytes[values + i]) return 0;
    }
    return WHOLE;
  }

  function search(
    filter: number,
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
    const at = (field: number): number => word(filter + field * 4);
    const stride = at(FILTER.stride);
    const { hasBytes } = FILTER_CLASSES.find((each) => each.stride === stride)!;
    const items = image + at(FILTER.items);
    const bodies = image + at(FILTER.bodies);
    const hash = (p: number, field: number): number =>
      productHigh(folded4(p), folded4(p + 4), at(field), at(field + 1));
    const wideHash = (p: number): number =>
      wideHigh(
        [folded4(p), folded4(p + 4), folded4(p + 8), folded4(p + 12)],
        [at(FILTER.wide), at(FILTER.wide + 1), at(FILTER.wideBehind), at(FILTER.wideBehind + 1)],
      );
    const says = (name: keyof typeof STATE, value: number): void => {
      words[(state >>> 2) + STATE[name]] = value;
    };
    const adds = (name: keyof typeof STATE, value: number): void => {
      words[(state >>> 2) + STATE[name]]! += value;
    };
    let goOn = words[(state >>> 2) + STATE.entry]!;
    says('entry', 0);
    let count = 0;
    const begin = Math.ceil(from / stride) * stride;
    for (let p = begin; p < to; p += stride) {
      if ((p - begin) % (ROUND * stride) === 0) countRound(p, Math.min(p + ROUND * stride, to));
      if (!passes1(p) || !passes2(p)) continue;
      const bucket = image + at(FILTER.starts) + (hash(p, FILTER.first) >>> at(FILTER.bucketShift)) * 4;
      const print = hash(p, FILTER.second);
      const widePrint = wideHash(p);
      const firstEntry = goOn > 0 ? goOn - 1 : word(bucket);
      goOn = 0;
      for (let k = firstEntry; k < word(bucket + 4); k++) {
        const entry = image + at(FILTER.entries) + k * 8;
        adds('steps', 1);
        if (word(entry) !== print && word(entry) !== widePrint) continue;
        const number = word(entry + 4) >>> 8;
        const item = items + number * ITEM_WORDS * 4;
        const start = (p - (word(entry + 4) & 255) - (word(item + ITEM.base * 4) >> 16)) >>> 0;
        const found = compare(item, start, first, limit, bodies);
        if (found === 0) continue;
        if (count === capacity) {
          says('next', p);
          says('entry', k + 1);
          says('hits', count);
          return;
        }
        words[(hits >>> 2) + count * 2] = found === WHOLE ? number + WHOLE : number;
        words[(hits >>> 2) + count * 2 + 1] = start;
        count++;
      }
    }
    says('next', Math.max(from, to));
    says('hits', count);

    function passes1(p: number): boolean {
      const index = hash(p, FILTER.first) >>> at(FILTER.shift1);
      const table = image + at(FILTER.table1);
      return hasBytes ? bytes[table + index] === PASSES : bit(table, index) === 1;
    }
    function passes2(p: number): boolean {
      const table = image + at(FILTER.table2);
      const shift = at(FILTER.shift2);
      return bit(table, hash(p, FILTER.second) >>> shift) === 1 || bit(table, wideHash(p) >>> shift) === 1;
    }
    function countRound(roundFrom: number, roundTo: number): void {
      for (let p = roundFrom; p < roundTo; p += stride) {
        if (!passes1(p)) continue;
        adds('candidates1', 1);
        if (passes2(p)) adds('candidates2', 1);
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
    const openAt = word(matcher + MATCHER.openAt * 4);
    const openMask = word(matcher + MATCHER.openMask * 4);
    const openValue = word(matcher + MATCHER.openValue * 4);
    const buckets = (byte: number, at: number): number => bytes[at + (byte & 15)]! & bytes[at + 16 + (byte >>> 4)]!;
    let count = 0;
    let p = from;
    for (; p < to && count + 16 <= capacity; p += 16) {
      for (let q = p; q < Math.min(p + 16, to); q++) {
        const fit = buckets(bytes[q]!, table) & buckets(bytes[q + 1]!, table + 32) & buckets(bytes[q + 2]!, table + 64);
        if (fit === 0) continue;
        const three = bytes[q]! | (bytes[q + 1]! << 8) | (bytes[q + 2]! << 16);
        const isOpen = (fit & open) !== 0 && (plain4(q + openAt) & openMask) >>> 0 === openValue;
        if (!isOpen && !bit(filter, hash4(three, shift))) continue;
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
