/**
 * Patterns of an image, checked and searched on one object: exact, on demand, with bounded memory.
 *
 * `confirmAround` confirms what the automaton found, `places` searches one segment. What whole patterns are made of is in occurrences.ts.
 */

import type { Image } from '../image/open.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type ArenaLayout, HIT_CAPACITY, PATTERN_WORDS, REGEX_MARK, STATE } from '../layout.ts';
import { append, contains, countOf, type Intervals, intersect, reachable, reaching } from '../match/intervals.ts';
import {
  edgeMatches,
  LOCAL_SPAN,
  openSegment,
  SEGMENT_FLAG,
  type SegmentView,
  segmentMatches,
  UNBOUNDED,
} from '../match/segment.ts';
import { Misses } from './misses.ts';
import type { ObjectFacts } from './object.ts';
import { placesAllowed } from './offset-rule.ts';
import { choosePair } from './pair.ts';
import { Spent } from './spent.ts';
import type { Window } from './window.ts';

/** Numbers of an interval set that may be kept for one segment. */
export const MAX_INTERVALS = 1 << 20;

/** Places that confirmations around hits may look at, for each byte of the object: ordinary files need a hundredth of one. */
const LOCAL_LOOKS_PER_BYTE = 0.4;
/** Ends of intervals that whole patterns may be put together from: for each byte of the object, and for an object at all (sixty macros on 20,000 places). */
const INTERVALS_PER_BYTE = 0.5;
const INTERVALS_PER_OBJECT = 9 << 18;
/** What comparing a segment costs, in bytes that the pair search looks at. */
const COMPARED_BYTES = 400;

/** Opened segments that are kept. */
const KEPT_VIEWS = 4096;

/** The segments of a variant, and which of them was found. */
interface VariantAround {
  readonly parts: readonly SegmentView[];
  readonly found: number;
  /** What its gaps leave open, in bytes. */
  readonly span: number;
}

/** The last answer to where a variant may begin: its segments up to the one that was found at `at`. */
interface LastStarts {
  readonly at: number;
  readonly parts: readonly SegmentView[];
  readonly places: Intervals;
}
const NO_STARTS: LastStarts = { at: -1, parts: [], places: [] };

export class PatternChecker {
  readonly #image: Image;
  readonly #window: Window;
  readonly #kernel: Kernel;
  readonly #arena: number;
  readonly #layout: ArenaLayout;
  readonly #hits: Uint32Array;
  readonly #state: Uint32Array;
  readonly #views = new Map<number, SegmentView>();
  /** By the segment that was found. */
  readonly #variants = new Map<number, VariantAround>();
  #lastStarts: LastStarts = NO_STARTS;
  /** Places at which patterns with one offset rule may start. */
  readonly #allowed = new Map<number, Intervals>();
  readonly #misses: Misses;
  /** Places that confirmations around hits have looked at. */
  #localLooks = 0;
  /** Places of segments that searches over many patterns at once have found. */
  readonly #known = new Map<number, Intervals>();
  /** Bytes that searches on demand have looked at. */
  searchedBytes = 0;
  /** Bytes that searches over many patterns at once have walked. */
  walkedBytes = 0;
  /** Segments compared with a place of the object. */
  comparisons = 0;
  /** Ends of intervals that whole patterns were put together from. */
  intervals = 0;
  /** Of the comparisons those that searches on demand have made. */
  #demanded = 0;
  /** Asked between windows; throws `Spent` when the time is over. */
  checkTime: () => void = () => {};

  constructor(image: Image, window: Window, kernel: Kernel, arena: number, layout: ArenaLayout) {
    this.#image = image;
    this.#window = window;
    this.#kernel = kernel;
    this.#arena = arena;
    this.#layout = layout;
    this.#hits = new Uint32Array(image.memory.buffer, arena + layout.hits, HIT_CAPACITY * 2);
    this.#state = new Uint32Array(image.memory.buffer, arena + layout.state, 16);
    this.#misses = new Misses(image.segments.length / 2);
  }

  /** Takes up the next object. @param checkTime throws `Spent` when the time is over */
  begin(checkTime: () => void): void {
    this.#known.clear();
    this.#allowed.clear();
    this.#misses.begin();
    this.searchedBytes = 0;
    this.walkedBytes = 0;
    this.comparisons = 0;
    this.intervals = 0;
    this.#demanded = 0;
    this.#localLooks = 0;
    this.#lastStarts = NO_STARTS;
    this.checkTime = checkTime;
  }

  /** What searches on demand have cost, in bytes of a search that finds nothing. */
  get demand(): number {
    return this.searchedBytes + COMPARED_BYTES * this.#demanded;
  }

  /** Keeps what a search over many patterns at once has found; see many.ts. */
  learn(places: ReadonlyMap<number, Intervals>): void {
    for (const [segment, found] of places) this.#known.set(segment, found);
  }

  segment(number: number): SegmentView {
    const kept = this.#views.get(number);
    if (kept) return kept;
    // The few segments that ordinary files come near are asked for again and again.
    if (this.#views.size === KEPT_VIEWS) this.#views.clear();
    const view = openSegment(this.#image.bodies, this.#image.segments[number * 2 + 1]!);
    this.#views.set(number, view);
    return view;
  }

  /** Whether a pattern is a regular expression: then regexes.ts searches it, and its segments are no more than literals that it needs. */
  isRegex(pattern: number): boolean {
    return (this.#image.patterns[pattern * PATTERN_WORDS + 2]! & REGEX_MARK) !== 0;
  }

  /** Segments of a pattern: [first, end). */
  segmentRange(pattern: number): readonly [first: number, end: number] {
    return [this.#image.patterns[pattern * PATTERN_WORDS]!, this.#image.patterns[(pattern + 1) * PATTERN_WORDS]!];
  }

  /** Whether one segment lies at `start`, its edges included. */
  segmentAt(view: SegmentView, start: number): boolean {
    this.comparisons++;
    const { bodies, classes } = this.#image;
    const window = this.#window;
    if (start >= window.start && start + view.length <= window.end) {
      if (!segmentMatches(view, bodies, classes, window.bytes, start - window.start)) return false;
    } else {
      const bytes = window.span(start, view.length);
      if (!bytes || !segmentMatches(view, bodies, classes, bytes, 0)) return false;
    }
    if ((view.flags & SEGMENT_FLAG.edges) === 0) return true;
    const end = start + view.length;
    return (
      edgeMatches(view.before, 'before', window.byteAt(start - 1), window.byteAt(start - 2)) &&
      edgeMatches(view.after, 'after', window.byteAt(end), window.byteAt(end + 1))
    );
  }

  /** Places of the object at which a pattern may start. */
  placesAllowed(pattern: number, facts: ObjectFacts): Intervals {
    const rule = this.#image.patterns[pattern * PATTERN_WORDS + 2]!;
    const known = this.#allowed.get(rule);
    if (known) return known;
    const places = placesAllowed(this.#image.offsetRules, rule, this.#window.size, facts);
    this.#allowed.set(rule, places);
    return places;
  }

  /**
   * Whether `confirmAround` has just said of another pattern with the same beginning that it does not lie there.
   *
   * A family of signatures (300 of Virut in the real set) is one beginning with many ends, and all of them ask at each place of it, one behind the other:
   * of 580,000 confirmations in 128 MB of programs, nine of ten were for 50 families.
   */
  isMissed(segment: number, start: number): boolean {
    return this.#misses.has(segment, start);
  }

  /**
   * Confirms a pattern one of whose segments was found at `start`.
   *
   * @param isWhole the segment is known to lie there
   * @returns where the match begins, or false when there is none: that is certain then; undefined when its gaps reach too far to decide it here
   */
  confirmAround(
    pattern: number,
    segment: number,
    start: number,
    facts: ObjectFacts,
    isWhole: boolean,
  ): number | false | undefined {
    const [first, end] = this.segmentRange(pattern);
    const isRegex = this.isRegex(pattern);
    const allowed = isRegex ? [] : this.placesAllowed(pattern, facts);
    if (end - first === 1 && !isRegex && !contains(allowed, start)) return false;
    if (!isWhole && !this.segmentAt(this.segment(segment), start)) return this.#missed(pattern, segment, start);
    if (isRegex) return undefined;
    if (end - first === 1) return start;
    const variant = this.#variantAround(segment, first, end);
    if (variant.parts.length === 1) return contains(allowed, start) && start;
    if (variant.span > LOCAL_SPAN) return undefined;
    // An object full of beginnings would pay a thousand looks for each of its bytes: what is left is then decided once, when all has been read.
    if (this.#localLooks > LOCAL_LOOKS_PER_BYTE * this.#window.size + 65536) return undefined;
    const [begin] = intersect(this.#startsBefore(variant, start), allowed);
    if (begin === undefined) return this.#missed(pattern, segment, start);
    return this.#endsBehind(variant, start) && begin;
  }

  #missed(pattern: number, segment: number, start: number): false {
    if (this.#misses.note(segment, start)) return false;
    this.#misses.name(segment, this.#beginningOf(pattern, segment));
    this.#misses.note(segment, start);
    return false;
  }

  /** What stands for the offset rule of a pattern and its segments up to the one that was found. */
  #beginningOf(pattern: number, segment: number): string {
    const [first, end] = this.segmentRange(pattern);
    const { parts, found } = this.#variantAround(segment, first, end);
    // Equal segments share one body, so their views begin at the same value.
    return [this.#image.patterns[pattern * PATTERN_WORDS + 2], ...parts.slice(0, found + 1).map(bodyOf)].join();
  }

  #variantAround(segment: number, first: number, end: number): VariantAround {
    const kept = this.#variants.get(segment);
    if (kept) return kept;
    let from = segment;
    while (from > first && (this.segment(from).flags & SEGMENT_FLAG.firstOfVariant) === 0) from--;
    const parts = [this.segment(from)];
    let span = 0;
    for (let next = from + 1; next < end; next++) {
      const view = this.segment(next);
      if (view.flags & SEGMENT_FLAG.firstOfVariant) break;
      span += view.gapMax === UNBOUNDED ? Number.POSITIVE_INFINITY : view.gapMax - view.gapMin;
      parts.push(view);
    }
    const variant = { parts, found: segment - from, span };
    if (this.#variants.size === KEPT_VIEWS) this.#variants.clear();
    this.#variants.set(segment, variant);
    return variant;
  }

  /** Whether the segments behind the one that was found at `start` follow. */
  #endsBehind({ parts, found }: VariantAround, start: number): boolean {
    let places: Intervals = [start, start + 1];
    for (let i = found + 1; i < parts.length; i++) {
      const view = parts[i]!;
      places = this.#placesIn(view, reachable(places, parts[i - 1]!.length, view.gapMin, view.gapMax));
      if (places.length === 0) return false;
    }
    return true;
  }

  /**
   * Where a variant may begin whose segment `found` lies at `start`.
   *
   * A family of signatures (300 of Virut in the real set) is one beginning with many ends, and all of them ask at each place of it, one behind the other.
   */
  #startsBefore({ parts, found }: VariantAround, start: number): Intervals {
    const last = this.#lastStarts;
    // Equal segments share one body, so their views begin at the same value.
    const isKnown =
      last.at === start &&
      last.parts.length === found + 1 &&
      last.parts.every((part, i) => part.values === parts[i]!.values && part.flags === parts[i]!.flags);
    if (isKnown) return last.places;
    let places: Intervals = [start, start + 1];
    for (let i = found; i > 0 && places.length > 0; i--) {
      const view = parts[i]!;
      const before = parts[i - 1]!;
      places = this.#placesIn(before, reaching(places, before.length, view.gapMin, view.gapMax));
    }
    this.#lastStarts = { at: start, parts: parts.slice(0, found + 1), places };
    return places;
  }

  #placesIn(view: SegmentView, candidates: Intervals): Intervals {
    const places: Intervals = [];
    const last = this.#window.size - view.length;
    for (let k = 0; k < candidates.length; k += 2) {
      this.#localLooks += candidates[k + 1]! - candidates[k]!;
      for (let at = Math.max(0, candidates[k]!); at < candidates[k + 1]! && at <= last; at++) {
        if (this.segmentAt(view, at)) append(places, at, at + 1);
      }
    }
    return places;
  }

  /** Places of a segment within `candidates`; may stop once there are `enough`. */
  places(number: number, candidates: Intervals, enough: number): Intervals {
    if (candidates.length === 0) return [];
    const known = this.#known.get(number);
    this.intervals += candidates.length + (known?.length ?? 0);
    // A thousand signatures may each go through as many places as the object has.
    if (this.intervals > INTERVALS_PER_BYTE * this.#window.size + INTERVALS_PER_OBJECT)
      throw new Spent(
        `more than ${INTERVALS_PER_OBJECT} places, and ${INTERVALS_PER_BYTE} per byte of the object, to put patterns together from`,
        number,
      );
    if (known) return intersect(known, candidates);
    const before = this.comparisons;
    const places = this.#placesOnDemand(number, candidates, enough);
    this.#demanded += this.comparisons - before;
    return places;
  }

  /** Whether a search over many patterns at once has found that a segment lies nowhere. */
  isAbsent(number: number): boolean {
    return this.#known.get(number)?.length === 0;
  }

  #placesOnDemand(number: number, candidates: Intervals, enough: number): Intervals {
    const view = this.segment(number);
    const last = this.#window.size - view.length + 1;
    const within = intersect(candidates, [0, Math.max(0, last)]);
    // A few short stretches are looked at byte by byte; else one search over all of them.
    if (countOf(within) <= 4096) return this.#placesIn(view, within);
    const found = this.#search(
      number,
      within[0]!,
      within.at(-1)!,
      within.length === 2 ? enough : Number.POSITIVE_INFINITY,
    );
    return intersect(found, within);
  }

  /** Places of a segment that start in [from, to), by the kernel's pair search. */
  #search(number: number, from: number, to: number, enough: number): Intervals {
    const { bodies } = this.#image;
    const view = this.segment(number);
    const pair = choosePair(view, bodies);
    const places: Intervals = [];
    if (!pair) {
      // No byte of it is known: any place will do, unless a class or an edge says no.
      if (view.classes === 0 && view.nots === 0 && (view.flags & SEGMENT_FLAG.edges) === 0) return [from, to];
    }
    const { i1, value1, mask1, i2, value2, mask2 } = pair ?? { i1: 0, value1: 0, mask1: 0, i2: 0, value2: 0, mask2: 0 };
    const window = this.#window;
    let count = 0;
    for (let at = from; at < to && count < enough; ) {
      this.checkTime();
      window.cover(at, Math.min(to - at, 65536) + view.length);
      // Starts whose whole segment is in the window.
      const until = Math.min(to, window.end - view.length + 1);
      while (at < until && count < enough) {
        const shift = window.address - window.start;
        this.#kernel.findPair(
          at + shift,
          until + shift,
          i1,
          value1,
          mask1,
          i2,
          value2,
          mask2,
          this.#arena + this.#layout.state,
          this.#arena + this.#layout.hits,
          HIT_CAPACITY,
        );
        const hits = this.#state[STATE.hits]!;
        for (let k = 0; k < hits && count < enough; k++) {
          const start = this.#hits[k]! - shift;
          if (!this.segmentAt(view, start)) continue;
          append(places, start, start + 1);
          count++;
        }
        const next = this.#state[STATE.next]! - shift;
        this.searchedBytes += next - at;
        at = next;
        if (places.length > MAX_INTERVALS)
          throw new Spent(`more than ${MAX_INTERVALS / 2} separate places of one pattern`, number);
      }
    }
    return places;
  }
}

function bodyOf({ values, flags }: SegmentView): string {
  return `${values}/${flags}`;
}
