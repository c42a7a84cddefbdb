/**
 * Regular expressions of an image, on one object: compiled when an object first comes near them, searched block by block, under one budget.
 *
 * Their triggers are the scanner's business: nothing here is asked before the trigger of a pattern holds.
 *
 * Limits: what is compiled is kept for the objects to come, up to a number; an object that triggers more than that has some compiled again.
 */

import type { Image } from '../image/open.ts';
import { PATTERN_WORDS, REGEX_MARK, REGEX_WORDS } from '../layout.ts';
import { AT_REST } from '../match/segment.ts';
import type { Existence } from '../regex/existence.ts';
import { compileRegex, type Regex } from '../regex/regex.ts';
import type { RegexResult, RegexStream, SearchRange } from '../regex/search.ts';
import type { ObjectFacts } from './object.ts';
import type { Occurrence } from './occurrences.ts';
import { type Subject, subjectOf } from './offset-rule.ts';
import { Spent } from './spent.ts';
import type { Window } from './window.ts';

/**
 * What all regular expressions together may cost on one object: steps for each byte, and for an object at all. Ordinary ones take one step per byte; a real
 * one whose match is 25,000 bytes long takes ten million on 42 kB, 0.15 s.
 */
const STEPS_PER_BYTE = 64;
const STEPS_PER_OBJECT = 32_000_000;
/** Bytes between two looks at the time. */
const BLOCK_BYTES = 32_768;
/** Compiled expressions that are kept: each may hold half a megabyte of tables. */
const KEPT_REGEXES = 128;

/** The steps of an object are used up: no more regular expression is searched in it. */
export class StepsSpent extends Spent {}

export class Regexes {
  readonly #image: Image;
  readonly #window: Window;
  readonly #compiled = new Map<number, Regex>();
  readonly #budget = { steps: 0 };
  #granted = 0;
  #checkTime: () => void = () => {};

  constructor(image: Image, window: Window) {
    this.#image = image;
    this.#window = window;
  }

  /** Takes up the next object, which is in the window. @param checkTime throws `Spent` when the time is over */
  begin(checkTime: () => void): void {
    this.#checkTime = checkTime;
    this.renew();
  }

  /** The whole budget again. */
  renew(): void {
    this.#granted = STEPS_PER_BYTE * this.#window.size + STEPS_PER_OBJECT;
    this.#budget.steps = this.#granted;
  }

  /** Steps taken on this object. */
  get steps(): number {
    return this.#granted - this.#budget.steps;
  }

  /** Place of the trigger's condition. */
  triggerOf(pattern: number): number {
    return this.#image.regexes[this.#indexOf(pattern) * REGEX_WORDS + 4]!;
  }

  /**
   * Number of matches of a regular expression: with the flag `g` of all, one behind the other, else 1 when there is one.
   *
   * @param enough counting may stop there
   * @throws {StepsSpent} before it is known
   */
  count(pattern: number, facts: ObjectFacts, enough: number): number {
    const regex = this.#regexOf(pattern);
    const subject = this.#subjectOf(pattern, regex, facts);
    if (!subject) return 0;
    if (!regex.facts.flags.global) return this.#exists(pattern, regex, subject, 0) ? 1 : 0;
    let count = 0;
    for (let at = 0; at <= subject.size; ) {
      // Of the last one its end need not be known.
      if (count + 1 >= enough) return this.#exists(pattern, regex, subject, at) ? count + 1 : count;
      const found = this.#search(pattern, regex, subject, at);
      if (!found) break;
      count++;
      at = behind(found);
    }
    return count;
  }

  /**
   * As `count`, and where the first match lies.
   *
   * @throws {StepsSpent} before it is known
   */
  explain(
    pattern: number,
    facts: ObjectFacts,
    enough: number,
  ): { readonly count: number; readonly first: Occurrence | undefined } {
    const regex = this.#regexOf(pattern);
    const subject = this.#subjectOf(pattern, regex, facts);
    const found = subject && this.#search(pattern, regex, subject, 0);
    if (!subject || !found) return { count: 0, first: undefined };
    const first = { start: subject.start + found.start, end: subject.start + found.end };
    return { count: regex.facts.flags.global ? this.count(pattern, facts, enough) : 1, first };
  }

  #subjectOf(pattern: number, regex: Regex, facts: ObjectFacts): Subject | undefined {
    const { offsetRules, patterns } = this.#image;
    const rule = (patterns[pattern * PATTERN_WORDS + 2]! & ~REGEX_MARK) >>> 0;
    return subjectOf(offsetRules, rule, this.#window.size, facts, regex.facts.flags);
  }

  #exists(pattern: number, regex: Regex, subject: Subject, at: number): Existence | undefined {
    if (at > subject.lastStart || subject.size - at < regex.facts.minLength) return undefined;
    const found = this.#run(pattern, regex.existence(this.#rangeOf(subject, at)), subject, at);
    return found.kind === 'match' ? found : undefined;
  }

  /** The leftmost match that begins at `at` or behind it. */
  #search(pattern: number, regex: Regex, subject: Subject, at: number): Occurrence | undefined {
    const existence = this.#exists(pattern, regex, subject, at);
    if (existence?.kind !== 'match') return undefined;
    // None begins in front of that.
    const { notBefore } = existence;
    const span = regex.span(this.#rangeOf(subject, notBefore), notBefore === at);
    const found = this.#run(pattern, span, subject, notBefore);
    return found.kind === 'match' ? found : undefined;
  }

  #rangeOf({ start, size, lastStart }: Subject, at: number): SearchRange {
    return { size, at, before: at === 0 ? -1 : this.#window.byteAt(start + at - 1), lastStart };
  }

  /** Feeds a search until it has its answer, from `at` of the subject. */
  #run<Result extends Existence | RegexResult>(
    pattern: number,
    stream: RegexStream<Result>,
    { start, size }: Subject,
    at: number,
  ): Result {
    for (let from = at; ; from += BLOCK_BYTES) {
      this.#checkTime();
      const block = this.#window.span(start + from, Math.min(BLOCK_BYTES, size - from))!;
      const result = stream.feed(block, 0, block.length, this.#budget);
      if (!result) continue;
      if (result.kind !== 'spent') return result;
      this.#budget.steps = 0;
      throw new StepsSpent(`more than ${this.#granted} steps of regular expressions`, undefined, pattern);
    }
  }

  #regexOf(pattern: number): Regex {
    const kept = this.#compiled.get(pattern);
    if (kept) return kept;
    if (this.#compiled.size === KEPT_REGEXES) this.#compiled.clear();
    const { regexes, regexText } = this.#image;
    const at = this.#indexOf(pattern) * REGEX_WORDS;
    const textAt = regexes[at + 1]!;
    const flagsAt = textAt + regexes[at + 2]!;
    const regex = compileRegex(
      textOf(regexText, textAt, flagsAt),
      textOf(regexText, flagsAt, flagsAt + regexes[at + 3]!),
    );
    this.#compiled.set(pattern, regex);
    return regex;
  }

  /** Place of a pattern among the regular expressions, which stand in the order of their patterns. */
  #indexOf(pattern: number): number {
    const { regexes } = this.#image;
    let low = 0;
    let high = regexes.length / REGEX_WORDS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (regexes[middle * REGEX_WORDS]! < pattern) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Where the next match may begin: an empty one is not found again. */
function behind({ start, end }: Occurrence): number {
  return end > start ? end : end + 1;
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at]! ^ AT_REST);
  return text;
}
