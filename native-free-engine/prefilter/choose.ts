/**
 * Chooses the bytes of a segment by which a search finds it.
 *
 * A filter tests the grams at every stride-th position only, so a segment needs one gram for each of the ways in which it can lie over those positions (its
 * residues). A *run* of literal bytes holds grams for all of them, and the longer it is, the larger the stride can be: which one is decided when all segments
 * are known (image/filters.ts). A segment full of wildcards takes the rarest gram of each residue wherever it lies, with up to 128 completions of its unknown
 * bytes (a *spread*). Where even that fails, or finds too much, the shuffle filter looks for three of its bytes at every position. What a choice costs is
 * estimated with the byte-gram model.
 *
 * Grams are folded (bit 5 set), as the filters see them; the check of the whole segment is exact.
 */

import type { Segment } from '../match/segment.ts';
import type { GramModel } from './model.ts';
import { byteRate, looseRate } from './rates.ts';
import { COST, type Run, ratesOf, runGrams } from './run.ts';

/** Byte strings that one gram may stand for. */
const MAX_COMPLETIONS = 128;
/** Nanoseconds per byte above which another way is looked for: 1,000 for a run of bytes, 50,000 for single grams, in each megabyte. */
const GOOD_RUN = 1e-3;
const BAD_SPREAD = 0.05;
/** Bytes that are kept of a long run on either side of its rarest. */
const KEPT_BEFORE = 24;
const KEPT_BEHIND = 40;

/** Two of the kinds of filters, by which a costly run is judged. */
const RUN_CLASSES = [
  { stride: 8, gram: 8, wide: 16 },
  { stride: 4, gram: 4, wide: 8 },
] as const;

/** A gram of a spread: four folded bytes, little-endian. */
export interface Gram {
  readonly low: number;
  /** Bytes from the segment's start to it: −1 where its first byte lies in front. */
  readonly at: number;
}
/** Four neighbouring bytes of a segment: the bytes at its start + `delta` are `value` under `mask`, little-endian. */
export interface KnownWord {
  readonly value: number;
  readonly mask: number;
  readonly delta: number;
}
/** Three neighbouring bytes for the shuffle filter. */
export interface Fingerprint {
  /** Bytes from the segment's start to the first of the three. */
  readonly at: number;
  /** Four bytes of the segment that tell most beside the three: looked at first when these are found. */
  readonly word: KnownWord;
  /** Expected occurrences per position of an ordinary file. */
  readonly rate: number;
  /** The bytes, unfolded, that each of the three can be. */
  readonly options: readonly (readonly number[])[];
}
/** Ways to find a segment, of which one is enough. */
export interface Choice {
  readonly run?: Run;
  /** One or more for each residue of stride 4. */
  readonly spread?: readonly Gram[];
  readonly spreadCost?: number;
  readonly fingerprint?: Fingerprint;
  /** Expected nanoseconds per byte of an ordinary file. */
  readonly cost: number;
}

/** A segment as the filter sees it: the folded bytes each position can be. */
interface FoldedSegment {
  readonly length: number;
  /** Folded byte, where only one is possible; -1 elsewhere. */
  readonly literal: Int16Array;
  /** Where several are possible: all of them. */
  options(position: number): readonly number[];
}

const ANY_BYTE: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte);
const ANY_FOLDED: readonly number[] = ANY_BYTE.filter((byte) => (byte & 0x20) !== 0);
/** The one byte that a literal position can be, as a list that is not made anew each time. */
const ONE_BYTE: readonly (readonly number[])[] = ANY_BYTE.map((byte) => [byte]);

/** The cheapest run of literal bytes that finds every place where the segment can lie; undefined when it has none of seven bytes. */
export function chooseRun(segment: Segment, model: GramModel): Choice | undefined {
  return bestRun(literalBytes(segment), model);
}

/** The ways to find every place where the segment can lie: one by a run of bytes where that is cheap, else all that there are. */
export function chooseAtoms(segment: Segment, model: GramModel): Choice {
  const folded = foldSegment(segment);
  const run = bestRun(folded.literal, model);
  if (run && run.cost < GOOD_RUN) return run;
  const ways = [run, bestSpread(folded, model)].filter((way) => way !== undefined);
  // Instead of the 258 grams that five bytes are completed to.
  const short = run ? undefined : bestShortRun(folded.literal, model);
  if (short) ways.push(short);
  if (!run || cheapest(ways) >= BAD_SPREAD) ways.push(bestFingerprint(segment, folded, model));
  return Object.assign({}, ...ways, { cost: cheapest(ways) });
}

function cheapest(ways: readonly Choice[]): number {
  return ways.reduce((least, { cost }) => Math.min(least, cost), Number.POSITIVE_INFINITY);
}

/** The folded byte of each position that can be only one; -1 elsewhere. */
function literalBytes({ values, masks }: Segment): Int16Array {
  const literal = new Int16Array(values.length);
  for (let i = 0; i < literal.length; i++) literal[i] = (masks[i]! | 0x20) === 0xff ? values[i]! | 0x20 : -1;
  return literal;
}

function foldSegment(segment: Segment): FoldedSegment {
  const { masks, classes } = segment;
  const { length } = masks;
  const literal = literalBytes(segment);
  const options = (i: number): readonly number[] => {
    if (i < 0 || i >= length) return ANY_FOLDED;
    if (literal[i]! >= 0) return ONE_BYTE[literal[i]!]!;
    if (masks[i] === 0 && !classes.has(i)) return ANY_FOLDED;
    const found = new Set<number>();
    for (const byte of plainOptions(segment, i)) found.add(byte | 0x20);
    return [...found];
  };
  return { length, literal, options };
}

function gramAt(literal: Int16Array, at: number): number {
  return (literal[at]! | (literal[at + 1]! << 8) | (literal[at + 2]! << 16) | (literal[at + 3]! << 24)) >>> 0;
}

// Scratch for one segment at a time: three new arrays for each of 300,000 segments were a third of the compile time.
let scratchUntil = new Int32Array(1024);
let scratchRates = new Float64Array(1024);
let scratchCosts = new Float64Array(1024);

/** The cheapest run of at least seven literal bytes, and what lies around it. */
function bestRun(literal: Int16Array, model: GramModel): Choice | undefined {
  const { length } = literal;
  if (length < 7) return undefined;
  if (scratchRates.length <= length) {
    scratchUntil = new Int32Array(length * 2);
    scratchRates = new Float64Array(length * 2);
    scratchCosts = new Float64Array(length * 2);
  }
  // literalUntil[i]: first position ≥ i that is not literal. rates[i] and costs[i] hold where four literal bytes begin.
  const literalUntil = scratchUntil;
  const rates = scratchRates;
  const costs = scratchCosts;
  literalUntil[length] = length;
  for (let i = length - 1; i >= 0; i--) {
    const until = literal[i]! < 0 ? i : literalUntil[i + 1]!;
    literalUntil[i] = until;
    if (i + 4 > until) continue;
    rates[i] = model.rate(gramAt(literal, i));
    costs[i] = gramCost(rates, i, until - i >= 8);
  }
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let start = 0; start + 7 <= length; start++) {
    const run = literalUntil[start]! - start;
    if (run < 7) continue;
    let cost = costs[start]! + costs[start + 1]! + costs[start + 2]! + costs[start + 3]!;
    // Among equals the one with more bytes behind, since a larger stride needs them.
    if (run < 15) cost *= 1.05;
    if (run < 23) cost *= 1.05;
    if (cost < bestCost) {
      bestCost = cost;
      best = start;
    }
  }
  if (best < 0) return undefined;
  let at = best;
  while (at > 0 && at > best - KEPT_BEFORE && literal[at - 1]! >= 0) at--;
  const end = Math.min(literalUntil[best]!, best + KEPT_BEHIND);
  const run = { bytes: Uint8Array.from(literal.subarray(at, end)), at };
  const cost = bestCost / 4;
  if (cost < GOOD_RUN) return { run, cost };
  const known = ratesOf(run, model);
  return { run, cost: Math.min(cost, ...RUN_CLASSES.map((each) => runGrams(run, each, model, known).cost)) };
}

/** Cost of one gram, if every position were tested. */
function gramCost(rates: Float64Array, at: number, long: boolean): number {
  const rate = rates[at]!;
  return (long ? Math.min(rate, rates[at + 4]!) : rate) * COST.candidate;
}

/** The run of four to six literal bytes whose grams are rarest. */
function bestShortRun(literal: Int16Array, model: GramModel): Choice | undefined {
  let best: Choice | undefined;
  for (let at = 0; at + 4 <= literal.length; at++) {
    let end = at;
    let rate = 0;
    while (end < literal.length && end < at + 6 && literal[end]! >= 0) {
      end++;
      if (end - at >= 4) rate += model.rate(gramAt(literal, end - 4));
    }
    const grams = end - at - 3;
    if (grams < 1) continue;
    const cost = (rate / grams) * COST.candidate;
    // More bytes allow a larger stride.
    if (!best || cost / grams < best.cost / (best.run!.bytes.length - 3))
      best = { run: { bytes: Uint8Array.from(literal.subarray(at, end)), at }, cost };
  }
  return best;
}

/** The cheapest gram for each residue on its own. */
function bestSpread(folded: FoldedSegment, model: GramModel): Choice | undefined {
  const spread: Gram[] = [];
  let cost = 0;
  for (let residue = 0; residue < 4; residue++) {
    let best: SpreadGram | undefined;
    // A gram may reach over the segment's ends: what lies there can be any byte.
    for (let at = residue === 3 ? -1 : residue; at < folded.length; at += 4) {
      const candidate = spreadGram(folded, at, model);
      if (candidate && (!best || candidate.cost < best.cost)) best = candidate;
    }
    if (!best) return undefined;
    cost += best.cost / 4;
    for (const low of best.lows) spread.push({ low, at: best.at });
  }
  return { spread, spreadCost: cost, cost };
}

/** Grams at one place of a segment, made into objects only when they are the cheapest. */
interface SpreadGram {
  readonly lows: readonly number[];
  readonly at: number;
  readonly cost: number;
}

function spreadGram(folded: FoldedSegment, at: number, model: GramModel): SpreadGram | undefined {
  if (at >= 0 && isLiteral(folded, at, 4)) {
    const low = gramAt(folded.literal, at);
    return { lows: [low], at, cost: model.rate(low) * COST.candidate };
  }
  const lows = completions([0, 1, 2, 3].map((i) => folded.options(at + i)));
  if (!lows) return undefined;
  let rate = 0;
  for (const low of lows) rate += model.rate(low);
  return { lows, at, cost: rate * COST.candidate };
}

/** All grams that four sets of bytes stand for; undefined when they are too many. */
function completions(options: readonly (readonly number[])[]): number[] | undefined {
  let count = 1;
  for (const bytes of options) count *= bytes.length;
  if (count > MAX_COMPLETIONS) return undefined;
  let lows = [0];
  for (let i = 0; i < options.length; i++) {
    const longer: number[] = [];
    for (const low of lows) for (const byte of options[i]!) longer.push((low | (byte << (8 * i))) >>> 0);
    lows = longer;
  }
  return lows;
}

/** The three neighbouring bytes that ordinary files hold least often; what lies behind the segment's end can be any byte. */
function bestFingerprint(segment: Segment, folded: FoldedSegment, model: GramModel): Choice {
  let best = { at: 0, rate: Number.POSITIVE_INFINITY };
  for (let at = 0; at < Math.max(1, folded.length - 2); at++) {
    const rate = fingerprintRate(segment, folded, at, model);
    if (rate < best.rate) best = { at, rate };
  }
  const options = [0, 1, 2].map((i) => plainOptions(segment, best.at + i));
  return {
    fingerprint: { at: best.at, rate: best.rate, word: knownWord(segment, best.at, best.at + 3), options },
    cost: best.rate * COST.confirm,
  };
}

/** Expected rate of three neighbouring positions: the sum over all grams that begin, or else end, with them. */
function fingerprintRate(segment: Segment, folded: FoldedSegment, at: number, model: GramModel): number {
  const options = [0, 1, 2].map((i) => folded.options(at + i));
  const product = options.reduce((all, bytes) => all * bytes.length, 1);
  // With many possible bytes the sum over all grams would say no more than how many they are.
  if (product > 64) return looseRate([0, 1, 2].map((i) => plainOptions(segment, at + i)));
  let rate = 0;
  for (const a of options[0]!) {
    for (const b of options[1]!) {
      for (const c of options[2]!) {
        const low = a | (b << 8) | (c << 16);
        for (const d of ANY_FOLDED) rate += model.rate((low | (d << 24)) >>> 0);
      }
    }
  }
  return Math.min(1, rate);
}

/**
 * The four neighbouring positions of a segment that tell most, by the rates of their bytes.
 *
 * @param from positions [from, to) are known already and tell nothing more
 */
export function knownWord(segment: Segment, from = 0, to = 0): KnownWord {
  const { values, masks } = segment;
  const told = (i: number): number =>
    i >= values.length || (i >= from && i < to) ? 0 : (masks[i]! / 255) * -Math.log2(byteRate(values[i]!));
  let best = { told: -1, delta: 0 };
  for (let delta = 0; delta === 0 || delta + 4 <= values.length; delta++) {
    const sum = told(delta) + told(delta + 1) + told(delta + 2) + told(delta + 3);
    if (sum > best.told) best = { told: sum, delta };
  }
  let value = 0;
  let mask = 0;
  for (let i = 0; i < 4 && best.delta + i < values.length; i++) {
    value |= values[best.delta + i]! << (8 * i);
    mask |= masks[best.delta + i]! << (8 * i);
  }
  return { value: value >>> 0, mask: mask >>> 0, delta: best.delta };
}

/** Unfolded bytes that a position can be, ascending. */
function plainOptions({ values, masks, classes }: Segment, position: number): readonly number[] {
  if (position >= values.length) return ANY_BYTE;
  const value = values[position]!;
  const mask = masks[position]!;
  if (mask === 0xff) return ONE_BYTE[value]!;
  const bitmap = classes.get(position);
  const options: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const isOne = bitmap ? ((bitmap[byte >>> 3]! >>> (byte & 7)) & 1) === 1 : (byte & mask) === value;
    if (isOne) options.push(byte);
  }
  return options;
}

function isLiteral(folded: FoldedSegment, at: number, count: number): boolean {
  if (at + count > folded.length) return false;
  for (let i = at; i < at + count; i++) if (folded.literal[i]! < 0) return false;
  return true;
}
