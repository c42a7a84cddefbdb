/**
 * The byte-gram model: which bytes ordinary files hold, and how often.
 *
 * The compiler picks for each signature the bytes that ordinary files hold least often; everything that the search costs hangs on that choice: 1 % of
 * badly chosen atoms caused 99.96 % of the cost (DESIGN.md). Two questions, two tables:
 *
 * - How often does a gram of four bytes occur? A table of half-bytes, hashed by the folded gram: value v stands for 2^(1.6·v − 27) per position,
 *   rounded up; collisions keep the higher rate, which errs on the safe side.
 * - Does nearly every program have these eight bytes somewhere? `kernel32.dll` is rare among bytes, and yet no way to tell one program from another. A
 *   bit table, hashed by the folded bytes, of what a third of the files of some class hold.
 *
 * Trained by bench/train-model.ts on files that are in no benchmark.
 */

/** Half-bytes in the first table, as a power of two. */
export const MODEL_BITS = 22;
/** Bits in the second table, as a power of two. */
export const COMMON_BITS = 20;
const RATE_BYTES = 2 ** (MODEL_BITS - 1);
/** Bytes of a model: the first table, then the second. */
export const MODEL_BYTES = RATE_BYTES + 2 ** (COMMON_BITS - 3);

const FLOOR = -27;
const OCTAVES = 1.6;
/** Rate per position of a gram with table value v. */
const RATES: readonly number[] = Array.from({ length: 16 }, (_, v) => 2 ** (FLOOR + OCTAVES * v));

export interface GramModel {
  /** @param gram four bytes, folded, little-endian @returns expected occurrences per position, 2^-27 … 2^-3 */
  rate(gram: number): number;
  /** Whether a third of the files of some class hold these eight bytes. @param low @param high folded grams of four bytes */
  isCommon(low: number, high: number): boolean;
}

/** Place in the first table of a folded gram. */
export function modelIndex(gram: number): number {
  // Another odd multiplier than the filters', so that their collisions have nothing to do with each other.
  return Math.imul(gram, 0xc2b2ae35) >>> (32 - MODEL_BITS);
}

/** 32-bit hash of eight folded bytes. */
export function longHash(low: number, high: number): number {
  const mixed = Math.imul(low, 0xc2b2ae35) ^ Math.imul(high, 0x27d4eb2f);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 0;
}

/** @param tables MODEL_BYTES bytes; kept, not copied. Empty: a model that finds every gram rare */
export function gramModel(tables: Uint8Array): GramModel {
  if (tables.length === 0) return { rate: () => RATES[0]!, isCommon: () => false };
  return {
    rate(gram) {
      const index = modelIndex(gram);
      return RATES[(tables[index >>> 1]! >>> ((index & 1) << 2)) & 15]!;
    },
    isCommon(low, high) {
      const bit = longHash(low, high) >>> (32 - COMMON_BITS);
      return ((tables[RATE_BYTES + (bit >>> 3)]! >>> (bit & 7)) & 1) === 1;
    },
  };
}

/** Makes a model: what bench/train-model.ts calls with what it counted. */
export class ModelBuilder {
  readonly tables = new Uint8Array(MODEL_BYTES);

  /** @param gram folded @param rate occurrences per position */
  addRate(gram: number, rate: number): void {
    const value = Math.max(0, Math.min(15, Math.ceil((Math.log2(rate) - FLOOR) / OCTAVES)));
    const index = modelIndex(gram);
    const shift = (index & 1) << 2;
    const old = (this.tables[index >>> 1]! >>> shift) & 15;
    if (value > old) this.tables[index >>> 1] = (this.tables[index >>> 1]! & ~(15 << shift)) | (value << shift);
  }

  /** @param hash longHash of eight folded bytes */
  addCommon(hash: number): void {
    const bit = hash >>> (32 - COMMON_BITS);
    this.tables[RATE_BYTES + (bit >>> 3)]! |= 1 << (bit & 7);
  }
}
