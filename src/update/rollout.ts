/**
 * Staged roll-out: machines take a release one after the other over some hours, so that a bad one is noticed while few have it.
 *
 * Each machine's turn follows from its ID and the pattern number alone. Another number shuffles the order: no machine is always the first to try.
 * A roll-out is a courtesy and never a lock: what cannot be read counts as "at once".
 */
import type { Rollout } from './repository.ts';
import { placeOf } from './spread.ts';

/** No signed mistake holds a release back for longer than this after its start. */
export const MAX_ROLLOUT_HOURS = 720;
/** Who chose this channel asked for releases before all others. */
export const CANARY_CHANNEL = 'canary';
const HOUR_MS = 3_600_000;
const AT_ONCE = new Date(0).toISOString();

/**
 * Whether this machine takes the release now. Once true for a time, it is true for every later one.
 *
 * @param channel  that this machine follows
 */
export function isTurn(
  rollout: Rollout | undefined,
  machineId: string,
  number: number,
  nowMs: number,
  channel?: string,
): boolean {
  if (rollout === undefined || channel === CANARY_CHANNEL) return true;
  return nowMs >= Date.parse(turnAt(rollout, machineId, number));
}

/** @returns ISO 8601, UTC: when the turn comes, between the start of the roll-out and its end */
export function turnAt(rollout: Rollout, machineId: string, number: number): string {
  const startMs = Date.parse(rollout.start);
  const { hours } = rollout;
  if (!Number.isFinite(startMs) || !(hours >= 0)) return AT_ONCE;
  const turn = new Date(startMs + bucketOf(machineId, number) * Math.min(hours, MAX_ROLLOUT_HOURS) * HOUR_MS);
  return Number.isFinite(turn.getTime()) ? turn.toISOString() : AT_ONCE;
}

/** @returns 0 ≤ bucket < 1: the share of the fleet that comes before this machine */
export function bucketOf(machineId: string, number: number): number {
  return placeOf(machineId, `rollout ${number}`);
}
