/** The syntax tree of a regular expression: as it is written, and without what one pass cannot match. */

import type { Assertion } from './assertion.ts';
import { type ByteSet, unite } from './byte-set.ts';

/** `possessive`: as greedy, but once it has matched it gives nothing back. */
export type Greed = 'greedy' | 'lazy' | 'possessive';

/**
 * - `set`: one byte of it.
 * - `choice`: the first option that lets the rest match is preferred.
 * - `repeat`: `max` may be Infinity.
 * - `atomic`: the preferred match of `of`, and no other.
 *
 * `offset` is where the item stands in the source, for errors.
 */
type Leaf =
  | { readonly kind: 'set'; readonly set: ByteSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion };

// Interfaces, since an alias could not name itself inside of another.
interface SequenceOf<Part> {
  readonly kind: 'sequence';
  readonly of: readonly Part[];
}
interface ChoiceOf<Part> {
  readonly kind: 'choice';
  readonly of: readonly Part[];
}
interface AtomicOf<Part> {
  readonly kind: 'atomic';
  readonly of: Part;
  readonly offset: number;
}
interface RepeatOf<Part> {
  readonly kind: 'repeat';
  readonly of: Part;
  readonly min: number;
  readonly max: number;
  readonly greed: Greed;
  readonly offset: number;
}

/** What the compiler takes. Groups leave no trace in it: no one asks what a group matched. */
export type Syntax = Leaf | SequenceOf<Syntax> | ChoiceOf<Syntax> | Repeat | AtomicOf<Syntax>;
export type Repeat = RepeatOf<Syntax>;

/**
 * What is written.
 *
 * - `capture`: a group by its number, from 1.
 * - `reference`: what that group matched last, once more; in either case with `noCase`.
 * - `look`: whether `of` matches here, or in front of here.
 */
export type Written =
  | Leaf
  | SequenceOf<Written>
  | ChoiceOf<Written>
  | RepeatOf<Written>
  | AtomicOf<Written>
  | { readonly kind: 'capture'; readonly of: Written; readonly group: number }
  | { readonly kind: 'reference'; readonly group: number; readonly noCase: boolean; readonly offset: number }
  | {
      readonly kind: 'look';
      readonly of: Written;
      readonly isBehind: boolean;
      readonly isNegated: boolean;
      readonly offset: number;
    };

/** Matches the empty string. */
export const EMPTY: Syntax & Written = { kind: 'sequence', of: [] };

/** The one set that a tree stands for, when each of its matches is one byte whatever lies around it. */
export function asSet(syntax: Syntax): ByteSet | undefined {
  if (syntax.kind === 'set') return syntax.set;
  if (syntax.kind !== 'choice') return undefined;
  const sets = syntax.of.map(asSet);
  return sets.every((set) => set !== undefined) ? unite(sets) : undefined;
}
