/**
 * A search by two: one pass over the relaxed form tells whether and where there may be a match, then all ways are tried from there on.
 *
 * The second needs the subject as a whole, so it is kept while the first is under way: few expressions are of this kind, and their triggers hold seldom.
 */
import type { Backtracker } from './backtrack.ts';
import type { Existence } from './existence.ts';
import { type RegexBudget, type RegexResult, type RegexStream, type SearchRange, SPENT } from './search.ts';

/** Bytes of a subject that are kept. */
export const MOST_KEPT = 16 * 1024 * 1024;

export class ExactSearch<Result extends Existence | RegexResult> implements RegexStream<Result> {
  readonly #relaxed: RegexStream<Existence>;
  readonly #exact: Backtracker;
  readonly #range: SearchRange;
  readonly #searchStart: number;
  readonly #quiet: Uint8Array | undefined;
  readonly #resultOf: (found: RegexResult) => Result;
  readonly #kept: Uint8Array | undefined;
  #keptBytes = 0;
  /** Where a match may begin, once the first knows. */
  #notBefore: number | undefined;

  /**
   * @param range       `lastStart` as it is meant for this expression
   * @param searchStart where a search began, for `\G`; −1 when that is in front of `range.at`
   */
  constructor(
    relaxed: RegexStream<Existence>,
    exact: Backtracker,
    range: SearchRange,
    searchStart: number,
    quiet: Uint8Array | undefined,
    resultOf: (found: RegexResult) => Result,
  ) {
    this.#relaxed = relaxed;
    this.#exact = exact;
    this.#range = range;
    this.#searchStart = searchStart;
    this.#quiet = quiet;
    this.#resultOf = resultOf;
    const bytes = range.size - range.at;
    this.#kept = bytes <= MOST_KEPT ? new Uint8Array(bytes) : undefined;
  }

  feed(bytes: Uint8Array, from: number, to: number, budget: RegexBudget): Result | undefined {
    this.#kept?.set(bytes.subarray(from, to), this.#keptBytes);
    this.#keptBytes += to - from;
    if (this.#notBefore === undefined) {
      const found = this.#relaxed.feed(bytes, from, to, budget);
      if (found === undefined) return undefined;
      if (found.kind !== 'match') return this.#resultOf(found);
      this.#notBefore = found.notBefore;
    }
    if (this.#kept === undefined) return this.#resultOf(SPENT);
    if (this.#keptBytes < this.#kept.length) return undefined;
    const { at, before, lastStart } = this.#range;
    const piece = { bytes: this.#kept, offset: at, before, searchStart: this.#searchStart };
    return this.#resultOf(this.#exact.search(piece, this.#notBefore, lastStart, this.#quiet, budget));
  }
}
