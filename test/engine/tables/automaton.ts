/** Sets of atoms, and where they lie: name, atoms, haystack, [atom, start, end]… */
export type AutomatonRow = readonly [
  name: string,
  atoms: readonly string[],
  haystack: string,
  matches: readonly (readonly [atom: number, start: number, end: number])[],
];

export const BASICS: readonly AutomatonRow[] = [
  ['one atom', ['a'], 'a', [[0, 0, 1]]],
  [
    'one atom, twice',
    ['a'],
    'aa',
    [
      [0, 0, 1],
      [0, 1, 2],
    ],
  ],
  ['nothing in nothing', ['a'], '', []],
  ['an atom longer than the haystack', ['abc'], 'ab', []],
  ['an atom that is the haystack', ['abc'], 'abc', [[0, 0, 3]]],
  ['an atom at the end', ['bc'], 'abc', [[0, 1, 3]]],
  ['none of two', ['x', 'y'], 'abc', []],
  [
    'two side by side',
    ['ab', 'cd'],
    'abcd',
    [
      [0, 0, 2],
      [1, 2, 4],
    ],
  ],
  [
    'equal atoms are both found',
    ['ab', 'ab'],
    'ab',
    [
      [0, 0, 2],
      [1, 0, 2],
    ],
  ],
  ['NUL and 0xff are ordinary bytes', ['\0\xff'], 'a\0\xff', [[0, 1, 3]]],
  [
    'many atoms of one byte',
    ['a', 'b', 'c', 'd'],
    'dcba',
    [
      [3, 0, 1],
      [2, 1, 2],
      [1, 2, 3],
      [0, 3, 4],
    ],
  ],
];
export const OVERLAPPING: readonly AutomatonRow[] = [
  [
    'a suffix of a match is also a match',
    ['she', 'he'],
    'she',
    [
      [0, 0, 3],
      [1, 1, 3],
    ],
  ],
  [
    'a prefix of a match is also a match',
    ['she', 'sh'],
    'she',
    [
      [1, 0, 2],
      [0, 0, 3],
    ],
  ],
  [
    'an infix of a match is also a match',
    ['ushers', 'he'],
    'ushers',
    [
      [1, 2, 4],
      [0, 0, 6],
    ],
  ],
  [
    'the set of Aho and Corasick',
    ['he', 'she', 'his', 'hers'],
    'ushers',
    [
      [1, 1, 4],
      [0, 2, 4],
      [3, 2, 6],
    ],
  ],
  ['failure leads to a shorter prefix', ['abcd', 'ce'], 'abce', [[1, 2, 4]]],
  ['failure leads over several states', ['abcde', 'bcdf', 'cdg', 'dh'], 'abcdh', [[3, 3, 5]]],
  ['failure leads to the start', ['abc', 'x'], 'abx', [[1, 2, 3]]],
  [
    'an atom overlaps itself',
    ['aa'],
    'aaaa',
    [
      [0, 0, 2],
      [0, 1, 3],
      [0, 2, 4],
    ],
  ],
  [
    'an atom overlaps itself by part',
    ['abab'],
    'ababab',
    [
      [0, 0, 4],
      [0, 2, 6],
    ],
  ],
  [
    'atoms of every length of a run',
    ['a', 'aa', 'aaa'],
    'aaa',
    [
      [0, 0, 1],
      [0, 1, 2],
      [1, 0, 2],
      [0, 2, 3],
      [1, 1, 3],
      [2, 0, 3],
    ],
  ],
  [
    'three suffixes end in one place',
    ['abc', 'bc', 'c'],
    'abc',
    [
      [0, 0, 3],
      [1, 1, 3],
      [2, 2, 3],
    ],
  ],
];
export const REGRESSION: readonly AutomatonRow[] = [
  [
    'an output behind a failure transition that has none of its own',
    ['abcd', 'bc', 'c'],
    'abc',
    [
      [1, 1, 3],
      [2, 2, 3],
    ],
  ],
  ['a start after a start that failed', ['aab'], 'aaab', [[0, 1, 4]]],
  [
    'siblings at both ends of the alphabet',
    ['\x20', '\x7f', '\xe0', '\xff'],
    '\xff\x20',
    [
      [3, 0, 1],
      [0, 1, 2],
    ],
  ],
  ['atoms of the greatest length', ['abcdefghijklmno'], 'xabcdefghijklmnox', [[0, 1, 16]]],
];
