/**
 * How long the publisher supports an engine, and when to say so.
 *
 * The old gateway scanners stopped at pattern 980 for good, and who had not read the letter noticed nothing. Here the publisher signs an end months ahead; each engine
 * that it concerns says so at fixed thresholds, each time with a subject of its own, and past the end it keeps scanning with the last pattern that fits.
 */
import { engineFits } from '../store/engine-range.ts';
import type { Notice, Support } from './outcome.ts';
import type { LifecycleEntry } from './repository.ts';
import { DAY_MS, daysText } from './spans.ts';

/** Days before the end at which a person hears of it, once each. */
export const LIFECYCLE_THRESHOLDS: readonly number[] = [180, 90, 60, 30, 14, 7, 1];
/** From these many days on. */
const WARNING_DAYS = 90;
const CRITICAL_DAYS = 14;

export type EndingSupport = Exclude<Support, { kind: 'supported' }>;

/**
 * What the lifecycle says about an engine. The day named as the end (UTC) is the last on which it is supported.
 *
 * When several entries fit, the earliest end counts, and for the same end the lowest last pattern: an entry that is added later for more engines never
 * lengthens what was promised for fewer. An entry whose range or date cannot be read fits no engine.
 *
 * @param engineVersion  SemVer
 */
export function supportOf(engineVersion: string, lifecycle: readonly LifecycleEntry[], nowMs: number): Support {
  const [first] = lifecycle.filter((entry) => fits(engineVersion, entry)).sort(byEnd);
  if (first === undefined) return { kind: 'supported' };
  return supportUntil({ ends: first.ends, lastPattern: first.lastPattern, moveTo: first.moveTo }, nowMs);
}

/** The same support at another time: what was found at the last check, told today. */
export function supportAt(support: Support, nowMs: number): Support {
  return support.kind === 'supported' ? support : supportUntil(support, nowMs);
}

/** @returns the highest pattern number that this engine may get; undefined: no entry sets one. Independent of time. */
export function lastPatternFor(engineVersion: string, lifecycle: readonly LifecycleEntry[]): number | undefined {
  const limits = lifecycle.filter((entry) => fits(engineVersion, entry)).map(({ lastPattern }) => lastPattern);
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/**
 * The threshold that is to be said now: the one last passed, unless it, or one nearer to the end, was said already. Who was away for months hears of one, not of all.
 *
 * @param alreadySaid  thresholds, in days
 */
export function dueThreshold(daysLeft: number, alreadySaid: readonly number[]): number | undefined {
  const passed = passedThreshold(daysLeft);
  return passed === undefined || alreadySaid.some((said) => said <= passed) ? undefined : passed;
}

/**
 * What to tell a person. The subject changes with the threshold and not with the day, so that who remembers subjects says each once.
 *
 * @param engineVersion  SemVer
 * @returns undefined while the end is more than 180 days away, or unknown
 */
export function lifecycleNotice(support: Support, engineVersion: string): Notice | undefined {
  if (support.kind === 'supported') return undefined;
  const { ends, daysLeft, severity } = support;
  if (support.kind === 'ended') {
    return {
      code: 'LIFECYCLE_ENDED',
      severity,
      subject: `support of engine ${engineVersion} ended on ${ends}`,
      message: `No new patterns come for this engine${lastPatternText(support)}; it keeps scanning, and newer malware is not found. ${moveText(support)}`,
    };
  }
  const threshold = passedThreshold(daysLeft);
  if (threshold === undefined) return undefined;
  return {
    code: 'LIFECYCLE_ENDS',
    severity,
    subject: `support of engine ${engineVersion} ends on ${ends}: ${daysText(threshold)} left, or less`,
    message: `${daysLeft === 0 ? 'Today is the last day' : `${daysText(daysLeft)} ${daysLeft === 1 ? 'is' : 'are'} left`}. After that no new patterns come for this engine${lastPatternText(support)}. ${moveText(support)}`,
  };
}

/** The support line of `engine -v`. */
export function supportText(support: Support): string {
  if (support.kind === 'supported') return 'supported';
  const { ends, daysLeft } = support;
  if (support.kind === 'ended') return `ended on ${ends}${lastPatternText(support)}. ${moveText(support)}`;
  return `until ${ends}, ${daysText(daysLeft)} left${lastPatternText(support)}. ${moveText(support)}`;
}

type End = Pick<EndingSupport, 'ends' | 'lastPattern' | 'moveTo'>;

function supportUntil({ ends, lastPattern, moveTo }: End, nowMs: number): Support {
  const daysLeft = dayOf(ends)! - Math.floor(nowMs / DAY_MS);
  const kind = daysLeft < 0 ? 'ended' : 'ending';
  return {
    kind,
    ends: ends.slice(0, 'YYYY-MM-DD'.length),
    daysLeft,
    lastPattern,
    moveTo,
    severity: severityOf(daysLeft),
  };
}

function severityOf(daysLeft: number): EndingSupport['severity'] {
  if (daysLeft <= CRITICAL_DAYS) return 'critical';
  return daysLeft <= WARNING_DAYS ? 'warning' : 'info';
}

/** @returns the nearest threshold that is not behind: 90 for 90 … 61 days */
function passedThreshold(daysLeft: number): number | undefined {
  return LIFECYCLE_THRESHOLDS.findLast((threshold) => daysLeft <= threshold);
}

function fits(engineVersion: string, { engine, ends }: LifecycleEntry): boolean {
  return dayOf(ends) !== undefined && engineFits(engineVersion, engine);
}

function byEnd(one: LifecycleEntry, other: LifecycleEntry): number {
  return dayOf(one.ends)! - dayOf(other.ends)! || (one.lastPattern ?? Infinity) - (other.lastPattern ?? Infinity) || 0;
}

/** Days since 1970, UTC. @returns undefined for what is no date of the calendar */
function dayOf(date: string): number | undefined {
  const [day] = /^\d{4}-\d{2}-\d{2}(?=$|T)/.exec(date) ?? [];
  if (day === undefined) return undefined;
  const ms = Date.parse(day);
  // Date.parse takes the 30th of February for the 2nd of March.
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(day) ? ms / DAY_MS : undefined;
}

function lastPatternText({ lastPattern }: EndingSupport): string {
  return lastPattern === undefined ? '' : `; ${lastPattern} is its last`;
}

function moveText({ moveTo }: EndingSupport): string {
  return `Move to ${moveTo === undefined ? 'a newer engine' : `engine ${moveTo}`}.`;
}
