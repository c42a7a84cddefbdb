/**
 * Why a line of a signature source is left out.
 *
 * ClamAV refuses a whole database for one bad line; here the line is skipped, with a reason that can be counted and a place that can be
 * looked up. The words are stable: reports, tests and other programs count by them.
 */

/**
 * - `malformed`: not a line of its format.
 * - `limit`: a limit of the engine is exceeded; the message names it.
 * - `level`: the range of functionality levels leaves this engine out.
 * - `unknown-target`: a target type that has no meaning here.
 * - `unsupported:…`: valid, but the signature form cannot say it yet.
 */
export type SkipReason =
  | 'malformed'
  | 'limit'
  | 'level'
  | 'unknown-target'
  | 'unsupported:attribute'
  | 'unsupported:byte-compare'
  | 'unsupported:container'
  | 'unsupported:fuzzy-img'
  | 'unsupported:handler-type'
  | 'unsupported:icon'
  | 'unsupported:intermediates'
  | 'unsupported:macro'
  | 'unsupported:pcre'
  | 'unsupported:version-info';

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
