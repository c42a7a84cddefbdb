/**
 * The byte-gram model: how often four bytes in a row occur in ordinary files.
 *
 * The compiler picks for each signature the bytes that ordinary files hold least often; everything that the search costs hangs on that choice: 1 % of
 * badly chosen atoms caused 99.96 % of the cost (DESIGN.md). The model is a table of half-bytes, hashed by the folded gram: value v stands for a rate of
 * 2^(1.6·v − 27) per position, rounded up. A gram's rate is how often it occurs per byte, or the share of files that hold it at all per megabyte,
 * whichever is more: `kernel32.dll` is rare among bytes, but every program has it once. Collisions keep the higher rate, which errs on the safe side.
 * Trained by bench/train-model.ts on files that are in no benchmark.
 */

/** Half-bytes in the table, as a power of two. */
export const MODEL_BITS = 21;
/** Bytes of a model. */
export const MODEL_BYTES = 2 ** (MODEL_BITS - 1);

const FLOOR = -27;
const OCTAVES = 1.6;
/** Rate per position of a gram with table value v. */
const RATES: readonly number[] = Array.from({ length: 16 }, (_, v) => 2 ** (FLOOR + OCTAVES * v));

export interface GramModel {
  /** @param gram four bytes, folded, little-endian @returns expected occurrences per position, 2^-27 … 2^-3 */
  rate(gram: number): number;
}

/** Place in the table of a folded gram. */
export function modelIndex(gram: number): number {
  // Another odd multiplier than the filters', so that their collisions have nothing to do with each other.
  return Math.imul(gram, 0xc2b2ae35) >>> (32 - MODEL_BITS);
}

/** @param table MODEL_BYTES bytes; kept, not copied. An empty table makes a model that finds every gram rare. */
export function gramModel(table: Uint8Array): GramModel {
  if (table.length === 0) return { rate: () => RATES[0]! };
  return {
    rate(gram) {
      const index = modelIndex(gram);
      return RATES[(table[index >>> 1]! >>> ((index & 1) << 2)) & 15]!;
    },
  };
}

/** Table value of a rate: the smallest v whose rate is at least `rate`. */
export function modelValue(rate: number): number {
  return Math.max(0, Math.min(15, Math.ceil((Math.log2(rate) - FLOOR) / OCTAVES)));
}
