/**
 * Grams of a run of literal bytes: one for each residue of a stride.
 *
 * The segment may lie in any of `stride` ways over the positions that a filter tests, so its run must hold a gram at a place of each residue; where there are
 * several of one residue, the one that ordinary files hold least often.
 */

import type { GramModel } from './model.ts';

/**
 * Nanoseconds, fitted to the kernel over 100,000 literals: a position that passes the first table, one that passes the second with a gram of 4, 8 or 16 bytes that is
 * really there (the model knows the rates of fours only, and what is longer is rarer than they are), and a hit of the shuffle filter.
 */
export const COST = { passed: 2, candidate: 30, candidateOfEight: 4, candidateOfSixteen: 1, confirm: 60 } as const;
/** Rate of eight bytes that a third of the files of some class hold: about once in a file. */
const COMMON_RATE = 2e-6;

/** Literal bytes of a segment. */
export interface Run {
  /** Folded. */
  readonly bytes: Uint8Array;
  /** Bytes from the segment's start to the first of them. */
  readonly at: number;
}

/** Stride of a kind of filter, and the bytes of its grams: those of the first table, and those that are looked at behind it. */
export interface FilterClass {
  readonly stride: number;
  readonly gram: number;
  readonly wide: number;
}

/** Places of grams in a run, by residue. */
export interface RunGrams {
  readonly places: Uint8Array;
  /** Expected nanoseconds per byte of an ordinary file. */
  readonly cost: number;
}

export const NO_GRAMS: RunGrams = { places: new Uint8Array(0), cost: Number.POSITIVE_INFINITY };

/**
 * The grams of a run of four bytes for stride 2: it holds one, the other is three of its bytes and what stands in front of them or behind.
 *
 * @returns the 128 that this can be, folded, where the first byte of them lies from the run's start (−1 or 1), and what they cost
 */
export function completedGrams({ bytes }: Run, model: GramModel): { lows: number[]; at: number; cost: number } {
  const four = fourAt(bytes, 0);
  const inFront: number[] = [];
  const behind: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    if ((byte & 0x20) === 0) continue;
    inFront.push(((four << 8) | byte) >>> 0);
    behind.push(((four >>> 8) | (byte << 24)) >>> 0);
  }
  const costOf = (lows: readonly number[]): number => lows.reduce((sum, low) => sum + model.rate(low), 0) * FOUR_NS;
  const [front, back] = [costOf(inFront), costOf(behind)];
  return front < back ? { lows: inFront, at: -1, cost: front } : { lows: behind, at: 1, cost: back };
}

const FOUR_NS = COST.passed + COST.candidate;

/** Whether a run has the grams of a kind of filter only when one of them is completed. */
export function needsCompletion({ bytes }: Run, { stride, gram }: FilterClass): boolean {
  return stride === 2 && gram === 4 && bytes.length === 4;
}

/**
 * Rates of the grams of a run, by place: the same ones for every kind of filter, so that whoever asks for several kinds has them rated once. Looked up anew for each
 * kind and gram they were a sixth of a compilation.
 */
export interface RunRates {
  /** Of the four bytes from each place on, per position of an ordinary file; longer than the run. */
  readonly fours: Float64Array;
  /** Of the eight. */
  readonly eights: Float64Array;
}

/** Of one run at a time: arrays for each of 200,000 are what the collector is busy with. */
let scratch: RunRates = { fours: new Float64Array(256), eights: new Float64Array(256) };

/** @returns valid until it is called again */
export function ratesOf({ bytes }: Run, model: GramModel): RunRates {
  const { length } = bytes;
  if (length > scratch.fours.length)
    scratch = { fours: new Float64Array(length * 2), eights: new Float64Array(length * 2) };
  const { fours, eights } = scratch;
  for (let at = 0; at + 4 <= length; at++) fours[at] = model.rate(fourAt(bytes, at));
  for (let at = 0; at + 8 <= length; at++) {
    const rate = Math.min(fours[at]!, fours[at + 2]!, fours[at + 4]!);
    const isCommon = model.isCommon(fourAt(bytes, at), fourAt(bytes, at + 4));
    eights[at] = isCommon ? Math.max(rate, COMMON_RATE) : rate;
  }
  return scratch;
}

/**
 * @param rates of this run
 * @returns infinite cost and no places when the run is too short for that stride; of one that needs completion the cost alone
 */
export function runGrams(run: Run, kind: FilterClass, model: GramModel, rates = ratesOf(run, model)): RunGrams {
  const { bytes } = run;
  const { stride, gram, wide } = kind;
  if (needsCompletion(run, kind)) {
    const cost = (model.rate(fourAt(bytes, 0)) * FOUR_NS + completedGrams(run, model).cost) / 2;
    return { places: new Uint8Array(0), cost };
  }
  const last = bytes.length - gram;
  if (last + 1 < stride) return NO_GRAMS;
  const places = new Uint8Array(stride);
  const costs = new Float64Array(stride).fill(Number.POSITIVE_INFINITY);
  for (let at = 0; at <= last; at++) {
    const behind = at + wide <= bytes.length ? wide : gram;
    const cost = rateAt(rates, at, gram) * COST.passed + rateAt(rates, at, behind) * candidateNs(behind);
    const residue = at % stride;
    if (cost >= costs[residue]!) continue;
    costs[residue] = cost;
    places[residue] = at;
  }
  let sum = 0;
  for (const cost of costs) sum += cost;
  return { places, cost: sum / stride };
}

function candidateNs(bytes: number): number {
  return bytes === 4 ? COST.candidate : bytes === 8 ? COST.candidateOfEight : COST.candidateOfSixteen;
}

/** @param count bytes of the gram: 4, 8 or 16 */
function rateAt({ fours, eights }: RunRates, at: number, count: number): number {
  if (count === 4) return fours[at]!;
  return count === 8 ? eights[at]! : Math.min(eights[at]!, eights[at + 8]!);
}

/** Four bytes, little-endian. */
export function fourAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
