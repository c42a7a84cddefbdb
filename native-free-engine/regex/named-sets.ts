/**
 * The sets that have a name in PCRE: \d, [:alpha:], the dot.
 *
 * Those of PCRE2 10.42 without UTF mode and with its built-in tables: letters are ASCII, but \h and \v know the spaces of Latin-1.
 * Source: pcre2pattern(3), "Generic character types" and "POSIX character classes"; held to libpcre2 byte by byte.
 */

import { type ByteSet, complement, ofRanges, single, unite } from './byte-set.ts';

export const NO_BYTE: ByteSet = ofRanges();
export const ANY_BYTE: ByteSet = ofRanges(0, 255);
export const NEWLINE = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
/** The dot without `s`, and \N: newline is LF, as Debian and ClamAV build PCRE2. */
export const NOT_NEWLINE: ByteSet = complement(single(NEWLINE));

const DIGIT = ofRanges(0x30, 0x39);
const UPPER = ofRanges(0x41, 0x5a);
const LOWER = ofRanges(0x61, 0x7a);
const ALPHA = unite([UPPER, LOWER]);
const ALPHANUMERIC = unite([ALPHA, DIGIT]);
export const WORD: ByteSet = unite([ALPHANUMERIC, single(0x5f)]);
/** Space, TAB, LF, VT, FF, CR: what \s matches, and what the flag `x` passes over. */
export const SPACE: ByteSet = unite([ofRanges(0x09, 0x0d), single(0x20)]);
const HORIZONTAL = unite([single(0x09), single(0x20), single(0xa0)]);
const VERTICAL = unite([ofRanges(0x0a, 0x0d), single(0x85)]);
/** What \R matches besides CR LF and CR. */
export const LINE_ENDS: ByteSet = unite([ofRanges(0x0a, 0x0c), single(0x85)]);

/** Escapes that stand for one byte of a set, in a class or outside. */
export const TYPE_ESCAPES: ReadonlyMap<string, ByteSet> = new Map([
  ['d', DIGIT],
  ['D', complement(DIGIT)],
  ['w', WORD],
  ['W', complement(WORD)],
  ['s', SPACE],
  ['S', complement(SPACE)],
  ['h', HORIZONTAL],
  ['H', complement(HORIZONTAL)],
  ['v', VERTICAL],
  ['V', complement(VERTICAL)],
]);

export const POSIX_CLASSES: ReadonlyMap<string, ByteSet> = new Map([
  ['alnum', ALPHANUMERIC],
  ['alpha', ALPHA],
  ['ascii', ofRanges(0x00, 0x7f)],
  ['blank', unite([single(0x09), single(0x20)])],
  ['cntrl', unite([ofRanges(0x00, 0x1f), single(0x7f)])],
  ['digit', DIGIT],
  ['graph', ofRanges(0x21, 0x7e)],
  ['lower', LOWER],
  ['print', ofRanges(0x20, 0x7e)],
  ['punct', ofRanges(0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e)],
  ['space', SPACE],
  ['upper', UPPER],
  ['word', WORD],
  ['xdigit', unite([DIGIT, ofRanges(0x41, 0x46, 0x61, 0x66)])],
]);
