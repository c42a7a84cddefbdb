/** Expressions and objects that mean harm: work stays linear, and a spent budget is no answer. Steps are counted, not milliseconds. */
import { describe, expect, it } from 'vitest';
import { compileRegex, type Regex } from '../../native-free-engine/regex/regex.ts';
import { Random } from '../support/engine/random.ts';
import { bytesOf, PLENTY } from './tables/regex-ways.ts';

const MEGABYTE = 1 << 20;

type Fill = (length: number) => Uint8Array;
const repeated =
  (text: string): Fill =>
  (length) =>
    bytesOf(text.repeat(Math.ceil(length / text.length)).slice(0, length));
const random =
  (alphabet: string): Fill =>
  (length) =>
    new Random(7).bytes(length, [...bytesOf(alphabet)]);

/** Name, source, what fills the object, and steps per byte that telling whether there is a match may cost. None of them matches. */
const HOSTILE: readonly (readonly [name: string, source: string, fill: Fill, most: number])[] = [
  ['a loop in a loop', '(a*)*b', repeated('a'), 2],
  ['a loop of two equal options', '(a|a)*b', repeated('a'), 2],
  ['a loop of options that overlap', '(a|aa)+$x', repeated('a'), 2],
  ['loops side by side', '(x+x+)+y', repeated('x'), 2],
  ['five gaps', '(.*)(.*)(.*)(.*)(.*)x', repeated('a'), 2],
  ['a gap that begins with every byte', 'a.{0,500}b', repeated('a'), 2],
  ['a count that begins with every byte', 'a.{500}b', repeated('a'), 6],
  ['a count that begins at random', 'a.{500}b', random('ac'), 6],
  ['states that double with every byte', '[ab]*a[ab]{16}c', random('ab'), 9],
  ['states that would double a thousand times', '[ab]*a[ab]{1000}c', random('ab'), 9],
  ['a chain of counts', '(?:a.{20}){5}b', random('ac'), 12],
  ['a chain of bounded counts', '(?:a.{100,200}){10}b', random('ac'), 40],
  ['gaps in a counted loop', 'a(?:.{0,50}b){20}c', random('ab'), 4],
  ['counted loops in counted loops', '(?:(?:a{0,3}b){0,30}c){0,30}d', random('abc'), 4],
  ['options that are all the same', '(?:a?){100}a{100}b', repeated('a'), 210],
  ['a word that never ends', '(?:\\w+\\s?)*z', repeated('aaaa '), 2],
  ['a choice of pairs', '(?:ab|ba|aa|bb)*c', random('ab'), 2],
];

function stepsOfTest(regex: Regex, bytes: Uint8Array): number {
  const budget = { steps: PLENTY };
  expect(regex.test(bytes, 0, bytes.length, budget).kind).toBe('none');
  return PLENTY - budget.steps;
}

describe('a megabyte', () => {
  it.each(HOSTILE)('%s', (_, source, fill, most) => {
    const length = most > 100 ? MEGABYTE / 8 : MEGABYTE;
    const steps = stepsOfTest(compileRegex(source, 's'), fill(length));
    expect(steps / length).toBeLessThanOrEqual(most);
  });
});

describe('work over doubling sizes', () => {
  it.each(HOSTILE)('%s', (_, source, fill) => {
    const sizes = [4096, 8192, 16384, 32768];
    for (const tableCells of [65_536, 0]) {
      const steps = sizes.map((size) => stepsOfTest(compileRegex(source, 's', { tableCells }), fill(size)));
      const exponent = Math.log2(steps[3]! / steps[0]!) / 3;
      expect(exponent, `${tableCells} cells: ${steps}`).toBeLessThan(1.2);
    }
  });

  it('a span costs at most its states with each byte', () => {
    for (const [, source, fill] of HOSTILE) {
      const regex = compileRegex(source, 's');
      for (const size of [1024, 4096]) {
        const budget = { steps: PLENTY };
        const range = { size, at: 0, before: -1, lastStart: Number.POSITIVE_INFINITY };
        regex.span(range).feed(fill(size), 0, size, budget);
        expect((PLENTY - budget.steps) / (size + 1)).toBeLessThanOrEqual(regex.states + 1);
      }
    }
  });
});

describe('a budget', () => {
  it('that is spent is no answer, whichever way it goes', () => {
    const bytes = bytesOf(`${'ab'.repeat(20_000)}c`);
    for (const tableCells of [65_536, 1, 0]) {
      const regex = compileRegex('(?:a.{3,9}b)+c', '', { tableCells });
      const needed = { steps: PLENTY };
      expect(regex.search(bytes, 0, bytes.length, needed).kind).toBe('match');
      const cost = PLENTY - needed.steps;
      for (const steps of [0, 1, 100, 1000, 20_000]) {
        expect(steps).toBeLessThan(cost);
        expect(regex.search(bytes, 0, bytes.length, { steps })).toEqual({ kind: 'spent' });
      }
    }
  });

  it('is overdrawn by one byte at most', () => {
    const bytes = bytesOf('a'.repeat(10_000));
    const regex = compileRegex('(?:a?){100}a{100}b', '');
    for (const steps of [10, 1000, 12_345]) {
      const budget = { steps };
      expect(regex.test(bytes, 0, bytes.length, budget).kind).toBe('spent');
      expect(budget.steps).toBeGreaterThan(-2 * regex.states);
    }
  });

  it('goes on from search to search', () => {
    const bytes = bytesOf('x'.repeat(1000));
    const regex = compileRegex('[ab]c', '');
    const budget = { steps: 2500 };
    const kinds = [1, 2, 3, 4].map(() => regex.test(bytes, 0, bytes.length, budget).kind);
    expect(kinds).toEqual(['none', 'none', 'spent', 'spent']);
  });
});

describe('sources that keep a compiler busy', () => {
  it.each([
    ['a choice of two thousand', Array.from({ length: 2000 }, (_, i) => `x${i.toString(36)}y`).join('|')],
    ['thousands of classes', '[a-c][^d]'.repeat(3000)],
    ['thousands of empty groups', '(?:)'.repeat(15_000)],
    ['thousands of options of a byte', 'a|'.repeat(30_000)],
    ['loops of nothing, nested', `${'(?:'.repeat(200)}${'){65535}'.repeat(200)}`],
    ['loops of an anchor, nested', `${'(?:'.repeat(200)}^${'){65535}'.repeat(200)}`],
    ['counts of one byte in a row', 'a{2000}'.repeat(60)],
    [
      'a class of all bytes',
      `[${Array.from({ length: 256 }, (_, i) => `\\x${i.toString(16).padStart(2, '0')}`).join('')}]`,
    ],
    ['choices nested with literals', `${'(?:ab|'.repeat(240)}cd${')'.repeat(240)}`],
  ])('%s', (_, source) => {
    const before = performance.now();
    const regex = compileRegex(source, '');
    regex.search(bytesOf('abcabcxyz'), 0, 9, { steps: PLENTY });
    // Generous: what is not linear takes minutes.
    expect(performance.now() - before).toBeLessThan(20_000);
  });
});
