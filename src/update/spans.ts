/** Spans of time in words, for notices and the health line. */

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Unit → below how many milliseconds the one before it is used: nobody counts 36 hours as 1 day. */
const UNITS: readonly (readonly [name: string, ms: number, fromMs: number])[] = [
  ['day', DAY_MS, 2 * DAY_MS],
  ['hour', HOUR_MS, 2 * HOUR_MS],
  ['minute', MINUTE_MS, 2 * MINUTE_MS],
];

/** `3 days`, `36 hours`, `1 second`. Rounded down, so that "7 days" never means less. */
export function spanText(ms: number): string {
  const span = Math.abs(ms);
  const [name, unitMs] = UNITS.find(([, , fromMs]) => span >= fromMs) ?? (['second', SECOND_MS] as const);
  const count = Math.floor(span / unitMs);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

export function daysText(days: number): string {
  return `${days} day${days === 1 ? '' : 's'}`;
}
