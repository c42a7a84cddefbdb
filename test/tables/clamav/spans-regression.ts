/** What once went wrong, most of it found by `npm run fuzz -- dialect` (notation: spans.ts). */
import type { SpanRow } from './spans.ts';

export const REGRESSION: readonly SpanRow[] = [
  [
    'a word boundary behind a long fixed gap is the last byte of the gap',
    "'ab'{128}(B)'cd'",
    `ab${'.'.repeat(128)}cd`,
    [[0, 132]],
  ],
  ['a word boundary behind a long fixed gap, and a letter there', "'ab'{128}(B)'cd'", `ab${'.'.repeat(127)}xcd`, []],
  ['no line boundary behind a long fixed gap', "'ab'{200}!(L)'cd'", `ab${'\n'.repeat(199)}.cd`, [[0, 204]]],
  ['the main piece of a bracket counts, not the bytes behind', "'ef'*'abc'[0-4]'d'", 'ef.abcxd.d', [[0, 8]]],
  [
    'a single byte before a bracket does not count twice',
    "'a'[0-4]'bcd'",
    'aaxbcd',
    [
      [0, 6],
      [1, 6],
    ],
    1,
  ],
  [
    'the forms of a pattern of several parts count together',
    "'aa'{1-}'A '::wa",
    '\x01\0\xfe\x02\0\x03a\0a\0aaA\0 \0AAA A\0A\0 \0',
    [
      [6, 16],
      [10, 20],
    ],
    3,
  ],
  ['the wide form of several parts counts alone', "'aa'{1-}'A '::wa", 'a\0a\0--A\0 \0AAA A\0A\0 \0', [[0, 10]], 2],
  [
    'short segments at one place of many variants are compared whole',
    "ff41(41|2d|20620a|00610a){-5}6120(2d6131|2d0031){0-62}'aA1a'('a\nA'|'Aaa')",
    '~\xffAA~~~~~a -a12bA -\0aaa--aaa\xff\0a1aa',
    [],
  ],
];
