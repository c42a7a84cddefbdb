/** The syntax tree of a regular expression. Groups leave no trace in it: no one asks what a group matched. */

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
export type Syntax =
  | { readonly kind: 'set'; readonly set: ByteSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly of: readonly Syntax[] }
  | { readonly kind: 'choice'; readonly of: readonly Syntax[] }
  | Repeat
  | { readonly kind: 'atomic'; readonly of: Syntax; readonly offset: number };

export interface Repeat {
  readonly kind: 'repeat';
  readonly of: Syntax;
  readonly min: number;
  readonly max: number;
  readonly greed: Greed;
  readonly offset: number;
}

/** Matches the empty string. */
export const EMPTY: Syntax = { kind: 'sequence', of: [] };

/** The one set that a tree stands for, when each of its matches is one byte whatever lies around it. */
export function asSet(syntax: Syntax): ByteSet | undefined {
  if (syntax.kind === 'set') return syntax.set;
  if (syntax.kind !== 'choice') return undefined;
  const sets = syntax.of.map(asSet);
  return sets.every((set) => set !== undefined) ? unite(sets) : undefined;
}
