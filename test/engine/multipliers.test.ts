/** Hashes of filters: which of several lets least of ordinary files pass. */
import { describe, expect, it } from 'vitest';
import { chooseMultiplier, commonGrams, type Multiplier, shifted } from '../../native-free-engine/image/multipliers.ts';
import { HASH8 } from '../../native-free-engine/layout.ts';

const BITS = 10;
/** Grams of a table that is a quarter full. */
const GRAMS = Array.from({ length: 256 }, (_, i) => (Math.imul(i, 0x01234567) | 0x20202020) >>> 0);
const indexOf = (gram: number, [, high]: Multiplier): number => Math.imul(gram, high) >>> (32 - BITS);
function tableBy(multiplier: Multiplier): Uint8Array {
  const table = new Uint8Array(2 ** (BITS - 3));
  for (const gram of GRAMS) table[indexOf(gram, multiplier) >>> 3]! |= 1 << (indexOf(gram, multiplier) & 7);
  return table;
}
const passes = (gram: number, multiplier: Multiplier): boolean =>
  ((tableBy(multiplier)[indexOf(gram, multiplier) >>> 3]! >>> (indexOf(gram, multiplier) & 7)) & 1) === 1;
const choose = (gramBytes: number, grams: number[], rates: number[]): Multiplier =>
  chooseMultiplier(HASH8, gramBytes, BITS, tableBy, { grams, rates });

describe('common grams', () => {
  const modelOf = (common: readonly number[]) => ({
    rate: (gram: number) => (common.includes(gram) ? 0.01 : 2 ** -27),
    isCommon: () => false,
  });
  it.each([
    ['NUL alone', 0x20202020, 1],
    ['one other byte', 0x2020ff20, 1],
    ['two other bytes', 0x612020fe, 1],
    ['three other bytes, as text has', 0x61626320, 0],
  ])('%s: each is there once, or not at all', (_, gram, count) => {
    expect(commonGrams(modelOf([gram])).grams).toEqual(Array(count).fill(gram));
  });
});

describe('the multiplier of a table', () => {
  const strangers = Array.from({ length: 64 }, (_, i) => (0x20202020 | (i << 8) | (i << 17)) >>> 0);
  it.each(strangers.filter((gram) => !GRAMS.includes(gram) && passes(gram, shifted(HASH8, 4))).map((gram) => [gram]))(
    'keeps gram %i out, which the first one lets pass',
    (gram) => {
      expect(passes(gram, choose(4, [gram], [0.01]))).toBe(false);
    },
  );
  it('minds the grams that are most common first', () => {
    const rates = strangers.map((_, i) => 1 / (i + 1));
    const passed = (multiplier: Multiplier): number =>
      strangers.reduce((sum, gram, i) => sum + (passes(gram, multiplier) ? rates[i]! : 0), 0);
    expect(passed(choose(4, strangers, rates))).toBeLessThan(passed(shifted(HASH8, 4)));
  });
  it('is the first one where nothing is common, and of grams of eight bytes', () => {
    expect(choose(4, [], [])).toEqual(shifted(HASH8, 4));
    expect(
      choose(
        8,
        strangers,
        strangers.map(() => 0.01),
      ),
    ).toEqual(shifted(HASH8, 8));
  });
  it('of a gram of four bytes has nothing in its lower half, so that bytes behind it do not count', () => {
    expect(choose(4, strangers, [])[0]).toBe(0);
  });
});
