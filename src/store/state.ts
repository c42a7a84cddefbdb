/**
 * `state.json`: which pattern is active, and what keeps or forbids others. Pure: bytes ↔ values.
 *
 * Of the active pattern it holds what tells whether the directory is whole, so that a scan need not read the manifest to start.
 */
import { isCount, isDigest, isFields, isListOf, isOrNull, isText, isTime } from './fields.ts';
import { isPatternNumber } from './numbers.ts';
import { seal, unseal } from './sealed.ts';
import type { BadPattern } from './view.ts';

/** What proves that a number's directory is what was installed. */
export interface PatternProof {
  readonly number: number;
  /** Bytes of the `.npf`. */
  readonly bytes: number;
  readonly contentDigest: string;
  /** Of `quarantine.ign2`; null when there must be none. */
  readonly quarantineDigest: string | null;
}

export interface StoreState {
  readonly active: PatternProof | null;
  readonly activeSince: string | null;
  readonly previous: number | null;
  readonly pinned: number | null;
  readonly hold: { readonly since: string; readonly until: string | null } | null;
  /** Ascending by number. */
  readonly bad: readonly BadPattern[];
  readonly keep: number;
}

const FORMAT = 1;
export const DEFAULT_KEEP = 3;
export const MAX_KEEP = 1000;
/** Marks that are remembered; of more, those of the highest numbers: lower ones do not come back by themselves. */
export const MAX_BAD = 100;
export const MAX_REASON_LENGTH = 1000;
/** Of a state.json; a hundred of the longest reasons stay below. */
export const MAX_STATE_BYTES = 1 << 20;

export const EMPTY_STATE: StoreState = {
  active: null,
  activeSince: null,
  previous: null,
  pinned: null,
  hold: null,
  bad: [],
  keep: DEFAULT_KEEP,
};

export function encodeState(state: StoreState): Buffer {
  return seal({ format: FORMAT, ...state });
}

/** @returns undefined when it is damaged, or of a format that this version does not know */
export function decodeState(bytes: Buffer): StoreState | undefined {
  const value = unseal(bytes);
  if (!isFields(value) || value.format !== FORMAT) return undefined;
  const { active, activeSince, previous, pinned, hold, bad, keep } = value;
  if (!isOrNull(active, isProof) || !isOrNull(activeSince, isTime)) return undefined;
  if (!isOrNull(previous, isPatternNumber) || !isOrNull(pinned, isPatternNumber)) return undefined;
  if (!isOrNull(hold, isHold) || !isListOf(bad, isBad, MAX_BAD) || !isKeep(keep)) return undefined;
  return { active, activeSince, previous, pinned, hold, bad, keep };
}

/** Old patterns beside the active one. */
export function isKeep(value: unknown): value is number {
  return isCount(value) && value >= 1 && value <= MAX_KEEP;
}

function isProof(value: unknown): value is PatternProof {
  if (!isFields(value)) return false;
  const { number, bytes, contentDigest, quarantineDigest } = value;
  return isPatternNumber(number) && isCount(bytes) && isDigest(contentDigest) && isOrNull(quarantineDigest, isDigest);
}

function isHold(value: unknown): value is NonNullable<StoreState['hold']> {
  return isFields(value) && isTime(value.since) && isOrNull(value.until, isTime);
}

function isBad(value: unknown): value is BadPattern {
  if (!isFields(value)) return false;
  return isPatternNumber(value.number) && isText(value.reason, MAX_REASON_LENGTH) && isTime(value.at);
}

/** The state with one more bad number, or with another reason for it. */
export function withBad(state: StoreState, mark: BadPattern): StoreState {
  const others = state.bad.filter(({ number }) => number !== mark.number);
  const bad = [...others, mark].sort((a, b) => a.number - b.number).slice(-MAX_BAD);
  return { ...state, bad };
}

export function withoutBad(state: StoreState, number: number): StoreState {
  return { ...state, bad: state.bad.filter((mark) => mark.number !== number) };
}

export function isMarkedBad(state: StoreState, number: number): boolean {
  return state.bad.some((mark) => mark.number === number);
}

/** @param nowMs a hold that was over by then is none */
export function isHeld({ hold }: StoreState, nowMs: number): boolean {
  return hold !== null && (hold.until === null || Date.parse(hold.until) > nowMs);
}
