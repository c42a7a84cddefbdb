/** The small parts on their own: intervals, lowering, the choice of atoms. */
import { describe, expect, it } from 'vitest';
import { FILTER_CLASSES } from '../../native-free-engine/layout.ts';
import {
  append,
  type Intervals,
  intersect,
  reachable,
  countOf as sizeOf,
  unite,
} from '../../native-free-engine/match/intervals.ts';
import { lowerAny, lowerPattern } from '../../native-free-engine/match/lower.ts';
import { lowerPlain } from '../../native-free-engine/match/lower-plain.ts';
import type { Segment } from '../../native-free-engine/match/segment.ts';
import { type Choice, chooseAtoms } from '../../native-free-engine/prefilter/choose.ts';
import { gramModel, longHash, MODEL_BYTES, ModelBuilder } from '../../native-free-engine/prefilter/model.ts';
import { type FilterClass, type Run, runGrams } from '../../native-free-engine/prefilter/run.ts';
import { EMPTY_MODEL, ORDINARY_MODEL } from '../support/engine/engine.ts';
import { pattern } from '../support/engine/notation.ts';
import { Random, seedOf } from '../support/engine/random.ts';

describe('intervals', () => {
  const LIMIT = 60;
  const numbers = (intervals: Intervals): number[] =>
    Array.from({ length: LIMIT }, (_, i) => i).filter((i) =>
      intervals.some((start, k) => k % 2 === 0 && i >= start && i < intervals[k + 1]!),
    );
  const setOf = (random: Random): Intervals => {
    const result: Intervals = [];
    for (let at = random.below(6); at < LIMIT; at += random.between(1, 12))
      append(result, at, Math.min(LIMIT, at + random.between(1, 8)));
    return result;
  };
  const isCanonical = (intervals: Intervals): boolean =>
    intervals.every((value, i) => i === 0 || value > intervals[i - 1]!);
  it.each([
    ['the first', [], 3, 5, [3, 5]],
    ['apart', [3, 5], 7, 9, [3, 5, 7, 9]],
    ['touching', [3, 5], 5, 9, [3, 9]],
    ['overlapping', [3, 5], 4, 9, [3, 9]],
    ['inside', [3, 9], 4, 5, [3, 9]],
    ['the same again', [3, 5], 3, 5, [3, 5]],
    ['without an end', [3, 5], 4, Number.POSITIVE_INFINITY, [3, Number.POSITIVE_INFINITY]],
  ])('append: %s', (_, intervals, start, end, expected) => {
    const copy = [...intervals];
    append(copy, start, end);
    expect(copy).toEqual(expected);
  });
  it.each([
    ['one place', [5, 6], 3, 0, 0, [8, 9]],
    ['a gap', [5, 6], 3, 1, 4, [9, 13]],
    ['two places that come together', [5, 6, 8, 9], 1, 0, 5, [6, 15]],
    ['two places apart', [5, 6, 20, 21], 1, 0, 2, [6, 9, 21, 24]],
    ['no upper end', [5, 6, 8, 9], 2, 3, Number.POSITIVE_INFINITY, [10, Number.POSITIVE_INFINITY]],
    ['nothing', [], 2, 3, 4, []],
  ])('reachable: %s', (_, from, length, min, max, expected) => {
    expect(reachable(from, length, min, max)).toEqual(expected);
  });
  it('intersect, unite and count are those of sets', () => {
    const seed = seedOf('intervals');
    const random = new Random(seed);
    for (let round = 0; round < 300; round++) {
      const [a, b] = [setOf(random), setOf(random)];
      const inB = new Set(numbers(b));
      expect(numbers(intersect(a, b)), `seed ${seed}`).toEqual(numbers(a).filter((i) => inB.has(i)));
      expect(numbers(unite(a, b)), `seed ${seed}`).toEqual([...new Set([...numbers(a), ...inB])].sort((x, y) => x - y));
      expect(sizeOf(a)).toBe(numbers(a).length);
      for (const set of [intersect(a, b), unite(a, b)]) expect(isCanonical(set)).toBe(true);
    }
  });
});

describe('lowering', () => {
  it('the plain way says what the other says', () => {
    for (const text of [
      "'abc'",
      "4d5a??9?'x'",
      "'one'{1-3}'two'{5-}'three'",
      "'a'{3-3}'b'",
      "'a'{64-64}'b'{65-65}'c'",
      "'a'{0-0}'b'",
      "'a'{1-2}{3-3}'b'",
    ]) {
      for (const noCase of [false, true])
        for (const wide of [false, true])
          for (const ascii of [false, true])
            for (const fullWord of [false, true]) {
              const each = pattern(text, { noCase, wide, ascii, fullWord });
              expect(lowerPlain(each), text).toBeDefined();
              expect(lowerPlain(each), text).toEqual(lowerAny(each));
            }
    }
  });
  it.each(["('a'|'b')", "<word>'a'", "{1-2}'a'", "'a'{1-2}"])('not plain: %s', (text) => {
    expect(lowerPlain(pattern(text))).toBeUndefined();
  });
});

const fold = (byte: number): number => byte | 0x20;
const gramOf = (bytes: readonly number[], at: number): number =>
  (fold(bytes[at]!) | (fold(bytes[at + 1]!) << 8) | (fold(bytes[at + 2]!) << 16) | (fold(bytes[at + 3]!) << 24)) >>> 0;

/**
 * Whether a search finds a segment that lies at `start` of `bytes` by each of its ways: some tested position holds one of its grams; or its three bytes are
 * among those that the shuffle filter lets pass.
 */
function isFound(choice: Choice, bytes: readonly number[], start: number): boolean {
  const { run, spread, fingerprint } = choice;
  const ways: boolean[] = [];
  if (fingerprint)
    ways.push(fingerprint.options.every((options, i) => options.includes(bytes[start + fingerprint.at + i]!)));
  if (spread) ways.push(spread.some(({ low, at }) => (start + at) % 4 === 0 && gramOf(bytes, start + at) === low));
  if (run) ways.push(...FILTER_CLASSES.map((kind) => isRunFound(run, kind, bytes, start)));
  return ways.length > 0 && ways.every((found) => found);
}

function isRunFound(run: Run, kind: FilterClass, bytes: readonly number[], start: number): boolean {
  const { places } = runGrams(run, kind, EMPTY_MODEL);
  // Too short for that stride.
  if (places.length === 0) return run.bytes.length < kind.stride + kind.gram - 1;
  return Array.from(places).some((place) => {
    const at = start + run.at + place;
    const isEqual = Array.from({ length: kind.gram }, (_, i) => i).every(
      (i) => fold(bytes[at + i]!) === run.bytes[place + i],
    );
    return at % kind.stride === 0 && isEqual;
  });
}

describe('the choice of atoms', () => {
  /** Bytes that match a segment, its unknown ones at random. */
  const fill = ({ values, masks, classes }: Segment, random: Random): number[] =>
    Array.from(values, (value, i) => {
      const bitmap = classes.get(i);
      if (!bitmap) return value | (random.below(256) & ~masks[i]!);
      const all = Array.from({ length: 256 }, (_, byte) => byte).filter(
        (byte) => (bitmap[byte >>> 3]! >>> (byte & 7)) & 1,
      );
      return random.pick(all);
    });
  const TEXTS = [
    "'a'",
    "'ab'",
    "'abc'",
    "'abcd'",
    "'abcde'",
    "'abcdef'",
    "'abcdefg'",
    "'abcdefgh'",
    "'abcdefghijklmnopq'",
    "'abcd'??'efgh'",
    "'abcde'??'fgh'??'ij'",
    "'ab'??'cd'??'ef'??'gh'",
    "'a'??'b'??'c'",
    "'a'??????'b'??????'c'",
    '6?6?6?6?6?6?6?',
    "'abc'????????????'d'",
    "????????'abcd'????",
    "'abcdef'6?'ghijkl'",
    "'abc'(64|65)'fg'(68|69)'jkl'",
    "'abc'!(64)'fgh'",
    '00000000000000',
    '0000',
    'ffff??ffff',
    "'abcd'??????'e'????????'fghi'",
    '??',
    '?1',
    "'ab'????????'cd'",
  ];
  for (const [name, model] of [
    ['empty', EMPTY_MODEL],
    ['ordinary', ORDINARY_MODEL],
  ] as const) {
    it.each(TEXTS)(`%s is found wherever it lies, ${name} model`, (text) => {
      const seed = seedOf(text);
      const random = new Random(seed);
      for (const variant of [pattern(text), pattern(text, { noCase: true }), pattern(text, { wide: true })].flatMap(
        lowerPattern,
      )) {
        for (const segment of variant) {
          const choice = chooseAtoms(segment, model);
          expect(choice.fingerprint ?? choice.run ?? choice.spread).toBeDefined();
          for (let start = 0; start < 24; start++) {
            const bytes = [...random.bytes(start), ...fill(segment, random), ...random.bytes(16)];
            expect(isFound(choice, bytes, start), `seed ${seed}, at ${start}`).toBe(true);
            // The end of the object: zeros lie behind it.
            const atEnd = [...random.bytes(start), ...fill(segment, random), ...new Array<number>(16).fill(0)];
            expect(isFound(choice, atEnd, start), `seed ${seed}, at ${start}, at the end`).toBe(true);
          }
        }
      }
    });
  }
  it('random segments are found wherever they lie', () => {
    const seed = seedOf('choose');
    const random = new Random(seed);
    for (let round = 0; round < 400; round++) {
      const length = random.between(1, 24);
      const masks = Uint8Array.from({ length }, () => random.pick([0xff, 0xff, 0xff, 0xff, 0xdf, 0xf0, 0x0f, 0]));
      const values = random.bytes(length).map((value, i) => value & masks[i]!);
      const segment: Segment = {
        values,
        masks,
        classes: new Map(),
        nots: [],
        gapMin: 0,
        gapMax: 0,
        before: 0,
        after: 0,
      };
      const choice = chooseAtoms(segment, round % 2 ? ORDINARY_MODEL : EMPTY_MODEL);
      for (let start = 0; start < 12; start++) {
        const bytes = [...random.bytes(start), ...fill(segment, random), ...random.bytes(16)];
        expect(isFound(choice, bytes, start), `seed ${seed}, round ${round}, at ${start}`).toBe(true);
      }
    }
  });
  it('of a long pattern the rare bytes are chosen, not the common ones', () => {
    const [[segment]] = lowerPattern(pattern(`${'00'.repeat(32)}'qzxjkvwq'${'00'.repeat(32)}`)) as [[Segment]];
    const { run, cost } = chooseAtoms(segment, ORDINARY_MODEL);
    expect(run!.bytes.some((byte) => byte !== 0x20)).toBe(true);
    expect(cost).toBeLessThan(0.01);
    for (const kind of FILTER_CLASSES.filter(({ stride }) => stride <= 4)) {
      const { places } = runGrams(run!, kind, ORDINARY_MODEL);
      for (const place of places)
        expect(run!.bytes.subarray(place, place + kind.gram).some((byte) => byte !== 0x20)).toBe(true);
    }
  });
});

describe('the model', () => {
  it('gives back what went in, rounded up, and never less', () => {
    const builder = new ModelBuilder();
    const random = new Random(seedOf('model'));
    const rates = Array.from({ length: 500 }, () => ({
      gram: (random.below(2 ** 32) | 0x20202020) >>> 0,
      rate: 2 ** -random.between(4, 26),
    }));
    for (const { gram, rate } of rates) builder.addRate(gram, rate);
    const model = gramModel(builder.tables);
    for (const { gram, rate } of rates) {
      expect(model.rate(gram)).toBeGreaterThanOrEqual(rate * 0.999);
      expect(model.rate(gram)).toBeLessThan(2 ** -2);
    }
    expect(builder.tables.length).toBe(MODEL_BYTES);
  });
  it('knows what is common', () => {
    const builder = new ModelBuilder();
    builder.addCommon(longHash(1, 2));
    const model = gramModel(builder.tables);
    expect(model.isCommon(1, 2)).toBe(true);
    expect(model.isCommon(2, 1)).toBe(false);
    expect(EMPTY_MODEL.isCommon(1, 2)).toBe(false);
  });
  it('of ordinary files: zeros are common, letters at random are not', () => {
    expect(ORDINARY_MODEL.rate(0x20202020)).toBeGreaterThan(0.001);
    expect(ORDINARY_MODEL.rate(gramOf([0x71, 0x7a, 0x78, 0x6a], 0))).toBeLessThan(1e-4);
  });
});
