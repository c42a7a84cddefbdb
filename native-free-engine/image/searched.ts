import type { Choice, KnownWord } from '../prefilter/choose.ts';

/** A segment that is searched for. */
export interface SearchedSegment {
  readonly target: number;
  /** Its number in the image. */
  readonly number: number;
  readonly choice: Choice;
  /** By class (classes.ts). */
  readonly costs: readonly number[];
  /** Two words of it, so far apart that no gram covers both of a long one. */
  readonly words: readonly [KnownWord, KnownWord];
}
