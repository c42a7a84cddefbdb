/** Random regular expressions over a handful of bytes, so that about half of them match a random haystack. */
import type { Random } from '../../support/engine/random.ts';

/** Bytes of haystacks. */
export const ALPHABET = 'aabbc\nAB _\xe9\r1';

export interface RandomOptions {
  /** Only syntax that V8 has too, and no loops around what can be empty. */
  readonly isCommon: boolean;
  /** Groups inside groups. */
  readonly depth: number;
}

/** A source, and whether it can match nothing. */
interface Piece {
  readonly source: string;
  readonly isNullable: boolean;
}

const BYTES = ['a', 'b', 'c', 'a', 'b', 'ab', '.', 'A', '\\n', '\\x61'];
const TYPES = ['\\d', '\\w', '\\W', '\\D', '\\s'];
const CLASSES = ['[ab]', '[^a]', '[a-c]', '[b\\n]', '[^\\w]', '[A-b]', '[\\d_]'];
const ZERO_WIDTH = ['^', '$', '\\b', '\\B', '(?=a)', '(?![ab])', '(?<=b)', '(?<!a)'];
const OWN_BYTES = [
  '\\N',
  '\\R',
  '\\h',
  '\\v',
  '\\C',
  '\\xe9',
  '\\Qa\\E',
  '[[:alpha:]]',
  '[^[:upper:]]',
  '\\142',
  '\\r\\n',
];
const OWN_ZERO_WIDTH = ['\\A', '\\z', '\\Z', '\\G', '(?i)', '(?s)', '(?m)', '(?-i)', '(?#x)', '(?<!a|b)'];
const QUANTIFIERS = ['*', '+', '?', '{2}', '{1,2}', '{0,2}', '{2,}', '{0}', '{3}', '{1,3}', '{2,5}', '{0,7}'];
const MARKS = ['', '', '', '?'];

export function randomRegex(random: Random, { isCommon, depth }: RandomOptions): string {
  return choice(depth).source;

  function choice(left: number): Piece {
    const branches = [sequence(left)];
    while (random.chance(0.25)) branches.push(sequence(left));
    return {
      source: branches.map(({ source }) => source).join('|'),
      isNullable: branches.some(({ isNullable }) => isNullable),
    };
  }

  function sequence(left: number): Piece {
    const pieces = Array.from({ length: random.below(5) }, () => quantified(left));
    return {
      source: pieces.map(({ source }) => source).join(''),
      isNullable: pieces.every(({ isNullable }) => isNullable),
    };
  }

  function quantified(left: number): Piece {
    if (random.chance(0.1)) return { source: random.pick(zeroWidth()), isNullable: true };
    const piece = atom(left);
    if (!random.chance(0.4) || (isCommon && piece.isNullable)) return piece;
    const quantifier = random.pick(QUANTIFIERS);
    // A quantifier repeats the last character only.
    const source = piece.source === 'ab' || piece.source === '\\r\\n' ? `(?:${piece.source})` : piece.source;
    const mark = random.pick(isCommon ? MARKS : [...MARKS, '+']);
    return { source: source + quantifier + mark, isNullable: piece.isNullable || /^(?:[*?]|\{0)/.test(quantifier) };
  }

  function atom(left: number): Piece {
    if (left > 0 && random.chance(0.3)) {
      const { source, isNullable } = choice(left - 1);
      const head = random.pick(isCommon ? ['(', '(?:'] : ['(', '(?:', '(?i:', '(?s:', '(?>']);
      return { source: `${head}${source})`, isNullable };
    }
    const pool = random.pick(isCommon ? [BYTES, BYTES, TYPES, CLASSES] : [BYTES, BYTES, TYPES, CLASSES, OWN_BYTES]);
    return { source: random.pick(pool), isNullable: false };
  }

  function zeroWidth(): readonly string[] {
    return isCommon ? ZERO_WIDTH : [...ZERO_WIDTH, ...OWN_ZERO_WIDTH];
  }
}

export function randomText(random: Random, length: number, alphabet = ALPHABET): string {
  return Array.from({ length }, () => random.pick([...alphabet])).join('');
}
