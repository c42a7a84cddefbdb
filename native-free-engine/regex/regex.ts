/**
 * Regular expressions over bytes, in linear time where that is possible: the door of this room.
 *
 * The syntax is that of PCRE2 10.42 without UTF mode, as ClamAV's subsignatures use it; the match is the one that PCRE2 finds, leftmost and preferred.
 * Time is at most bytes × states of the program, whatever the source and the bytes, and is counted in steps against a budget.
 *
 * Back-references, look-ahead over more than one byte, and atomic groups that cannot be rewritten (rewrite.ts) are no matter of one pass: one pass over the
 * relaxed form tells whether and where there may be a match, and all ways are tried there (backtrack.ts), under the same budget and a limit of its own.
 *
 * Limits: look-behind over more than one byte, recursion, conditionals, callouts, verbs, \K and \p are refused by name. PCRE2's own match limits do not
 * exist here. What all ways are tried for is kept as a whole, up to `MOST_KEPT` bytes; in a longer subject it is `spent` where it may match.
 *
 * A compiled expression keeps a table that grows while it searches (REGEX_LIMITS.tableCells), so each worker compiles its own. Searches of one may be
 * interleaved block by block. What a search costs depends on what the table knows already; what it finds does not.
 */

import { EDGE } from './assertion.ts';
import { Backtracker } from './backtrack.ts';
import { compileProgram } from './compile.ts';
import { ExactSearch } from './exact.ts';
import { type Existence, ExistenceSearch } from './existence.ts';
import { parseFlags, type RegexFlags } from './flags.ts';
import { limitsWith, type RegexLimits } from './limits.ts';
import { type RequiredSet, requiredLiterals } from './literals.ts';
import { type Anchor, anchorOf, isAnchoredAtEnd, lengthsOf } from './measure.ts';
import { parseRegex } from './parse.ts';
import type { Program } from './program.ts';
import { exactly, relax } from './rewrite.ts';
import { NONE, type RegexBudget, type RegexResult, type RegexStream, type SearchRange } from './search.ts';
import { SpanSearch } from './span.ts';
import { LazyTable } from './table.ts';

/**
 * Compiles a regular expression.
 *
 * @param source one character per byte, U+0000 … U+00FF
 * @param flags  letters out of `greismxAEU`; g, r and e are kept for the caller and change no match
 * @throws {RegexError} `REGEX_SYNTAX`, `REGEX_UNSUPPORTED`, `REGEX_LIMIT`, with the offset in the source (of a bad flag: in the flags)
 */
export function compileRegex(source: string, flags: string, limits: Partial<RegexLimits> = {}): Regex {
  const bounds = limitsWith(limits);
  const parsed = parseFlags(flags);
  const written = parseRegex(source, parsed.options, bounds);
  const onePass = exactly(written);
  const exact = onePass === undefined ? new Backtracker(written) : undefined;
  const syntax = onePass ?? relax(written);
  const { min, max } = lengthsOf(syntax);
  const anchor = anchorOf(syntax);
  return new Regex(compileProgram(syntax, bounds), exact, bounds.tableCells, {
    flags: parsed,
    minLength: min,
    maxLength: max,
    anchor: parsed.anchored ? 'search' : anchor,
    isAnchoredAtEnd: isAnchoredAtEnd(syntax),
    literals: requiredLiterals(syntax),
  });
}

/** What is known of a regular expression without running it. */
export interface RegexFacts {
  readonly flags: RegexFlags;
  /** Bytes of a match at least; no match is shorter. */
  readonly minLength: number;
  /** Bytes of a match at most, or Infinity. */
  readonly maxLength: number;
  /** Where alone a match can begin. */
  readonly anchor: Anchor;
  /** A match ends at the subject's end, or before a newline there. */
  readonly isAnchoredAtEnd: boolean;
  /** Every match holds a literal of each of these sets. Empty: nothing is known. */
  readonly literals: readonly RequiredSet[];
}

/** A compiled regular expression. */
export class Regex {
  readonly facts: RegexFacts;
  readonly #program: Program;
  readonly #exact: Backtracker | undefined;
  readonly #tableCells: number;
  #floating: LazyTable | undefined;
  #anchored: LazyTable | undefined;

  /** @param exact what decides where the program, which is that of the relaxed form, matches */
  constructor(program: Program, exact: Backtracker | undefined, tableCells: number, facts: RegexFacts) {
    this.#program = program;
    this.#exact = exact;
    this.#tableCells = tableCells;
    this.facts = facts;
  }

  get literals(): readonly RequiredSet[] {
    return this.facts.literals;
  }

  /** States of the program: what one byte can cost at most. */
  get states(): number {
    return this.#program.states;
  }

  /**
   * Finds the leftmost match that begins in [from, lastStart]. The subject is bytes [0, to): assertions see what lies in front of `from`.
   *
   * Its place costs a second pass, from where a match may have begun: `test` answers sooner, and may answer where this one is spent.
   *
   * @param lastStart `from` for a match that must begin there; at least `from`
   */
  search(
    bytes: Uint8Array,
    from: number,
    to: number,
    budget: RegexBudget,
    lastStart = Number.POSITIVE_INFINITY,
  ): RegexResult {
    const existence = this.test(bytes, from, to, budget, lastStart);
    if (existence.kind !== 'match') return existence;
    // None begins in front of that, so the rest need not be looked at again.
    const { notBefore } = existence;
    const range = { size: to, at: notBefore, before: byteBefore(bytes, notBefore), lastStart };
    return this.span(range, notBefore === from).feed(bytes, notBefore, to, budget) ?? NONE;
  }

  /** Whether there is a match that begins in [from, lastStart]: as `search`, without its exact place. */
  test(
    bytes: Uint8Array,
    from: number,
    to: number,
    budget: RegexBudget,
    lastStart = Number.POSITIVE_INFINITY,
  ): Existence {
    const search = this.existence({ size: to, at: from, before: byteBefore(bytes, from), lastStart });
    return search.feed(bytes, from, to, budget) ?? NONE;
  }

  /** Begins a search over a subject that comes in blocks, for whether there is a match. */
  existence(range: SearchRange): RegexStream<Existence> {
    if (range.at > range.size || this.#lastStart(range) < range.at) return NOTHING;
    const resolved = { ...range, lastStart: this.#lastStart(range) };
    const search = new ExistenceSearch(this.#program, this.#tableFor, resolved, this.#kindBefore(range.before, true));
    if (this.#exact === undefined) return search;
    return new ExactSearch(search, this.#exact, resolved, range.at, this.#program.quiet, existenceOf);
  }

  /**
   * Begins a search over a subject that comes in blocks, for the span of its leftmost match. Slower than `existence`.
   *
   * @param isSearchStart false when the search began in front of `range.at`, and it is known that no match does
   */
  span(range: SearchRange, isSearchStart = true): RegexStream<RegexResult> {
    if (range.at > range.size || this.#lastStart(range) < range.at) return NOTHING;
    const resolved = { ...range, lastStart: this.#lastStart(range) };
    const kind = this.#kindBefore(range.before, isSearchStart);
    if (this.#exact === undefined) return new SpanSearch(this.#program, resolved, kind);
    const search = new ExistenceSearch(this.#program, this.#tableFor, resolved, kind);
    const searchStart = isSearchStart ? range.at : -1;
    return new ExactSearch(search, this.#exact, resolved, searchStart, this.#program.quiet, (found) => found);
  }

  /** Where a match may begin at the latest: an anchored one has no choice. */
  #lastStart({ at, lastStart }: SearchRange): number {
    switch (this.facts.anchor) {
      case 'none':
        return lastStart;
      case 'search':
        return Math.min(at, lastStart);
      case 'subject':
        return Math.min(0, lastStart);
    }
  }

  #kindBefore(before: number, isSearchStart: boolean): number {
    return this.#program.classes.kindBehind(before < 0 ? EDGE : before, isSearchStart);
  }

  readonly #tableFor = (isSeeking: boolean): LazyTable => {
    const known = isSeeking ? this.#floating : this.#anchored;
    if (known) return known;
    const table = new LazyTable(this.#program, isSeeking, this.#tableCells);
    if (isSeeking) this.#floating = table;
    else this.#anchored = table;
    return table;
  };
}

function existenceOf(found: RegexResult): Existence {
  return found.kind === 'match' ? { kind: 'match', notBefore: found.start, end: found.end } : found;
}

const NOTHING: RegexStream<{ readonly kind: 'none' }> = { feed: () => NONE };

function byteBefore(bytes: Uint8Array, offset: number): number {
  return offset > 0 ? bytes[offset - 1]! : -1;
}
