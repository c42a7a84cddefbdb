/**
 * Whether the patterns are too old to be trusted with a clean verdict.
 *
 * Ages come from two clocks that may be wrong, the publisher's and ours. A date of release in the future is therefore no proof of fresh patterns: it is said.
 */
import type { Notice } from './outcome.ts';
import { DAY_MS, HOUR_MS, spanText } from './spans.ts';

/** A scan warns about patterns that are older. */
export const STALE_AFTER_MS = 7 * DAY_MS;
/** Clocks differ by this much without anybody's fault. */
export const CLOCK_TOLERANCE_MS = HOUR_MS;

/** What the age is told of: `KeptPattern`, or the patterns of a scan. */
export interface DatedPattern {
  readonly number: number;
  /** ISO 8601, UTC. */
  readonly released: string;
  /** Of a database of ClamAV, which has no number and which our update does not bring. */
  readonly databaseVersion?: number;
}

/** @returns milliseconds since the release, negative for one in the future; undefined when the date cannot be read */
export function ageMs(active: DatedPattern, nowMs: number): number | undefined {
  const releasedMs = Date.parse(active.released);
  return Number.isFinite(releasedMs) ? nowMs - releasedMs : undefined;
}

/** Older than the limit; also when the date cannot be read. For `--fail-if-older-than`. */
export function isStale(active: DatedPattern, nowMs: number, limitMs: number): boolean {
  const age = ageMs(active, nowMs);
  return age === undefined || age > limitMs;
}

/**
 * What to warn of when scanning with these patterns.
 *
 * @returns `PATTERN_STALE` when they are older than the limit or have no date, `CLOCK` when they come from the future; else undefined
 */
export function staleNotice(active: DatedPattern, nowMs: number, limitMs = STALE_AFTER_MS): Notice | undefined {
  const age = ageMs(active, nowMs);
  if (age === undefined) {
    return staleWarning(
      `pattern ${active.number} has no date of release that can be read`,
      'Whether it is up to date cannot be told.',
    );
  }
  if (age > limitMs) {
    return staleWarning(
      `patterns are older than ${spanText(limitMs)}`,
      `${named(active)} was released ${spanText(age)} ago. Newer malware is not found; ${cureOf(active)}`,
    );
  }
  return age < -CLOCK_TOLERANCE_MS ? fromTheFuture(active, -age) : undefined;
}

function named({ number, databaseVersion }: DatedPattern): string {
  return databaseVersion === undefined ? `Pattern ${number}` : `Version ${databaseVersion} of the database`;
}

function cureOf({ databaseVersion }: DatedPattern): string {
  return databaseVersion === undefined ? 'run: engine update' : 'fetch the newest, for example with freshclam';
}

function staleWarning(subject: string, message: string): Notice {
  return { code: 'PATTERN_STALE', severity: 'warning', subject, message };
}

function fromTheFuture(active: DatedPattern, aheadMs: number): Notice {
  return {
    code: 'CLOCK',
    severity: 'warning',
    subject: 'patterns come from the future: is the clock of this machine right?',
    message: `${named(active)} was released ${spanText(aheadMs)} from now by this machine's clock. How old it is cannot be told; set the clock.`,
  };
}
