/** Byte positions of body patterns: what they are looked for in, and where they match (notation: spans.ts). */
import type { SpanRow } from './spans.ts';

/** Byte strings without wildcards. */
export const LITERALS: readonly SpanRow[] = [
  [
    'two bytes are found wherever they are',
    "'ab'",
    'ab ab xab',
    [
      [0, 2],
      [3, 5],
      [7, 9],
    ],
  ],
  ['two bytes that are apart are not found', "'ab'", 'a b axb ba', []],
  [
    'two equal bytes overlap',
    "'aa'",
    'aaaa',
    [
      [0, 2],
      [1, 3],
      [2, 4],
    ],
  ],
  [
    'two equal bytes in runs of odd length',
    "'aa'",
    'aaa baaab',
    [
      [0, 2],
      [1, 3],
      [5, 7],
      [6, 8],
    ],
  ],
  [
    'three bytes overlap by two',
    "'aaa'",
    'aaaaaa',
    [
      [0, 3],
      [1, 4],
      [2, 5],
      [3, 6],
    ],
  ],
  [
    'a period of two overlaps every second byte',
    "'abab'",
    'abababab',
    [
      [0, 4],
      [2, 6],
      [4, 8],
    ],
  ],
  [
    'a period of three overlaps every third byte',
    "'abcabc'",
    'abcabcabcabc',
    [
      [0, 6],
      [3, 9],
      [6, 12],
    ],
  ],
  ['the whole haystack is the match', "'needle'", 'needle', [[0, 6]]],
  ['the haystack lacks the last byte', "'needle'", 'needl', []],
  ['the haystack lacks the first byte', "'needle'", 'eedle', []],
  ['the first byte differs', "'needle'", 'meedle', []],
  ['the last byte differs', "'needle'", 'needlf', []],
  ['the middle byte differs', "'needles'", 'neeDles', []],
  ['a false start overlaps the match', "'aab'", 'aaaab', [[2, 5]]],
  ['a false start of two periods', "'ababc'", 'abababc', [[2, 7]]],
  [
    'matches back to back',
    "'xyz'",
    'xyzxyzxyz',
    [
      [0, 3],
      [3, 6],
      [6, 9],
    ],
  ],
  ['a match at the first byte', "'start'", 'start here', [[0, 5]]],
  ['a match at the last byte', "'end'", 'at the end', [[7, 10]]],
  [
    'NUL bytes are ordinary',
    '000000',
    'a\x00\x00\x00\x00b',
    [
      [1, 4],
      [2, 5],
    ],
  ],
  [
    '0xff bytes are ordinary',
    'ffff',
    '\xff\xff\xff',
    [
      [0, 2],
      [1, 3],
    ],
  ],
  ['a NUL between letters', '610062', 'a\x00b ab a b', [[0, 3]]],
  ['upper-case digits are the same bytes', '4A4b4C4d', 'JKLM jklm', [[0, 4]]],
  ['bytes with the high bit', '80ff7f', '\x80\xff\x7f\x80\xff', [[0, 3]]],
  ['letters have a case', "'AbC'", 'abc ABC AbC aBc', [[8, 11]]],
  ['bytes that differ in bit 5', "'[[{{'", '[[{{ {{[[ [[[[ {{{{', [[0, 4]]],
  ['the longest common start is not enough', "'interest'", 'internet interes interest', [[17, 25]]],
  ['an empty haystack holds nothing', "'ab'", '', []],
  ['a haystack of one byte holds no two', "'ab'", 'a', []],
  [
    'sixteen bytes at once',
    "'0123456789abcdef'",
    '0123456789abcdef0123456789abcdef',
    [
      [0, 16],
      [16, 32],
    ],
  ],
  [
    'thirty bytes with the last one wrong',
    "'the quick brown fox jumps over'",
    'the quick brown fox jumps ovex the quick brown fox jumps over',
    [[31, 61]],
  ],
  [
    'a blank is a byte like others',
    "'  '",
    '   x  ',
    [
      [0, 2],
      [1, 3],
      [4, 6],
    ],
  ],
  [
    'line ends are bytes like others',
    '0d0a',
    'a\r\nb\r\n\r\r\n',
    [
      [1, 3],
      [4, 6],
      [7, 9],
    ],
  ],
];

/** Modifier i. */
export const NO_CASE: readonly SpanRow[] = [
  [
    'letters match in either case',
    "'needle'::i",
    'NEEDLE needle NeEdLe',
    [
      [0, 6],
      [7, 13],
      [14, 20],
    ],
  ],
  [
    'only letters have two cases',
    "'a[1@'::i",
    'A[1@ a{1@ A[1` a[1@',
    [
      [0, 4],
      [15, 19],
    ],
  ],
  [
    'a blank does not match NUL',
    "'a b'::i",
    'A B A\x00B a b',
    [
      [0, 3],
      [8, 11],
    ],
  ],
  [
    'an at sign does not match a backtick',
    "'a@'::i",
    'A@ a` A` a@',
    [
      [0, 2],
      [9, 11],
    ],
  ],
  [
    'umlauts of Latin-1 have one case',
    'c4e461::i',
    '\xc4\xe4A \xe4\xe4a \xc4\xe4a',
    [
      [0, 3],
      [8, 11],
    ],
  ],
  [
    'a high nibble keeps its case',
    "6?'bc'::i",
    'aBC ABC oBc OBc',
    [
      [0, 3],
      [8, 11],
    ],
  ],
  [
    'a low nibble keeps its value',
    "?1'bc'::i",
    'aBC ABC QBC xBC',
    [
      [0, 3],
      [4, 7],
      [8, 11],
    ],
  ],
  [
    'a wildcard takes either',
    "'a'??'bc'::i",
    'AXBC axbc A\x00bC',
    [
      [0, 4],
      [5, 9],
      [10, 14],
    ],
  ],
  [
    'options of a group too',
    "'xx'('ab'|'cd')'yy'::i",
    'XXABYY xxCdYy xxacyy',
    [
      [0, 6],
      [7, 13],
    ],
  ],
  [
    'single options of a group too',
    "'xx'(61|62)'yy'::i",
    'XXAYY xxByy xxcyy',
    [
      [0, 5],
      [6, 11],
    ],
  ],
  [
    'parts of a pattern too',
    "'ab'{1-2}'cd'::i",
    'AB.CD aB..Cd ab...cd',
    [
      [0, 5],
      [6, 12],
    ],
  ],
  ['behind an asterisk too', "'ab'*'cd'::i", 'AB--Cd', [[0, 6]]],
  [
    'digits have one case',
    "'a1b2'::i",
    'A1B2 a\x11b\x12 a1B2',
    [
      [0, 4],
      [10, 14],
    ],
  ],
  [
    'z and the character behind it',
    "'xz'::i",
    'XZ x{ Xz xZ',
    [
      [0, 2],
      [6, 8],
      [9, 11],
    ],
  ],
  [
    'overlaps of both cases',
    "'aa'::i",
    'aAaA',
    [
      [0, 2],
      [1, 3],
      [2, 4],
    ],
  ],
  [
    'beside a bracket gap',
    "'ab'[1-2]'c'::i",
    'AB.C ab..C ab...c',
    [
      [0, 4],
      [5, 10],
    ],
  ],
  ['the modifier a alone changes nothing', "'ab'::a", 'ab AB', [[0, 2]]],
  [
    'i and a are i',
    "'ab'::ia",
    'ab AB aB',
    [
      [0, 2],
      [3, 5],
      [6, 8],
    ],
  ],
];

/** Any bytes and half bytes. */
export const WILDCARDS: readonly SpanRow[] = [
  [
    'any byte between two',
    "'ab'??'cd'",
    'abxcd ab\x00cd abcd abxxcd',
    [
      [0, 5],
      [6, 11],
    ],
  ],
  [
    'any byte may be the next byte of the pattern',
    "'ab'??'cd'",
    'abccd abbcd ababcd',
    [
      [0, 5],
      [6, 11],
    ],
  ],
  ['any two bytes', "'ab'????'cd'", 'abxycd abxcd abxyzcd', [[0, 6]]],
  ['any byte in front must be there', "??'ab'", 'ab', []],
  ['any byte in front is part of the match', "??'ab'", 'xab', [[0, 3]]],
  ['any byte behind must be there', "'ab'??", 'ab', []],
  ['any byte behind is part of the match', "'ab'??", 'ab.', [[0, 3]]],
  [
    'any bytes on both sides',
    "??'ab'??",
    'xabx abx xab',
    [
      [0, 4],
      [4, 8],
    ],
  ],
  [
    'any byte in front, overlapping',
    "??'aa'",
    'aaaa',
    [
      [0, 3],
      [1, 4],
    ],
  ],
  [
    'a high half byte',
    "'ab'3?'cd'",
    'ab0cd ab9cd ab?cd abAcd ab/cd',
    [
      [0, 5],
      [6, 11],
      [12, 17],
    ],
  ],
  [
    'a low half byte',
    "'ab'?3'cd'",
    'ab3cd abCcd abccd ab\x03cd ab4cd',
    [
      [0, 5],
      [6, 11],
      [12, 17],
      [18, 23],
    ],
  ],
  [
    'a high half byte in front',
    "3?'ab'",
    '1ab ?ab aab',
    [
      [0, 3],
      [4, 7],
    ],
  ],
  [
    'a low half byte in front',
    "?3'ab'",
    '3ab Cab 4ab',
    [
      [0, 3],
      [4, 7],
    ],
  ],
  [
    'a high half byte behind',
    "'ab'3?",
    'ab1 ab? aba',
    [
      [0, 3],
      [4, 7],
    ],
  ],
  [
    'a low half byte behind',
    "'ab'?3",
    'ab3 abC ab4',
    [
      [0, 3],
      [4, 7],
    ],
  ],
  [
    'half bytes of 0',
    "'ab'0?",
    'ab\x00 ab\x0f ab\x10',
    [
      [0, 3],
      [4, 7],
    ],
  ],
  [
    'half bytes of f',
    "'ab'?f",
    'ab\x0f ab\xff ab\xfe',
    [
      [0, 3],
      [4, 7],
    ],
  ],
  [
    'half bytes beside each other',
    "'ab'3?4?",
    'ab3A ab9O ab3P',
    [
      [0, 4],
      [5, 9],
    ],
  ],
  [
    'a high and a low half byte',
    "'ab'3??3",
    'ab33 ab9s abA3',
    [
      [0, 4],
      [5, 9],
    ],
  ],
  [
    'a half byte and any byte',
    "'ab'3???'c'",
    'ab3xc ab39c abx3c',
    [
      [0, 5],
      [6, 11],
    ],
  ],
  ['every second byte is any', "'ab'??'c'??'d'??'e'", 'ab.c.d.e ab.c.d.f', [[0, 8]]],
  ['any bytes up to the end of the haystack', "'ab'??????", 'ab123', [[0, 5]]],
  ['any bytes one more than there are', "'ab'????????", 'ab123', []],
  [
    'upper-case digits in half bytes',
    "'ab'?A'cd'",
    'abJcd ab\nab\ncd',
    [
      [0, 5],
      [9, 14],
    ],
  ],
  ['eight bytes of any', "'ab'????????????????'cd'", 'ab12345678cd ab1234567cd ab123456789cd', [[0, 12]]],
  ['a literal run between two wildcards', "??'needle'??", 'needle needle needle', [[6, 14]]],
  ['a match needs its wildcard before the end', "'xy'??'z'??", 'xy.z', []],
  [
    'half bytes around a literal run',
    "4?'xyz'4?",
    'AxyzA AxyzP PxyzA OxyzO',
    [
      [0, 5],
      [18, 23],
    ],
  ],
  ['NUL matches any byte', "'ab'??'c'", 'ab\x00c', [[0, 4]]],
  ['0xff matches any byte', "'ab'??'c'", 'ab\xffc', [[0, 4]]],
  ['a line end matches any byte', "'ab'??'c'", 'ab\nc', [[0, 4]]],
];
