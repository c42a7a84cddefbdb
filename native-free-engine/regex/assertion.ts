/**
 * Assertions: tests of the place between two bytes that consume neither.
 *
 * Each is a union of pairs, a set to the left and a set to the right, and holds when the two neighbours are in one of the pairs. Anchors, word
 * boundaries and look-around over one byte all have this form, so the matchers know only one kind of assertion, and decide it by a table.
 *
 * Neighbours are the 256 bytes and two more. EDGE is what lies outside of the subject, on either side. FINAL_NEWLINE is a newline that is the
 * subject's last byte, seen from its left: `$` without `m` holds before it and before no other.
 */

import { type ByteSet, complement, hasByte, single } from './byte-set.ts';
import { ANY_BYTE, NEWLINE, NO_BYTE, WORD } from './named-sets.ts';

export const EDGE = 256;
export const FINAL_NEWLINE = 257;
/** Bytes and the two more. */
export const NEIGHBOURS = 258;

/** A set of neighbours. */
export interface Neighbours {
  readonly bytes: ByteSet;
  readonly edge: boolean;
  readonly finalNewline: boolean;
}

export interface Assertion {
  readonly pairs: readonly { readonly left: Neighbours; readonly right: Neighbours }[];
  /** Holds only where the search began (\G), whatever the neighbours are. */
  readonly atSearchStart: boolean;
}

export function includes(set: Neighbours, neighbour: number): boolean {
  if (neighbour === EDGE) return set.edge;
  return neighbour === FINAL_NEWLINE ? set.finalNewline : hasByte(set.bytes, neighbour);
}

/** Whether two assertions hold at the same places. */
export function areEqual(a: Assertion, b: Assertion): boolean {
  if (a === b) return true;
  const sameSet = (x: Neighbours, y: Neighbours): boolean =>
    x.edge === y.edge && x.finalNewline === y.finalNewline && x.bytes.every((word, i) => word === y.bytes[i]);
  return (
    a.atSearchStart === b.atSearchStart &&
    a.pairs.length === b.pairs.length &&
    a.pairs.every(({ left, right }, i) => sameSet(left, b.pairs[i]!.left) && sameSet(right, b.pairs[i]!.right))
  );
}

function neighbours(bytes: ByteSet, edge: boolean, finalNewline = hasByte(bytes, NEWLINE)): Neighbours {
  return { bytes, edge, finalNewline };
}

const ANYTHING = neighbours(ANY_BYTE, true);
const OUTSIDE = neighbours(NO_BYTE, true, false);
const IN_WORD = neighbours(WORD, false);
const NOT_IN_WORD = neighbours(complement(WORD), true);

function anyOf(...pairs: readonly [Neighbours, Neighbours][]): Assertion {
  return { pairs: pairs.map(([left, right]) => ({ left, right })), atSearchStart: false };
}

/** \A, and `^` without `m`. */
export const SUBJECT_START: Assertion = anyOf([OUTSIDE, ANYTHING]);
/** \z, and `$` with the flag `E`. */
export const SUBJECT_END: Assertion = anyOf([ANYTHING, OUTSIDE]);
/** \Z, and `$` without `m`: at the end, or before a newline there. */
export const NEAR_END: Assertion = anyOf([ANYTHING, neighbours(NO_BYTE, true, true)]);
/** `^` with `m`: not behind a newline that ends the subject. */
export const LINE_START: Assertion = anyOf(
  [OUTSIDE, ANYTHING],
  [neighbours(single(NEWLINE), false), neighbours(ANY_BYTE, false)],
);
/** `$` with `m`. */
export const LINE_END: Assertion = anyOf([ANYTHING, neighbours(single(NEWLINE), true)]);
/** \G */
export const SEARCH_START: Assertion = { pairs: anyOf([ANYTHING, ANYTHING]).pairs, atSearchStart: true };
/** [[:<:]] */
export const WORD_START: Assertion = anyOf([NOT_IN_WORD, IN_WORD]);
/** [[:>:]] */
export const WORD_END: Assertion = anyOf([IN_WORD, NOT_IN_WORD]);
/** \b */
export const WORD_BOUNDARY: Assertion = anyOf([NOT_IN_WORD, IN_WORD], [IN_WORD, NOT_IN_WORD]);
/** \B */
export const NOT_WORD_BOUNDARY: Assertion = anyOf([NOT_IN_WORD, NOT_IN_WORD], [IN_WORD, IN_WORD]);

/** (?=[…]) and (?![…]): whether the next byte is in `set`; outside of the subject there is none. */
export function next(set: ByteSet, isNegated: boolean): Assertion {
  return anyOf([ANYTHING, isNegated ? neighbours(complement(set), true) : neighbours(set, false)]);
}

/** (?<=[…]) and (?<![…]) */
export function previous(set: ByteSet, isNegated: boolean): Assertion {
  return anyOf([isNegated ? neighbours(complement(set), true) : neighbours(set, false), ANYTHING]);
}
