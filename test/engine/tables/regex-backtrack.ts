/** Regular expressions that one pass cannot match: flags and spans as libpcre2 has them. */
import type { Span } from './regex-ways.ts';

type Row = readonly [name: string, source: string, flags: string, haystack: string, span: Span];

const raw = String.raw;

export const BACKTRACKING: readonly Row[] = [
  ['a reference by number', raw`(a|b)-\1`, '', 'a-b b-b', [4, 7]],
  ['a reference to a group that is behind it', raw`\1(a)`, '', 'aa', undefined],
  ['a reference of two digits', raw`${'(.)'.repeat(10)}\10`, '', 'abcdefghijj', [0, 11]],
  ['a number that is no group is octal', raw`(a)\12`, '', 'a\n', [0, 2]],
  ['a reference by name', raw`(?<n>ab?)\k<n>`, '', 'abaa', [2, 4]],
  ['a reference by name in braces', raw`(?<n>a)\k{n}`, '', 'aa', [0, 2]],
  ['a reference by name in quotes', raw`(?'n'a)\k'n'`, '', 'aa', [0, 2]],
  ['a reference as Python writes it', '(?P<n>a)(?P=n)', '', 'xaa', [1, 3]],
  ['a reference by g', raw`(a)(b)\g2`, '', 'abb', [0, 3]],
  ['a reference by g in braces', raw`(a)\g{1}`, '', 'aa', [0, 2]],
  ['a reference that counts back', raw`(a)(b)\g{-2}`, '', 'aba', [0, 3]],
  ['a repeated reference', raw`(ab)\1{2}c`, '', 'ababababc', [2, 9]],
  ['a reference to a group of a loop is to its last round', raw`(?:(.)x)+\1`, '', 'axbxb', [0, 5]],
  ['a group keeps what it matched in an earlier round', raw`(?:(a)|b)+\1`, '', 'abac', [0, 3]],
  ['a group that has not matched refers to nothing', raw`(?:(a)|b)\1`, '', 'bb', undefined],
  ['an empty group is a group', raw`()x\1y`, '', 'xy', [0, 2]],
  ['a group is given back with its way', raw`(?:(a+)b|(a+))c\2`, '', 'aaca', [1, 4]],
  ['a group gives back bytes for its reference', raw`^(a+)\1$`, '', 'aaaaaa', [0, 6]],
  ['a lazy group takes as little as may be', raw`^(a+?)\1`, '', 'aaaaaa', [0, 2]],
  ['either case', raw`(ab)\1`, 'i', 'aBAb', [0, 4]],
  ['one case of the reference alone', raw`(?i:(ab))\1`, '', 'aBAb aBaB', [5, 9]],
  ['a reference to its own group', raw`(a\1?){2}b`, '', 'aaab', [0, 4]],
  ['a nested group', raw`((a)b)\2\1`, '', 'abaab', [0, 5]],
  ['quotes around text', raw`(["'])[^"']*\1`, '', `"no' 'yes'`, [3, 6]],
  ['the same variable twice', raw`(\w+) = 1;.*\1\(\)`, 's', 'ab = 1;\nb() ab()', [0, 16]],

  ['look-ahead over two bytes', 'a(?=bc)', '', 'abd abc', [4, 5]],
  ['look-ahead that must not be', 'a(?!bc)', '', 'abc abd', [4, 5]],
  ['look-ahead at the end', 'a(?!bc)', '', 'a', [0, 1]],
  ['look-ahead without a bound', 'a(?=.*c)', '', 'ab\nac', [3, 4]],
  ['look-ahead at the start', '^(?=.*1)(?=.*x)[a-z0-9]+$', '', 'abx1', [0, 4]],
  ['look-ahead that fails at the start', '^(?=.*1)(?=.*y)[a-z0-9]+$', '', 'abx1', undefined],
  ['look-ahead that must not be not, over a reference', raw`(a)(?!(?!\1))`, '', 'abaa', [2, 3]],
  ['look-ahead with options', '(?=ab|cd)..', '', 'axcd', [2, 4]],
  ['look-ahead is atomic', raw`(?=(a+))a*b\1`, '', 'baaabac', [3, 6]],
  ['a group of look-ahead that must not be is none', raw`(?!(ab)c)a\1`, '', 'aa', undefined],
  ['a loop with look-ahead', '(?:(?!end).)*end', '', 'x end end', [0, 5]],
  ['look-behind of one byte beside a reference', raw`(?<=x)(a)\1`, '', 'aaxaa', [3, 5]],
  ['anchors beside a reference', raw`\b(a)\1\b`, '', 'baa aa', [4, 6]],

  ['an atomic group whose options begin alike', '(?>a|ab)c', '', 'abc ac', [4, 6]],
  ['an atomic group that varies in its middle', '(?>a+b+)bc', '', 'abbc', undefined],
  ['an atomic group in a loop', 'x(?:(?>ab|a))*c', '', 'xabac', [0, 5]],
  ['an atomic group in a loop that gives back no byte', 'x(?:(?>a|ab))*c', '', 'xabc', undefined],
  ['a possessive group of several bytes', '(?:ab)*+a', '', 'ababa', [0, 5]],
  ['a possessive group that gives nothing back', '(?:ab)*+ab', '', 'abab', undefined],
];
