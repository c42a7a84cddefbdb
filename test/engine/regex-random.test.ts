/** Random regular expressions: against V8 where the syntax is common, against the naive matcher elsewhere. SIGWALL_SEED=n repeats a run. */
import { describe, expect, it } from 'vitest';
import { RegexError } from '../../native-free-engine/regex/errors.ts';
import type { RegexLimits } from '../../native-free-engine/regex/limits.ts';
import { compileRegex, type Regex } from '../../native-free-engine/regex/regex.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { searchNaively } from './tables/regex-oracle.ts';
import { randomRegex, randomText } from './tables/regex-random.ts';
import { forV8, searchWithV8 } from './tables/regex-v8.ts';
import {
  areEqual,
  bytesOf,
  describe as describeSpan,
  disagreement,
  PLENTY,
  type Span,
  spanOf,
} from './tables/regex-ways.ts';

/** More with SIGWALL_ROUNDS=n. */
const ROUNDS = Number(process.env.SIGWALL_ROUNDS ?? 1000);
const FLAGS = ['', '', 'i', 's', 'm', 'sm', 'im'];
const OWN_FLAGS = [...FLAGS, 'x', 'U', 'E', 'A', 'mE'];

/** Ends that take many states, and are rare. */
const COUNTED = [
  'a[^c]{3,40}(?:b.{0,9}){2,5}ab{9}',
  'b.{17}b.{2,90}a{8}',
  '(?:a.{5,9}b){3,}[ab]{30}a{6}',
  'b{7}.{0,300}a{7}',
  'a.{6,}b(?:[ab]{11,13}_)',
];

/** Refused expressions are none of these tests' business. */
function compiled(source: string, flags: string, limits?: Partial<RegexLimits>): Regex | undefined {
  try {
    return compileRegex(source, flags, limits);
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}

describe('random expressions', () => {
  it('find what V8 finds', () => {
    const seed = seedOf('regex, V8');
    const random = new Random(seed);
    let compared = 0;
    let matched = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const source = randomRegex(random, { isCommon: true, depth: 3 });
      const flags = random.pick(FLAGS);
      const theirs = forV8(source, flags);
      if (!theirs) continue;
      const haystack = randomText(random, random.below(14));
      const span = searchWithV8(theirs, haystack);
      const fault = disagreement(source, flags, haystack, span);
      const what = `seed ${seed}: /${source}/${flags} in ${JSON.stringify(haystack)}: V8 finds ${describeSpan(span)}`;
      expect(fault, what).toBeUndefined();
      compared++;
      if (span) matched++;
    }
    expect(compared).toBeGreaterThan(ROUNDS * 0.8);
    expect(matched).toBeGreaterThan(compared / 4);
  });

  it('find the same in every way in long haystacks, where the table gives up and comes back', () => {
    const seed = seedOf('regex, long');
    const random = new Random(seed);
    let matched = 0;
    for (let round = 0; round < 40; round++) {
      const source = `${randomRegex(random, { isCommon: false, depth: 2 })}${random.pick(COUNTED)}`;
      const regexes = [65536, 300, 0].map((tableCells) => compiled(source, 's', { tableCells }));
      if (!regexes[0]) continue;
      const bytes = bytesOf(randomText(random, 20_000, random.pick(['ab', 'aaaaab', 'aabbc1_', 'ab\nc _1\r'])));
      const range = { size: bytes.length, at: 0, before: -1, lastStart: Number.POSITIVE_INFINITY };
      const span = spanOf(regexes[0].span(range).feed(bytes, 0, bytes.length, { steps: PLENTY }));
      for (const regex of regexes) {
        const found = spanOf(regex!.search(bytes, 0, bytes.length, { steps: PLENTY }));
        expect(areEqual(found, span), `seed ${seed}: /${source}/s: expected ${describeSpan(span)}`).toBe(true);
      }
      if (span) matched++;
    }
    expect(matched).toBeGreaterThan(5);
    expect(matched).toBeLessThan(30);
  });

  it('find what the naive matcher finds, atomic groups, inline options and all', () => {
    const seed = seedOf('regex, naive');
    const random = new Random(seed);
    let compared = 0;
    let matched = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const source = randomRegex(random, { isCommon: false, depth: 3 });
      const flags = random.pick(OWN_FLAGS);
      if (!compiled(source, flags)) continue;
      const haystack = randomText(random, random.below(12));
      const span: Span | 'too long' = searchNaively(source, flags, bytesOf(haystack));
      if (span === 'too long') continue;
      const fault = disagreement(source, flags, haystack, span);
      const what = `seed ${seed}: /${source}/${flags} in ${JSON.stringify(haystack)}: expected ${describeSpan(span)}`;
      expect(fault, what).toBeUndefined();
      compared++;
      if (span) matched++;
    }
    expect(compared).toBeGreaterThan(ROUNDS * 0.75);
    expect(matched).toBeGreaterThan(compared / 4);
  });
});
