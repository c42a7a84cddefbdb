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
/** Bytes that counting sets take over for, at first. */
const COUNTED_BYTES = 4096;
/** And at most: twice as many each time that the table fails again at once. */
const MOST_COUNTED_BYTES = 1 << 18;
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

/** The tables of a program: the one for as long as matches may begin, and the one for afterwards. */
export type TableFor = (isSeeking: boolean) => LazyTable;

export class ExistenceSearch {
  readonly #program: Program;
  readonly #tableFor: TableFor;
  #table: LazyTable;
  readonly #size: number;
  readonly #lastStart: number;
  /** Offset of the next byte, and kind of the place in front of it. */
  #at: number;
  #kind: number;
  #notBefore: number;
  #credit = CREDIT;
  /** What the table is in, between two blocks: rows do not last. */
  #states: Int32Array = NO_STATES;
  #row = 0;
  #counting: CountingSets | undefined;
  #isCounting = false;
  /** Where the table may have another try, how long it waits for it, and where it had the last one. */
  #tryAt = Number.POSITIVE_INFINITY;
  #patience = COUNTED_BYTES;
  #triedAt: number;

  /** @param kind kind of the place at `range.at` */
  constructor(program: Program, tableFor: TableFor, range: SearchRange, kind: number) {
    this.#program = program;
    this.#tableFor = tableFor;
    this.#table = tableFor(true);
    this.#size = range.size;
    this.#lastStart = range.lastStart;
    this.#at = range.at;
    this.#kind = kind;
    this.#notBefore = range.at;
    this.#triedAt = range.at;
    if (this.#table.isEmpty) this.#startCounting(NO_STATES);
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
      if (this.#at === this.#lastStart + 1 && !this.#stopSeeking()) return NONE;
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
    // The last byte may be a final newline, and the last one that a match may begin at changes the table: both are looked at closely.
    const last = this.#at <= this.#lastStart ? Math.min(this.#size - 1, this.#lastStart) : this.#size - 1;
    const end = Math.min(to, from + (last - this.#at), from + budget.steps);
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
    if (i <= from) return from;
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
      this.#giveUpTable();
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

  #giveUpTable(): void {
    const hasFailedAtOnce = this.#at - this.#triedAt < this.#patience;
    this.#patience = hasFailedAtOnce ? Math.min(this.#patience * 2, MOST_COUNTED_BYTES) : COUNTED_BYTES;
    this.#tryAt = this.#at + this.#patience;
    this.#startCounting(this.#table.statesOf(this.#row));
  }

  #startCounting(states: Int32Array): void {
    this.#counting ??= new CountingSets(this.#program);
    this.#counting.load(states, this.#at);
    this.#isCounting = true;
  }

  /** One byte by counting sets. */
  #count(byteClass: number, budget: RegexBudget): Existence | undefined {
    const counting = this.#counting!;
    const isSeeking = this.#at <= this.#lastStart;
    const isMatch = counting.advance(this.#at, this.#kind, byteClass, isSeeking);
    budget.steps -= counting.steps;
    if (isMatch) return this.#match();
    if (!counting.isIdle) return undefined;
    if (!isSeeking) return NONE;
    this.#notBefore = this.#at + 1;
    return undefined;
  }

  /** From here on no match begins. @returns false when none is under way either */
  #stopSeeking(): boolean {
    if (this.#isCounting) return !this.#counting!.isIdle;
    const states = this.#table.statesOf(this.#row);
    this.#table = this.#tableFor(false);
    this.#row = this.#table.rowFor(states, this.#kind);
    return states.length > 0;
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
    this.#triedAt = this.#at;
    this.#isCounting = false;
    this.#table = this.#tableFor(this.#at <= this.#lastStart);
    this.#row = this.#table.rowFor(states, this.#kind);
  }
}
