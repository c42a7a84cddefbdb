/**
 * Whether a regular expression matches: by the table as long as it pays, by counting sets where it does not.
 *
 * The table costs two nanoseconds per byte on sets it knows, and some hundred times as much on a new one. An attacker can have a new set with every
 * byte, so the table may look at one state per byte that it walked, and some to begin with; then the other way takes over for a while.
 */

import { EDGE, FINAL_NEWLINE } from './assertion.ts';
import { CountingSets } from './counting.ts';
import { NEWLINE } from './named-sets.ts';
import type { Program } from './program.ts';
import type { RegexBudget, SearchRange } from './search.ts';
import { DEAD, type LazyTable, MATCH, OVERSIZED, UNKNOWN } from './table.ts';

/** What the table may look at before it has walked a byte, and at most. */
const CREDIT = 16_384;
/** Bytes that counting sets take over for. */
const COUNTED_BYTES = 4096;
/** Threads that are handed back to the table. */
const MOST_THREADS = 64;

export type Existence =
  /** A match ends at `end`, the first place at which one does, and none begins in front of `notBefore`. */
  | { readonly kind: 'match'; readonly notBefore: number; readonly end: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'spent' };

const NONE: Existence = { kind: 'none' };
const SPENT: Existence = { kind: 'spent' };
const NO_STATES = new Int32Array(0);

export class ExistenceSearch {
  readonly #program: Program;
  readonly #table: LazyTable;
  readonly #size: number;
  readonly #isAnchored: boolean;
  /** Offset of the next byte, and kind of the place in front of it. */
  #at: number;
  #kind: number;
  #notBefore: number;
  #credit = CREDIT;
  /** What the table is in, between two blocks: rows do not last. */
  #states: Int32Array;
  #row = 0;
  #counting: CountingSets | undefined;
  #isCounting = false;
  /** Where the table may have another try. */
  #tryAt = Number.POSITIVE_INFINITY;

  /**
   * @param table built over the same program, for the same way of anchoring
   * @param kind  kind of the place at `range.at`
   */
  constructor(program: Program, table: LazyTable, range: SearchRange, kind: number) {
    this.#program = program;
    this.#table = table;
    this.#size = range.size;
    this.#isAnchored = range.isAnchored;
    this.#at = range.at;
    this.#kind = kind;
    this.#notBefore = range.at;
    // State 0 is where a match begins; a floating table begins one with every byte.
    this.#states = range.isAnchored ? Int32Array.of(0) : NO_STATES;
    if (table.isEmpty) this.#startCounting(this.#states);
  }

  /**
   * Goes on over the next bytes of the subject, which lie at [from, to) of `bytes`.
   *
   * @returns undefined when the answer depends on more bytes
   */
  feed(bytes: Uint8Array, from: number, to: number, budget: RegexBudget): Existence | undefined {
    let i = from;
    // Another search may have used the table since the last block.
    if (!this.#isCounting) this.#row = this.#table.rowFor(this.#states, this.#kind);
    for (;;) {
      if (!this.#isCounting) i = this.#walk(bytes, i, to, budget);
      if (budget.steps <= 0) return SPENT;
      const isEnd = this.#at === this.#size;
      if (!isEnd && i >= to) break;
      const byteClass = this.#classAt(isEnd ? -1 : bytes[i]!);
      const found = this.#isCounting ? this.#count(byteClass, budget) : this.#look(byteClass, budget);
      if (found) return found;
      if (isEnd) return NONE;
      this.#kind = this.#program.classes.kindOfClass[byteClass]!;
      this.#at++;
      i++;
      if (this.#isCounting) this.#tryTable();
    }
    if (!this.#isCounting) this.#states = this.#table.statesOf(this.#row);
    return undefined;
  }

  /** Class of the byte at hand, or of the end for -1. */
  #classAt(byte: number): number {
    const isFinalNewline = byte === NEWLINE && this.#at === this.#size - 1;
    return this.#program.classes.classOf[byte < 0 ? EDGE : isFinalNewline ? FINAL_NEWLINE : byte]!;
  }

  /** Follows known transitions. @returns the index of the first byte whose transition is not known, or leads to no row */
  #walk(bytes: Uint8Array, from: number, to: number, budget: RegexBudget): number {
    const { cells, idleEnd } = this.#table;
    const { classes, quiet } = this.#program;
    const { classOf, kindOfClass } = classes;
    // The last byte may be a final newline.
    const end = Math.min(to, from + (this.#size - 1 - this.#at), from + budget.steps);
    let row = this.#row;
    let i = from;
    /** Behind the last byte that left no thread under way. */
    let idle = -1;
    while (i < end) {
      const next = cells[row + classOf[bytes[i]!]!]!;
      if (next < 0) break;
      row = next;
      i++;
      if (row >= idleEnd) continue;
      // Twice as fast as the table on what most expressions see most of the time.
      if (quiet && i < end && quiet[bytes[i]!] === 1) {
        while (i < end && quiet[bytes[i]!] === 1) i++;
        row = this.#table.idleRow(kindOfClass[classOf[bytes[i - 1]!]!]!);
      }
      idle = i;
    }
    if (i === from) return from;
    if (idle >= 0) this.#notBefore = this.#at + (idle - from);
    this.#kind = kindOfClass[classOf[bytes[i - 1]!]!]!;
    this.#at += i - from;
    this.#row = row;
    this.#credit = Math.min(CREDIT, this.#credit + (i - from));
    budget.steps -= i - from;
    return i;
  }

  /** One byte by the table, the transition worked out when it is not known. */
  #look(byteClass: number, budget: RegexBudget): Existence | undefined {
    let next = this.#table.cells[this.#row + byteClass]!;
    if (next === UNKNOWN && this.#credit > 0) {
      next = this.#table.work(this.#row, byteClass);
      this.#credit -= this.#table.cost;
      budget.steps -= this.#table.cost;
    }
    if (next === UNKNOWN || next === OVERSIZED) {
      this.#startCounting(this.#table.statesOf(this.#row));
      this.#tryAt = this.#at + COUNTED_BYTES;
      return this.#count(byteClass, budget);
    }
    budget.steps--;
    if (next === MATCH) return this.#match();
    if (next === DEAD) return NONE;
    this.#row = next;
    if (next < this.#table.idleEnd) this.#notBefore = this.#at + 1;
    return undefined;
  }

  #match(): Existence {
    return { kind: 'match', notBefore: this.#notBefore, end: this.#at };
  }

  #startCounting(states: Int32Array): void {
    this.#counting ??= new CountingSets(this.#program);
    this.#counting.load(states, this.#at);
    this.#isCounting = true;
  }

  /** One byte by counting sets. */
  #count(byteClass: number, budget: RegexBudget): Existence | undefined {
    const counting = this.#counting!;
    const isMatch = counting.advance(this.#at, this.#kind, byteClass, !this.#isAnchored);
    budget.steps -= counting.steps;
    if (isMatch) return this.#match();
    if (!counting.isIdle) return undefined;
    if (this.#isAnchored) return NONE;
    this.#notBefore = this.#at + 1;
    return undefined;
  }

  /** Hands back to the table, once it has been long enough and there is little to hand over. */
  #tryTable(): void {
    if (this.#at < this.#tryAt) return;
    const states = this.#counting!.save(this.#at, MOST_THREADS);
    if (!states) {
      this.#tryAt = this.#at + COUNTED_BYTES;
      return;
    }
    this.#credit = COUNTED_BYTES;
    this.#isCounting = false;
    this.#row = this.#table.rowFor(states, this.#kind);
  }
}
