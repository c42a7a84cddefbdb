/**
 * When a machine checks for updates: instants, spread over the fleet.
 *
 * Hourly times are counted in real hours and know no time zone. Daily times are of the wall clock, by the rules of `Date`: a time that the change to summer time
 * leaves out is taken as much later, one that comes twice is taken the first time. So every day has exactly one.
 */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './spans.ts';
import { placeOf } from './spread.ts';

export interface Plan {
  /** For people: what it does. */
  readonly text: string;
  /** @returns milliseconds since 1970 of the first regular time after `ms` */
  next(ms: number): number;
  /**
   * How far a check at that regular time is moved, so that machines that think alike drift apart.
   *
   * @param chance  0 ≤ chance < 1
   * @returns milliseconds, negative for earlier
   */
  jitterMs(timeMs: number, chance: number): number;
  /** A check at most this long before a regular time counts as that one. */
  readonly earlyMs: number;
}

/** Either way. */
const JITTER_MS = MINUTE_MS;
/** Local time; between are the checks of a fleet in one time zone. Early enough for the day's work, late enough for the night's. */
const DAILY_FROM_HOUR = 3;
const DAILY_HOURS = 2;

const eitherWay = (_timeMs: number, chance: number): number => Math.round((2 * chance - 1) * JITTER_MS);

/** Once an hour, at this machine's minute and second. */
export function hourlyPlan(machineId: string): Plan {
  const offsetMs = Math.floor(placeOf(machineId, 'hourly') * (HOUR_MS / SECOND_MS)) * SECOND_MS;
  return {
    text: `every hour, ${clockText(offsetMs)} past it`,
    next: (ms) => Math.floor((ms - offsetMs) / HOUR_MS) * HOUR_MS + HOUR_MS + offsetMs,
    jitterMs: eitherWay,
    earlyMs: JITTER_MS,
  };
}

/** Once a day between 03:00 and 05:00, local time, jitter included. */
export function dailyPlan(machineId: string): Plan {
  const windowMs = DAILY_HOURS * HOUR_MS - 2 * JITTER_MS;
  const seconds = Math.floor((JITTER_MS + placeOf(machineId, 'daily') * windowMs) / SECOND_MS);
  const minute = Math.floor(seconds / 60);
  return {
    text: `every day at 0${DAILY_FROM_HOUR + Math.floor(minute / 60)}:${twoDigits(minute % 60)} local time`,
    next: (ms) => nextDaily(seconds, ms),
    jitterMs: eitherWay,
    earlyMs: JITTER_MS,
  };
}

/** @param seconds  after 03:00 of the wall clock */
function nextDaily(seconds: number, ms: number): number {
  const from = new Date(ms);
  for (let day = from.getDate(); ; day++) {
    const time = new Date(from.getFullYear(), from.getMonth(), day, DAILY_FROM_HOUR, 0, seconds).getTime();
    if (time > ms) return time;
  }
}

function clockText(ms: number): string {
  const seconds = Math.round(ms / SECOND_MS);
  return `${twoDigits(Math.floor(seconds / 60))}:${twoDigits(seconds % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
