/**
 * The next time of a cron expression, in local time and with the changes of summer time treated as Vixie cron does.
 *
 * A time of certain hours that a change leaves out is taken as much later, one that comes twice is taken once. An expression for every hour follows the real clock:
 * every 15 minutes stays every 15 minutes through both changes.
 */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './spans.ts';

/** Values that match, ascending. */
export interface CronFields {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Whether a day of the calendar matches; month 1 … 12. */
  isDay(year: number, month: number, day: number): boolean;
}

/** The 29th of February comes within these. */
const MAX_DAYS = 4 * 366;
const HOURS_OF_DAY = 24;
/** From the start of an hour to its last time: itself, and what a change may put in between (two hours at Troll, Antarctica). */
const LONGEST_HOUR_MS = 3 * HOUR_MS;

/** @returns milliseconds since 1970 of the first match after `ms`; undefined: none in four years */
export function nextCronTime(fields: CronFields, ms: number): number | undefined {
  const from = new Date(ms);
  const everyHour = fields.hours.length === HOURS_OF_DAY;
  for (let days = 0; days <= MAX_DAYS; days++) {
    const day = new Date(from.getFullYear(), from.getMonth(), from.getDate() + days);
    if (!fields.isDay(day.getFullYear(), day.getMonth() + 1, day.getDate())) continue;
    const time = everyHour ? firstByRealClock(fields, day, ms) : firstByWallClock(fields, day, ms);
    if (time !== undefined) return time;
  }
  return undefined;
}

/** Hours as they pass, those that are left out or come twice with them. */
function firstByRealClock({ seconds, minutes }: CronFields, day: Date, ms: number): number | undefined {
  const end = new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
  let time = Math.max(day.getTime(), Math.floor(ms / SECOND_MS) * SECOND_MS + SECOND_MS);
  while (time < end) {
    const at = new Date(time);
    if (!minutes.includes(at.getMinutes())) time += MINUTE_MS - at.getSeconds() * SECOND_MS;
    else if (!seconds.includes(at.getSeconds())) time += SECOND_MS;
    else return time;
  }
  return undefined;
}

/**
 * Certain hours of the wall clock. What a change leaves out moves by whole hours or within its hour, so the first hour that has a time has the earliest.
 */
function firstByWallClock({ seconds, minutes, hours }: CronFields, day: Date, ms: number): number | undefined {
  for (const hour of hours) {
    if (wallTime(day, hour, 0, 0) + LONGEST_HOUR_MS < ms) continue;
    const times = minutes.flatMap((minute) => seconds.map((second) => wallTime(day, hour, minute, second)));
    const first = Math.min(...times.filter((time) => time > ms));
    if (first !== Infinity) return first;
  }
  return undefined;
}

function wallTime(day: Date, hour: number, minute: number, second: number): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour, minute, second).getTime();
}
