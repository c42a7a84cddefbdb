/** Regular expressions for which all ways are tried: what they find, and that they can be stopped. */
import { describe, expect, it } from 'vitest';
import { BACKTRACK_STEPS } from '../../native-free-engine/regex/backtrack.ts';
import { MOST_KEPT } from '../../native-free-engine/regex/exact.ts';
import { compileRegex } from '../../native-free-engine/regex/regex.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { BACKTRACKING } from './tables/regex-backtrack.ts';
import { searchNaively } from './tables/regex-oracle.ts';
import { areEqual, bytesOf, describe as describeSpan, disagreement, PLENTY, spanOf } from './tables/regex-ways.ts';

describe('all ways', () => {
  it.each(BACKTRACKING)('%s', (_, source, flags, haystack, span) => {
    expect(disagreement(source, flags, haystack, span)).toBeUndefined();
    expect(searchNaively(source, flags, bytesOf(haystack))).toEqual(span);
  });

  it('find what the naive matcher finds, in random expressions', () => {
    const seed = seedOf('regex, all ways');
    const random = new Random(seed);
    const item = (depth: number): string => {
      const kind = random.below(depth === 0 ? 4 : 9);
      const some = (): string => Array.from({ length: 1 + random.below(3) }, () => item(depth - 1)).join('');
      const body = (): string => (random.chance(0.4) ? `${some()}|${some()}` : some());
      const quantifier = random.pick(['', '', '*', '+?', '?', '{1,2}', '*+', '{0,2}?']);
      if (kind === 0) return random.pick(['\\1', '\\2', '\\g{1}']);
      if (kind < 4) return random.pick(['a', 'b', '[ab]', '.', 'c']) + random.pick(['', '', '*', '+', '?']);
      if (kind < 7) return `(${body()})${quantifier}`;
      return random.pick([`(?=${body()})`, `(?!${body()})`, `(?>${body()})${quantifier}`]);
    };
    let matched = 0;
    for (let round = 0; round < 1500; round++) {
      const source = `(a|b)(c?)${Array.from({ length: 1 + random.below(4) }, () => item(2)).join('')}`;
      const haystack = Array.from({ length: random.below(12) }, () => random.pick(['a', 'b', 'c'])).join('');
      const expected = searchNaively(source, '', bytesOf(haystack));
      if (expected === 'too long') continue;
      const bytes = bytesOf(haystack);
      const found = spanOf(compileRegex(source, '').search(bytes, 0, bytes.length, { steps: PLENTY }));
      expect(areEqual(found, expected), `seed ${seed}: ${source} in ${haystack}: ${describeSpan(expected)}`).toBe(true);
      if (found) matched++;
    }
    expect(matched).toBeGreaterThan(200);
  });
});

describe('what takes too long', () => {
  const many = bytesOf('a'.repeat(40_000));

  it.each([
    ['ways that double with each byte', '^(?:(a|aa)+)+\\1b', 200],
    ['references that are as long as what is left', '(a*)(a*)(a*)\\1\\2\\3b', 40_000],
    ['a loop of look-aheads', '(?:(?=a*ab)a|a)*b', 40_000],
    ['rounds without end', '(?:(a)|\\1)*b', 40_000],
  ])('has no answer, and ends: %s', (_, source, length) => {
    const budget = { steps: PLENTY };
    // The relaxed form must match, or one pass would know.
    const bytes = Buffer.concat([many.subarray(0, length), Buffer.from('-b')]);
    const { kind } = compileRegex(source, 's').search(bytes, 0, bytes.length, budget);
    expect(['spent', 'none', 'match']).toContain(kind);
    expect(PLENTY - budget.steps).toBeLessThan(3 * BACKTRACK_STEPS);
  });

  it('is less where a run cannot reach into what is behind: each of its bytes is looked at once', () => {
    const budget = { steps: PLENTY };
    const bytes = bytesOf(`${'a'.repeat(40_000)} ab xab`);
    const found = compileRegex('([^\\s=]+)[\\s=]+x\\1', '').search(bytes, 0, bytes.length, budget);
    expect(found).toEqual({ kind: 'match', start: 40_001, end: 40_007 });
    expect(PLENTY - budget.steps).toBeLessThan(100 * bytes.length);
  });

  it('has no answer where the budget is less', () => {
    const budget = { steps: 100_000 };
    expect(compileRegex('^(?:(a|aa)+)+\\1b', 's').test(bytesOf(`${'a'.repeat(99)}-b`), 0, 101, budget).kind).toBe(
      'spent',
    );
    expect(budget.steps).toBeLessThanOrEqual(0);
  });

  it('has no answer in a subject that is not kept, but where one pass knows', () => {
    const bytes = new Uint8Array(MOST_KEPT + 1);
    bytes.set([0x61, 0x61], 5);
    const regex = compileRegex('(a)\\1', '');
    expect(regex.test(bytes, 0, bytes.length, { steps: PLENTY }).kind).toBe('spent');
    expect(regex.test(bytes, 7, bytes.length, { steps: PLENTY }).kind).toBe('none');
  });
});
