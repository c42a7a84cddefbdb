/** Alternatives of body patterns: what they are looked for in, and where they match (notation: spans.ts). */
import type { SpanRow } from './spans.ts';

/** Alternatives. */
export const GROUPS: readonly SpanRow[] = [
  ['the first option', "'xx'(61|62)'yy'", 'xxayy', [[0, 5]]],
  ['the last option', "'xx'(61|62)'yy'", 'xxbyy', [[0, 5]]],
  ['no option', "'xx'(61|62)'yy'", 'xxcyy', []],
  ['one option is a group too', "'xx'(61)'yy'", 'xxayy xxbyy', [[0, 5]]],
  [
    'many single options',
    "'xx'(61|63|65|67|69)'yy'",
    'xxayy xxbyy xxgyy xxiyy xxjyy',
    [
      [0, 5],
      [12, 17],
      [18, 23],
    ],
  ],
  [
    'options of two bytes',
    "'xx'('ab'|'cd')'yy'",
    'xxabyy xxcdyy xxacyy xxadyy',
    [
      [0, 6],
      [7, 13],
    ],
  ],
  [
    'options that share their start',
    "'xx'('abc'|'abd')'yy'",
    'xxabcyy xxabdyy xxabeyy',
    [
      [0, 7],
      [8, 15],
    ],
  ],
  [
    'options that share their end',
    "'xx'('abc'|'xbc')'yy'",
    'xxabcyy xxxbcyy xxbbcyy',
    [
      [0, 7],
      [8, 15],
    ],
  ],
  [
    'options of two lengths',
    "'xx'('a'|'bcd')'yy'",
    'xxayy xxbcdyy xxbyy xxabcdyy',
    [
      [0, 5],
      [6, 13],
    ],
  ],
  [
    'an option that is the start of another',
    "'xx'('a'|'ab')'yy'",
    'xxayy xxabyy xxbyy',
    [
      [0, 5],
      [6, 12],
    ],
  ],
  [
    'an option that is the end of another',
    "'xx'('ab'|'b')'yy'",
    'xxabyy xxbyy xxayy',
    [
      [0, 6],
      [7, 12],
    ],
  ],
  [
    'the shorter option and what follows equal the longer one',
    "'xx'('a'|'aby')'yy'",
    'xxabyyy xxayy',
    [
      [0, 7],
      [8, 13],
    ],
  ],
  [
    'options at the start',
    "('ab'|'cd')'yy'",
    'abyy cdyy adyy',
    [
      [0, 4],
      [5, 9],
    ],
  ],
  [
    'options of two lengths behind a literal at the start',
    "'zz'('ab'|'c')'yy'",
    'zzabyy zzcyy zzbyy',
    [
      [0, 6],
      [7, 12],
    ],
  ],
  [
    'options at the end',
    "'xx'('ab'|'cd')",
    'xxab xxcd xxac',
    [
      [0, 4],
      [5, 9],
    ],
  ],
  [
    'options of two lengths at the end',
    "'xx'('ab'|'c')",
    'xxab xxc xxb',
    [
      [0, 4],
      [5, 8],
    ],
  ],
  [
    'an option at the end that is the start of another',
    "'xx'('a'|'ab')",
    'xxab xxa',
    [
      [0, 3],
      [5, 8],
    ],
  ],
  [
    'two groups',
    "'xx'(61|62)(63|64)'yy'",
    'xxacyy xxbdyy xxabyy',
    [
      [0, 6],
      [7, 13],
    ],
  ],
  [
    'two groups of strings',
    "'xx'('ab'|'cd')'-'('ef'|'gh')'yy'",
    'xxab-ghyy xxcd-efyy xxef-abyy',
    [
      [0, 9],
      [10, 19],
    ],
  ],
  [
    'two groups of two lengths',
    "'xx'('a'|'bb')('c'|'dd')'yy'",
    'xxacyy xxbbcyy xxaddyy xxbbddyy xxbcyy',
    [
      [0, 6],
      [7, 14],
      [15, 22],
      [23, 31],
    ],
  ],
  [
    'any byte in an option',
    "'xx'('a'??|'bc')'yy'",
    'xxazyy xxbcyy xxbdyy',
    [
      [0, 6],
      [7, 13],
    ],
  ],
  [
    'a high half byte in an option',
    "'xx'(6?|31)'yy'",
    'xxayy xx1yy xx2yy',
    [
      [0, 5],
      [6, 11],
    ],
  ],
  [
    'a low half byte in an option',
    "'xx'(?1|62)'yy'",
    'xx1yy xxqyy xxbyy xxcyy',
    [
      [0, 5],
      [6, 11],
      [12, 17],
    ],
  ],
  [
    'a gap in an option',
    "'xx'('a'{2}'b'|'c')'yy'",
    'xxa..byy xxcyy xxa.byy',
    [
      [0, 8],
      [9, 14],
    ],
  ],
  [
    'a group in a group',
    "'xx'('a'(62|63)|'d')'yy'",
    'xxabyy xxacyy xxdyy xxayy',
    [
      [0, 6],
      [7, 13],
      [14, 19],
    ],
  ],
  [
    'a group at the start of a group',
    "'xx'((61|62)'c'|'d')'yy'",
    'xxacyy xxbcyy xxdyy xxcyy',
    [
      [0, 6],
      [7, 13],
      [14, 19],
    ],
  ],
  [
    'a group in a group of two lengths',
    "'xx'('a'('b'|'cd')|'e')'yy'",
    'xxabyy xxacdyy xxeyy xxacyy',
    [
      [0, 6],
      [7, 14],
      [15, 20],
    ],
  ],
  [
    'three groups in each other',
    "'xx'('a'('b'('c'|'d')|'e')|'f')'yy'",
    'xxabcyy xxabdyy xxaeyy xxfyy xxabyy',
    [
      [0, 7],
      [8, 15],
      [16, 22],
      [23, 28],
    ],
  ],
  ['fifteen groups in each other', "'xx'(((((((((((((((61)))))))))))))))'yy'", 'xxayy xxbyy', [[0, 5]]],
  [
    'eight choices of two lengths',
    "'xx'('a'|'bb')('a'|'bb')('a'|'bb')('a'|'bb')('a'|'bb')('a'|'bb')('a'|'bb')('a'|'bb')'yy'",
    'xxabbaabbabbaabbyy xxaaaaaaaayy xxaaaaaaayy',
    [[19, 31]],
  ],
  [
    'ten sets of bytes',
    "'xx'(30|31)(30|31)(30|31)(30|31)(30|31)(30|31)(30|31)(30|31)(30|31)(30|31)'yy'",
    'xx0110100110yy xx0110100120yy',
    [[0, 14]],
  ],
  [
    'a group before a gap',
    "'xx'(61|62){1-2}'yy'",
    'xxa.yy xxb..yy xxc.yy xxayy',
    [
      [0, 6],
      [7, 14],
    ],
  ],
  [
    'a group behind a gap',
    "'xx'{1-2}(61|62)'yy'",
    'xx.ayy xx..byy xxayy',
    [
      [0, 6],
      [7, 14],
    ],
  ],
  [
    'a group of two lengths before a gap',
    "'xx'('a'|'bcd'){1-2}'yy'",
    'xxa.yy xxbcd..yy xxbcd...yy',
    [
      [0, 6],
      [7, 16],
    ],
  ],
  [
    'a group of two lengths behind a gap',
    "'xx'{1-2}('a'|'bcd')'yy'",
    'xx.ayy xx..bcdyy xx...bcdyy',
    [
      [0, 6],
      [7, 16],
    ],
  ],
  ['a group between two asterisks', "'xx'*'ab'(63|64)*'yy'", 'xx.abd.yy', [[0, 9]]],
  ['the same option twice', "'xx'('ab'|'ab')'yy'", 'xxabyy', [[0, 6]]],
  [
    'an option of NUL',
    "'xx'(00|ff)'yy'",
    'xx\x00yy xx\xffyy xx yy',
    [
      [0, 5],
      [6, 11],
    ],
  ],
  [
    'options that hold the literal behind the group',
    "'xx'('y'|'yy')'yy'",
    'xxyyy xxyyyy xxyy',
    [
      [0, 5],
      [6, 11],
    ],
  ],
  [
    'both options match from one start',
    "'xx'('a'|'aya')'ya'",
    'xxayaya xxaya',
    [
      [0, 5],
      [8, 13],
    ],
  ],
  [
    'an option of eight bytes',
    "'xx'('abcdefgh'|'ijklmnop')'yy'",
    'xxabcdefghyy xxijklmnopyy xxabcdmnopyy',
    [
      [0, 12],
      [13, 25],
    ],
  ],
  [
    'options of three lengths',
    "'xx'('a'|'bb'|'ccc')'yy'",
    'xxayy xxbbyy xxcccyy xxccyy',
    [
      [0, 5],
      [6, 12],
      [13, 20],
    ],
  ],
  [
    'a group directly behind a wildcard',
    "'xx'??(61|62)'yy'",
    'xx.ayy xx.byy xxayy',
    [
      [0, 6],
      [7, 13],
    ],
  ],
  [
    'a group directly before a wildcard',
    "'xx'(61|62)??'yy'",
    'xxa.yy xxb.yy xxayy',
    [
      [0, 6],
      [7, 13],
    ],
  ],
];

/** Negated alternatives. */
export const NEGATED: readonly SpanRow[] = [
  ['not a byte', "'xx'!(61)'yy'", 'xxbyy xxayy xxyy', [[0, 5]]],
  ['not one of two bytes', "'xx'!(61|62)'yy'", 'xxcyy xxayy xxbyy', [[0, 5]]],
  ['not a byte: letters have a case', "'xx'!(61)'yy'", 'xxAyy xxayy', [[0, 5]]],
  ['not a byte takes NUL', "'xx'!(61)'yy'", 'xx\x00yy', [[0, 5]]],
  ['not a byte at the end needs one', "'xx'!(61)", 'xxb xxa xx', [[0, 3]]],
  [
    'not a string',
    "'xx'!('ab')'yy'",
    'xxacyy xxabyy xxbayy',
    [
      [0, 6],
      [14, 20],
    ],
  ],
  ['not a string takes as many bytes', "'xx'!('abc')'yy'", 'xxabdyy xxabyy xxabcyy xxabcdyy', [[0, 7]]],
  [
    'not one of two strings',
    "'xx'!('ab'|'cd')'yy'",
    'xxadyy xxcdyy xxabyy xxcbyy',
    [
      [0, 6],
      [21, 27],
    ],
  ],
  ['not a string at the end', "'xx'!('ab')", 'xxac xxab xxa', [[0, 4]]],
  ['not a byte twice', "'xx'!(61)!(62)'yy'", 'xxbayy xxaayy xxbbyy xxabyy', [[0, 6]]],
  ['not a byte behind a wildcard', "'xx'??!(61)'yy'", 'xxabyy xxaayy', [[0, 6]]],
  [
    'not a byte behind a range',
    "'xx'{1-2}!(61)'yy'",
    'xx.byy xx.ayy xx..cyy',
    [
      [0, 6],
      [14, 21],
    ],
  ],
  ['not a byte before a range', "'xx'!(61){1-2}'yy'", 'xxb.yy xxa.yy xxb...yy', [[0, 6]]],
  ['not NUL', "'xx'!(00)'yy'", 'xx\x00yy xx0yy', [[6, 11]]],
  [
    'a group and not a byte',
    "'xx'(61|62)!(61)'yy'",
    'xxabyy xxaayy xxbcyy',
    [
      [0, 6],
      [14, 20],
    ],
  ],
  [
    'not a byte between literals of one byte',
    "'xxa'!(62)'c'",
    'xxaac xxabc xxacc',
    [
      [0, 5],
      [12, 17],
    ],
  ],
  ['not any of five', "'xx'!(61|62|63|64|65)'yy'", 'xxayy xxeyy xxfyy', [[12, 17]]],
];
