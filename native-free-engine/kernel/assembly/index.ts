/**
 * The hot kernel: filter with automaton walk, and pair search, on one shared memory.
 *
 * Twin of ../twin.ts, which defines what is right. Everything lies in the caller's memory and all pointers are addresses in it: no static data and no
 * managed runtime here, since each new instance on a shared memory would run its data segments over a running worker.
 * Layouts (matcher descriptor, cells, hits) are drawn in ../../layout.ts.
 *
 * The lines that quieten the editor stand above decorators of functions: AssemblyScript has them, TypeScript has none of functions.
 */

// Multipliers of the multiplicative hashes (Knuth, TAOCP 3, 6.4: odd, near 2^w / golden ratio). The same numbers stand in ../../layout.ts.
const HASH4: u32 = 0x9e3779b1;
const HASH4_SECOND: u32 = 0x85ebca6b;
const HASH8: u64 = 0x9e3779b97f4a7c15;
// Setting bit 5 makes ASCII letters equal in both cases, and costs one instruction for the whole gram.
const FOLD4: u32 = 0x20202020;
const FOLD8: u64 = 0x2020202020202020;

// Bytes of one filter round: its candidates (4 bytes each) stay in the first-level cache.
const ROUND: usize = 16384;
// A walk emits fewer hits than this for one candidate: 5 + the greatest depth (15) steps.
const WALK_HITS: u32 = 32;

// Matcher descriptor, u32 words.
const M_FILTER1: usize = 0;
const M_SHIFT1: usize = 4;
const M_FILTER2: usize = 8;
const M_SHIFT2: usize = 12;
const M_CELLS: usize = 16;
const M_LINKS: usize = 20;
const M_SHUFFLE: usize = 32;
const M_FILTER3: usize = 36;
const M_SHIFT3: usize = 40;
const M_OPEN: usize = 44;

// Search state, u32 words: see ../../layout.ts.
const S_NEXT: usize = 0;
const S_HITS: usize = 4;
const S_CANDIDATES1: usize = 8;
const S_CANDIDATES2: usize = 12;
const S_STEPS: usize = 16;

const ROOT: u32 = 256;

// @ts-ignore: decorator
@inline
function passes1(p: usize, filter: usize, shift: u32): usize {
  const h = ((load<u32>(p) | FOLD4) * HASH4) >> shift;
  return <usize>((<u32>load<u8>(filter + (h >> 3)) >> (h & 7)) & 1);
}

// @ts-ignore: decorator
@inline
function passes2(p: usize, filter: usize, shift: u32): usize {
  const gram = load<u64>(p);
  const h = <u32>(((gram | FOLD8) * HASH8) >> (32 + shift));
  const k = ((<u32>gram | FOLD4) * HASH4_SECOND) >> shift;
  return <usize>(((<u32>load<u8>(filter + (h >> 3)) >> (h & 7)) | (<u32>load<u8>(filter + (k >> 3)) >> (k & 7))) & 1);
}

/** First filter over positions from, from + 4, … < to; returns the end of the candidate list. */
// @ts-ignore: decorator
@inline
function filterRound(from: usize, to: usize, filter: usize, shift: u32, list: usize): usize {
  let p = from;
  // Branch-free: always store, advance by the bit. A branch on the bit cost up to four times as much.
  const unrolled = to >= 28 ? to - 28 : 0;
  while (p < unrolled) {
    store<u32>(list, <u32>p);
    list += passes1(p, filter, shift) << 2;
    store<u32>(list, <u32>(p + 4));
    list += passes1(p + 4, filter, shift) << 2;
    store<u32>(list, <u32>(p + 8));
    list += passes1(p + 8, filter, shift) << 2;
    store<u32>(list, <u32>(p + 12));
    list += passes1(p + 12, filter, shift) << 2;
    store<u32>(list, <u32>(p + 16));
    list += passes1(p + 16, filter, shift) << 2;
    store<u32>(list, <u32>(p + 20));
    list += passes1(p + 20, filter, shift) << 2;
    store<u32>(list, <u32>(p + 24));
    list += passes1(p + 24, filter, shift) << 2;
    store<u32>(list, <u32>(p + 28));
    list += passes1(p + 28, filter, shift) << 2;
    p += 32;
  }
  while (p < to) {
    store<u32>(list, <u32>p);
    list += passes1(p, filter, shift) << 2;
    p += 4;
  }
  return list;
}

/** Second filter, in place; returns the new end of the list. */
// @ts-ignore: decorator
@inline
function filterAgain(list: usize, end: usize, filter: usize, shift: u32): usize {
  let out = list;
  for (let at = list; at < end; at += 4) {
    const p = <usize>load<u32>(at);
    store<u32>(out, <u32>p);
    out += passes2(p, filter, shift) << 2;
  }
  return out;
}

// @ts-ignore: decorator
@inline
function step(state: u32, byte: u32, cells: usize, links: usize): u32 {
  const c = byte | 0x20;
  while (true) {
    const target = (load<u32>(cells + (<usize>state << 3)) >> 5) + c;
    if (load<u32>(cells + (<usize>target << 3) + 4) == state) return target;
    if (state == ROOT) return ROOT;
    state = load<u32>(links + (<usize>state << 2));
  }
}

/**
 * Searches the positions [from, to) of a block for atoms that start up to 3 bytes before or 1 byte behind a candidate position.
 *
 * @param matcher   address of a matcher descriptor whose tables are relative to `image`
 * @param first     address of the object's first byte that is in memory; nothing before it is read
 * @param limit     address behind the object's last byte that is in memory; 16 readable bytes lie behind it
 * @param state     address of the search state; S_NEXT ← where to go on (≥ to when done), S_HITS ← number of hits, counters are added to
 * @param work      address of ROUND + 32 bytes for candidates
 * @param hits      address of the hits: pairs (state, end address)
 */
export function search(
  matcher: usize, image: usize, first: usize, from: usize, to: usize, limit: usize,
  state: usize, work: usize, hits: usize, capacity: u32,
): void {
  const filter1 = image + <usize>load<u32>(matcher, M_FILTER1);
  const shift1 = load<u32>(matcher, M_SHIFT1);
  const filter2 = image + <usize>load<u32>(matcher, M_FILTER2);
  const shift2 = load<u32>(matcher, M_SHIFT2);
  const cells = image + <usize>load<u32>(matcher, M_CELLS);
  const links = image + <usize>load<u32>(matcher, M_LINKS);
  let count: u32 = 0;
  let node: u32 = ROOT;
  let at: usize = first;
  let steps: u32 = 0;
  for (let round = from; round < to; round += ROUND) {
    const roundEnd = min(round + ROUND, to);
    const end1 = filterRound(round, roundEnd, filter1, shift1, work);
    const end2 = filterAgain(work, end1, filter2, shift2);
    store<u32>(state, load<u32>(state, S_CANDIDATES1) + <u32>((end1 - work) >> 2), S_CANDIDATES1);
    store<u32>(state, load<u32>(state, S_CANDIDATES2) + <u32>((end2 - work) >> 2), S_CANDIDATES2);
    for (let entry = work; entry < end2; entry += 4) {
      const p = <usize>load<u32>(entry);
      if (count + WALK_HITS > capacity) {
        store<u32>(state, <u32>p, S_NEXT);
        store<u32>(state, count, S_HITS);
        store<u32>(state, load<u32>(state, S_STEPS) + steps, S_STEPS);
        return;
      }
      const start = p >= first + 3 ? p - 3 : first;
      if (start >= at) {
        at = start;
        node = ROOT;
      }
      let depth = (load<u32>(cells + (<usize>node << 3)) >> 1) & 15;
      while (at - <usize>depth <= p + 1 && at < limit) {
        node = step(node, <u32>load<u8>(at), cells, links);
        at++;
        steps++;
        const head = load<u32>(cells + (<usize>node << 3));
        if (head & 1) {
          store<u32>(hits + (<usize>count << 3), node);
          store<u32>(hits + (<usize>count << 3), <u32>at, 4);
          count++;
        }
        depth = (head >> 1) & 15;
      }
    }
  }
  store<u32>(state, <u32>max(from, to), S_NEXT);
  store<u32>(state, count, S_HITS);
  store<u32>(state, load<u32>(state, S_STEPS) + steps, S_STEPS);
}

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
 * is looked up in the bit table, unless its bucket is among those whose atoms leave too much open.
 *
 * @param matcher as in `search`
 * @param hits    pairs (address, bucket bits); 32 readable bytes must lie behind `to`
 */
export function shuffle(matcher: usize, image: usize, from: usize, to: usize, state: usize, hits: usize, capacity: u32): void {
  const table = image + <usize>load<u32>(matcher, M_SHUFFLE);
  const filter = image + <usize>load<u32>(matcher, M_FILTER3);
  const shift = load<u32>(matcher, M_SHIFT3);
  const open = load<u32>(matcher, M_OPEN);
  const low0 = v128.load(table);
  const high0 = v128.load(table, 16);
  const low1 = v128.load(table, 32);
  const high1 = v128.load(table, 48);
  const low2 = v128.load(table, 64);
  const high2 = v128.load(table, 80);
  const zero = i8x16.splat(0);
  let count: u32 = 0;
  let p = from;
  while (p < to && count + 16 <= capacity) {
    const buckets = v128.and(
      v128.and(nibbles(v128.load(p), low0, high0), nibbles(v128.load(p, 1), low1, high1)),
      nibbles(v128.load(p, 2), low2, high2),
    );
    if (v128.any_true(buckets)) {
      let found = ~(<u32>i8x16.bitmask(i8x16.eq(buckets, zero))) & 0xffff;
      while (found) {
        const q = p + <usize>ctz<u32>(found);
        found &= found - 1;
        if (q >= to) break;
        const fit = bucketsAt(q, table);
        if ((fit & open) == 0 && !passes3(q, filter, shift)) continue;
        store<u32>(hits + (<usize>count << 3), <u32>q);
        store<u32>(hits + (<usize>count << 3), fit, 4);
        count++;
      }
    }
    p += 16;
  }
  store<u32>(state, <u32>min(p, to), S_NEXT);
  store<u32>(state, count, S_HITS);
}

// @ts-ignore: decorator
@inline
function bucketsOf(byte: u32, table: usize): u32 {
  return <u32>load<u8>(table + (byte & 15)) & <u32>load<u8>(table + 16 + (byte >> 4));
}

/** Buckets that the three bytes at q fit: one lane again, since lanes cannot be picked by a variable. */
// @ts-ignore: decorator
@inline
function bucketsAt(q: usize, table: usize): u32 {
  return (
    bucketsOf(<u32>load<u8>(q), table) & bucketsOf(<u32>load<u8>(q, 1), table + 32) & bucketsOf(<u32>load<u8>(q, 2), table + 64)
  );
}
