/** The shuffle filter: for what is too short or too common for a gram. */
import { S_HITS, S_NEXT, S_SCRATCH } from './state';

// Multiplier of the shuffle filter's hash (Knuth, TAOCP 3, 6.4). The same number stands in ../../layout.ts.
const HASH4: u32 = 0x9e3779b1;
// Matcher descriptor, u32 words.
const M_SHUFFLE: usize = 8;
const M_FILTER3: usize = 12;
const M_SHIFT3: usize = 16;
const M_OPEN: usize = 20;
const M_OPEN_AT: usize = 24;
const M_OPEN_MASK: usize = 28;
const M_OPEN_VALUE: usize = 32;

// @ts-ignore: decorator
@inline
function nibbles(v: v128, low: v128, high: v128): v128 {
  const mask = i8x16.splat(0x0f);
  return v128.and(i8x16.swizzle(low, v128.and(v, mask)), i8x16.swizzle(high, v128.and(i16x8.shr_u(v, 4), mask)));
}

/** Whether the three bytes at q are those of an atom, or may be: a bit table by their hash. */
// @ts-ignore: decorator
@inline
function passes3(q: usize, filter: usize, shift: u32): u32 {
  const h = ((load<u32>(q) & 0xffffff) * HASH4) >> shift;
  return (<u32>load<u8>(filter + (h >> 3)) >> (h & 7)) & 1;
}

/**
 * Shuffle filter: finds positions p in [from, to) whose three bytes p, p + 1, p + 2 fit one of eight buckets, and the table behind it.
 *
 * The shuffle table has six parts of 16 bytes: for each of the three bytes the buckets (as bits) that allow its low and its high half-byte. What passes
 * is looked up in the bit table; where its bucket is among those whose atoms leave too much open, four bytes behind it decide.
 *
 * @param matcher as in `search`
 * @param hits    pairs (address, bucket bits); 32 readable bytes must lie behind `to`
 */
export function shuffle(matcher: usize, image: usize, from: usize, to: usize, state: usize, hits: usize, capacity: u32): void {
  const table = image + <usize>load<u32>(matcher, M_SHUFFLE);
  const filter = image + <usize>load<u32>(matcher, M_FILTER3);
  const shift = load<u32>(matcher, M_SHIFT3);
  const open = load<u32>(matcher, M_OPEN);
  const openAt = <usize>load<u32>(matcher, M_OPEN_AT);
  const openMask = load<u32>(matcher, M_OPEN_MASK);
  const openValue = load<u32>(matcher, M_OPEN_VALUE);
  const low0 = v128.load(table);
  const high0 = v128.load(table, 16);
  const low1 = v128.load(table, 32);
  const high1 = v128.load(table, 48);
  const low2 = v128.load(table, 64);
  const high2 = v128.load(table, 80);
  const zero = i8x16.splat(0);
  const lanes = state + S_SCRATCH;
  let count: u32 = 0;
  let p = from;
  while (p < to && count + 16 <= capacity) {
    const buckets = v128.and(
      v128.and(nibbles(v128.load(p), low0, high0), nibbles(v128.load(p, 1), low1, high1)),
      nibbles(v128.load(p, 2), low2, high2),
    );
    if (v128.any_true(buckets)) {
      // Lanes cannot be picked by a variable: from memory they can.
      v128.store(lanes, buckets);
      let found = ~(<u32>i8x16.bitmask(i8x16.eq(buckets, zero))) & 0xffff;
      if (p + 16 > to) found &= (1 << <u32>(to - p)) - 1;
      while (found) {
        const lane = <usize>ctz<u32>(found);
        const q = p + lane;
        const fit = <u32>load<u8>(lanes + lane);
        found &= found - 1;
        // Always stored, kept if it passes: no branch on what cannot be told before.
        store<u32>(hits + (<usize>count << 3), <u32>q);
        store<u32>(hits + (<usize>count << 3), fit, 4);
        const isOpen = u32((fit & open) != 0) & u32((load<u32>(q + openAt) & openMask) == openValue);
        count += isOpen | passes3(q, filter, shift);
      }
    }
    p += 16;
  }
  store<u32>(state, <u32>min(p, to), S_NEXT);
  store<u32>(state, count, S_HITS);
}
