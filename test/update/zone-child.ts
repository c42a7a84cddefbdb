/**
 * Run with TZ in the environment: walks the years minute by minute of the schedule, and prints what it finds wrong, one sentence a line, then the counts.
 *
 * What a wall clock shows is asked of Intl, and not of the Date methods that the schedule uses.
 */
import { planOf } from '../../src/update/schedule.ts';

const FROM = Date.UTC(2024, 0, 1, 12);
const TO = Date.UTC(2031, 0, 1, 12);
const HOUR_MS = 3_600_000;
const zone = process.env.TZ!;
const format = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  dateStyle: 'short',
  timeStyle: 'medium',
  hourCycle: 'h23',
});
const wrong = new Set<string>();
const complain = (what: string, at: number): void => {
  if (wrong.size < 20) wrong.add(`${what} at ${new Date(at).toISOString()}, ${format.format(at)}`);
};
const wall = (ms: number): { date: string; time: string } => {
  const [date, time] = format.format(ms).split(', ');
  return { date: date!, time: time! };
};
const times = (every: string, machineId: string, from = FROM, to = TO): number[] => {
  const { next } = planOf({ every, machineId });
  const found: number[] = [];
  for (let at = next(from); at < to; at = next(at)) {
    if (at <= (found.at(-1) ?? from)) complain(`${every}: no step forward`, at);
    found.push(at);
  }
  return found;
};
/** Instants at which the offset of the zone changes. */
function changes(): number[] {
  const offset = (ms: number): number => new Date(ms).getTimezoneOffset();
  const found: number[] = [];
  for (let at = FROM; at < TO; at += HOUR_MS / 2)
    if (offset(at) !== offset(at + HOUR_MS / 2)) found.push(at + HOUR_MS / 2);
  return found;
}

function checkDaily(): number {
  let count = 0;
  for (let machine = 0; machine < 12; machine++) {
    const all = times('daily', `machine ${machine}`);
    const dates = new Set(all.map((at) => wall(at).date));
    if (dates.size !== all.length)
      complain(`daily: expected one a day, got ${all.length} on ${dates.size} days`, all[0]!);
    all.forEach((at, index) => {
      const { time } = wall(at);
      // Up to 06:00, and Troll's 07:00, where a change leaves out the hour itself.
      const isMoved = changed.some((change) => Math.abs(change - at) <= 2 * HOUR_MS);
      if (time < '03:00' || time >= (isMoved ? '07:00' : '05:00')) complain('daily: expected 03:00 to 05:00', at);
      const pause = at - (all[index - 1] ?? at - 24 * HOUR_MS);
      if (pause < 22 * HOUR_MS || pause > 26 * HOUR_MS) complain(`daily: pause of ${pause / HOUR_MS} h`, at);
    });
    count += all.length;
  }
  return count;
}

function checkHourly(): number {
  const all = times('hourly', 'machine');
  all.forEach((at, index) => {
    if (index > 0 && at - all[index - 1]! !== HOUR_MS) complain('hourly: expected an hour between', at);
  });
  return all.length;
}

/** Around each change; quarters of an hour against a walk over every minute of a naive clock. */
function checkCron(): number {
  let count = 0;
  for (const change of changed) {
    const [from, to] = [change - 36 * HOUR_MS, change + 36 * HOUR_MS];
    const quarters = times('0 */15 * * * *', 'm', from, to);
    const naive: number[] = [];
    for (let at = from + 60_000; at < to; at += 60_000) if (/:(00|15|30|45):00$/.test(wall(at).time)) naive.push(at);
    if (quarters.join() !== naive.join())
      complain(`*/15: expected ${naive.length} times, got ${quarters.length}`, change);
    for (let minute = 0; minute < 24 * 60; minute += 30) {
      const expression = `0 ${minute % 60} ${Math.floor(minute / 60)} * * *`;
      const dates = times(expression, 'm', from, to).map((at) => wall(at).date);
      const isDaily = new Set(dates).size === dates.length && dates.includes(wall(change).date);
      if (!isDaily) complain(`${expression}: expected each day once, got ${dates.join(' ')}`, change);
      count += dates.length;
    }
    count += quarters.length;
  }
  return count;
}

const changed = changes();
const counts = { changes: changed.length, daily: checkDaily(), hourly: checkHourly(), cron: checkCron() };
for (const sentence of wrong) console.log(sentence);
console.log(JSON.stringify(counts));
