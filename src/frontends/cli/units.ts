/**
 * Numbers for people. What programs read (`--json`) has plain numbers instead.
 */

const MEGABYTE = 1_000_000;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CLOCK_TOLERANCE_MS = 5 * MINUTE_MS;

/** `1,234,567`: the same in every locale, since people paste it into reports. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 file`, `2 files`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

/** The number itself; signature sources have none, which is 0. */
export function formatPatternNumber(number: number): string {
  return number === 0 ? 'none' : String(number);
}

/** `12 B`, `3.4 kB`, `128.0 MB`: powers of 1000, as MB/s needs them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes / 1000;
  let unit = 0;
  // 999.95 would be printed as 1000.0.
  for (; value >= 999.95 && unit < units.length - 1; unit++) value /= 1000;
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `40.0 MB/s`, or undefined for a run too short to say. */
export function formatRate(bytes: number, elapsedMs: number): string | undefined {
  return elapsedMs < 1 ? undefined : `${(bytes / MEGABYTE / (elapsedMs / SECOND_MS)).toFixed(1)} MB/s`;
}

/** `0.12 s`, `3.2 s`, `2 min 5 s`, `1 h 2 min`. */
export function formatDuration(ms: number): string {
  if (ms < 10 * SECOND_MS) return `${(ms / SECOND_MS).toFixed(2)} s`;
  // 59.95 s would be printed as 60.0 s.
  if (ms < MINUTE_MS - 50) return `${(ms / SECOND_MS).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`;
}

/** `0:42`, `12:05`, `1:02:03`: time that is left. */
export function formatClock(ms: number): string {
  const seconds = Math.round(ms / SECOND_MS);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** `3 days`, `5 hours`, `7 seconds`: how long ago that was; undefined when it lies ahead, that is when a clock is wrong. */
export function formatAge(released: string, now: number): string | undefined {
  const ageMs = now - Date.parse(released);
  if (!(ageMs > -CLOCK_TOLERANCE_MS)) return undefined;
  if (ageMs < MINUTE_MS) return plural(Math.max(0, Math.floor(ageMs / SECOND_MS)), 'second');
  if (ageMs < HOUR_MS) return plural(Math.floor(ageMs / MINUTE_MS), 'minute');
  if (ageMs < 2 * DAY_MS) return plural(Math.floor(ageMs / HOUR_MS), 'hour');
  return plural(Math.floor(ageMs / DAY_MS), 'day');
}

/** `2026-02-03 04:05 UTC`. */
export function formatInstant(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
