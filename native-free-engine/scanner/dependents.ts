/**
 * Byte compares and macros of an image, on one object: they hang on where another pattern matches.
 *
 * A byte compare is made at one match alone: the last, as clamscan has it. A macro counts the matches of the pattern before it that some member of its
 * group follows.
 *
 * Limits: a group's members are searched once per object, in its whole length.
 */

import type { Image } from '../image/open.ts';
import { COMPARE_FLAG, COMPARE_MARK, COMPARE_WORDS, MACRO_MARK, PATTERN_WORDS, REGEX_MARK } from '../layout.ts';
import { countOf, type Intervals, intersect, reaching, unite } from '../match/intervals.ts';
import { compareHolds, type NumberForm, numberIn } from '../match/number-text.ts';
import { UNBOUNDED } from '../match/segment.ts';
import { searchMany } from './many.ts';
import type { ObjectFacts } from './object.ts';
import type { Occurrence, Occurrences } from './occurrences.ts';
import type { PatternChecker } from './patterns.ts';
import type { Window } from './window.ts';

const FORMS = ['hex', 'decimal', 'auto', 'binary'] as const;
/** Members of a group that are searched one by one; more of them all at once. */
const FEW_MEMBERS = 16;

/** How often a dependent matches, and where it does first. */
export interface DependentMatch {
  readonly count: number;
  readonly first: Occurrence | undefined;
}
const NONE: DependentMatch = { count: 0, first: undefined };

export class Dependents {
  readonly #image: Image;
  readonly #window: Window;
  readonly #checker: PatternChecker;
  readonly #occurrences: Occurrences;
  /** Starts of the members of each group that was asked for on this object. */
  readonly #members = new Map<number, Intervals>();

  /** Of patterns that numbers are compared at: a signature may do it a hundred times. */
  readonly #lastStarts = new Map<number, number | undefined>();

  constructor(image: Image, window: Window, checker: PatternChecker, occurrences: Occurrences) {
    this.#image = image;
    this.#window = window;
    this.#checker = checker;
    this.#occurrences = occurrences;
  }

  /** Takes up the next object. */
  begin(): void {
    this.#members.clear();
    this.#lastStarts.clear();
  }

  /** Whether a pattern hangs on another. */
  isDependent(pattern: number): boolean {
    const word = this.#word(pattern);
    return (word & REGEX_MARK) === 0 && (word & (COMPARE_MARK | MACRO_MARK)) !== 0;
  }

  /** @throws {Spent} before it is known */
  match(pattern: number, facts: ObjectFacts): DependentMatch {
    const word = this.#word(pattern);
    return word & COMPARE_MARK
      ? this.#compare(word & ~COMPARE_MARK, facts)
      : this.#macro(word & ~MACRO_MARK, pattern - 1, facts);
  }

  #word(pattern: number): number {
    return this.#image.patterns[pattern * PATTERN_WORDS + 2]!;
  }

  #compare(index: number, facts: ObjectFacts): DependentMatch {
    const row = this.#image.compares.subarray(index * COMPARE_WORDS, (index + 1) * COMPARE_WORDS);
    const [of, offset, flags, length] = [row[0]!, row[1]!, row[2]!, row[3]!];
    const match = this.#lastStart(of, facts);
    if (match === undefined) return NONE;
    const start = match + offset;
    const bytes = this.#window.span(start, length);
    const value = bytes && numberIn(bytes, formOf(flags));
    if (value === undefined) return NONE;
    if (!compareHolds(value, row[4]!, row[5]!) || !compareHolds(value, row[6]!, row[7]!)) return NONE;
    return { count: 1, first: { start, end: start + length } };
  }

  #lastStart(pattern: number, facts: ObjectFacts): number | undefined {
    if (!this.#lastStarts.has(pattern)) this.#lastStarts.set(pattern, this.#occurrences.lastStart(pattern, facts));
    return this.#lastStarts.get(pattern);
  }

  #macro(index: number, before: number, facts: ObjectFacts): DependentMatch {
    const [group, min, max] = [0, 1, 2].map((i) => this.#image.macros[index * 3 + i]!) as [number, number, number];
    const starts = this.#occurrences.starts(before, facts);
    if (starts.length === 0) return NONE;
    const members = this.#membersOf(group, facts);
    const followed = intersect(starts, reaching(members, 0, min, max === UNBOUNDED ? Number.POSITIVE_INFINITY : max));
    const [first] = followed;
    return first === undefined ? NONE : { count: countOf(followed), first: { start: first, end: first + 1 } };
  }

  /** Where members of a group begin. */
  #membersOf(group: number, facts: ObjectFacts): Intervals {
    const known = this.#members.get(group);
    if (known) return known;
    const patterns = this.#patternsOf(group, facts);
    if (patterns.length > FEW_MEMBERS)
      this.#checker.learn(searchMany(this.#image, this.#checker, this.#window, patterns));
    let starts: Intervals = [];
    for (const pattern of patterns) starts = unite(starts, this.#occurrences.starts(pattern, facts));
    this.#members.set(group, starts);
    return starts;
  }

  /** Members of a group that are for objects like this. */
  #patternsOf(group: number, { targets }: ObjectFacts): number[] {
    const { macroMembers } = this.#image;
    const patterns: number[] = [];
    for (let at = 0; at < macroMembers.length; at += 3) {
      const target = macroMembers[at + 1]!;
      if (macroMembers[at] !== group || (target !== 0 && (targets & (1 << target)) === 0)) continue;
      patterns.push(macroMembers[at + 2]!);
    }
    return patterns;
  }
}

function formOf(flags: number): NumberForm {
  const order = flags & COMPARE_FLAG.big ? 'big' : 'little';
  return { form: FORMS[flags & 3]!, order, isExact: (flags & COMPARE_FLAG.exact) !== 0 };
}
