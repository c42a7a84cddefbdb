/** When the next attempt is: by the plan, sooner after a failure or by a wish, later when a server asks for it. Pure. */
import type { UpdateOutcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './spans.ts';

/** What an attempt knows about the next one; ISO 8601. */
export interface Wish {
  /** A server asked not to be asked again before; believed for a day at most. */
  readonly notBefore?: string | undefined;
  /** There will be something to do then: this machine's turn in a roll-out, the end of a hold. */
  readonly again?: string | undefined;
}

export interface Standing {
  readonly nowMs: number;
  /** When the last attempt began; undefined: there was none. */
  readonly lastStartMs: number | undefined;
  /** Failed attempts in a row. */
  readonly failures: number;
  /** Of the last attempt. */
  readonly wish: Wish | undefined;
  /** 0 ≤ … < 1 */
  random(): number;
}

const FIRST_RETRY_MS = MINUTE_MS;
const LAST_RETRY_MS = HOUR_MS;
/** No server silences a machine for longer. */
const MAX_NOT_BEFORE_MS = DAY_MS;
/** Missed checks of a whole data centre are not made up in the same second. */
const CATCH_UP_MS = MINUTE_MS;
/** So that a wish for now is no loop without a pause. */
const MIN_PAUSE_MS = MINUTE_MS;

/** What follows from an update that did not fail. */
export function wishAfter(outcome: UpdateOutcome): Wish | undefined {
  if (outcome.kind !== 'waiting') return undefined;
  switch (outcome.reason) {
    case 'rollout':
    case 'held':
      return { again: outcome.until };
    case 'retry-after':
      return { notBefore: outcome.until };
    case 'pinned':
    case 'check-only':
      return undefined;
  }
}

/** What follows from one that failed: an error may carry `retryAfterMs`, which a server sent. */
export function wishAfterError(error: unknown, nowMs: number): Wish | undefined {
  const afterMs = (error as { retryAfterMs?: unknown } | null | undefined)?.retryAfterMs;
  if (typeof afterMs !== 'number' || !(afterMs >= 0)) return undefined;
  return { notBefore: new Date(nowMs + Math.min(afterMs, MAX_NOT_BEFORE_MS)).toISOString() };
}

/** @returns milliseconds since 1970, not before now */
export function nextAttempt(plan: Plan, standing: Standing): number {
  const { nowMs, random } = standing;
  const soonestMs = notBefore(standing);
  const dueMs = Math.max(nowMs, wished(regular(plan, standing), standing));
  return dueMs >= soonestMs ? dueMs : soonestMs + random() * CATCH_UP_MS;
}

function regular(plan: Plan, standing: Standing): number {
  const { nowMs, failures, random } = standing;
  const lastStartMs = believed(standing);
  if (lastStartMs === undefined) return nowMs;
  if (failures > 0) return afterFailure(plan, lastStartMs, standing);
  const missedMs = plan.next(lastStartMs + plan.earlyMs);
  if (missedMs <= nowMs) return nowMs + random() * Math.min(CATCH_UP_MS, (plan.next(missedMs) - missedMs) / 4);
  return planned(plan, Math.max(nowMs, lastStartMs + plan.earlyMs), random);
}

/** A start in the future was written with a wrong clock, and says nothing. */
function believed({ nowMs, lastStartMs }: Standing): number | undefined {
  return lastStartMs !== undefined && lastStartMs <= nowMs ? lastStartMs : undefined;
}

/** 1, 2, 4 … 60 minutes, halved or half as much again by chance; the regular time when that comes first and not much sooner than half of it. */
function afterFailure(plan: Plan, lastStartMs: number, { nowMs, failures, random }: Standing): number {
  const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 30), LAST_RETRY_MS) * (0.5 + random());
  const regularMs = planned(plan, Math.max(nowMs + pauseMs / 2, lastStartMs + plan.earlyMs), random);
  return Math.min(nowMs + pauseMs, regularMs);
}

function planned(plan: Plan, afterMs: number, random: () => number): number {
  const timeMs = plan.next(afterMs);
  return timeMs + plan.jitterMs(timeMs, random());
}

function wished(dueMs: number, { nowMs, wish }: Standing): number {
  const againMs = Date.parse(wish?.again ?? '');
  return Number.isFinite(againMs) ? Math.min(dueMs, Math.max(againMs, nowMs + MIN_PAUSE_MS)) : dueMs;
}

function notBefore({ nowMs, wish }: Standing): number {
  const soonestMs = Date.parse(wish?.notBefore ?? '');
  return Number.isFinite(soonestMs) ? Math.min(soonestMs, nowMs + MAX_NOT_BEFORE_MS) : nowMs;
}
