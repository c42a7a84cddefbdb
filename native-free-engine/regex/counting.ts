/**
 * Whether anything matches, with sets of counts: the way for what a table would have too many states for.
 *
 * All threads read the same byte, and no one asks which is preferred. The counts of a repeated byte are kept as the offsets at which they began: one
 * more byte changes none of them, so `x.{0,500}y` costs no more per byte than `x.y`. Of counts that may all stop, only the youngest is kept, since it can
 * go on longest; without an upper end only the oldest, since it may stop first.
 *
 * Source: counting sets, after Turoňová et al. 2020, "Regex matching with counting-set automata" (doi:10.1145/3428286).
 */

import { ENDLESS, OP, type Program } from './program.ts';

/** Offsets, oldest first: a ring. */
class Offsets {
  #slots = new Float64Array(2);
  #first = 0;
  count = 0;

  get oldest(): number {
    return this.#slots[this.#first]!;
  }

  at(i: number): number {
    return this.#slots[(this.#first + i) & (this.#slots.length - 1)]!;
  }

  add(offset: number): void {
    if (this.count === this.#slots.length) this.#grow();
    this.#slots[(this.#first + this.count++) & (this.#slots.length - 1)] = offset;
  }

  dropOldest(): void {
    this.#first = (this.#first + 1) & (this.#slots.length - 1);
    this.count--;
  }

  clear(): void {
    this.count = 0;
  }

  #grow(): void {
    const grown = new Float64Array(this.#slots.length * 2);
    for (let i = 0; i < this.count; i++) grown[i] = this.at(i);
    this.#slots = grown;
    this.#first = 0;
  }
}

export class CountingSets {
  readonly #program: Program;
  /** Instructions that threads stand at, each once. */
  #current: Int32Array;
  #count = 0;
  #next: Int32Array;
  #nextCount = 0;
  /** By counter, where the counts in it began. */
  readonly #begun: Offsets[];
  /** Counters with counts in them. */
  #live: number[] = [];
  readonly #seen: Int32Array;
  #round = 0;
  readonly #stack: Int32Array;
  /** Steps of the last `advance`. */
  steps = 0;

  constructor(program: Program) {
    const instructions = program.op.length;
    this.#program = program;
    this.#current = new Int32Array(instructions);
    this.#next = new Int32Array(instructions);
    this.#seen = new Int32Array(instructions);
    // Instructions put at most two others on it; a counter one more when a count in it may stop.
    this.#stack = new Int32Array(instructions * 4 + 2);
    this.#begun = Array.from(program.counters.min, () => new Offsets());
  }

  /** Whether no thread is under way: a match that is found later begins here or behind. */
  get isIdle(): boolean {
    return this.#count === 0 && this.#live.length === 0;
  }

  /** Takes up threads in `states`, which are ascending. @param offset of the next byte */
  load(states: Int32Array, offset: number): void {
    const { instructionOf, firstState, op, x } = this.#program;
    for (const counter of this.#live) this.#begun[counter]!.clear();
    this.#live = [];
    this.#count = 0;
    // Higher counts began earlier.
    for (let i = states.length - 1; i >= 0; i--) {
      const at = instructionOf[states[i]!]!;
      const read = states[i]! - firstState[at]!;
      if (op[at] === OP.count && read > 0) this.#begin(x[at]!, offset - read);
      else this.#current[this.#count++] = at;
    }
  }

  /** The threads as states, ascending; undefined when there are more than `most`. */
  save(offset: number, most: number): Int32Array | undefined {
    const { firstState, counters } = this.#program;
    let count = this.#count;
    for (const counter of this.#live) count += this.#begun[counter]!.count;
    if (count > most) return undefined;
    const states = Array.from(this.#current.subarray(0, this.#count), (at) => firstState[at]!);
    for (const counter of this.#live) {
      const begun = this.#begun[counter]!;
      const first = firstState[counters.instruction[counter]!]!;
      for (let i = 0; i < begun.count; i++) states.push(first + Math.min(offset - begun.at(i), counters.cap[counter]!));
    }
    return Int32Array.from(states).sort();
  }

  #begin(counter: number, offset: number): void {
    const begun = this.#begun[counter]!;
    if (begun.count === 0) this.#live.push(counter);
    begun.add(offset);
  }

  /**
   * All threads read the byte at `offset`, or see the end there.
   *
   * @param isSeeking a match may begin here
   * @returns true when a match ends at `offset`
   */
  advance(offset: number, kind: number, byteClass: number, isSeeking: boolean): boolean {
    if (++this.#round === 0x7fffffff) {
      this.#seen.fill(0);
      this.#round = 1;
    }
    this.steps = 1 + this.#live.length;
    this.#nextCount = 0;
    const stack = this.#stack;
    let depth = 0;
    if (isSeeking) stack[depth++] = 0;
    for (let i = 0; i < this.#count; i++) stack[depth++] = this.#current[i]!;
    const { counters } = this.#program;
    for (const counter of this.#live) {
      if (this.#mayStop(counter, offset)) stack[depth++] = counters.instruction[counter]! + 1;
    }
    if (this.#follow(depth, offset, kind, byteClass)) return true;
    this.#readCounts(offset, byteClass);
    [this.#current, this.#next] = [this.#next, this.#current];
    this.#count = this.#nextCount;
    return false;
  }

  /** Whether a count of the counter may stop at `offset`. Drops counts that another one can do all for. */
  #mayStop(counter: number, offset: number): boolean {
    const { min, max } = this.#program.counters;
    const begun = this.#begun[counter]!;
    const latest = offset - min[counter]!;
    if (max[counter] !== ENDLESS) while (begun.count > 1 && begun.at(1) <= latest) begun.dropOldest();
    return begun.oldest <= latest;
  }

  #follow(depthBefore: number, offset: number, kind: number, byteClass: number): boolean {
    const { op, x, y, instructionOf, classes, counters } = this.#program;
    const stack = this.#stack;
    let depth = depthBefore;
    while (depth > 0) {
      const at = stack[--depth]!;
      if (this.#seen[at] === this.#round) continue;
      this.#seen[at] = this.#round;
      this.steps++;
      switch (op[at]) {
        case OP.set:
          if (classes.members[x[at]! + byteClass] === 1) this.#next[this.#nextCount++] = at + 1;
          break;
        case OP.count: {
          const counter = x[at]!;
          const isEndless = counters.max[counter] === ENDLESS;
          if (!isEndless || this.#begun[counter]!.count === 0) this.#begin(counter, offset);
          if (counters.min[counter] === 0) stack[depth++] = at + 1;
          break;
        }
        case OP.fork:
          stack[depth++] = instructionOf[y[at]!]!;
          stack[depth++] = instructionOf[x[at]!]!;
          break;
        case OP.jump:
          stack[depth++] = instructionOf[x[at]!]!;
          break;
        case OP.assertion:
          if (classes.holds[x[at]! + kind * classes.count + byteClass] === 1) stack[depth++] = at + 1;
          break;
        case OP.match:
          return true;
      }
    }
    return false;
  }

  /** The byte goes on with every count whose set has it, and ends the others. */
  #readCounts(offset: number, byteClass: number): void {
    const { counters, classes } = this.#program;
    let left = 0;
    for (const counter of this.#live) {
      const begun = this.#begun[counter]!;
      if (classes.members[counters.set[counter]! + byteClass] === 0) begun.clear();
      else if (counters.max[counter] !== ENDLESS) {
        while (begun.count > 0 && offset + 1 - begun.oldest > counters.max[counter]!) begun.dropOldest();
      }
      if (begun.count > 0) this.#live[left++] = counter;
    }
    this.#live.length = left;
  }
}
