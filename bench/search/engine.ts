/**
 * What a search benchmark asks of an engine, and when two answers are the same.
 *
 * The answer is exact and the same for all: the number of pairs (pattern, end), where `end` is the offset behind an occurrence of the pattern in the
 * haystack. Occurrences overlap and each counts. A checksum over the pairs, independent of their order, says that they are the same ones.
 */

export interface Answer {
  readonly matches: number;
  /** Sum of `pairHash` modulo 2^32. */
  readonly checksum: number;
  /** What an engine in another process measured; undefined where the caller measures. */
  readonly seconds?: number;
}

/** Patterns in an engine, ready to be searched. */
export interface Prepared {
  /** What an engine in another process measured. */
  readonly compileSeconds?: number;
  readonly version?: string;
  /** What the compiled patterns hold; undefined where an engine cannot say. */
  readonly memoryBytes?: number | undefined;
  /** Every pair in the haystack, whose bytes must stay as they are while the engine is used. */
  search(haystack: Uint8Array): Answer | Promise<Answer>;
  close?(): void;
}

export interface SearchEngine {
  readonly name: string;
  /** One line for the report. */
  readonly what: string;
  /** Why it is not there; undefined when it is. It may install itself where that may be done. */
  whyMissing?(): string | undefined;
  /**
   * @param patterns different literals of two bytes or more
   * @throws {Refused} when it cannot take them
   */
  prepare(patterns: readonly Uint8Array[]): Prepared | Promise<Prepared>;
}

/** An engine cannot take these patterns; the others can. */
export class Refused extends Error {}

/** Collects pairs into an answer. */
export class Tally {
  matches = 0;
  checksum = 0;

  add(pattern: number, end: number): void {
    this.matches++;
    this.checksum = (this.checksum + pairHash(pattern, end)) >>> 0;
  }

  answer(): Answer {
    return { matches: this.matches, checksum: this.checksum };
  }
}

/** 32 bits that depend on both; the constants are those of MurmurHash3's finalizer. */
function pairHash(pattern: number, end: number): number {
  let mixed = Math.imul(pattern + 1, 0x9e3779b1) ^ end;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
