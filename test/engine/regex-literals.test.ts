/** What can be said of a regular expression without running it: required literals, lengths, anchors. */
import { describe, expect, it } from 'vitest';
import type { RequiredLiteral } from '../../native-free-engine/regex/literals.ts';
import { compileRegex } from '../../native-free-engine/regex/regex.ts';

const ENDLESS = Number.POSITIVE_INFINITY;

/** A literal as text: bytes as they are, others as {value/mask} in hexadecimal. */
function textOf({ values, masks }: RequiredLiteral): string {
  return Array.from(values, (value, i) => {
    const mask = masks[i]!;
    if (mask === 0xff && value > 0x20 && value < 0x7f) return String.fromCharCode(value);
    return mask === 0 ? '{}' : `{${value.toString(16).padStart(2, '0')}/${mask.toString(16).padStart(2, '0')}}`;
  }).join('');
}

describe('required literals', () => {
  it.each<[string, string, string, string[][]]>([
    ['a literal', 'needle', '', [['needle']]],
    ['of both sides of a gap', 'abc.*def', '', [['abc'], ['def']]],
    ['over single bytes of any value', 'ab.cd', 's', [['ab{}cd']]],
    ['without such bytes at the ends', '.abc.', 's', [['abc']]],
    ['with the bits that a class has in common', '[0-9]ab[\\x50-\\x5f]', '', [['{30/f0}ab{50/f0}']]],
    ['in both cases', 'ab1', 'i', [['{41/df}{42/df}1']]],
    ['of a fixed count', 'a{3}b', '', [['aaab']]],
    ['of a count, on both sides of what it leaves open', 'xa{2,}y', '', [['xaa'], ['aay']]],
    ['of a loop that runs at least once', '(?:abc)+', '', [['abc']]],
    ['not of what may be left out', 'ab(?:cd)?(?:ef)*gh', '', [['ab'], ['gh']]],
    ['of a choice, one for each option', '(?:abc|def)', '', [['abc', 'def']]],
    ['of a choice, the best of each option', 'ab.+xyz|cde', '', [['xyz', 'cde']]],
    ['not of a choice with an option without', 'ab(?:cd|.*)', '', [['ab']]],
    ['not of a choice with an empty option', '(?:abc|)de', '', [['de']]],
    ['across anchors and boundaries', '^ab\\bcd$', '', [['abcd']]],
    ['across groups', '(a(b)(?:c))d', '', [['abcd']]],
    ['not shorter than two bytes', 'a.*b', '', []],
    ['not of nothing', '', '', []],
    ['not of any byte', '.{20}', 's', []],
    ['of a possessive quantifier', 'ab++c', '', [['ab'], ['bc']]],
  ])('%s', (_, source, flags, expected) => {
    const { literals } = compileRegex(source, flags);
    expect(literals.map((set) => set.map(textOf))).toEqual(expected);
  });

  it('stay within bounds, whatever the source', () => {
    const long = compileRegex('abc'.repeat(1000), '').literals;
    expect(long.flat().every(({ values }) => values.length <= 256)).toBe(true);
    const many = Array.from({ length: 100 }, (_, i) => `abc${i}`).join('|');
    expect(compileRegex(many, '').literals).toEqual([]);
    expect(compileRegex('ab.*'.repeat(500), '').literals.length).toBeLessThanOrEqual(64);
  });
});

describe('lengths and anchors', () => {
  it.each<[string, number, number, string, boolean]>([
    ['abc', 3, 3, 'none', false],
    ['a?b{2,5}', 2, 6, 'none', false],
    ['a+', 1, ENDLESS, 'none', false],
    ['a|bcd', 1, 3, 'none', false],
    ['(?:ab){2,3}', 4, 6, 'none', false],
    ['', 0, 0, 'none', false],
    ['\\R', 1, 2, 'none', false],
    ['^ab$', 2, 2, 'subject', true],
    ['\\Aab\\z', 2, 2, 'subject', true],
    ['(?:^a|^b)', 1, 1, 'subject', false],
    ['^a|b', 1, 1, 'none', false],
    ['(?m)^a$', 1, 1, 'none', false],
    ['\\Ga', 1, 1, 'search', false],
    ['(?:^)?a', 1, 1, 'none', false],
    ['\\b^a', 1, 1, 'subject', false],
    ['a?^b', 1, 2, 'none', false],
    ['a(?:b$|c\\Z)', 2, 2, 'none', true],
  ])('/%s/', (source, minLength, maxLength, anchor, isAnchoredAtEnd) => {
    expect(compileRegex(source, '').facts).toMatchObject({ minLength, maxLength, anchor, isAnchoredAtEnd });
  });

  it('flags are told', () => {
    const { flags } = compileRegex('a', 'gre').facts;
    expect(flags).toMatchObject({ global: true, rolling: true, encompass: true, anchored: false });
    expect(compileRegex('a', 'A').facts.anchor).toBe('search');
  });
});
