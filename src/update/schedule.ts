/**
 * Checks for updates on a schedule: daily, hourly, or as a cron expression says.
 *
 * The door of node-cron 4.6.0, which reads expressions and knows which days match. It does not run them: see SCHEDULE.md for what its runner does when
 * the clock is set.
 */
import { createTask, validateDetailed } from 'node-cron';
import { type CronFields, nextCronTime } from './cron-times.ts';
import { UpdateError } from './errors.ts';
import { dailyPlan, hourlyPlan, type Plan } from './plan.ts';
import { followPlan, type ScheduleOptions } from './schedule-loop.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from './spans.ts';
import { placeOf } from './spread.ts';

export const SCHEDULE_EXAMPLES =
  'daily, hourly, "30 3 * * *" (03:30 every day), "0 */4 * * *" (every four hours), "15 6 * * mon-fri"';
/** No expression that a person writes is longer. */
const MAX_EXPRESSION = 200;
/** Where the next time is years away, and cannot be named: looked for again after this. */
const SELDOM_MS = 365 * DAY_MS;
/** Each field as a person writes it: no number of more than two digits. node-cron would write out `0-99999999` before it looks at the bounds, and run out of memory. */
const READABLE = /^(?:@[a-z]+|(?!.*\d{3})[\w*,/#? -]+)$/i;

/**
 * Runs updates until the signal ends it. A failing update never does.
 *
 * @returns when the signal is aborted: at once between updates, else when the running one has ended; it got the signal too
 * @throws {UpdateError} `UPDATE_OPTION` before anything is run, when `every` cannot be read
 */
export async function runSchedule(options: ScheduleOptions & PlanOptions): Promise<void> {
  await followPlan(planOf(options), options);
}

export interface PlanOptions {
  /** `daily`, `hourly` or a cron expression of 5 fields, or 6 with seconds, in local time. */
  readonly every: string;
  /** From `machineId()`: gives this machine its own minute and second. */
  readonly machineId: string;
}

/** @throws {UpdateError} `UPDATE_OPTION` */
export function planOf({ every, machineId }: PlanOptions): Plan {
  switch (every.trim().replace(/^@/, '').toLowerCase()) {
    case 'daily':
      return dailyPlan(machineId);
    case 'hourly':
      return hourlyPlan(machineId);
    default:
      return cronPlan(every.trim().replace(/\s+/g, ' '), machineId);
  }
}

/**
 * At most two minutes late, never early: one by the machine, one by chance, and no more of it than a quarter of the pause that follows. With seconds given, on the second.
 */
function cronPlan(expression: string, machineId: string): Plan {
  const fields = cronFields(expression);
  const exact = expression.split(' ').length === 6;
  const offsetMs = exact ? 0 : Math.floor(placeOf(machineId, 'cron') * (MINUTE_MS / SECOND_MS)) * SECOND_MS;
  const next = (ms: number): number => (nextCronTime(fields, ms - offsetMs) ?? ms + SELDOM_MS) + offsetMs;
  if (nextCronTime(fields, Date.now()) === undefined) {
    throw wrongSchedule(expression, 'no day of the next four years matches');
  }
  return {
    text: `at ${expression}`,
    next,
    jitterMs: (timeMs, chance) => (exact ? 0 : Math.floor(chance * Math.min(MINUTE_MS, (next(timeMs) - timeMs) / 4))),
    earlyMs: 0,
  };
}

function cronFields(expression: string): CronFields {
  if (expression.length > MAX_EXPRESSION || !READABLE.test(expression)) {
    throw wrongSchedule(expression, 'not the letters and numbers of a cron expression');
  }
  const { valid, fields, errors } = validateDetailed(expression);
  if (!valid || fields === undefined) throw wrongSchedule(expression, errors[0]?.message ?? 'no cron expression');
  const [second, minute, hour] = [fields.second, fields.minute, fields.hour].map(ascending);
  // Never started: it answers which instants match, and in UTC every instant exists once.
  const task = createTask(expression, () => undefined, { timezone: 'UTC' });
  // Else it stays in a list of all tasks.
  task.destroy();
  return {
    seconds: second!,
    minutes: minute!,
    hours: hour!,
    isDay: (year, month, day) => task.match(new Date(Date.UTC(year, month - 1, day, hour![0], minute![0], second![0]))),
  };
}

function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function wrongSchedule(expression: string, why: string): UpdateError {
  const shown = JSON.stringify(expression.slice(0, MAX_EXPRESSION));
  return new UpdateError('UPDATE_OPTION', `every: expected ${SCHEDULE_EXAMPLES}; got ${shown}: ${why}`);
}
