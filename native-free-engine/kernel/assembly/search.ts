/** The filters: grams at every stride-th position, and what is compared behind them. */
import { S_CANDIDATES1, S_CANDIDATES2, S_ENTRY, S_HITS, S_NEXT, S_STEPS } from './state';

// Setting bit 5 makes ASCII letters equal in both cases, and costs one instruction for the whole gram.
const FOLD8: u64 = 0x2020202020202020;

// Positions of one filter round: its candidates (4 bytes each) stay in the first-level cache.
const ROUND: usize = 4096;

// Filter descriptor, u32 words.
const F_TABLE1: usize = 0;
const F_SHIFT1: usize = 4;
const F_TABLE2: usize = 8;
const F_SHIFT2: usize = 12;
const F_FIRST: usize = 16;
const F_SECOND: usize = 24;
const F_STRIDE: usize = 32;
const F_STARTS: usize = 36;
const F_BUCKET_SHIFT: usize = 40;
const F_ENTRIES: usize = 44;
const F_ITEMS: usize = 48;
const F_BODIES: usize = 52;
const F_WIDE: usize = 56;
const F_WIDE_BEHIND: usize = 64;

// Candidates whose buckets are fetched together: 8 bytes each behind the list of candidates.
const BATCH: usize = 128;
// Bytes of the list of candidates, the store behind its end included.
const LIST_BYTES: usize = ROUND * 4 + 64;

// Item, u32 words.
const I_BASE: usize = 4;
const I_VALUE1: usize = 8;
const I_MASK1: usize = 12;
const I_VALUE2: usize = 16;
const I_MASK2: usize = 20;
const I_PLACES: usize = 24;
const I_BODY: usize = 28;

// Of an item's body: none, so that its segment cannot be compared here; the two words are all of it.
const NO_BODY: u32 = 0xffffffff;
const COVERED: u32 = 0xfffffffe;
// Of a reported item: its segment was compared whole.
const WHOLE: u32 = 0x80000000;
// Segment bodies: flags, and the value that all bytes are masked with. See ../../match/segment.ts.
const B_MASKED: u32 = 1;
const B_GAP: u32 = 4;
const AT_REST8: u64 = 0x5a5a5a5a5a5a5a5a;

/** The bit that a table has for the gram at p, as bytes of a candidate. @param shift of the whole hash, at least 32 */
// @ts-ignore: decorator
@inline
function bitAt(p: usize, table: usize, multiplier: u64, shift: u64): usize {
  const h = <u32>(((load<u64>(p) | FOLD8) * multiplier) >> shift);
  return <usize>((<u32>load<u8>(table + (h >> 3)) >> (h & 7)) & 1) << 2;
}

/** The same of a table that has a byte for each gram: a third of the instructions less, and eight times the cache. */
// @ts-ignore: decorator
@inline
function byteAt(p: usize, table: usize, multiplier: u64, shift: u64): usize {
  return <usize>load<u8>(table + <usize>(((load<u64>(p) | FOLD8) * multiplier) >> shift));
}

// @ts-ignore: decorator
@inline
function entryAt(isBytes: bool, p: usize, table: usize, multiplier: u64, shift: u64): usize {
  return isBytes ? byteAt(p, table, multiplier, shift) : bitAt(p, table, multiplier, shift);
}

/** First filter over positions from, from + stride, … < to; returns the end of the candidate list. */
// @ts-ignore: decorator
@inline
function filterRound(isBytes: bool, stride: usize, from: usize, to: usize, table: usize, multiplier: u64, shift: u64, list: usize): usize {
  let p = from;
  // Branch-free: always store, advance by the entry. A branch on it cost up to four times as much.
  while (p + 7 * stride < to) {
    store<u32>(list, <u32>p);
    list += entryAt(isBytes, p, table, multiplier, shift);
    store<u32>(list, <u32>(p + stride));
    list += entryAt(isBytes, p + stride, table, multiplier, shift);
    store<u32>(list, <u32>(p + 2 * stride));
    list += entryAt(isBytes, p + 2 * stride, table, multiplier, shift);
    store<u32>(list, <u32>(p + 3 * stride));
    list += entryAt(isBytes, p + 3 * stride, table, multiplier, shift);
    store<u32>(list, <u32>(p + 4 * stride));
    list += entryAt(isBytes, p + 4 * stride, table, multiplier, shift);
    store<u32>(list, <u32>(p + 5 * stride));
    list += entryAt(isBytes, p + 5 * stride, table, multiplier, shift);
    store<u32>(list, <u32>(p + 6 * stride));
    list += entryAt(isBytes, p + 6 * stride, table, multiplier, shift);
    store<u32>(list, <u32>(p + 7 * stride));
    list += entryAt(isBytes, p + 7 * stride, table, multiplier, shift);
    p += 8 * stride;
  }
  while (p < to) {
    store<u32>(list, <u32>p);
    list += entryAt(isBytes, p, table, multiplier, shift);
    p += stride;
  }
  return list;
}

/** The stride as a constant: additions of a variable one cost as much as the rest. Small strides have tables of bytes. */
function filterBy(stride: usize, from: usize, to: usize, table: usize, multiplier: u64, shift: u64, list: usize): usize {
  if (stride == 16) return filterRound(false, 16, from, to, table, multiplier, shift, list);
  if (stride == 8) return filterRound(false, 8, from, to, table, multiplier, shift, list);
  if (stride == 4) return filterRound(false, 4, from, to, table, multiplier, shift, list);
  if (stride == 2) return filterRound(true, 2, from, to, table, multiplier, shift, list);
  return filterRound(true, 1, from, to, table, multiplier, shift, list);
}

/** Hash of the gram at p and of the bytes behind it that belong to it, of those entries that have such. */
// @ts-ignore: decorator
@inline
function wideHash(p: usize, wide: u64, wideBehind: u64): u64 {
  return (load<u64>(p) | FOLD8) * wide + (load<u64>(p, 8) | FOLD8) * wideBehind;
}

// @ts-ignore: decorator
@inline
function bitOf(table: usize, hash: u64, shift: u64): u32 {
  const h = <u32>(hash >> shift);
  return (<u32>load<u8>(table + (h >> 3)) >> (h & 7)) & 1;
}

/** Second filter, in place, by either hash; returns the new end of the list. */
// @ts-ignore: decorator
@inline
function filterAgain(list: usize, end: usize, table: usize, second: u64, wide: u64, wideBehind: u64, shift: u64): usize {
  let out = list;
  for (let at = list; at < end; at += 4) {
    const p = <usize>load<u32>(at);
    store<u32>(out, <u32>p);
    const passes = bitOf(table, (load<u64>(p) | FOLD8) * second, shift) | bitOf(table, wideHash(p, wide, wideBehind), shift);
    out += <usize>passes << 2;
  }
  return out;
}

/** Whether the positions of a segment are those at `start`. @param masks 0 when there are none */
function valuesFit(values: usize, masks: usize, length: usize, start: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) {
    const known = masks ? load<u64>(start + i) & load<u64>(masks + i) : load<u64>(start + i);
    if ((known ^ AT_REST8) != load<u64>(values + i)) return false;
  }
  for (; i < length; i++) {
    const known = masks ? load<u8>(start + i) & load<u8>(masks + i) : load<u8>(start + i);
    if ((known ^ 0x5a) != load<u8>(values + i)) return false;
  }
  return true;
}

/** @returns 0 when the item's segment does not lie at `start`, WHOLE when it does, 1 when that is not decided here */
// @ts-ignore: decorator
@inline
function compare(item: usize, start: usize, first: usize, limit: usize, bodies: usize): u32 {
  const places = <usize>load<u32>(item, I_PLACES);
  const at1 = start + (places & 0xffff);
  const at2 = start + (places >> 16);
  // Where memory does not say, it may.
  if (start < first || at1 + 4 > limit || at2 + 4 > limit) return 1;
  if ((load<u32>(at1) & load<u32>(item, I_MASK1)) != load<u32>(item, I_VALUE1)) return 0;
  if ((load<u32>(at2) & load<u32>(item, I_MASK2)) != load<u32>(item, I_VALUE2)) return 0;
  const at = load<u32>(item, I_BODY);
  if (at >= COVERED) return at == COVERED ? WHOLE : 1;
  const body = bodies + <usize>at;
  const length = <usize>load<u16>(body, 1);
  if (start + length > limit) return 1;
  const flags = <u32>load<u8>(body);
  const values = body + (flags & B_GAP ? 11 : 3);
  return valuesFit(values, flags & B_MASKED ? values + length : 0, length, start) ? WHOLE : 0;
}

/** First and last entry of the buckets of candidates, all at once: their cache misses overlap. */
// @ts-ignore: decorator
@inline
function fetchBuckets(list: usize, end: usize, starts: usize, multiplier: u64, shift: u64, out: usize): void {
  for (; list < end; list += 4) {
    const bucket = starts + (<usize>(((load<u64>(<usize>load<u32>(list)) | FOLD8) * multiplier) >> shift) << 2);
    const k = load<u32>(bucket);
    store<u32>(out, k);
    store<u32>(out, load<u32>(bucket, 4), 4);
    out += 8;
  }
}

/**
 * Searches with one filter for segments of which a gram lies at a position in [from, to) that is a multiple of the stride.
 *
 * @param filter    address of a filter descriptor whose tables are relative to `image`
 * @param first     address of the object's first byte that is in memory; nothing before it is read
 * @param limit     address behind the object's last byte that is in memory; 16 readable bytes lie behind it
 * @param state     address of the search state; S_NEXT ← where to go on (≥ to when done), S_HITS ← number of hits, counters are added to
 * @param work      address of WORK_BYTES (../../layout.ts) for candidates
 * @param hits      address of the hits: pairs (item, with WHOLE or without, address of the segment's start)
 */
export function search(
  filter: usize, image: usize, first: usize, from: usize, to: usize, limit: usize,
  state: usize, work: usize, hits: usize, capacity: u32,
): void {
  const table1 = image + <usize>load<u32>(filter, F_TABLE1);
  const table2 = image + <usize>load<u32>(filter, F_TABLE2);
  const shift1 = <u64>load<u32>(filter, F_SHIFT1) + 32;
  const shift2 = <u64>load<u32>(filter, F_SHIFT2) + 32;
  const bucketShift = <u64>load<u32>(filter, F_BUCKET_SHIFT) + 32;
  const firstHash = load<u64>(filter, F_FIRST);
  const secondHash = load<u64>(filter, F_SECOND);
  const wide = load<u64>(filter, F_WIDE);
  const wideBehind = load<u64>(filter, F_WIDE_BEHIND);
  const stride = <usize>load<u32>(filter, F_STRIDE);
  const starts = image + <usize>load<u32>(filter, F_STARTS);
  const entries = image + <usize>load<u32>(filter, F_ENTRIES);
  const items = image + <usize>load<u32>(filter, F_ITEMS);
  const bodies = image + <usize>load<u32>(filter, F_BODIES);
  const buckets = work + LIST_BYTES;
  let goOn = load<u32>(state, S_ENTRY);
  let count: u32 = 0;
  let steps: u32 = 0;
  store<u32>(state, 0, S_ENTRY);
  for (let round = (from + stride - 1) & (0 - stride); round < to; round += ROUND * stride) {
    const end1 = filterBy(stride, round, min(round + ROUND * stride, to), table1, firstHash, shift1, work);
    const end2 = filterAgain(work, end1, table2, secondHash, wide, wideBehind, shift2);
    store<u32>(state, load<u32>(state, S_CANDIDATES1) + <u32>((end1 - work) >> 2), S_CANDIDATES1);
    store<u32>(state, load<u32>(state, S_CANDIDATES2) + <u32>((end2 - work) >> 2), S_CANDIDATES2);
    for (let batch = work; batch < end2; batch += BATCH << 2) {
      const end = min(batch + (BATCH << 2), end2);
      fetchBuckets(batch, end, starts, firstHash, bucketShift, buckets);
      for (let candidate = batch; candidate < end; candidate += 4) {
        const p = <usize>load<u32>(candidate);
        const print = <u32>(((load<u64>(p) | FOLD8) * secondHash) >> 32);
        const widePrint = <u32>(wideHash(p, wide, wideBehind) >> 32);
        const bucket = buckets + ((candidate - batch) << 1);
        let k = load<u32>(bucket);
        const last = load<u32>(bucket, 4);
        if (goOn) {
          k = goOn - 1;
          goOn = 0;
        }
        for (; k < last; k++) {
          steps++;
          const entry = entries + (<usize>k << 3);
          const known = load<u32>(entry);
          if (known != print && known != widePrint) continue;
          const word = load<u32>(entry, 4);
          const item = items + (<usize>(word >> 8) << 5);
          const start = p - <usize>(word & 255) - <usize>(<i32>load<u32>(item, I_BASE) >> 16);
          const found = compare(item, start, first, limit, bodies);
          if (!found) continue;
          if (count == capacity) {
            store<u32>(state, <u32>p, S_NEXT);
            store<u32>(state, k + 1, S_ENTRY);
            store<u32>(state, count, S_HITS);
            store<u32>(state, load<u32>(state, S_STEPS) + steps, S_STEPS);
            return;
          }
          store<u32>(hits + (<usize>count << 3), (word >> 8) | (found & WHOLE));
          store<u32>(hits + (<usize>count << 3), <u32>start, 4);
          count++;
        }
      }
    }
  }
  store<u32>(state, <u32>max(from, to), S_NEXT);
  store<u32>(state, count, S_HITS);
  store<u32>(state, load<u32>(state, S_STEPS) + steps, S_STEPS);
}
