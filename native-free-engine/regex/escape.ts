/** Escapes: what a backslash makes of the characters behind it. Source: pcre2pattern(3), "Backslash". */

import {
  type Assertion,
  NEAR_END,
  NOT_WORD_BOUNDARY,
  SEARCH_START,
  SUBJECT_END,
  SUBJECT_START,
  WORD_BOUNDARY,
} from './assertion.ts';
import type { ByteSet } from './byte-set.ts';
import type { Cursor } from './cursor.ts';
import { type Feature, syntaxError, unsupported } from './errors.ts';
import { ANY_BYTE, NOT_NEWLINE, TYPE_ESCAPES } from './named-sets.ts';

export type Escape =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'set'; readonly set: ByteSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  /** \R */
  | { readonly kind: 'lineEnd' }
  /** To a group by its name, by its number, or counted back from the last one that was opened: −1 is that one. */
  | { readonly kind: 'reference'; readonly to: string | number };

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['e', 0x1b],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
]);
const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ['A', SUBJECT_START],
  ['z', SUBJECT_END],
  ['Z', NEAR_END],
  ['G', SEARCH_START],
  ['b', WORD_BOUNDARY],
  ['B', NOT_WORD_BOUNDARY],
]);
const UNSUPPORTED: ReadonlyMap<string, Feature> = new Map([
  ['K', 'match start reset'],
  ['p', 'Unicode property'],
  ['P', 'Unicode property'],
  ['X', 'Unicode property'],
]);
const QUANTIFIER = /\{\d+(?:,\d*)?\}/y;

/**
 * Reads an escape outside of a class.
 *
 * @param cursor behind the backslash
 * @param groups capturing groups opened so far: \12 is the twelfth of them, or a byte in octal if there are fewer
 */
export function readEscape(cursor: Cursor, groups: number): Escape {
  const start = cursor.at - 1;
  const letter = cursor.take();
  const assertion = ASSERTIONS.get(letter);
  if (assertion) return { kind: 'assertion', assertion };
  const feature = UNSUPPORTED.get(letter);
  if (feature) throw unsupported(start, feature);
  switch (letter) {
    case 'R':
      return { kind: 'lineEnd' };
    case 'N':
      // \N{U+41} and \N{name} are for UTF mode; \N{3} is a quantifier.
      if (cursor.peek() === '{' && !matchesHere(cursor, QUANTIFIER)) throw syntaxError(start, 'a quantifier', '\\N{');
      return { kind: 'set', set: NOT_NEWLINE };
    case 'C':
      return { kind: 'set', set: ANY_BYTE };
    case 'k':
      return readName(cursor, start);
    case 'g':
      return readG(cursor, start);
  }
  if (letter >= '1' && letter <= '9') return readNumber(cursor, start, groups);
  return readCommon(cursor, start, letter);
}

/** Reads an escape inside a class. @param cursor behind the backslash */
export function readClassEscape(cursor: Cursor): Escape {
  const start = cursor.at - 1;
  const letter = cursor.take();
  if (letter === 'b') return { kind: 'byte', byte: 0x08 };
  if (letter === 'p' || letter === 'P') throw unsupported(start, 'Unicode property');
  if (letter >= '1' && letter <= '7') {
    cursor.at--;
    return { kind: 'byte', byte: readOctal(cursor, 3) };
  }
  if (letter === '8' || letter === '9') return { kind: 'byte', byte: letter.charCodeAt(0) };
  return readCommon(cursor, start, letter);
}

/** Escapes that mean the same in a class and outside. */
function readCommon(cursor: Cursor, start: number, letter: string): Escape {
  const set = TYPE_ESCAPES.get(letter);
  if (set) return { kind: 'set', set };
  const control = CONTROLS.get(letter);
  if (control !== undefined) return { kind: 'byte', byte: control };
  switch (letter) {
    case '':
      throw syntaxError(start + 1, 'a character behind \\', 'the end');
    case '0':
      cursor.at--;
      return { kind: 'byte', byte: readOctal(cursor, 3) };
    case 'x':
      return { kind: 'byte', byte: readHex(cursor) };
    case 'o':
      return { kind: 'byte', byte: readBraces(cursor, start, /\{([0-7]+)\}/y, 8) };
    case 'c':
      return { kind: 'byte', byte: readControl(cursor, start) };
  }
  if (/[A-Za-z0-9]/.test(letter)) throw syntaxError(start, 'an escape that PCRE2 has', `\\${letter}`);
  return { kind: 'byte', byte: letter.charCodeAt(0) };
}

function matchesHere(cursor: Cursor, sticky: RegExp): boolean {
  sticky.lastIndex = cursor.at;
  return sticky.test(cursor.text);
}

function readOctal(cursor: Cursor, digits: number): number {
  const start = cursor.at;
  while (cursor.at < start + digits && cursor.peek() >= '0' && cursor.peek() <= '7') cursor.at++;
  return checkByte(start, Number.parseInt(cursor.text.slice(start, cursor.at), 8));
}

/** \x with up to two digits, none of them making NUL, or any number of them in braces. */
function readHex(cursor: Cursor): number {
  if (cursor.peek() === '{') return readBraces(cursor, cursor.at - 2, /\{([0-9A-Fa-f]+)\}/y, 16);
  const [digits] = cursor.takeMatch(/[0-9A-Fa-f]{0,2}/y)!;
  return digits === '' ? 0 : Number.parseInt(digits, 16);
}

function readBraces(cursor: Cursor, start: number, sticky: RegExp, radix: number): number {
  const match = cursor.takeMatch(sticky);
  if (!match) throw syntaxError(start, `digits of base ${radix} in braces`, cursor.text.slice(start, start + 8));
  return checkByte(start, Number.parseInt(match[1]!, radix));
}

function checkByte(start: number, value: number): number {
  if (value > 255) throw syntaxError(start, 'a byte of at most 255', String(value));
  return value;
}

/** \cA is the byte 1: the character in upper case, with bit 6 turned over. */
function readControl(cursor: Cursor, start: number): number {
  const character = cursor.take();
  if (character < ' ' || character > '~') throw syntaxError(start, 'printable ASCII behind \\c', cursor.describe());
  return character.toUpperCase().charCodeAt(0) ^ 0x40;
}

/** \1 … \9 refer to a group, and longer numbers too if there are so many groups or they are not octal. */
function readNumber(cursor: Cursor, start: number, groups: number): Escape {
  cursor.at--;
  const [digits] = cursor.takeMatch(/\d+/y)!;
  if (digits.length === 1 || digits >= '8' || Number(digits) <= groups)
    return { kind: 'reference', to: Number(digits) };
  cursor.at = start + 1;
  return { kind: 'byte', byte: readOctal(cursor, 3) };
}

/** \k<name>, \k'name', \k{name} */
function readName(cursor: Cursor, start: number): Escape {
  const match = cursor.takeMatch(/<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'|\{([A-Za-z_]\w*)\}/y);
  if (!match) throw syntaxError(start, 'a name of a group', cursor.describe());
  return { kind: 'reference', to: match[1] ?? match[2] ?? match[3]! };
}

/** \g1, \g{-1}, \g{name} refer back; \g<1> and \g'name' recurse. */
function readG(cursor: Cursor, start: number): Escape {
  if (matchesHere(cursor, /[<'](?:[+-]?\d+|[A-Za-z_]\w*)[>']/y)) throw unsupported(start, 'recursion');
  const match = cursor.takeMatch(/(-?\d+)|\{(-?\d+)\}|\{([A-Za-z_]\w*)\}/y);
  if (match) return { kind: 'reference', to: match[3] ?? Number(match[1] ?? match[2]) };
  // \g{+1} is a group behind this place.
  if (matchesHere(cursor, /\+\d+|\{\+\d+\}/y)) throw unsupported(start, 'back-reference');
  throw syntaxError(start, 'a name or number of a group', cursor.describe());
}
