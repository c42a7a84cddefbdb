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
  /** Where a match may begin at the latest; in front of all once there is one. */
  #lastStart: number;
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
  #start = NO_MATCH;
  #end = NO_MATCH;

  /** @param kind kind of the place at `range.at`, see ByteClasses.kindBehind */
  constructor(program: Program, range: SearchRange, kind: number) {
    this.#program = program;
    this.#size = range.size;
    this.#at = range.at;
    this.#kind = kind;
    this.#lastStart = range.lastStart;
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
        if (this.#at > this.#lastStart) return this.#result();
        i = this.#skip(bytes, i, to, budget);
      }
      if (budget.steps <= 0) return SPENT;
      const isEnd = this.#at === this.#size;
      if (!isEnd && i >= to) return undefined;
      const isFinalNewline = this.#at === this.#size - 1 && bytes[i] === NEWLINE;
      const neighbour = isEnd ? EDGE : isFinalNewline ? FINAL_NEWLINE : bytes[i]!;
      budget.steps -= this.#advance(classOf[neighbour]!);
      if (isEnd) return this.#result();
      this.#kind = kindOfClass[classOf[neighbour]!]!;
      this.#at++;
    }
  }

  /** Passes over bytes that no match begins with. @returns the index of the first that is left */
  #skip(bytes: Uint8Array, from: number, to: number, budget: RegexBudget): number {
    const { quiet, classes } = this.#program;
    if (!quiet) return from;
    // The last byte is left to be looked at closely.
    const most = Math.min(this.#size - 1, this.#lastStart) - this.#at;
    const end = Math.min(to, from + most, from + budget.steps);
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

  /** All threads read one byte, or see the end, of class `byteClass`. @returns steps */
  #advance(byteClass: number): number {
    const current = this.#current;
    this.#next.count = 0;
    // Rounds past 2^31 would look like old ones.
    if (++this.#round === 0x7fffffff) {
      this.#seen.fill(0);
      this.#round = 1;
    }
    const steps = this.#run(current, byteClass);
    this.#current = this.#next;
    this.#next = current;
    return steps;
  }

  /** Follows threads through all that reads nothing, up to the byte. What is less preferred than a match ends. */
  #run(threads: Threads, byteClass: number): number {
    const { op, x, y, instructionOf, firstState, counters, classes } = this.#program;
    const { members } = classes;
    const stack = this.#stack;
    const seen = this.#seen;
    const round = this.#round;
    const next = this.#next;
    let steps = 1;
    // A match that begins here would be further to the right than those under way, so it comes last.
    const count = this.#at <= this.#lastStart ? threads.count + 1 : threads.count;
    for (let i = 0; i < count; i++) {
      const isNew = i === threads.count;
      const start = isNew ? this.#at : threads.starts[i]!;
      let depth = 0;
      stack[depth++] = isNew ? 0 : threads.states[i]!;
      while (depth > 0) {
        const state = stack[--depth]!;
        if (state < 0) {
          next.add(~state, start);
          continue;
        }
        if (seen[state] === round) continue;
        seen[state] = round;
        steps++;
        const at = instructionOf[state]!;
        switch (op[at]) {
          case OP.set:
            if (members[x[at]! + byteClass] === 1) next.add(state + 1, start);
            break;
          case OP.count: {
            const counter = x[at]!;
            const read = state - firstState[at]!;
            const reads = read < counters.max[counter]! && members[counters.set[counter]! + byteClass] === 1;
            const target = read < counters.cap[counter]! ? state + 1 : state;
            const isLater = reads && counters.isLazy[counter] === 1;
            if (reads && !isLater) next.add(target, start);
            // A byte that is read only if all else fails is taken up when the rest has been followed.
            if (isLater) stack[depth++] = ~target;
            if (read >= counters.min[counter]!) stack[depth++] = firstState[at + 1]!;
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
            this.#lastStart = NO_MATCH;
            return steps;
        }
      }
    }
    return steps;
  }
}
