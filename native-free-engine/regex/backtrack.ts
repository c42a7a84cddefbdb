/**
 * Regular expressions that are no matter of one pass: back-references, look-ahead over more than one byte, groups that give nothing back.
 *
 * All ways are tried, the preferred one first, as PCRE2 does; so the time may grow with any power of the length, and is counted in steps: one for each
 * byte that is looked at and for each way that is tried. Where the steps or the depth are used up there is no answer. It is asked only where the relaxed
 * form of the expression (rewrite.ts) matches, which one pass has told.
 *
 * Each node becomes a function that takes a place and says whether it and all behind it match there; what is behind is bound when it is made.
 */
import { type Assertion, EDGE, FINAL_NEWLINE, includes } from './assertion.ts';
import { type ByteSet, hasByte } from './byte-set.ts';
import { unsupported } from './errors.ts';
import { NEWLINE } from './named-sets.ts';
import { possess } from './possess.ts';
import { relax } from './rewrite.ts';
import { NONE, type RegexBudget, type RegexResult, SPENT } from './search.ts';
import type { Written } from './syntax.ts';

/** Ways that are open at a time: of a loop of a group each round opens some. */
const DEPTH = 3000;
/** Steps of one search, half a second: nobody looks at the time meanwhile. */
export const BACKTRACK_STEPS = 16_000_000;

type Matcher = (at: number) => boolean;
type Repeated = Extract<Written, { kind: 'repeat' }>;

/** The steps or the depth of a search are used up; never leaves this file. */
const OVER: unique symbol = Symbol('over');

/** Bytes of a subject from some place on. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Of the first byte in the subject. */
  readonly offset: number;
  /** The byte in front of it, −1 at the start of the subject. */
  readonly before: number;
  /** Where the search began, for `\G`; −1 when no match begins there. */
  readonly searchStart: number;
}

/** One expression; a search at a time. */
export class Backtracker {
  readonly #match: Matcher;
  #piece: Piece = { bytes: new Uint8Array(0), offset: 0, before: -1, searchStart: -1 };
  #steps = 0;
  #depth = 0;
  #end = 0;
  /** Start and end of each group, −1 where it has not matched. */
  readonly #captures: Int32Array;

  constructor(syntax: Written) {
    this.#captures = new Int32Array(2 * (highestGroup(syntax) + 1));
    this.#match = this.#compile(possess(syntax), (at) => {
      this.#end = at;
      return true;
    });
  }

  /**
   * The leftmost match that begins in [from, lastStart]; offsets are those of the subject, whose last byte is that of the piece.
   *
   * @param quiet by byte, 1 when no match begins with it
   */
  search(
    piece: Piece,
    from: number,
    lastStart: number,
    quiet: Uint8Array | undefined,
    budget: RegexBudget,
  ): RegexResult {
    this.#piece = piece;
    this.#steps = Math.min(budget.steps, BACKTRACK_STEPS);
    const before = this.#steps;
    try {
      const found = this.#searchFrom(from - piece.offset, lastStart - piece.offset, quiet);
      budget.steps -= before - this.#steps;
      if (found < 0) return NONE;
      return { kind: 'match', start: found + piece.offset, end: this.#end + piece.offset };
    } catch (over) {
      // The stack may be smaller than what was counted on.
      if (over !== OVER && !(over instanceof RangeError)) throw over;
      budget.steps -= before - Math.max(this.#steps, 0);
      return SPENT;
    }
  }

  /** @returns place of the match in the piece, −1 for none */
  #searchFrom(from: number, lastStart: number, quiet: Uint8Array | undefined): number {
    const { bytes } = this.#piece;
    const last = Math.min(lastStart, bytes.length);
    for (let at = from; at <= last; at++) {
      this.#step();
      if (quiet !== undefined && at < bytes.length && quiet[bytes[at]!] === 1) continue;
      this.#captures.fill(-1);
      this.#depth = 0;
      if (this.#match(at)) return at;
    }
    return -1;
  }

  #step(): void {
    if (--this.#steps < 0) throw OVER;
  }

  #compile(syntax: Written, next: Matcher): Matcher {
    switch (syntax.kind) {
      case 'set':
        return (at) => {
          this.#step();
          const { bytes } = this.#piece;
          return at < bytes.length && hasByte(syntax.set, bytes[at]!) && next(at + 1);
        };
      case 'assertion':
        return (at) => this.#holds(syntax.assertion, at) && next(at);
      case 'sequence':
        return syntax.of.reduceRight((rest, part) => this.#compile(part, rest), next);
      case 'choice': {
        const options = syntax.of.map((option) => this.#compile(option, next));
        return (at) => this.#deeper(() => options.some((option) => option(at)));
      }
      case 'repeat':
        return this.#repeat(syntax, next);
      case 'atomic':
        return this.#once(syntax.of, next);
      case 'capture':
        return this.#capture(syntax.of, syntax.group, next);
      case 'reference':
        return (at) => {
          const end = this.#endOfReference(at, syntax.group, syntax.noCase);
          return end >= 0 && next(end);
        };
      case 'look':
        return this.#look(syntax, next);
    }
  }

  #deeper(match: () => boolean): boolean {
    this.#step();
    if (++this.#depth > DEPTH) throw OVER;
    const result = match();
    this.#depth--;
    return result;
  }

  /** Groups are what they were, unless it matches and `ifMatched` says that they stay. */
  #keeping(match: () => boolean, ifMatched: boolean): boolean {
    const captures = this.#captures.slice();
    const result = this.#deeper(match);
    if (!result || !ifMatched) this.#captures.set(captures);
    return result;
  }

  #holds({ pairs, atSearchStart }: Assertion, at: number): boolean {
    this.#step();
    const { bytes, before, offset, searchStart } = this.#piece;
    if (atSearchStart && at + offset !== searchStart) return false;
    const left = at > 0 ? bytes[at - 1]! : before < 0 ? EDGE : before;
    const isFinalNewline = at === bytes.length - 1 && bytes[at] === NEWLINE;
    const right = at === bytes.length ? EDGE : isFinalNewline ? FINAL_NEWLINE : bytes[at]!;
    return pairs.some((pair) => includes(pair.left, left) && includes(pair.right, right));
  }

  // --- groups ---

  #look(look: Extract<Written, { kind: 'look' }>, next: Matcher): Matcher {
    // Over one byte, or relax() had refused it.
    if (look.isBehind) return this.#compile(relax(look), next);
    const body = this.#compile(look.of, () => true);
    return look.isNegated
      ? (at) => !this.#keeping(() => body(at), false) && next(at)
      : (at) => this.#keeping(() => body(at) && next(at), true);
  }

  /** The preferred match alone. */
  #once(of: Written, next: Matcher): Matcher {
    let end = 0;
    const body = this.#compile(of, (at) => {
      end = at;
      return true;
    });
    return (at) => this.#keeping(() => body(at) && next(end), true);
  }

  #capture(of: Written, group: number, next: Matcher): Matcher {
    const captures = this.#captures;
    /** Where the group under way began: it has matched only when it ends. */
    let start = -1;
    const body = this.#compile(of, (end) => {
      const [from, to] = [captures[2 * group]!, captures[2 * group + 1]!];
      captures[2 * group] = start;
      captures[2 * group + 1] = end;
      if (next(end)) return true;
      captures[2 * group] = from;
      captures[2 * group + 1] = to;
      return false;
    });
    return (at) => {
      const around = start;
      start = at;
      const result = this.#deeper(() => body(at));
      start = around;
      return result;
    };
  }

  /** Where the same bytes end once more; −1 when they are not there, or when the group has not matched. */
  #endOfReference(at: number, group: number, noCase: boolean): number {
    const { bytes } = this.#piece;
    const [start, end] = [this.#captures[2 * group]!, this.#captures[2 * group + 1]!];
    if (start < 0 || at + (end - start) > bytes.length) return -1;
    for (let i = start, k = at; i < end; i++, k++) {
      this.#step();
      const [a, b] = [bytes[i]!, bytes[k]!];
      if (a !== b && !(noCase && lowerCase(a) === lowerCase(b))) return -1;
    }
    return at + (end - start);
  }

  // --- repetitions ---

  #repeat(syntax: Repeated, next: Matcher): Matcher {
    if (syntax.of.kind === 'set') return this.#repeatSet(syntax, syntax.of.set, next);
    if (syntax.greed === 'possessive') return this.#once({ ...syntax, greed: 'greedy' }, next);
    return this.#repeatGroup(syntax, next);
  }

  /** Needs no depth for its rounds. */
  #repeatSet({ min, max, greed }: Repeated, set: ByteSet, next: Matcher): Matcher {
    const isIn = (at: number): boolean => {
      this.#step();
      const { bytes } = this.#piece;
      return at < bytes.length && hasByte(set, bytes[at]!);
    };
    if (greed === 'lazy') {
      return (at) => {
        for (let count = 0; ; count++) {
          if (count >= min && this.#deeper(() => next(at + count))) return true;
          if (count >= max || !isIn(at + count)) return false;
        }
      };
    }
    const endFrom = this.#endOfRun(isIn);
    return (at) => {
      let count = Math.min(endFrom(at, max) - at, max);
      if (greed === 'possessive') return count >= min && next(at + count);
      for (; count >= min; count--) if (this.#deeper(() => next(at + count))) return true;
      return false;
    };
  }

  /** Where a run ends, or at most `most` bytes on. From all places inside of a run it ends at the same one, which is looked for once. */
  #endOfRun(isIn: (at: number) => boolean): (at: number, most: number) => number {
    let piece = this.#piece;
    let from = 0;
    let to = -1;
    return (at, most) => {
      this.#step();
      const isKnown = piece === this.#piece && from <= at && at <= to;
      if (isKnown) return to;
      let end = at;
      while (end - at < most && isIn(end)) end++;
      if (end - at < most) [piece, from, to] = [this.#piece, at, end];
      return end;
    };
  }

  #repeatGroup({ of, min, max, greed }: Repeated, next: Matcher): Matcher {
    /** Rounds so far, and where the current one began. */
    let count = 0;
    let from = -1;
    const body = this.#compile(of, (at) => {
      // A round of nothing is the last one: it would come again for ever.
      if (at === from) return leave(at);
      const [rounds, start] = [count, from];
      count++;
      const result = enter(at);
      [count, from] = [rounds, start];
      return result;
    });
    const leave = (at: number): boolean => {
      const [rounds, start] = [count, from];
      const result = next(at);
      [count, from] = [rounds, start];
      return result;
    };
    const again = (at: number): boolean => {
      if (count >= max) return false;
      const start = from;
      from = at;
      const result = this.#deeper(() => body(at));
      from = start;
      return result;
    };
    const enter = (at: number): boolean => {
      if (greed === 'lazy') return (count >= min && leave(at)) || again(at);
      return again(at) || (count >= min && leave(at));
    };
    return (at) => {
      const [rounds, start] = [count, from];
      [count, from] = [0, -1];
      const result = enter(at);
      [count, from] = [rounds, start];
      return result;
    };
  }
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

function highestGroup(syntax: Written): number {
  switch (syntax.kind) {
    case 'set':
    case 'assertion':
    case 'reference':
      return 0;
    case 'sequence':
    case 'choice':
      return syntax.of.reduce((highest, part) => Math.max(highest, highestGroup(part)), 0);
    case 'repeat':
    case 'atomic':
      return highestGroup(syntax.of);
    case 'look':
      // What a look-behind captures is not kept.
      if (syntax.isBehind && highestGroup(syntax.of) > 0) throw unsupported(syntax.offset, 'look-behind');
      return highestGroup(syntax.of);
    case 'capture':
      return Math.max(syntax.group, highestGroup(syntax.of));
  }
}
