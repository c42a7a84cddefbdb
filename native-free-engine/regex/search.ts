/** What the matchers have in common: where a search takes place, what it may cost, and what comes of it. */

/** The part of a subject that is searched. Offsets are bytes from the start of the subject. */
export interface SearchRange {
  /** Bytes of the subject; the end is one of the things that assertions see. */
  readonly size: number;
  /** Where the search begins. */
  readonly at: number;
  /** The byte in front of `at`, or -1 at the subject's start. */
  readonly before: number;
  /** A match must begin here or in front; `at` for one that must begin there, Infinity for one anywhere. */
  readonly lastStart: number;
}

/**
 * What searches may still cost, in steps: one for each byte that the table walks over and for each state that a thread is in. Shared by as many
 * searches as one likes; what is spent is taken off.
 */
export interface RegexBudget {
  steps: number;
}

/** `spent`: the budget ran out before the answer was known. It is no answer. */
export type RegexResult =
  | { readonly kind: 'match'; readonly start: number; readonly end: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'spent' };

/** A search under way. */
export interface RegexStream<Result> {
  /**
   * Goes on over the next bytes of the subject, which lie at [from, to) of `bytes` and are not kept.
   *
   * @returns undefined when the answer depends on more bytes; after an answer the search is over
   */
  feed(bytes: Uint8Array, from: number, to: number, budget: RegexBudget): Result | undefined;
}

export const NONE = { kind: 'none' } as const;
export const SPENT = { kind: 'spent' } as const;
