/** Regular expressions that are refused, and those that are cut off: an error with a code, or an expression, and nothing else. */
import { describe, expect, it } from 'vitest';
import { SignatureError } from '../../native-free-engine/errors.ts';
import { RegexError } from '../../native-free-engine/regex/errors.ts';
import { compileRegex } from '../../native-free-engine/regex/regex.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { ALL } from './tables/regex.ts';
import { LIMITS, NO_GROUP, SYNTAX, UNSUPPORTED } from './tables/regex-refused.ts';
import { bytesOf, PLENTY } from './tables/regex-ways.ts';

function errorOf(source: string, flags: string): RegexError | undefined {
  try {
    compileRegex(source, flags);
    return undefined;
  } catch (error) {
    if (error instanceof RegexError) return error;
    throw error;
  }
}

describe('refused', () => {
  for (const [name, source, flags, code, offset, word] of [...SYNTAX, ...NO_GROUP, ...UNSUPPORTED, ...LIMITS]) {
    it(name, () => {
      const error = errorOf(source, flags);
      expect(error).toMatchObject({ code, offset });
      expect(error!.message).toContain(`offset ${offset}`);
      if (word) expect(error!.message).toContain(word);
    });
  }

  it('a feature by name, other errors without', () => {
    expect(errorOf('(?R)', '')!.feature).toBe('recursion');
    expect(errorOf('(a', '')!.feature).toBeUndefined();
    expect(errorOf('(a', '')).not.toBeInstanceOf(SignatureError);
  });

  it('limits can be lowered', () => {
    expect(() => compileRegex('a{3}b', '', { states: 5 })).toThrow(/states: expected at most 5/);
    expect(() => compileRegex('a{3}b', '', { states: 6 })).not.toThrow();
    expect(() => compileRegex('a', '', { states: -1 })).toThrow(/limit states: expected an integer/);
    expect(() => compileRegex('((a))', '', { nesting: 1 })).toThrow(/nesting/);
  });
});

describe('cut off', () => {
  const TRICKY = [
    ...new Set([...ALL.flat(), ...SYNTAX, ...UNSUPPORTED].map(([, source]) => source)),
    '(?<name>a{2,3}+[^]\\x{41}-\\]](?i-s:b|\\Q*\\E)*?(?#c)[[:^alpha:]\\d-])\\o{12}$',
    '(?>a|(?=[b])|(?<!\\w)c{1,}?)\\cA\\x4\\01(?P<n>.)\\N{2}[\\Q]\\E-a]',
  ];

  it.each(['', 'x', 'iU'])('at every length, with flags %j', (flags) => {
    let refused = 0;
    for (const source of TRICKY) {
      for (let length = 0; length < source.length; length++) {
        const error = errorOf(source.slice(0, length), flags);
        if (error) refused++;
        if (error) expect(error.offset, source.slice(0, length)).toBeLessThanOrEqual(length);
      }
    }
    expect(refused).toBeGreaterThan(300);
  });

  it('garbage', () => {
    const seed = seedOf('regex, garbage');
    const random = new Random(seed);
    const parts = [
      ...'ab()[]{}*+?|\\^$.-:=!<>PxQE128#\n &R,\'"CkgNGKZ0_',
      '(?',
      '[:',
      ':]',
      '\\x{',
      '{2,',
      '(?<',
      '\\Q',
      '\xff',
    ];
    for (let round = 0; round < 5000; round++) {
      const source = Array.from({ length: random.between(1, 12) }, () => random.pick(parts)).join('');
      const flags = random.pick(['', 'x', 'i', 'mU']);
      if (errorOf(source, flags)) continue;
      const bytes = bytesOf('ab-\n1x)');
      const { kind } = compileRegex(source, flags).search(bytes, 0, bytes.length, { steps: PLENTY });
      expect(kind, `seed ${seed}: /${source}/${flags}`).toMatch(/^(match|none)$/);
    }
  });
});
