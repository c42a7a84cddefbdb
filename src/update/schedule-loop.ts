/**
 * Runs an update at each time of a plan, whatever the clock, the machine and the updates do.
 *
 * ```
 * while not aborted: when is the next? → tell → wait for it → update → remember how it went
 * ```
 * One at a time, since the loop waits for each. Waiting looks at the clock twice a minute in place of one long timer: timers stand still while a machine sleeps, and
 * know nothing of a clock that is set.
 */
import { nextAttempt, type Wish, wishAfterError } from './attempts.ts';
import type { Plan } from './plan.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './spans.ts';

export interface ScheduleOptions {
  /** When the last check was, by hand or by schedule; undefined: never, so that the first comes at once. */
  readonly lastCheck?: Date | undefined;
  /** That one failed: it is tried again soon, and not at the next regular time. */
  readonly lastFailed?: boolean | undefined;
  /** Rejects when it failed; `retryAfterMs` of the error says how long to leave the server alone. The signal ends it early; it should settle soon then. */
  readonly update: (signal: AbortSignal) => Promise<void> | Promise<Wish | undefined>;
  /** Told each time anew when the next check is planned, and again when the clock was set. */
  readonly onNext?: ((at: Date) => void) | undefined;
  /** A failed update; how many in a row. */
  readonly onFailure?: ((error: unknown, failures: number) => void) | undefined;
  readonly signal: AbortSignal;
  readonly clock?: ScheduleClock | undefined;
}

export interface ScheduleClock {
  /** Milliseconds since 1970; may jump either way. */
  now(): number;
  /** Resolves after that time, or as soon as the signal is aborted; never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** 0 ≤ … < 1 */
  random(): number;
}

/** How often the clock is looked at. */
const TICK_MS = 30 * SECOND_MS;
/** A clock that goes back by more was set: what was planned may be far away now. */
const SET_BACK_MS = MINUTE_MS;
/** Later than this after its time, the machine slept or its clock was set forward. */
const LATE_MS = 2 * MINUTE_MS;
/** After waking, the network needs a moment, and so do servers when a thousand machines start to work at nine. */
const SETTLE_MIN_MS = 10 * SECOND_MS;
const SETTLE_MAX_MS = MINUTE_MS;
/** No update takes so long; one that hangs must not be the last. */
export const UPDATE_LIMIT_MS = 4 * HOUR_MS;

export async function followPlan(plan: Plan, options: ScheduleOptions): Promise<void> {
  const { signal, clock = SYSTEM_CLOCK } = options;
  let lastStartMs = options.lastCheck?.getTime();
  let wish: Wish | undefined;
  let failures = options.lastFailed ? 1 : 0;
  while (!signal.aborted) {
    const dueMs = nextAttempt(plan, { nowMs: clock.now(), lastStartMs, failures, wish, random: clock.random });
    quietly(() => options.onNext?.(new Date(dueMs)));
    if (!(await waitUntil(dueMs, clock, signal))) continue;
    lastStartMs = clock.now();
    try {
      wish = (await runOnce(options)) ?? undefined;
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      wish = wishAfterError(error, clock.now());
      failures++;
      quietly(() => options.onFailure?.(error, failures));
    }
  }
}

/** @returns whether the time has come; else the signal was aborted, or the clock was set back and it must be planned anew */
async function waitUntil(dueMs: number, clock: ScheduleClock, signal: AbortSignal): Promise<boolean> {
  let nowMs = clock.now();
  while (nowMs < dueMs) {
    await clock.wait(Math.min(dueMs - nowMs, TICK_MS), signal);
    if (signal.aborted) return false;
    const before = nowMs;
    nowMs = clock.now();
    if (nowMs < before - SET_BACK_MS) return false;
  }
  if (nowMs - dueMs > LATE_MS) {
    await clock.wait(SETTLE_MIN_MS + clock.random() * (SETTLE_MAX_MS - SETTLE_MIN_MS), signal);
  }
  return !signal.aborted;
}

/** Its own signal, aborted with the caller's or when the update takes far too long. */
async function runOnce({ update, signal }: ScheduleOptions): Promise<Wish | undefined> {
  const own = new AbortController();
  const relay = (): void => own.abort(signal.reason);
  signal.addEventListener('abort', relay, { once: true });
  const limit = setTimeout(() => own.abort(), UPDATE_LIMIT_MS);
  try {
    return (await update(own.signal)) ?? undefined;
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', relay);
  }
}

/** A full disk under `update.json` must not end the updates. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // Whoever is told has a way of its own to complain.
  }
}

export const SYSTEM_CLOCK: ScheduleClock = {
  now: Date.now,
  random: Math.random,
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    }),
};
