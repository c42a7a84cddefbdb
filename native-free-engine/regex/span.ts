/**
 * The span of the leftmost match, the one that PCRE2 would prefer: Pike's machine, one forward pass.
 *
 * Threads stand in order of preference and carry where they began. They all read the same byte; of two in one state the preferred one stays, so there
 * are never more than states. A thread that matches ends those behind it; those before it go on, and may replace the match.
 *
 * Source: Pike 1987, "The text editor sam"; Cox, https://swtch.com/~rsc/regexp/regexp2.html
 */

import { EDGE, FINAL_NEWLINE } from './assertion.ts';
import { NEWLINE } from './named-sets.ts';
import { OP, type Program } from './program.ts';
import { NONE, type RegexBudget, type RegexResult, type SearchRange, SPENT } from './search.ts';

const NO_MATCH = -1;

/** Threads of one byte, in order of preference. */
class Threads {
  readonly states: Int32Array;
  readonly starts: Float64Array;
  count = 0;

  constructor(capacity: number) {
    this.states = new Int32Array(capacity);
    this.starts = new Float64Array(capacity);
  }

  add(state: number, start: number): void {
    this.states[this.count] = state;
    this.starts[this.count++] = start;
  }
}

export class SpanSearch {
  readonly #program: Program;
  readonly #size: number;
  #isSeeking: boolean;
  readonly #isAnchored: boolean;
  /** Offset of the next byte. */
  #at: number;
  /** Kind of the place in front of it. */
  #kind: number;
  #current: Threads;
  #next: Threads;
  /** Per state, the last round that saw it. */
  readonly #seen: Int32Array;
  #round = 0;
  readonly #stack: Int32Array;
  #steps = 0;
  #start = NO_MATCH;
  #end = NO_MATCH;

  /** @param kind kind of the place at `range.at`, see ByteClasses.kindBehind */
  constructor(program: Program, range: SearchRange, kind: number) {
    this.#program = program;
    this.#size = range.size;
    this.#at = range.at;
    this.#kind = kind;
    this.#isAnchored = range.isAnchored;
    this.#isSeeking = true;
    this.#current = new Threads(program.states);
    this.#next = new Threads(program.states);
    this.#seen = new Int32Array(program.states);
    // A state puts at most two others on it, each state once in a round.
    this.#stack = new Int32Array(program.states * 2 + 1);
  }

  /**
   * Goes on over the next bytes of the subject, which lie at [from, to) of `bytes`.
   *
   * @returns undefined when the answer depends on more bytes
   */
  feed(bytes: Uint8Array, from: number, to: number, budget: RegexBudget): RegexResult | undefined {
    const { classOf, kindOfClass } = this.#program.classes;
    for (let i = from; ; i++) {
      if (this.#current.count === 0) {
        if (!this.#isSeeking) return this.#result();
        i = this.#skip(bytes, i, to, budget);
      }
      if (budget.steps <= 0) return SPENT;
      const isEnd = this.#at === this.#size;
      if (!isEnd && i >= to) return undefined;
      const isFinalNewline = this.#at === this.#size - 1 && bytes[i] === NEWLINE;
      const neighbour = isEnd ? EDGE : isFinalNewline ? FINAL_NEWLINE : bytes[i]!;
      this.#steps = 1;
      this.#advance(classOf[neighbour]!);
      budget.steps -= this.#steps;
      if (isEnd) return this.#result();
      this.#kind = kindOfClass[classOf[neighbour]!]!;
      this.#at++;
    }
  }

  /** Passes over bytes that no match begins with. @returns the index of the first that is left */
  #skip(bytes: Uint8Array, from: number, to: number, budget: RegexBudget): number {
    const { quiet, classes } = this.#program;
    if (!quiet || this.#isAnchored) return from;
    // The last byte is left to be looked at closely.
    const end = Math.min(to, from + (this.#size - 1 - this.#at), from + budget.steps);
    let i = from;
    while (i < end && quiet[bytes[i]!] === 1) i++;
    if (i === from) return from;
    budget.steps -= i - from;
    this.#at += i - from;
    this.#kind = classes.kindOfClass[classes.classOf[bytes[i - 1]!]!]!;
    return i;
  }

  #result(): RegexResult {
    return this.#start === NO_MATCH ? NONE : { kind: 'match', start: this.#start, end: this.#end };
  }

  /** One byte, or the end, of class `byteClass`: all threads read it. */
  #advance(byteClass: number): void {
    const current = this.#current;
    this.#next.count = 0;
    // Rounds past 2^31 would look like old ones.
    if (++this.#round === 0x7fffffff) {
      this.#seen.fill(0);
      this.#round = 1;
    }
    let isCut = false;
    for (let i = 0; i < current.count && !isCut; i++) {
      isCut = this.#run(current.states[i]!, current.starts[i]!, byteClass);
    }
    // A match that begins here would be further to the right than those under way, so it comes last.
    if (!isCut && this.#isSeeking) {
      this.#run(0, this.#at, byteClass);
      if (this.#isAnchored) this.#isSeeking = false;
    }
    this.#current = this.#next;
    this.#next = current;
  }

  /** Follows a thread through all that reads nothing, up to the byte. @returns true when it matches: what is less preferred ends */
  #run(first: number, start: number, byteClass: number): boolean {
    const { op, x, y, instructionOf, firstState, counters, classes } = this.#program;
    const stack = this.#stack;
    let depth = 0;
    stack[depth++] = first;
    while (depth > 0) {
      const state = stack[--depth]!;
      if (state < 0) {
        this.#next.add(~state, start);
        continue;
      }
      if (this.#seen[state] === this.#round) continue;
      this.#seen[state] = this.#round;
      this.#steps++;
      const at = instructionOf[state]!;
      switch (op[at]) {
        case OP.set:
          if (classes.members[x[at]! + byteClass] === 1) this.#next.add(state + 1, start);
          break;
        case OP.count: {
          const counter = x[at]!;
          const count = state - firstState[at]!;
          const reads = count < counters.max[counter]! && classes.members[counters.set[counter]! + byteClass] === 1;
          const target = count < counters.cap[counter]! ? state + 1 : state;
          const isLater = reads && counters.isLazy[counter] === 1;
          if (reads && !isLater) this.#next.add(target, start);
          // A byte that is read only if all else fails is taken up when the rest has been followed.
          if (isLater) stack[depth++] = ~target;
          if (count >= counters.min[counter]!) stack[depth++] = firstState[at + 1]!;
          break;
        }
        case OP.fork:
          stack[depth++] = y[at]!;
          stack[depth++] = x[at]!;
          break;
        case OP.jump:
          stack[depth++] = x[at]!;
          break;
        case OP.assertion:
          if (classes.holds[x[at]! + this.#kind * classes.count + byteClass] === 1) stack[depth++] = state + 1;
          break;
        case OP.match:
          this.#start = start;
          this.#end = this.#at;
          this.#isSeeking = false;
          return true;
      }
    }
    return false;
  }
}
