/** What can be said of a tree without running it: how long its matches are, and with which bytes they begin. */

import { type Assertion, NEAR_END, SEARCH_START, SUBJECT_END, SUBJECT_START } from './assertion.ts';
import { type ByteSet, unite } from './byte-set.ts';
import { ANY_BYTE, NO_BYTE } from './named-sets.ts';
import type { Syntax } from './syntax.ts';

/** Bytes of a match: at least, and at most. */
export interface Lengths {
  readonly min: number;
  /** Infinity when there is no bound. */
  readonly max: number;
}

const lengths = new WeakMap<Syntax, Lengths>();

/** A bound on both sides; exact but for what assertions rule out. Numbers past 2^53 come out as Infinity. */
export function lengthsOf(syntax: Syntax): Lengths {
  let known = lengths.get(syntax);
  if (!known) {
    known = measure(syntax);
    lengths.set(syntax, known);
  }
  return known;
}

function measure(syntax: Syntax): Lengths {
  switch (syntax.kind) {
    case 'set':
      return { min: 1, max: 1 };
    case 'assertion':
      return { min: 0, max: 0 };
    case 'atomic':
      return lengthsOf(syntax.of);
    case 'sequence': {
      const parts = syntax.of.map(lengthsOf);
      return { min: parts.reduce((sum, { min }) => sum + min, 0), max: parts.reduce((sum, { max }) => sum + max, 0) };
    }
    case 'choice': {
      const parts = syntax.of.map(lengthsOf);
      return {
        min: parts.reduce((least, { min }) => Math.min(least, min), Number.POSITIVE_INFINITY),
        max: parts.reduce((most, { max }) => Math.max(most, max), 0),
      };
    }
    case 'repeat': {
      const { min, max } = lengthsOf(syntax.of);
      // 0 × Infinity is not a number.
      return { min: min * syntax.min, max: max === 0 || syntax.max === 0 ? 0 : max * syntax.max };
    }
  }
}

/** The bytes that a match of at least one byte can begin with. */
export function firstBytesOf(syntax: Syntax): ByteSet {
  switch (syntax.kind) {
    case 'set':
      return syntax.set;
    case 'assertion':
      return NO_BYTE;
    case 'choice':
      return unite(syntax.of.map(firstBytesOf));
    case 'sequence': {
      const end = syntax.of.findIndex((part) => lengthsOf(part).min > 0);
      return unite(syntax.of.slice(0, end < 0 ? syntax.of.length : end + 1).map(firstBytesOf));
    }
    case 'atomic':
      return firstBytesOf(syntax.of);
    case 'repeat':
      return syntax.max === 0 ? NO_BYTE : firstBytesOf(syntax.of);
  }
}

/** Where alone a match can begin: anywhere, at the subject's start, or where the search begins. */
export type Anchor = 'none' | 'subject' | 'search';

/** The first assertion that every match has to pass decides. */
export function anchorOf(syntax: Syntax): Anchor {
  if (opensWith(syntax, SUBJECT_START)) return 'subject';
  return opensWith(syntax, SEARCH_START) ? 'search' : 'none';
}

/** Whether every match ends at the subject's end, or before a newline there. */
export function isAnchoredAtEnd(syntax: Syntax): boolean {
  return closesWith(syntax, SUBJECT_END) || closesWith(syntax, NEAR_END);
}

function opensWith(syntax: Syntax, assertion: Assertion): boolean {
  return touches(syntax, assertion, (parts) => parts);
}

function closesWith(syntax: Syntax, assertion: Assertion): boolean {
  return touches(syntax, assertion, (parts) => parts.toReversed());
}

/** Whether no match does without `assertion` at the side that `inOrder` puts first. */
function touches(
  syntax: Syntax,
  assertion: Assertion,
  inOrder: (parts: readonly Syntax[]) => readonly Syntax[],
): boolean {
  switch (syntax.kind) {
    case 'set':
      return false;
    case 'assertion':
      return syntax.assertion === assertion;
    case 'choice':
      return syntax.of.length > 0 && syntax.of.every((part) => touches(part, assertion, inOrder));
    case 'sequence':
      for (const part of inOrder(syntax.of)) {
        if (touches(part, assertion, inOrder)) return true;
        if (lengthsOf(part).max > 0) return false;
      }
      return false;
    case 'atomic':
      return touches(syntax.of, assertion, inOrder);
    case 'repeat':
      return syntax.min > 0 && touches(syntax.of, assertion, inOrder);
  }
}

/** Whether a match can be empty, or its first byte can be any: then looking at first bytes is in vain. */
export function startsAnywhere(syntax: Syntax): boolean {
  return lengthsOf(syntax).min === 0 || firstBytesOf(syntax).every((word, i) => word === ANY_BYTE[i]);
}
