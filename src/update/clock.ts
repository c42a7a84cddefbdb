/**
 * What time it is, when the clock of the machine may be wrong.
 *
 * A machine without a battery starts in 1970, and one that was set back would take metadata for valid that expired long ago. Time never goes back behind what was
 * proven: the date of the last metadata that was trusted, and the date this engine was built. A clock that is ahead cannot be disproved; the servers' `Date` header is
 * not signed, so it moves nothing, but a person is told.
 */
import type { Notice } from './outcome.ts';
import { HOUR_MS, spanText } from './spans.ts';

/** A difference up to this is nobody's business. */
export const CLOCK_DIFFERENCE_MS = HOUR_MS;

export interface KnownTimes {
  /** The machine's clock, milliseconds since 1970. */
  readonly now: number;
  /** The latest time that signed metadata proved, the same unit; undefined: none yet. */
  readonly lastTrusted?: number | undefined;
  /** When this engine was built. */
  readonly buildDate?: number | undefined;
}

/** The time against which expiry is checked, milliseconds since 1970: the latest of what is known. */
export function referenceTime({ now, lastTrusted, buildDate }: KnownTimes): number {
  return Math.max(...[now, lastTrusted, buildDate].filter(isTime), 0);
}

/**
 * Whether the clock is behind what is known.
 *
 * @returns the notice; undefined when it is not, or by less than an hour
 */
export function clockBehindNotice(times: KnownTimes): Notice | undefined {
  const behindMs = referenceTime(times) - times.now;
  if (behindMs <= CLOCK_DIFFERENCE_MS) return undefined;
  return clockWarning(
    `${spanText(behindMs)} behind`,
    `By this machine's clock it is ${isoDate(times.now)}, and it was ${isoDate(referenceTime(times))} already when what is installed here was signed.`,
  );
}

/**
 * Whether the clocks of machine and server disagree.
 *
 * @param serverDate  the `Date` header of the response, or milliseconds since 1970; not signed, so it serves for nothing but this
 * @param now  when that response came
 * @returns the notice; undefined when they agree to the hour, or there is no date that can be read
 */
export function clockNotice(serverDate: string | number | undefined, now: number): Notice | undefined {
  const serverMs = typeof serverDate === 'string' ? Date.parse(serverDate) : serverDate;
  if (!isTime(serverMs)) return undefined;
  const aheadMs = now - serverMs;
  if (Math.abs(aheadMs) <= CLOCK_DIFFERENCE_MS) return undefined;
  return clockWarning(
    `${spanText(aheadMs)} ${aheadMs > 0 ? 'ahead' : 'behind'}`,
    `By this machine's clock it is ${isoDate(now)}, by the server's ${isoDate(serverMs)}.`,
  );
}

function clockWarning(difference: string, facts: string): Notice {
  return {
    code: 'CLOCK',
    severity: 'warning',
    subject: `clock wrong? This machine is ${difference}`,
    message: `${facts} A wrong clock makes good metadata look expired, or old metadata look good; set the clock.`,
  };
}

function isTime(time: number | undefined): time is number {
  // The range of Date.
  return time !== undefined && Math.abs(time) <= 8.64e15;
}

function isoDate(ms: number): string {
  return isTime(ms) ? `${new Date(ms).toISOString().slice(0, 16)}Z` : 'unknown';
}
