/**
 * Writes the filters of a matcher: bit tables, and behind them the entries by which a gram leads to its segments.
 *
 * ```
 * gram ─ first hash ─┬─ table 1: one bit, tested at every stride-th position
 *      │             └─ bucket ─► entries ─ second hash equal? ─► item ─ two words of the segment equal? ─► hit
 *      └ second hash ── table 2: one bit, for what passed the first; of more bytes where the segment has them
 * ```
 */

import { EngineError } from '../errors.ts';
import { productHigh, wideHigh } from '../kernel/twin.ts';
import {
  COVERED,
  ENTRY_WORDS,
  FILTER,
  FILTER_CLASSES,
  FILTER_WORDS,
  HASH_BEHIND,
  HASH_WIDE,
  HASH8,
  HASH8_SECOND,
  ITEM,
  ITEM_WORDS,
  NO_BODY,
  PASSES,
  SECTION,
} from '../layout.ts';
import { SEGMENT_FLAG } from '../match/segment.ts';
import type { GramModel } from '../prefilter/model.ts';
import {
  completedGrams,
  type FilterClass,
  fourAt,
  NO_GRAMS,
  needsCompletion,
  type Run,
  runGrams,
} from '../prefilter/run.ts';
import { SPREAD_CLASS, tableBits } from './classes.ts';
import { type CommonGrams, chooseMultiplier, commonGrams, type Multiplier, shifted } from './multipliers.ts';
import type { SearchedSegment } from './searched.ts';
import { type ImageWriter, Words } from './writer.ts';

export interface FilterReport {
  readonly stride: number;
  readonly segments: number;
  readonly grams: number;
  readonly tableBits: number;
  /** Share of the first table's bits that are set. */
  readonly density: number;
  /** Entries of the fullest bucket. */
  readonly longest: number;
}

/** Grams of a filter whose buckets are no weight: two for each gram, not one for two. */
const FEW_GRAMS = 2 ** 16;
/** Most items of a matcher: an entry has 24 bits for it. */
const MAX_ITEMS = 2 ** 24;
/** Most segments of an item, which has 16 bits for them. */
const MAX_LISTED = 2 ** 16 - 1;

/** @param classes per segment its class */
export function writeFilters(
  writer: ImageWriter,
  matcher: number,
  segments: readonly SearchedSegment[],
  classes: Uint8Array,
  model: GramModel,
  bodyOf: BodyOf,
): { items: number; filters: FilterReport[] } {
  const items = new Items(bodyOf);
  const common = commonGrams(model);
  const filters: FilterReport[] = [];
  FILTER_CLASSES.forEach((_, c) => {
    const own = segments.filter((_, i) => classes[i] === c);
    if (own.length > 0) filters.push(writeFilter(writer, matcher, c, own, items, model, common));
  });
  if (items.count > 0) {
    writer.add(SECTION.items, matcher, items.words.view());
    writer.add(SECTION.itemSegments, matcher, items.segments.view());
  }
  return { items: items.count, filters };
}

/**
 * By a segment's number the place of its body; NO_BODY where its values and masks do not tell all of it, COVERED where two words of it, at these places, do.
 */
export type BodyOf = (segment: number, at1: number, at2: number) => number;

/** @param segments SECTION.segments @param bodies SECTION.bodies */
export function wholeBodies(segments: Uint32Array, bodies: Uint8Array): BodyOf {
  const { classes, edges, nots } = SEGMENT_FLAG;
  return (segment, at1, at2) => {
    const place = segments[segment * 2 + 1]!;
    if (bodies[place]! & (classes | edges | nots)) return NO_BODY;
    const length = bodies[place + 1]! | (bodies[place + 2]! << 8);
    const isCovered = Math.min(at1, at2) === 0 && Math.abs(at1 - at2) <= 4 && Math.max(at1, at2) + 4 >= length;
    return isCovered ? COVERED : place;
  };
}

class Items {
  readonly #bodyOf: BodyOf;
  readonly words = new Words();
  /** Of all items, one list behind the other. */
  readonly segments = new Words();

  constructor(bodyOf: BodyOf) {
    this.#bodyOf = bodyOf;
  }

  get count(): number {
    return this.words.length / ITEM_WORDS;
  }

  /** @param base bytes from the segment's start to where entries count from */
  add({ number, words: [one, other] }: SearchedSegment, base: number): number {
    const places = one.delta + other.delta * 65536;
    const body = this.#bodyOf(number, one.delta, other.delta);
    return this.#push([number], base, [one.value, one.mask, other.value, other.mask, places, body]);
  }

  /** One for the segments of several items, with what is known of all of them; more where they are very many. */
  addList(items: readonly number[], base: number): number[] {
    const words = this.words.view();
    const known = this.#shared(items);
    const numbers = [...new Set(items.map((item) => this.segments.view()[words[item * ITEM_WORDS]!]!))];
    const lists: number[] = [];
    for (let from = 0; from < numbers.length; from += MAX_LISTED)
      lists.push(this.#push(numbers.slice(from, from + MAX_LISTED), base, known));
    return lists;
  }

  /** The words and the body, where all of them have the same. */
  #shared([first = 0, ...others]: readonly number[]): number[] {
    const words = this.words.view();
    const of = (item: number): Uint32Array => words.subarray(item * ITEM_WORDS, (item + 1) * ITEM_WORDS);
    const known = of(first);
    const areSame = (from: number, to: number): boolean =>
      others.every((item) =>
        of(item)
          .subarray(from, to)
          .every((word, i) => word === known[from + i]),
      );
    const haveWords = areSame(ITEM.value1, ITEM.body);
    const two = haveWords ? known.subarray(ITEM.value1, ITEM.body) : [0, 0, 0, 0, 0];
    const body = areSame(ITEM.body, ITEM.body + 1) ? known[ITEM.body]! : NO_BODY;
    // That two words are all of a segment says nothing where none are compared.
    return [...two, body === COVERED && !haveWords ? NO_BODY : body];
  }

  baseOf(item: number): number {
    return (this.words.view()[item * ITEM_WORDS + ITEM.base]! | 0) >> 16;
  }

  #push(segments: readonly number[], base: number, known: readonly number[]): number {
    const item = this.count;
    if (item >= MAX_ITEMS)
      throw new EngineError('IMAGE_TOO_LARGE', `image: expected at most ${MAX_ITEMS} items, got more`);
    this.words.push(this.segments.length, ((base << 16) | segments.length) >>> 0, ...known);
    for (const segment of segments) this.segments.push(segment);
    return item;
  }
}

/** Entries of one gram, wide or not, at one place of more segments than this become one, whose item lists them. */
const LISTED = 8;

/** Grams of one filter, in parallel columns. */
class Grams {
  readonly #low = new Words();
  readonly #high = new Words();
  /** Their second hash, where that is the wide one. */
  readonly #wideHash = new Words();
  readonly #isWide = new Words();
  readonly #wide: readonly number[];
  readonly targets = new Words();

  constructor({ wide }: FilterClass) {
    this.#wide = wideMultipliers(wide);
  }

  get length(): number {
    return this.targets.length;
  }

  /** @param low @param high the gram, folded; of one of four bytes `high` does not count @param delta 0 … 255 */
  add(low: number, high: number, item: number, delta: number): void {
    this.#push(low, high, 0, 0, item, delta);
  }

  /** @param bytes 8 or 16 from the gram on, as words */
  addWide(bytes: readonly number[], item: number, delta: number): void {
    this.#push(bytes[0]!, bytes[1]!, 1, wideHigh(bytes, this.#wide), item, delta);
  }

  /** Of each gram the first hash. */
  first(multiplier: Multiplier): Uint32Array {
    const [low, high] = [this.#low.view(), this.#high.view()];
    const [byLow, byHigh] = multiplier;
    // Many multipliers are tried for grams of four bytes, and their lower half is 0.
    if (byLow === 0) return low.map((word) => Math.imul(word, byHigh));
    return low.map((word, i) => productHigh(word, high[i]!, byLow, byHigh));
  }

  /** Of each gram the second hash: the wide one where it has so many bytes. */
  second(multiplier: Multiplier): Uint32Array {
    const [wideHash, isWide] = [this.#wideHash.view(), this.#isWide.view()];
    return this.first(multiplier).map((hash, i) => (isWide[i] ? wideHash[i]! : hash));
  }

  #push(low: number, high: number, isWide: number, wideHash: number, item: number, delta: number): void {
    this.#low.push(low);
    this.#high.push(high);
    this.#isWide.push(isWide);
    this.#wideHash.push(wideHash);
    this.targets.push(((item << 8) | delta) >>> 0);
  }
}

/** Halves of those of a wide gram; the second is 0 where it has no more than 8 bytes. */
function wideMultipliers(bytes: number): readonly number[] {
  return [...shifted(HASH_WIDE, 8), ...(bytes > 8 ? shifted(HASH_BEHIND, 8) : [0, 0])];
}

function writeFilter(
  writer: ImageWriter,
  matcher: number,
  filterClass: number,
  segments: readonly SearchedSegment[],
  items: Items,
  model: GramModel,
  common: CommonGrams,
): FilterReport {
  const kind = FILTER_CLASSES[filterClass]!;
  const grams = new Grams(kind);
  for (const each of segments) addGrams(grams, each, filterClass, items, model);
  const bits = tableBits(grams.length, kind.hasBytes);
  // Looked up by two hashes.
  const bits2 = Math.min(tableBits(grams.length) + 1, 25);
  const bucketBits = Math.max(
    4,
    Math.min(bits, Math.ceil(Math.log2(grams.length * (grams.length < FEW_GRAMS ? 2 : 0.5)))),
  );
  const descriptor = new Uint32Array(FILTER_WORDS);
  const first = chooseMultiplier(HASH8, kind.gram, bits, (by) => bitTable(grams.first(by), bits), common);
  const second = chooseMultiplier(HASH8_SECOND, kind.gram, bits2, (by) => bitTable(grams.second(by), bits2), common);
  const hashes = { first: grams.first(first), second: grams.second(second) };
  descriptor[FILTER.shift1] = 32 - bits;
  descriptor[FILTER.shift2] = 32 - bits2;
  descriptor.set(first, FILTER.first);
  descriptor.set(second, FILTER.second);
  descriptor.set(wideMultipliers(kind.wide), FILTER.wide);
  descriptor[FILTER.stride] = kind.stride;
  descriptor[FILTER.bucketShift] = 32 - bucketBits;
  const { starts, entries, longest } = withLists(fillBuckets(hashes, grams.targets.view(), bucketBits), items);
  const index = matcher * FILTER_CLASSES.length + filterClass;
  const table1 = kind.hasBytes ? byteTable(hashes.first, bits) : bitTable(hashes.first, bits);
  writer.add(SECTION.filter, index, descriptor);
  writer.add(SECTION.filter1, index, table1);
  writer.add(SECTION.filter2, index, bitTable(hashes.second, bits2));
  writer.add(SECTION.bucketStarts, index, starts);
  writer.add(SECTION.entries, index, entries);
  writer.link(descriptor, FILTER.table1, SECTION.filter1, index);
  writer.link(descriptor, FILTER.table2, SECTION.filter2, index);
  writer.link(descriptor, FILTER.starts, SECTION.bucketStarts, index);
  writer.link(descriptor, FILTER.entries, SECTION.entries, index);
  writer.link(descriptor, FILTER.items, SECTION.items, matcher);
  writer.link(descriptor, FILTER.bodies, SECTION.bodies, 0);
  return {
    stride: kind.stride,
    segments: segments.length,
    grams: grams.length,
    tableBits: bits,
    density: table1.reduce((sum, byte) => sum + popCount(byte), 0) / 2 ** bits,
    longest,
  };
}

function addGrams(grams: Grams, each: SearchedSegment, filterClass: number, items: Items, model: GramModel): void {
  const { run, spread, spreadCost = Number.POSITIVE_INFINITY } = each.choice;
  const kind = FILTER_CLASSES[filterClass]!;
  const { places, cost } = run ? runGrams(run, kind, model) : NO_GRAMS;
  if (run && (filterClass !== SPREAD_CLASS || cost < spreadCost)) {
    if (needsCompletion(run, kind)) {
      addCompleted(grams, each, run, items, model);
      return;
    }
    const item = items.add(each, run.at);
    for (const place of places) {
      if (place + kind.wide <= run.bytes.length) grams.addWide(words(run.bytes, place, kind.wide), item, place);
      else grams.add(fourAt(run.bytes, place), kind.gram > 4 ? fourAt(run.bytes, place + 4) : 0, item, place);
    }
    return;
  }
  let item = -1;
  let base = Number.NaN;
  for (const { low, at } of spread!) {
    // Places of a spread lie far apart: an item for each.
    if (at !== base) item = items.add(each, at);
    base = at;
    grams.add(low, 0, item, 0);
  }
}

function addCompleted(grams: Grams, each: SearchedSegment, run: Run, items: Items, model: GramModel): void {
  grams.add(fourAt(run.bytes, 0), 0, items.add(each, run.at), 0);
  const { lows, at } = completedGrams(run, model);
  const item = items.add(each, run.at + at);
  for (const low of lows) grams.add(low, 0, item, 0);
}

function words(bytes: Uint8Array, at: number, count: number): number[] {
  return Array.from({ length: count / 4 }, (_, i) => fourAt(bytes, at + i * 4));
}

/** Of each gram of a filter. */
interface Hashes {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

interface Buckets {
  readonly starts: Uint32Array;
  readonly entries: Uint32Array;
  /** Entries of the fullest. */
  readonly longest: number;
}

/** Entries sorted by bucket; within one in the order of the segments. */
function fillBuckets({ first, second }: Hashes, targets: Uint32Array, bits: number): Omit<Buckets, 'longest'> {
  const starts = new Uint32Array(2 ** bits + 1);
  for (const hash of first) starts[(hash >>> (32 - bits)) + 1]!++;
  for (let bucket = 0; bucket < 2 ** bits; bucket++) starts[bucket + 1]! += starts[bucket]!;
  const entries = new Uint32Array(first.length * ENTRY_WORDS);
  const next = starts.slice();
  for (let i = 0; i < first.length; i++) {
    const at = next[first[i]! >>> (32 - bits)]!++ * ENTRY_WORDS;
    entries[at] = second[i]!;
    entries[at + 1] = targets[i]!;
  }
  return { starts, entries };
}

/**
 * Of many entries for one gram at one place of their segments one is left: a family of 350 signatures has one beginning, and an object made of it would cost
 * 350 comparisons at each of its places.
 */
function withLists({ starts, entries }: Omit<Buckets, 'longest'>, items: Items): Buckets {
  const kept = new Words();
  const keptStarts = new Uint32Array(starts.length);
  let longest = 0;
  for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
    const own = entries.subarray(starts[bucket]! * ENTRY_WORDS, starts[bucket + 1]! * ENTRY_WORDS);
    if (own.length <= LISTED * ENTRY_WORDS) for (const word of own) kept.push(word);
    else listAlike(own, items, kept);
    keptStarts[bucket + 1] = kept.length / ENTRY_WORDS;
    longest = Math.max(longest, keptStarts[bucket + 1]! - keptStarts[bucket]!);
  }
  return { starts: keptStarts, entries: kept.view().slice(), longest };
}

function listAlike(bucket: Uint32Array, items: Items, kept: Words): void {
  const groups = new Map<string, { base: number; entries: number[] }>();
  for (let k = 0; k < bucket.length; k += ENTRY_WORDS) {
    const word = bucket[k + 1]!;
    const base = items.baseOf(word >>> 8) + (word & 255);
    const key = `${bucket[k]} ${base}`;
    const group = groups.get(key);
    if (group) group.entries.push(k);
    else groups.set(key, { base, entries: [k] });
  }
  for (const { base, entries } of groups.values()) {
    const numbers = entries.map((k) => bucket[k + 1]! >>> 8);
    if (entries.length <= LISTED) for (const k of entries) kept.push(bucket[k]!, bucket[k + 1]!);
    else for (const item of items.addList(numbers, base)) kept.push(bucket[entries[0]!]!, (item << 8) >>> 0);
  }
}

function bitTable(hashes: Uint32Array, bits: number): Uint8Array {
  const table = new Uint8Array(2 ** (bits - 3));
  for (const hash of hashes) {
    const bit = hash >>> (32 - bits);
    table[bit >>> 3]! |= 1 << (bit & 7);
  }
  return table;
}

function byteTable(hashes: Uint32Array, bits: number): Uint8Array {
  const table = new Uint8Array(2 ** bits);
  for (const hash of hashes) table[hash >>> (32 - bits)] = PASSES;
  return table;
}

function popCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
