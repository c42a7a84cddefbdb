/**
 * Grams of a run of literal bytes: one for each residue of a stride.
 *
 * The segment may lie in any of `stride` ways over the positions that a filter tests, so its run must hold a gram at a place of each residue; where there are
 * several of one residue, the one that ordinary files hold least often.
 */

import type { GramModel } from './model.ts';

/**
 * Nanoseconds, fitted to the kernel over 100,000 literals: a position that passes a filter with a gram that is really there, one of eight bytes (the model knows
 * the rates of its fours only, and it is rarer than those), and a hit of the shuffle filter.
 */
export const COST = { candidate: 30, candidateOfEight: 8, confirm: 60 } as const;
/** Rate of eight bytes that a third of the files of some class hold: about once in a file. */
const COMMON_RATE = 2e-6;

/** Literal bytes of a segment. */
export interface Run {
  /** Folded. */
  readonly bytes: Uint8Array;
  /** Bytes from the segment's start to the first of them. */
  readonly at: number;
}

/** Gram `bytes` and stride of a kind of filter. */
export interface FilterClass {
  readonly stride: number;
  readonly gram: number;
}

/** Places of grams in a run, by residue. */
export interface RunGrams {
  readonly places: Uint8Array;
  /** Expected nanoseconds per byte of an ordinary file. */
  readonly cost: number;
}

export const NO_GRAMS: RunGrams = { places: new Uint8Array(0), cost: Number.POSITIVE_INFINITY };

/** @returns infinite cost and no places when the run is too short for that stride */
export function runGrams({ bytes }: Run, { stride, gram }: FilterClass, model: GramModel): RunGrams {
  const last = bytes.length - gram;
  if (last + 1 < stride) return NO_GRAMS;
  const places = new Uint8Array(stride);
  const rates = new Float64Array(stride).fill(Number.POSITIVE_INFINITY);
  for (let at = 0; at <= last; at++) {
    const rate = gram === 8 ? rateOfEight(bytes, at, model) : model.rate(fourAt(bytes, at));
    const residue = at % stride;
    if (rate >= rates[residue]!) continue;
    rates[residue] = rate;
    places[residue] = at;
  }
  let sum = 0;
  for (const rate of rates) sum += rate;
  return { places, cost: (sum / stride) * (gram === 8 ? COST.candidateOfEight : COST.candidate) };
}

function rateOfEight(bytes: Uint8Array, at: number, model: GramModel): number {
  const low = fourAt(bytes, at);
  const high = fourAt(bytes, at + 4);
  const rate = Math.min(model.rate(low), model.rate(fourAt(bytes, at + 2)), model.rate(high));
  return model.isCommon(low, high) ? Math.max(rate, COMMON_RATE) : rate;
}

/** Four bytes, little-endian. */
export function fourAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
