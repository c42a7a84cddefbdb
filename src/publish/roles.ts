/**
 * Who signs what, for how long, with how many keys.
 *
 * Root and targets are held by a person: their keys are encrypted and are needed a few times a year. The others sign by themselves, from cron: their
 * short lifetimes are what makes a silent publisher an alarm at every consumer.
 */
import { PATTERNS_ROLE } from '../update/repository.ts';

export const ROLES = ['root', 'targets', PATTERNS_ROLE, 'snapshot', 'timestamp'] as const;
export type RoleName = (typeof ROLES)[number];

const DAY_MS = 86_400_000;

export interface RoleTerms {
  /** From signing to expiry. */
  readonly lifetimeMs: number;
  /** `refresh` signs again when less than this is left. */
  readonly renewMs: number;
  readonly keys: number;
  readonly threshold: number;
  /** A person holds the keys; they are encrypted. */
  readonly offline: boolean;
}

export const TERMS: Readonly<Record<RoleName, RoleTerms>> = {
  root: { lifetimeMs: 365 * DAY_MS, renewMs: 90 * DAY_MS, keys: 3, threshold: 2, offline: true },
  targets: { lifetimeMs: 90 * DAY_MS, renewMs: 30 * DAY_MS, keys: 1, threshold: 1, offline: true },
  patterns: { lifetimeMs: 14 * DAY_MS, renewMs: 7 * DAY_MS, keys: 1, threshold: 1, offline: false },
  snapshot: { lifetimeMs: 7 * DAY_MS, renewMs: 3.5 * DAY_MS, keys: 1, threshold: 1, offline: false },
  timestamp: { lifetimeMs: 2 * DAY_MS, renewMs: Number.POSITIVE_INFINITY, keys: 1, threshold: 1, offline: false },
};

/** @returns when what is signed now is over: ISO 8601, UTC, to the second, as TUF wants it */
export function expiryOf(role: RoleName, now: Date): string {
  return isoSeconds(new Date(now.getTime() + TERMS[role].lifetimeMs));
}

/** When it was signed, told from its expiry. */
export function signedAtMs(role: RoleName, expires: string): number {
  return Date.parse(expires) - TERMS[role].lifetimeMs;
}

export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
