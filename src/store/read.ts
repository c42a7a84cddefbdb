/**
 * Reads a store, without a lock and without writing: for scans, for health checks, for other users.
 *
 * What a reader sees may change under it, but one step at a time: a number's directory comes and goes by a rename, and state.json is replaced by one.
 *
 * No import of the engine, of semver or of node:sqlite here: `activePattern` is paid by each start of a scan.
 */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Kept, listNumbers, pathsOf, proveKept, readKept } from './kept.ts';
import { patternDirectory, patternPath, QUARANTINE, STATE, STATE_COPY, STORE_LOCK } from './layout.ts';
import { numberOfName } from './numbers.ts';
import { lookAt, readSmallFile } from './small-file.ts';
import { DEFAULT_KEEP, decodeState, isHeld, isMarkedBad, MAX_STATE_BYTES, type StoreState } from './state.ts';
import type { KeptPattern, StoreView } from './view.ts';

/** What a scan needs of the active pattern. */
export interface ActivePattern {
  readonly number: number;
  /** Absolute: the `.npf`, and `quarantine.ign2` when signatures of it were set aside. */
  readonly paths: readonly string[];
  /** SemVer range. Another engine version than that of the updater may read the store: see `fittingPattern`. */
  readonly engineRange: string;
}

/** A store that changes at each look is read as it is. */
const MAX_LOOKS = 8;

/** Whether a store was made in this directory. */
export function isStore(directory: string): boolean {
  return [STATE, STATE_COPY, STORE_LOCK].some((name) => lookAt(join(directory, name))?.isFile() === true);
}

/**
 * What a scan should use now: the active pattern when it is whole, else the newest that is and is not marked as bad.
 *
 * Costs some ten system calls; signatures are not read. Looks the same at a store that is being changed.
 *
 * @returns undefined when nothing was installed or nothing usable is left
 */
export function activePattern(directory: string): ActivePattern | undefined {
  const store = resolve(directory);
  let state = readState(store).state;
  // Twice: the pattern that was active a moment ago may have been rotated out since state.json was read.
  for (let attempt = 0; attempt < 2; attempt++) {
    if (state === undefined) break;
    if (state.active === null) return undefined;
    const head = proveKept(store, state.active);
    if (head) return activeOf(store, head.number, head.engineRange, state.active.quarantineDigest !== null);
    state = readState(store).state;
  }
  const pattern = newestUsable(store, state)?.pattern;
  return pattern && { number: pattern.number, paths: pathsOf(pattern), engineRange: pattern.engineRange };
}

function activeOf(store: string, number: number, engineRange: string, isQuarantined: boolean): ActivePattern {
  const directory = patternDirectory(store, number);
  const path = patternPath(directory, number);
  return { number, paths: isQuarantined ? [path, join(directory, QUARANTINE)] : [path], engineRange };
}

/** @returns undefined when there is no store in this directory, or it cannot be read at all */
export function readStore(directory: string): StoreView | undefined {
  const store = resolve(directory);
  try {
    return isStore(store) ? viewOf(store, Date.now()) : undefined;
  } catch {
    // It went away, or this user may not look into it.
    return undefined;
  }
}

/** @param nowMs a hold that was over by then is not shown @throws what the file system throws */
export function viewOf(store: string, nowMs: number): StoreView {
  const { state, troubles, kept: read } = readAll(store);
  const kept = read.flatMap(({ pattern }) => pattern ?? []);
  const active = chooseActive(read, state);
  return {
    directory: store,
    active,
    activeSince: activeSinceOf(active, state),
    previous: kept.find(({ number }) => number === state?.previous)?.number,
    kept,
    keep: state?.keep ?? DEFAULT_KEEP,
    pinned: state?.pinned ?? undefined,
    hold: state && holdOf(state, nowMs),
    bad: state?.bad ?? [],
    troubles: [
      ...troubles,
      ...read.flatMap(({ problem }) => problem ?? []),
      ...fallbackTroubles(state, active),
      ...strangeNames(store),
      ...accessTroubles(store),
    ],
  };
}

/** Patterns come and go while they are read; what was read around the same state belongs together. */
function readAll(store: string): StateReading & { readonly kept: readonly Kept[] } {
  for (let look = 1; ; look++) {
    const reading = readState(store);
    const { state } = reading;
    const all = listNumbers(store).map((number) => readKept(store, number, state?.active ?? undefined));
    // Without those that were rotated out since they were listed.
    const kept = all.filter(({ number }) => lookAt(patternDirectory(store, number)));
    if (look === MAX_LOOKS || isSameState(readState(store).state, state)) return { ...reading, kept };
  }
}

/** Both were read in the same order of fields. */
function isSameState(one: StoreState | undefined, other: StoreState | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function activeSinceOf(active: KeptPattern | undefined, state: StoreState | undefined): string | undefined {
  return active && active.number === state?.active?.number
    ? (state.activeSince ?? active.installed)
    : active?.installed;
}

/** The rule of `activePattern`, on what was read already. */
function chooseActive(read: readonly Kept[], state: StoreState | undefined): KeptPattern | undefined {
  if (state?.active === null) return undefined;
  const active = read.find(({ number }) => number === state?.active?.number);
  return active?.state === 'whole' ? active.pattern : newestOf(read.toReversed(), state)?.pattern;
}

/** The newest that is whole; where none is, the newest whose pattern file at least is. */
export function newestUsable(store: string, state: StoreState | undefined): Kept | undefined {
  try {
    const numbers = listNumbers(store).toReversed();
    return newestOf(
      numbers.map((number) => readKept(store, number, state?.active ?? undefined)),
      state,
    );
  } catch {
    return undefined;
  }
}

function newestOf(descending: readonly Kept[], state: StoreState | undefined): Kept | undefined {
  const allowed = descending.filter(({ number }) => state === undefined || !isMarkedBad(state, number));
  return allowed.find(({ state }) => state === 'whole') ?? allowed.find(({ state }) => state === 'doubtful');
}

export interface StateReading {
  /** Undefined when it is lost, or nothing was installed yet. */
  readonly state: StoreState | undefined;
  /** One sentence each. */
  readonly troubles: readonly string[];
}

/** state.json, or its copy when it is damaged. */
export function readState(store: string): StateReading {
  const bytes = readSmallFile(join(store, STATE), MAX_STATE_BYTES);
  const state = bytes && decodeState(bytes);
  if (state) return { state, troubles: [] };
  const copyBytes = readSmallFile(join(store, STATE_COPY), MAX_STATE_BYTES);
  const copy = copyBytes && decodeState(copyBytes);
  // Neither was ever there: nothing was installed yet.
  if (bytes === undefined && copyBytes === undefined && !lookAt(join(store, STATE))) return { state, troubles: [] };
  const what = `${join(store, STATE)}: missing or damaged`;
  const cure = 'the next change writes it anew';
  if (copy) return { state: copy, troubles: [`${what}; its copy is used, and ${cure}`] };
  return {
    state: undefined,
    troubles: [
      `${what}, and its copy as well: the newest whole pattern is used; pins, holds and marks are lost; ${cure}`,
    ],
  };
}

function holdOf(state: StoreState, nowMs: number): StoreView['hold'] {
  if (state.hold === null || !isHeld(state, nowMs)) return undefined;
  return { since: state.hold.since, until: state.hold.until ?? undefined };
}

function fallbackTroubles(state: StoreState | undefined, active: KeptPattern | undefined): readonly string[] {
  const number = state?.active?.number;
  if (number === undefined || number === active?.number) return [];
  const instead = active ? `${active.number} is used instead` : 'nothing can be used instead';
  return [`pattern ${number}: it should be active and is damaged or missing; ${instead}`];
}

/** Directories that look like numbers to people. */
function strangeNames(store: string): readonly string[] {
  return readdirSync(store)
    .filter((name) => /^[0-9]+$/.test(name) && numberOfName(name) === undefined)
    .map(
      (name) => `${join(store, name)}: expected a pattern number from 1 to 2^53−1 without leading zeros; not looked at`,
    );
}

function accessTroubles(store: string): readonly string[] {
  return statSync(store).mode & 0o022 ? [`${store}: other users may write in it and decide what is found`] : [];
}
