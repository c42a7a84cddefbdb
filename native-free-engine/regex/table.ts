/**
 * The lazily built table: sets of states as single states of an automaton, each transition worked out when it is first taken.
 *
 * It answers whether anything matches, so order and beginnings of threads do not matter, and fewer sets are different. Of counts that can stand for each
 * other only one is kept (as in counting.ts), so `.{0,500}` makes 500 sets and not 2^500. What the table holds is bounded; when it is full it is
 * forgotten.
 *
 * Source: Thompson 1968 (doi:10.1145/363347.363387); Cox, https://swtch.com/~rsc/regexp/regexp3.html
 */

import { ENDLESS, OP, type Program } from './program.ts';

/** What stands in the table instead of a row. */
export const UNKNOWN = -1;
/** A match ends in front of the byte. */
export const MATCH = -2;
/** No thread is left, and none may begin. */
export const DEAD = -3;
/** The set is too large to be kept. */
export const OVERSIZED = -4;

/** States of one set. */
const MAX_SET = 2048;
/** Rows that there are at least, whatever the limit of cells. */
const MIN_ROWS = 8;

export class LazyTable {
  readonly #program: Program;
  /** A match may begin anywhere: every set stands for one more thread, which begins at the next byte. */
  readonly #isFloating: boolean;
  readonly #maxRows: number;
  readonly #maxStates: number;
  /** Row of the next set by row + class. */
  cells: Int32Array;
  #rows = 0;
  /** States of all sets, and where those of a row begin. */
  #states = new Int32Array(64);
  #starts: number[] = [0];
  #kinds: number[] = [];
  #rowOf = new Map<string, number>();
  readonly #seen: Int32Array;
  readonly #isTaken: Int32Array;
  #round = 0;
  /** Times that the table was forgotten. */
  #age = 0;
  readonly #stack: Int32Array;
  /** States that the last `work` looked at. */
  cost = 0;

  /** @param maxCells 0: the table stays empty and must not be asked for rows */
  constructor(program: Program, isFloating: boolean, maxCells: number) {
    const { count, kinds } = program.classes;
    this.#program = program;
    this.#isFloating = isFloating;
    this.#maxRows = maxCells === 0 ? 0 : Math.max(Math.floor(maxCells / count), kinds + MIN_ROWS);
    this.#maxStates = Math.max(maxCells, 2 * MAX_SET);
    this.cells = new Int32Array(count * Math.min(this.#maxRows, kinds + MIN_ROWS));
    this.#seen = new Int32Array(program.states);
    this.#isTaken = new Int32Array(program.states);
    this.#stack = new Int32Array(program.states * 3 + 1);
    if (!this.isEmpty) this.#forget();
  }

  /** Whether it may hold nothing at all. */
  get isEmpty(): boolean {
    return this.#maxRows === 0;
  }

  /** Rows below this one are those of empty sets: no thread is under way there. */
  get idleEnd(): number {
    return this.#isFloating ? this.#program.classes.kinds * this.#program.classes.count : 0;
  }

  /** The row of an empty set. */
  idleRow(kind: number): number {
    return kind * this.#program.classes.count;
  }

  statesOf(row: number): Int32Array {
    const number = row / this.#program.classes.count;
    return this.#states.slice(this.#starts[number]!, this.#starts[number + 1]!);
  }

  /** Row of a set; makes it when there is none. The table may be forgotten for it, and all rows known so far are worth nothing then. */
  rowFor(states: Int32Array, kind: number): number {
    // Two code units for each state, and one for the kind.
    const key = textOf(states) + String.fromCharCode(kind);
    const known = this.#rowOf.get(key);
    if (known !== undefined) return known;
    if (this.#rows >= this.#maxRows || this.#starts[this.#rows]! + states.length > this.#maxStates) this.#forget();
    return this.#rowOf.get(key) ?? this.#add(key, states, kind);
  }

  /** Works out a transition that is UNKNOWN. @returns a row, MATCH, DEAD or OVERSIZED */
  work(row: number, byteClass: number): number {
    const { kindOfClass } = this.#program.classes;
    const states = this.#step(row, byteClass);
    const age = this.#age;
    const result =
      states === undefined
        ? MATCH
        : states.length === 0 && !this.#isFloating
          ? DEAD
          : states.length > MAX_SET
            ? OVERSIZED
            : this.rowFor(states, kindOfClass[byteClass]!);
    // Else the table was forgotten, and `row` with it.
    if (this.#age === age) this.cells[row + byteClass] = result;
    return result;
  }

  #forget(): void {
    this.#rowOf.clear();
    this.#age++;
    this.#rows = 0;
    this.#starts = [0];
    this.#kinds = [];
    if (!this.#isFloating) return;
    const nothing = new Int32Array(0);
    for (let kind = 0; kind < this.#program.classes.kinds; kind++) this.#add(String.fromCharCode(kind), nothing, kind);
  }

  #add(key: string, states: Int32Array, kind: number): number {
    const { count } = this.#program.classes;
    const row = this.#rows * count;
    if (row + count > this.cells.length) {
      const grown = new Int32Array(Math.min(this.cells.length * 2, this.#maxRows * count));
      grown.set(this.cells);
      this.cells = grown;
    }
    this.cells.fill(UNKNOWN, row, row + count);
    const start = this.#starts[this.#rows]!;
    if (start + states.length > this.#states.length) {
      const grown = new Int32Array(Math.max(this.#states.length * 2, start + states.length));
      grown.set(this.#states);
      this.#states = grown;
    }
    this.#states.set(states, start);
    this.#starts.push(start + states.length);
    this.#kinds.push(kind);
    this.#rows++;
    this.#rowOf.set(key, row);
    return row;
  }

  /** The states behind the byte, ascending; undefined when a match ends in front of it. */
  #step(row: number, byteClass: number): Int32Array | undefined {
    const { op, x, y, instructionOf, firstState, counters, classes } = this.#program;
    const number = row / classes.count;
    const kind = this.#kinds[number]!;
    const stack = this.#stack;
    const taken: number[] = [];
    this.cost = 1;
    if (++this.#round === 0x7fffffff) {
      this.#seen.fill(0);
      this.#isTaken.fill(0);
      this.#round = 1;
    }
    let depth = 0;
    if (this.#isFloating) stack[depth++] = 0;
    for (let i = this.#starts[number]!; i < this.#starts[number + 1]!; i++) stack[depth++] = this.#states[i]!;
    while (depth > 0) {
      const state = stack[--depth]!;
      if (this.#seen[state] === this.#round) continue;
      this.#seen[state] = this.#round;
      this.cost++;
      const at = instructionOf[state]!;
      switch (op[at]) {
        case OP.set:
          if (classes.members[x[at]! + byteClass] === 1) this.#take(state + 1, taken);
          break;
        case OP.count: {
          const counter = x[at]!;
          const count = state - firstState[at]!;
          if (count >= counters.min[counter]!) stack[depth++] = firstState[at + 1]!;
          if (count < counters.max[counter]! && classes.members[counters.set[counter]! + byteClass] === 1) {
            this.#take(count < counters.cap[counter]! ? state + 1 : state, taken);
          }
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
          if (classes.holds[x[at]! + kind * classes.count + byteClass] === 1) stack[depth++] = state + 1;
          break;
        case OP.match:
          return undefined;
      }
    }
    return this.#withoutSpare(Int32Array.from(taken).sort());
  }

  #take(state: number, taken: number[]): void {
    if (this.#isTaken[state] === this.#round) return;
    this.#isTaken[state] = this.#round;
    taken.push(state);
  }

  /** Leaves out counts that another one can do all for: without an upper end all but the highest, else those that may stop, but for the lowest. */
  #withoutSpare(states: Int32Array): Int32Array {
    const { op, x, instructionOf, firstState, counters } = this.#program;
    let left = 0;
    for (let i = 0; i < states.length; i++) {
      const state = states[i]!;
      const at = instructionOf[state]!;
      if (op[at] === OP.count && left > 0 && instructionOf[states[left - 1]!] === at) {
        const counter = x[at]!;
        if (counters.max[counter] === ENDLESS) left--;
        else if (states[left - 1]! - firstState[at]! >= counters.min[counter]!) continue;
      }
      states[left++] = state;
    }
    return states.slice(0, left);
  }
}

/** Two code units for each number. */
function textOf(numbers: Int32Array): string {
  const units = new Uint16Array(numbers.buffer, numbers.byteOffset, numbers.length * 2);
  let text = '';
  for (let i = 0; i < units.length; i += 4096) text += String.fromCharCode(...units.subarray(i, i + 4096));
  return text;
}
