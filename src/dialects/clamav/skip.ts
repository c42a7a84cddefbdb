/**
 * Why a line of a signature source is left out.
 *
 * ClamAV refuses a whole database for one bad line; here the line is skipped, with a reason that can be counted and a place that can be
 * looked up. The words are stable: reports, tests and other programs count by them.
 */

import type { UnreadFormat } from './formats.ts';

/** The line is of a format that is not read at all. */
export type UnreadReason = `unsupported:${UnreadFormat}`;

/**
 * - `malformed`: not a line of its format.
 * - `limit`: a limit of the engine is exceeded; the message names it.
 * - `level`: the range of functionality levels leaves this engine out.
 * - `unknown-target`: a target type that has no meaning here.
 * - `unsupported:…`: valid, but nothing here can use it; behind the colon what it is, or the format of its file.
 */
export type SkipReason =
  | 'malformed'
  | 'limit'
  | 'level'
  | 'unknown-target'
  | 'unsupported:attribute'
  | 'unsupported:file-type'
  | 'unsupported:fuzzy-img'
  | 'unsupported:icon'
  | 'unsupported:macro'
  | 'unsupported:partition'
  | 'unsupported:pcre'
  | UnreadReason;

/** A line that became no signature. */
export interface SkippedLine {
  readonly source: string;
  /** Counted from 1. */
  readonly line: number;
  /** In bytes, counted from 1: where the line stops making sense. */
  readonly column: number;
  /** Name of the signature, as far as the line was read. */
  readonly name: string | undefined;
  readonly reason: SkipReason;
  /** For people: `where: expected X, got Y`. */
  readonly message: string;
}
