/** What is asked of a scan, and what it answers: plain data. */

import type { Occurrence } from './occurrences.ts';

export interface ScanOptions {
  /** Report every signature that holds, not only the first. */
  readonly allMatches: boolean;
  /** Asked between blocks and searches: true ends the scan with `spent`. */
  readonly isTimeOver?: () => boolean;
  /** False leaves digests out, as for a view of an object that is not its bytes. Default true. */
  readonly hashes?: boolean;
}

export interface ObjectDetection {
  readonly name: string;
  readonly by: 'body' | 'hash';
  /** Number of the signature in the image, for `explain`; undefined for a hash. */
  readonly signature: number | undefined;
  /** Offset of the first match that confirmed it; undefined for a hash of the whole object. */
  readonly offset: number | undefined;
}

/** What one object turned out to be. */
export interface ObjectResult {
  /** Body signatures in the order of the image, then hashes. */
  readonly detections: readonly ObjectDetection[];
  /** An allow signature has the object's digest: it is clean whatever else matches, and so is what holds it. */
  readonly allowed: boolean;
  /** Why not everything was looked at; undefined when everything was. */
  readonly spent: SpentBudget | undefined;
  readonly statistics: ScanStatistics;
}
export interface SpentBudget {
  readonly reason: 'time' | 'matching';
  readonly message: string;
  /** Name of the signature that made too much work, as far as it can be told. */
  readonly signature: string | undefined;
}
export interface ScanStatistics {
  /** Positions that passed the first filter, and the second. */
  readonly candidates1: number;
  readonly candidates2: number;
  /** Steps of the automaton. */
  readonly steps: number;
  /** Hits of the automaton and of the shuffle filter. */
  readonly hits: number;
  /** Atoms that these stood for, as far as they were looked at. */
  readonly atoms: number;
  /** Segments compared with a place of the object. */
  readonly comparisons: number;
  /** Ends of intervals that whole patterns were put together from. */
  readonly intervals: number;
  /** Signatures started. */
  readonly started: number;
  /** Bytes looked at by searches on demand. */
  readonly searchedBytes: number;
  /** Bytes walked by searches over many patterns at once. */
  readonly walkedBytes: number;
  /** Steps of regular expressions. */
  readonly regexSteps: number;
}

/** Why a signature holds on an object, or does not. */
export interface Explanation {
  readonly holds: boolean;
  /** Whether its target fits the object at all. */
  readonly targetFits: boolean;
  /** By pattern. */
  readonly patterns: readonly ExplainedPattern[];
}
export interface ExplainedPattern {
  /** Its matches; counting stops at `COUNTED`. */
  readonly count: number;
  /** The first of them. */
  readonly first: Occurrence | undefined;
  /** False of a regular expression whose trigger does not hold: it was not searched. */
  readonly isTriggered: boolean;
}
/** Matches that `explain` counts at most. */
export const COUNTED = 10_000;
