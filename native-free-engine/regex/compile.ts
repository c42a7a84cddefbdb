/**
 * Syntax tree → program, after Thompson 1968 as Cox tells it: regular expressions with priorities are forks whose first way is tried first.
 *
 * Source: https://swtch.com/~rsc/regexp/regexp2.html
 */

import { type Assertion, areEqual } from './assertion.ts';
import { byteClasses } from './byte-classes.ts';
import { type ByteSet, hasByte, keyOf } from './byte-set.ts';
import { limitExceeded } from './errors.ts';
import type { RegexLimits } from './limits.ts';
import { firstBytesOf, startsAnywhere } from './measure.ts';
import { NO_BYTE } from './named-sets.ts';
import { ENDLESS, OP, type Program } from './program.ts';
import type { Repeat, Syntax } from './syntax.ts';

/**
 * @param syntax as `rewrite` leaves it
 * @throws {RegexError} `REGEX_LIMIT`
 */
export function compileProgram(syntax: Syntax, limits: RegexLimits): Program {
  const compiler = new Compiler(limits);
  compiler.emit(syntax);
  compiler.finish();
  return compiler.program(syntax);
}

interface Counter {
  readonly instruction: number;
  readonly set: number;
  readonly min: number;
  readonly max: number;
  readonly isLazy: boolean;
}

class Compiler {
  readonly #limits: RegexLimits;
  readonly #op: number[] = [];
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #counters: Counter[] = [];
  readonly #sets: ByteSet[] = [];
  readonly #setNumbers = new Map<string, number>();
  readonly #assertions: Assertion[] = [];
  #states = 0;

  constructor(limits: RegexLimits) {
    this.#limits = limits;
  }

  emit(syntax: Syntax): void {
    switch (syntax.kind) {
      case 'set':
        this.#push(OP.set, this.#setNumber(syntax.set));
        return;
      case 'assertion':
        this.#push(OP.assertion, this.#assertionNumber(syntax.assertion));
        return;
      case 'sequence':
        for (const part of syntax.of) this.emit(part);
        return;
      case 'choice':
        this.#emitChoice(syntax.of);
        return;
      case 'repeat':
        this.#emitRepeat(syntax);
        return;
      case 'atomic':
        throw new Error('regex: an atomic group is left');
    }
  }

  finish(): void {
    this.#push(OP.match, 0);
  }

  #push(op: number, x: number, states = 1): number {
    this.#states += states;
    if (this.#op.length >= this.#limits.instructions) throw limitExceeded(0, 'instructions', this.#limits.instructions);
    if (this.#states > this.#limits.states) throw limitExceeded(0, 'states', this.#limits.states);
    this.#op.push(op);
    this.#x.push(x);
    this.#y.push(0);
    return this.#op.length - 1;
  }

  #setNumber(set: ByteSet): number {
    const key = keyOf(set);
    let number = this.#setNumbers.get(key);
    if (number === undefined) {
      number = this.#sets.push(set) - 1;
      this.#setNumbers.set(key, number);
    }
    return number;
  }

  #assertionNumber(assertion: Assertion): number {
    const known = this.#assertions.findIndex((other) => areEqual(other, assertion));
    if (known >= 0) return known;
    if (this.#assertions.length >= this.#limits.assertions) {
      throw limitExceeded(0, 'assertions', this.#limits.assertions);
    }
    return this.#assertions.push(assertion) - 1;
  }

  #emitChoice(options: readonly Syntax[]): void {
    if (options.length === 0) this.#push(OP.set, this.#setNumber(NO_BYTE));
    const ends: number[] = [];
    for (let i = 0; i < options.length; i++) {
      if (i === options.length - 1) {
        this.emit(options[i]!);
        break;
      }
      const fork = this.#fork(false);
      this.emit(options[i]!);
      ends.push(this.#push(OP.jump, 0));
      this.#patch(fork);
    }
    for (const end of ends) this.#x[end] = this.#op.length;
  }

  /** A fork between the next instruction and another, which `#patch` sets to what follows then. */
  #fork(prefersOther: boolean): { readonly at: number; readonly prefersOther: boolean } {
    const at = this.#push(OP.fork, this.#op.length + 1);
    this.#y[at] = at + 1;
    return { at, prefersOther };
  }

  #patch({ at, prefersOther }: { readonly at: number; readonly prefersOther: boolean }): void {
    (prefersOther ? this.#x : this.#y)[at] = this.#op.length;
  }

  #emitRepeat({ of, min, max, greed }: Repeat): void {
    const isLazy = greed === 'lazy';
    if (of.kind === 'set') {
      this.#emitCounter(of.set, min, max, isLazy);
      return;
    }
    const isEndless = max === Number.POSITIVE_INFINITY;
    for (let i = isEndless ? 1 : 0; i < min; i++) this.emit(of);
    const forks = [];
    if (isEndless) {
      // x* as (x+)?: where x can be empty, PCRE2 ends the loop after an empty round; a thread that came back to the loop's head would be lost there.
      if (min === 0) forks.push(this.#fork(isLazy));
      const head = this.#op.length;
      this.emit(of);
      const again = this.#push(OP.fork, isLazy ? this.#op.length + 1 : head);
      this.#y[again] = isLazy ? head : again + 1;
    } else {
      for (let i = min; i < max; i++) {
        forks.push(this.#fork(isLazy));
        this.emit(of);
      }
    }
    for (const fork of forks) this.#patch(fork);
  }

  #emitCounter(set: ByteSet, min: number, max: number, isLazy: boolean): void {
    const isEndless = max === Number.POSITIVE_INFINITY;
    const instruction = this.#push(OP.count, this.#counters.length, (isEndless ? min : max) + 1);
    this.#counters.push({ instruction, set: this.#setNumber(set), min, max: isEndless ? ENDLESS : max, isLazy });
  }

  program(syntax: Syntax): Program {
    const classes = byteClasses(this.#sets, this.#assertions);
    const firstState = new Int32Array(this.#op.length);
    const instructionOf = new Int32Array(this.#states);
    const caps = this.#counters.map(({ min, max }) => (max === ENDLESS ? min : max));
    let state = 0;
    for (let i = 0; i < this.#op.length; i++) {
      firstState[i] = state;
      const end = state + (this.#op[i] === OP.count ? caps[this.#x[i]!]! + 1 : 1);
      instructionOf.fill(i, state, end);
      state = end;
    }
    const { count, kinds } = classes;
    const operand = (i: number): number => {
      const x = this.#x[i]!;
      switch (this.#op[i]) {
        case OP.set:
          return x * count;
        case OP.assertion:
          return x * kinds * count;
        case OP.fork:
        case OP.jump:
          return firstState[x]!;
        default:
          return x;
      }
    };
    const of = (pick: (counter: Counter) => number): Int32Array => Int32Array.from(this.#counters, pick);
    return {
      op: Uint8Array.from(this.#op),
      x: Int32Array.from(this.#op, (_, i) => operand(i)),
      y: Int32Array.from(this.#y, (y, i) => (this.#op[i] === OP.fork ? firstState[y]! : 0)),
      firstState,
      instructionOf,
      states: this.#states,
      counters: {
        instruction: of(({ instruction }) => instruction),
        set: of(({ set }) => set * count),
        min: of(({ min }) => min),
        max: of(({ max }) => max),
        cap: Int32Array.from(caps),
        isLazy: Uint8Array.from(this.#counters, ({ isLazy }) => (isLazy ? 1 : 0)),
      },
      classes,
      quiet: startsAnywhere(syntax) ? undefined : quietBytes(firstBytesOf(syntax)),
    };
  }
}

function quietBytes(first: ByteSet): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (hasByte(first, byte) ? 0 : 1));
}
