/**
 * Writes the filters of a matcher: bit tables, and behind them the entries by which a gram leads to its segments.
 *
 * ```
 * gram ─ first hash ─┬─ table 1: one bit, tested at every stride-th position
 *      │             └─ bucket ─► entries ─ second hash equal? ─► item ─ two words of the segment equal? ─► hit
 *      └ second hash ── table 2: one bit, for what passed the first
 * ```
 */

import { EngineError } from '../errors.ts';
import { productHigh } from '../kernel/twin.ts';
import {
  ENTRY_WORDS,
  FILTER,
  FILTER_CLASSES,
  FILTER_WORDS,
  HASH8,
  HASH8_SECOND,
  ITEM_WORDS,
  SECTION,
} from '../layout.ts';
import type { GramModel } from '../prefilter/model.ts';
import { fourAt, NO_GRAMS, runGrams } from '../prefilter/run.ts';
import { SPREAD_CLASS, tableBits } from './classes.ts';
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

/** Most items of a matcher: an entry has 24 bits for it. */
const MAX_ITEMS = 2 ** 24;

/** @param classes per segment its class */
export function writeFilters(
  writer: ImageWriter,
  matcher: number,
  segments: readonly SearchedSegment[],
  classes: Uint8Array,
  model: GramModel,
): { items: number; filters: FilterReport[] } {
  const items = new Items();
  const filters: FilterReport[] = [];
  FILTER_CLASSES.forEach((_, c) => {
    const own = segments.filter((_, i) => classes[i] === c);
    if (own.length > 0) filters.push(writeFilter(writer, matcher, c, own, items, model));
  });
  if (items.count > 0) writer.add(SECTION.items, matcher, items.words.view());
  return { items: items.count, filters };
}

class Items {
  readonly words = new Words();

  get count(): number {
    return this.words.length / ITEM_WORDS;
  }

  /** @param base bytes from the segment's start to where entries count from */
  add({ number, words: [one, other] }: SearchedSegment, base: number): number {
    const item = this.count;
    if (item >= MAX_ITEMS)
      throw new EngineError('IMAGE_TOO_LARGE', `image: expected at most ${MAX_ITEMS} items, got more`);
    this.words.push(
      number,
      base >>> 0,
      one.value,
      one.mask,
      other.value,
      other.mask,
      one.delta + other.delta * 65536,
      0,
    );
    return item;
  }
}

/** Grams of one filter, in parallel columns. */
class Grams {
  readonly first = new Words();
  readonly second = new Words();
  readonly targets = new Words();
  readonly #first: readonly [number, number];
  readonly #second: readonly [number, number];

  constructor(bytes: number) {
    this.#first = multiplier(HASH8, bytes);
    this.#second = multiplier(HASH8_SECOND, bytes);
  }

  get length(): number {
    return this.first.length;
  }

  /** @param low @param high the gram, folded; of one of four bytes `high` does not count @param delta 0 … 255 */
  add(low: number, high: number, item: number, delta: number): void {
    this.first.push(productHigh(low, high, ...this.#first));
    this.second.push(productHigh(low, high, ...this.#second));
    this.targets.push(((item << 8) | delta) >>> 0);
  }
}

/** Its halves, shifted so that bytes behind the gram do not count. */
function multiplier(of: bigint, gramBytes: number): readonly [low: number, high: number] {
  const shifted = BigInt.asUintN(64, of << BigInt(64 - 8 * gramBytes));
  return [Number(shifted & 0xffffffffn), Number(shifted >> 32n)];
}

function writeFilter(
  writer: ImageWriter,
  matcher: number,
  filterClass: number,
  segments: readonly SearchedSegment[],
  items: Items,
  model: GramModel,
): FilterReport {
  const kind = FILTER_CLASSES[filterClass]!;
  const grams = new Grams(kind.gram);
  for (const each of segments) addGrams(grams, each, filterClass, items, model);
  const bits = tableBits(grams.length);
  const bucketBits = Math.max(4, Math.min(bits, Math.ceil(Math.log2(grams.length / 2))));
  const descriptor = new Uint32Array(FILTER_WORDS);
  const [first, second] = [multiplier(HASH8, kind.gram), multiplier(HASH8_SECOND, kind.gram)];
  descriptor[FILTER.shift1] = 32 - bits;
  descriptor[FILTER.shift2] = 32 - bits;
  descriptor.set(first, FILTER.first);
  descriptor.set(second, FILTER.second);
  descriptor[FILTER.stride] = kind.stride;
  descriptor[FILTER.bucketShift] = 32 - bucketBits;
  const { starts, entries, longest } = fillBuckets(grams, bucketBits);
  const index = matcher * FILTER_CLASSES.length + filterClass;
  const table1 = bitTable(grams.first.view(), bits);
  writer.add(SECTION.filter, index, descriptor);
  writer.add(SECTION.filter1, index, table1);
  writer.add(SECTION.filter2, index, bitTable(grams.second.view(), bits));
  writer.add(SECTION.bucketStarts, index, starts);
  writer.add(SECTION.entries, index, entries);
  writer.link(descriptor, FILTER.table1, SECTION.filter1, index);
  writer.link(descriptor, FILTER.table2, SECTION.filter2, index);
  writer.link(descriptor, FILTER.starts, SECTION.bucketStarts, index);
  writer.link(descriptor, FILTER.entries, SECTION.entries, index);
  writer.link(descriptor, FILTER.items, SECTION.items, matcher);
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
    const item = items.add(each, run.at);
    for (const place of places) {
      const high = kind.gram > 4 ? fourAt(run.bytes, place + 4) : 0;
      grams.add(fourAt(run.bytes, place), high, item, place);
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

/** Entries sorted by bucket; within one in the order of the segments. */
function fillBuckets(grams: Grams, bits: number): { starts: Uint32Array; entries: Uint32Array; longest: number } {
  const first = grams.first.view();
  const second = grams.second.view();
  const targets = grams.targets.view();
  const starts = new Uint32Array(2 ** bits + 1);
  for (const hash of first) starts[(hash >>> (32 - bits)) + 1]!++;
  let longest = 0;
  for (let bucket = 0; bucket < 2 ** bits; bucket++) {
    longest = Math.max(longest, starts[bucket + 1]!);
    starts[bucket + 1]! += starts[bucket]!;
  }
  const entries = new Uint32Array(first.length * ENTRY_WORDS);
  const next = starts.slice();
  for (let i = 0; i < first.length; i++) {
    const at = next[first[i]! >>> (32 - bits)]!++ * ENTRY_WORDS;
    entries[at] = second[i]!;
    entries[at + 1] = targets[i]!;
  }
  return { starts, entries, longest };
}

function bitTable(hashes: Uint32Array, bits: number): Uint8Array {
  const table = new Uint8Array(2 ** (bits - 3));
  for (const hash of hashes) {
    const bit = hash >>> (32 - bits);
    table[bit >>> 3]! |= 1 << (bit & 7);
  }
  return table;
}

function popCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
