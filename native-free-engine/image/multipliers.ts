/**
 * Which hashes a filter has: those by which the grams that ordinary files hold most are seldom taken for others.
 *
 * A table has one bit in ten set, so a gram of zeros and little else, of which programs are full, passes it by chance with one multiplier in ten. Several are
 * tried.
 */

import type { GramModel } from '../prefilter/model.ts';

/** Halves of a multiplier of 64 bits. */
export type Multiplier = readonly [low: number, high: number];

/** Multipliers that are tried for each hash. */
const TRIES = 16;
/** Between two of them: even, so that all are odd; 2^64 divided by the golden ratio. */
const STEP = 0x9e3779b97f4a7c16n;
/** Rate above which a gram is common: once in 64 KiB. */
const COMMON = 2 ** -16;
/** NUL, as filters see it. */
const FOLDED_NUL = 0x20;
/** What else a folded byte can be. */
const OTHERS = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte & 0x20 && byte !== FOLDED_NUL);

/** Grams of four folded bytes, and how often ordinary files hold them. */
export interface CommonGrams {
  readonly grams: readonly number[];
  readonly rates: readonly number[];
}

/** Those of which two bytes at least are NUL: what else is common is the text of one language or another. */
export function commonGrams(model: GramModel): CommonGrams {
  const grams: number[] = [];
  const rates: number[] = [];
  addFrom(0, 0, 2);
  return { grams, rates };

  /** @param most how many of the bytes from `place` on may be something else than NUL */
  function addFrom(place: number, gram: number, most: number): void {
    if (place === 4) {
      const rate = model.rate(gram >>> 0);
      if (rate < COMMON) return;
      grams.push(gram >>> 0);
      rates.push(rate);
      return;
    }
    addFrom(place + 1, gram | (FOLDED_NUL << (8 * place)), most);
    if (most === 0) return;
    for (const byte of OTHERS) addFrom(place + 1, gram | (byte << (8 * place)), most - 1);
  }
}

/**
 * The multiplier by which least of what ordinary files hold passes a table.
 *
 * @param base  the first that is tried, odd; the only one for grams of more than four bytes, of which no model knows the common ones
 * @param bits  of the table's index, as a power of two
 * @param table of the grams, by a multiplier; with one bit for each index
 */
export function chooseMultiplier(
  base: bigint,
  gramBytes: number,
  bits: number,
  table: (multiplier: Multiplier) => Uint8Array,
  { grams, rates }: CommonGrams,
): Multiplier {
  let best = { rate: Number.POSITIVE_INFINITY, multiplier: shifted(base, gramBytes) };
  if (gramBytes > 4) return best.multiplier;
  for (let i = 0; i < TRIES; i++) {
    const multiplier = shifted(base + BigInt(i) * STEP, gramBytes);
    const passes = table(multiplier);
    let rate = 0;
    for (let k = 0; k < grams.length; k++) {
      const index = Math.imul(grams[k]!, multiplier[1]) >>> (32 - bits);
      if ((passes[index >>> 3]! >>> (index & 7)) & 1) rate += rates[k]!;
    }
    if (rate < best.rate) best = { rate, multiplier };
  }
  return best.multiplier;
}

/** Its halves, shifted so that bytes behind the gram do not count: for one of four bytes the lower is 0. */
export function shifted(multiplier: bigint, gramBytes: number): Multiplier {
  const moved = BigInt.asUintN(64, multiplier << BigInt(64 - 8 * gramBytes));
  return [Number(moved & 0xffffffffn), Number(moved >> 32n)];
}
