/**
 * A compiled regular expression: instructions for threads that all read the same byte.
 *
 * ```
 *   set        x  set        one byte of it, then the next instruction
 *   count      x  counter    a repeated byte of one set; how often it was read is part of the thread's state
 *   fork       x, y  states  two threads, the one at x preferred
 *   jump       x  state
 *   assertion  x  row in `holds`
 *   match
 * ```
 * A *state* is an instruction, or a counted one with its count: `.{2,5}` is one instruction of six states. Repetitions of one byte are nine of ten, and
 * this way they need neither memory nor instructions of their own, and a matcher may know better ways to count.
 */

import type { ByteClasses } from './byte-classes.ts';

export const OP = { set: 0, count: 1, fork: 2, jump: 3, assertion: 4, match: 5 } as const;

/** Numbers of repetitions without an upper end. */
export const ENDLESS = 0x7fffffff;

export interface Program {
  readonly op: Uint8Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** First state of an instruction; a counted one has `cap` more behind it. */
  readonly firstState: Int32Array;
  readonly instructionOf: Int32Array;
  readonly states: number;
  readonly counters: Counters;
  readonly classes: ByteClasses;
  /** By byte, 1 when no match begins with it; undefined when a match can be empty, or can begin with any. */
  readonly quiet: Uint8Array | undefined;
}

/** Repeated bytes, by number. */
export interface Counters {
  /** Instruction of the counter. */
  readonly instruction: Int32Array;
  /** Row of the set in `members`. */
  readonly set: Int32Array;
  readonly min: Int32Array;
  /** ENDLESS when there is no bound. */
  readonly max: Int32Array;
  /** Counts past this one are not told apart: `max`, or `min` when there is no bound. */
  readonly cap: Int32Array;
  /** 1 when stopping is preferred to going on. */
  readonly isLazy: Uint8Array;
}
