/** What a release is told, checked. */
import { isEngineRange } from '../store/engine-range.ts';
import { PublishError } from './errors.ts';
import type { PublisherOptions } from './publisher.ts';
import { isoSeconds } from './roles.ts';

export const CHANNELS = ['stable', 'canary'] as const;
/** A roll-out over more than a month would be one that somebody forgot. */
const MAX_ROLLOUT_HOURS = 31 * 24;

/** Clocks of two machines differ by that much. */
const MAX_AHEAD_MS = 300_000;

export interface CompiledPattern {
  /** Lines and records that were not taken. */
  readonly skipped: readonly unknown[];
}
/** Makes a pattern file of sources: `compilePatternFile` of the scanner. */
export type CompilePattern = (
  sources: readonly string[],
  options: {
    readonly output: string;
    readonly number: number;
    readonly channel: string;
    readonly released: string;
    readonly engineRange: string;
  },
) => Promise<CompiledPattern>;
export interface CleanHit {
  readonly name: string;
  readonly file: string;
}

export interface ReleaseOptions extends PublisherOptions {
  /** 1 … 2^53−1, above all before; default one above them. */
  readonly number?: number | undefined;
  /** `stable` or `canary`. */
  readonly channel: string;
  /** Whole hours, 1 … 744; undefined: everybody at once. */
  readonly rolloutHours?: number | undefined;
  /** SemVer range; default all. */
  readonly engineRange?: string | undefined;
  /** ISO 8601; default now. Kept to the second. */
  readonly released?: string | undefined;
  /** Files, and directories of them, that are known to be clean. */
  readonly clean: readonly string[];
  readonly compile: CompilePattern;
  /** Rejects when the pattern file must not go out. */
  readonly selfTest: (patternFile: string) => Promise<unknown>;
  readonly findCleanHits: (patterns: readonly string[], clean: readonly string[]) => Promise<readonly CleanHit[]>;
}

export interface ReleaseTerms {
  readonly channel: string;
  readonly engineRange: string;
  /** ISO 8601, UTC, to the second. */
  readonly released: string;
  readonly rolloutHours: number | undefined;
}

/** @throws {PublishError} `PUBLISH_OPTION` */
export function checkTerms(options: ReleaseOptions): ReleaseTerms {
  const { channel, engineRange = '*', rolloutHours, released, now } = options;
  if (!CHANNELS.some((known) => known === channel)) throw wrong('channel', CHANNELS.join(' or '), channel);
  if (!isEngineRange(engineRange)) throw wrong('engine', 'a SemVer range as in ">=1.2.0 <3.0.0-0"', engineRange);
  const isHours = Number.isInteger(rolloutHours) && rolloutHours! >= 1 && rolloutHours! <= MAX_ROLLOUT_HOURS;
  if (rolloutHours !== undefined && !isHours) {
    throw wrong('rollout', `whole hours from 1 to ${MAX_ROLLOUT_HOURS}`, rolloutHours);
  }
  const date = released === undefined ? now : new Date(released);
  if (Number.isNaN(date.getTime())) throw wrong('released', 'an ISO 8601 time', released);
  // The whole fleet would look at its clocks until then.
  if (date.getTime() > now.getTime() + MAX_AHEAD_MS) throw wrong('released', 'no time in the future', released);
  return { channel, engineRange, rolloutHours, released: isoSeconds(date) };
}

function wrong(option: string, expected: string, got: unknown): PublishError {
  return new PublishError('PUBLISH_OPTION', `${option}: expected ${expected}, got ${JSON.stringify(got)}`);
}
