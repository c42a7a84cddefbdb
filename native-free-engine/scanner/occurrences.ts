/**
 * Where whole patterns lie in one object: segment by segment, the places of one segment, as intervals, say where the next may lie.
 *
 * Nothing is forgotten: of twenty beginnings every one is followed to its end. A set that grows past its limit is told as a spent budget.
 */

import { countOf, type Intervals, intersect, reachable, reaching, unite } from '../match/intervals.ts';
import { SEGMENT_FLAG, UNBOUNDED } from '../match/segment.ts';
import type { ObjectFacts } from './object.ts';
import { MAX_INTERVALS, type PatternChecker } from './patterns.ts';
import { Spent } from './spent.ts';
import type { Window } from './window.ts';

/** Literals that are looked for before a regular expression is run: each costs a tenth of it. */
const MAX_LITERALS = 4;

/** One occurrence of a pattern: [start, end) of the object. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
}

export class Occurrences {
  readonly #checker: PatternChecker;
  readonly #window: Window;

  constructor(checker: PatternChecker, window: Window) {
    this.#checker = checker;
    this.#window = window;
  }

  /**
   * Number of matches of a byte pattern in the object.
   *
   * @param enough the search may stop at this count
   * @param onFirst told of the first occurrence of each variant
   */
  count(pattern: number, facts: ObjectFacts, enough: number, onFirst?: (occurrence: Occurrence) => void): number {
    const allowed = this.#checker.placesAllowed(pattern, facts);
    // Variants that lie at one place are one match: `ab(c|cd)` is once in `abcd`.
    let places: Intervals = [];
    for (const [from, to] of this.#variantsOf(pattern)) {
      if (countOf(places) >= enough) break;
      const trace = this.#traceVariant(from, to, allowed, enough);
      const ends = trace.at(-1)!;
      places = unite(places, ends);
      if (onFirst && ends.length > 0) onFirst(this.#firstOf(from, trace));
    }
    return countOf(places);
  }

  /**
   * Where the matches of a byte pattern begin.
   *
   * @throws {Spent} when the way to them is too long to be kept
   */
  starts(pattern: number, facts: ObjectFacts): Intervals {
    const allowed = this.#checker.placesAllowed(pattern, facts);
    let starts: Intervals = [];
    for (const [from, to] of this.#variantsOf(pattern)) {
      const trace = this.#traceVariant(from, to, allowed, Number.POSITIVE_INFINITY);
      starts = unite(starts, this.#startsBefore(from, trace, trace.at(-1)!));
    }
    return starts;
  }

  /** Where the match that ends last begins at the earliest; undefined when there is none. @throws {Spent} as `starts` */
  lastStart(pattern: number, facts: ObjectFacts): number | undefined {
    const allowed = this.#checker.placesAllowed(pattern, facts);
    let last: number | undefined;
    for (const [from, to] of this.#variantsOf(pattern)) {
      const trace = this.#traceVariant(from, to, allowed, Number.POSITIVE_INFINITY);
      const end = trace.at(-1)!.at(-1);
      if (end === undefined) continue;
      const [start] = this.#startsBefore(from, trace, [end - 1, end]);
      if (last === undefined || start! > last) last = start;
    }
    return last;
  }

  /** Segments [from, to) of each variant of a pattern. */
  *#variantsOf(pattern: number): Generator<readonly [from: number, to: number]> {
    const [first, end] = this.#checker.segmentRange(pattern);
    for (let from = first; from < end; ) {
      let to = from + 1;
      while (to < end && (this.#checker.segment(to).flags & SEGMENT_FLAG.firstOfVariant) === 0) to++;
      yield [from, to];
      from = to;
    }
  }

  /** Whether the object holds one of the literals without which a regular expression has no match, as far as looking for them is cheaper than running it. */
  mayMatch(pattern: number): boolean {
    const [first, end] = this.#checker.segmentRange(pattern);
    if (first === end || end - first > MAX_LITERALS) return true;
    for (let number = first; number < end; number++) {
      if (this.#checker.places(number, [0, this.#window.size], 1).length > 0) return true;
    }
    return false;
  }

  /**
   * Places of each segment of a variant that one of the segment before leads to.
   *
   * @returns as many as there are segments, or fewer and the last of them empty. When they grow too many, all but the last are empty
   */
  #traceVariant(from: number, to: number, allowed: Intervals, enough: number): Intervals[] {
    const last = (number: number): number => (number === to - 1 ? enough : Number.POSITIVE_INFINITY);
    // Known after a search over many patterns at once: a family is one beginning with many ends, most of which are not there.
    for (let number = from; number < to; number++) if (this.#checker.isAbsent(number)) return [[]];
    const trace = [this.#checker.places(from, allowed, last(from))];
    let kept = 0;
    for (let number = from + 1; number < to; number++) {
      const places = trace.at(-1)!;
      if (places.length === 0) break;
      const { gapMin, gapMax } = this.#checker.segment(number);
      const max = gapMax === UNBOUNDED ? Number.POSITIVE_INFINITY : gapMax;
      trace.push(
        this.#checker.places(
          number,
          reachable(places, this.#checker.segment(number - 1).length, gapMin, max),
          last(number),
        ),
      );
      kept += places.length;
      if (kept > MAX_INTERVALS) for (let i = 0; i < trace.length - 1; i++) trace[i] = [];
    }
    return trace;
  }

  /** The first occurrence of a variant that has one. */
  #firstOf(from: number, trace: readonly Intervals[]): Occurrence {
    const [place] = trace.at(-1)!;
    const end = place! + this.#checker.segment(from + trace.length - 1).length;
    // Where the way is not known any more, the end must do.
    const isKept = trace.every((places) => places.length > 0);
    return { start: isKept ? this.#startsBefore(from, trace, [place!, place! + 1])[0]! : place!, end };
  }

  /** Starts of a variant that lead to `ends`, which are among the places of its last segment. */
  #startsBefore(from: number, trace: readonly Intervals[], ends: Intervals): Intervals {
    let places = ends;
    for (let i = trace.length - 1; i > 0 && places.length > 0; i--) {
      if (trace[i - 1]!.length === 0)
        throw new Spent(`more than ${MAX_INTERVALS / 2} separate places of one pattern`, from);
      const { gapMin, gapMax } = this.#checker.segment(from + i);
      const max = gapMax === UNBOUNDED ? Number.POSITIVE_INFINITY : gapMax;
      places = intersect(trace[i - 1]!, reaching(places, this.#checker.segment(from + i - 1).length, gapMin, max));
    }
    return places;
  }
}
