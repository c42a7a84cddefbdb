/** Pair search: one pattern on demand, by two of its bytes. */
import { S_HITS, S_NEXT } from './state';

/** Lanes of 16 positions from p on, all ones where both bytes fit. */
// @ts-ignore: decorator
@inline
function pairAt(p: usize, i1: usize, v1: v128, m1: v128, i2: usize, v2: v128, m2: v128): v128 {
  return v128.and(
    i8x16.eq(v128.and(v128.load(p + i1), m1), v1),
    i8x16.eq(v128.and(v128.load(p + i2), m2), v2),
  );
}

/**
 * Finds positions p in [from, to) with (byte[p + i] & mask) == value for two bytes of a pattern: the search for one pattern on demand.
 *
 * 64 readable bytes must lie behind to + max(i1, i2). S_NEXT ← where to go on, S_HITS ← number of positions written (u32 each).
 */
export function findPair(
  from: usize, to: usize, i1: usize, value1: u32, mask1: u32, i2: usize, value2: u32, mask2: u32,
  state: usize, hits: usize, capacity: u32,
): void {
  const v1 = i8x16.splat(<i8>value1);
  const m1 = i8x16.splat(<i8>mask1);
  const v2 = i8x16.splat(<i8>value2);
  const m2 = i8x16.splat(<i8>mask2);
  let count: u32 = 0;
  let p = from;
  while (p < to && count + 64 <= capacity) {
    const a = pairAt(p, i1, v1, m1, i2, v2, m2);
    const b = pairAt(p + 16, i1, v1, m1, i2, v2, m2);
    const c = pairAt(p + 32, i1, v1, m1, i2, v2, m2);
    const d = pairAt(p + 48, i1, v1, m1, i2, v2, m2);
    // Most stretches hold no place: one branch for all four.
    if (v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) {
      let found =
        <u64>(<u32>i8x16.bitmask(a)) | (<u64>(<u32>i8x16.bitmask(b)) << 16) |
        (<u64>(<u32>i8x16.bitmask(c)) << 32) | (<u64>(<u32>i8x16.bitmask(d)) << 48);
      while (found) {
        const q = p + <usize>ctz<u64>(found);
        if (q < to) {
          store<u32>(hits + (<usize>count << 2), <u32>q);
          count++;
        }
        found &= found - 1;
      }
    }
    p += 64;
  }
  store<u32>(state, <u32>min(p, to), S_NEXT);
  store<u32>(state, count, S_HITS);
}
