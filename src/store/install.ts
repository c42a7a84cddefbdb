/**
 * A staged pattern becomes the active one.
 *
 * ```
 * staged, tried ─► manifest, sync ─► rename the directory in, sync ─► state.json, sync ─► prune
 *         readers use the old one ──────────────────────────────────┘└── the new one
 * ```
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncDirectory, syncFile, writeDurably } from '../files/durable.ts';
import { type StoreContext, saveState, timeOf } from './change.ts';
import { StoreError } from './errors.ts';
import { type Kept, readKept, readQuarantineDigest } from './kept.ts';
import { IN_USE_LOCK, MANIFEST, patternDirectory } from './layout.ts';
import { encodeManifest, isQuarantined, MAX_DETAIL_LENGTH, MAX_QUARANTINE } from './manifest.ts';
import { readPatternHead } from './pattern-head.ts';
import { pruneStore } from './prune.ts';
import { readState } from './read.ts';
import { removePattern } from './removal.ts';
import type { Staging } from './stage.ts';
import type { TrialReport } from './staging.ts';
import { isHeld, isMarkedBad, type PatternProof, type StoreState } from './state.ts';
import { contentProblem } from './verify.ts';
import type { KeptPattern, QuarantinedSignature } from './view.ts';

export interface InstallReport {
  readonly pattern: KeptPattern;
  /** Numbers that were rotated out, ascending. */
  readonly pruned: readonly number[];
}

/** Under the store's lock. @throws {StoreError} and what the file system throws */
export function installStaged(
  context: StoreContext,
  state: StoreState,
  staging: Staging,
  trial: TrialReport,
): InstallReport {
  const { number } = staging;
  const present = readKept(context.store, number, state.active ?? undefined);
  mustNotBeReused(present, staging);
  const isActive = state.active?.number === number;
  if (!isActive) mustBeWanted(state, number, context.now());
  const isThere = present.state === 'whole' && contentProblem(present) === undefined;
  if (isActive && isThere) return { pattern: present.pattern!, pruned: [] };
  const isSame = isThere && isSameQuarantine(present.pattern!.quarantine, trial.quarantine);
  const next = isSame ? goTo(context, state, present.pattern!) : moveIn(context, state, staging, trial);
  const { pattern } = readKept(context.store, number, next.active ?? undefined);
  return { pattern: pattern!, pruned: pruneQuietly(context, next) };
}

/** A number means one content for ever: caches, deltas and people rely on it. */
function mustNotBeReused({ number, pattern }: Kept, { header }: Staging): void {
  if (pattern === undefined || pattern.contentDigest === header.contentDigest) return;
  throw new StoreError(
    'STORE_NUMBER_REUSED',
    `pattern ${number}: expected the content ${pattern.contentDigest} that it has in the store, got ${header.contentDigest}; a number is never used twice`,
  );
}

/** Whoever asked has looked already; between that look and the lock things may have changed. */
function mustBeWanted(state: StoreState, number: number, nowMs: number): void {
  const active = state.active?.number;
  if (isMarkedBad(state, number)) {
    const { reason, at } = state.bad.find((mark) => mark.number === number)!;
    throw new StoreError(
      'STORE_MARKED_BAD',
      `pattern ${number}: marked as bad at ${at}: ${reason}; only a higher number comes by itself`,
    );
  }
  if (state.pinned !== null) {
    throw new StoreError('STORE_PINNED', `pattern ${number}: not installed, since ${state.pinned} is pinned`);
  }
  if (isHeld(state, nowMs)) {
    const until = state.hold?.until ?? 'somebody ends it';
    throw new StoreError('STORE_HELD', `pattern ${number}: not installed, since updates are on hold until ${until}`);
  }
  if (active !== undefined && number < active) {
    throw new StoreError(
      'STORE_NOT_NEWER',
      `pattern ${number}: expected a higher number than ${active}, the active one`,
    );
  }
}

function isSameQuarantine(one: readonly QuarantinedSignature[], other: readonly QuarantinedSignature[]): boolean {
  const names = (list: readonly QuarantinedSignature[]): string => JSON.stringify(list.map(({ name }) => name).sort());
  return names(one) === names(other);
}

/** It is there already, put there by a run that was killed a moment too early, or left for another one. */
function goTo(
  context: StoreContext,
  state: StoreState,
  { path, number, bytes, contentDigest }: KeptPattern,
): StoreState {
  const proof = { number, bytes, contentDigest, quarantineDigest: readQuarantineDigest(dirname(path)) };
  const next = withActive(context, state, proof);
  saveState(context, next);
  return next;
}

function moveIn(context: StoreContext, state: StoreState, staging: Staging, trial: TrialReport): StoreState {
  const { store, files } = context;
  const proof = complete(context, staging, trial);
  const place = patternDirectory(store, staging.number);
  // What is there is damaged, or was tried with another result.
  if (existsSync(place)) removePattern(store, staging.number, files);
  files.rename(staging.directory, place);
  try {
    syncDirectory(store, files);
    syncDirectory(staging.around, files);
    const next = withActive(context, state, proof);
    saveState(context, next);
    return next;
  } catch (error) {
    moveOut(context, staging, place);
    throw error;
  }
}

/** Nothing came of it: the pattern is staged as it was, and can be tried again. */
function moveOut({ store, files }: StoreContext, staging: Staging, place: string): void {
  if (readState(store).state?.active?.number === staging.number) return;
  try {
    files.rename(place, staging.directory);
  } catch {
    // Then it stays, kept and not active.
  }
}

/** The directory as it will be for ever, every byte and name of it on the disk. */
function complete(context: StoreContext, staging: Staging, trial: TrialReport): PatternProof {
  const { files } = context;
  const { number, header, bytes, directory, fileDigest } = staging;
  const head = readPatternHead(staging.path);
  if (head?.contentDigest !== header.contentDigest || head.bytes !== bytes) {
    throw new StoreError('STORE_STAGING', `${staging.path}: expected the pattern file that was staged`);
  }
  const quarantine = quarantineOf(staging, trial);
  if (quarantine.length > 0) {
    files.setMode(staging.quarantinePath, 0o644);
    syncFile(staging.quarantinePath, files);
  }
  const proof = {
    number,
    bytes,
    contentDigest: header.contentDigest,
    quarantineDigest: readQuarantineDigest(directory),
  };
  const { signatures, samples, compileMs, elapsedMs } = trial;
  const manifest = {
    ...proof,
    fileDigest,
    installed: timeOf(context),
    signatures,
    quarantine,
    trial: { samples, compileMs, elapsedMs },
  };
  writeDurably(join(directory, IN_USE_LOCK), new Uint8Array(), undefined, files);
  writeDurably(join(directory, MANIFEST), encodeManifest(manifest), undefined, files);
  syncDirectory(staging.around, files);
  return proof;
}

function quarantineOf({ number, quarantinePath }: Staging, trial: TrialReport): readonly QuarantinedSignature[] {
  const { quarantine } = trial;
  const wrong = (what: string): StoreError =>
    new StoreError('STORE_STAGING', `pattern ${number}: the report of its trial: expected ${what}`);
  if (quarantine.length > MAX_QUARANTINE) {
    throw wrong(`at most ${MAX_QUARANTINE} signatures set aside, got ${quarantine.length}`);
  }
  if (quarantine.length > 0 !== existsSync(quarantinePath)) {
    const list = `${quarantinePath} to be there if and only if signatures are set aside`;
    throw wrong(`${list}, got ${quarantine.length} signatures`);
  }
  const short = quarantine.map(({ name, reason, detail }) => ({
    name,
    reason,
    detail: detail.slice(0, MAX_DETAIL_LENGTH),
  }));
  if (!short.every(isQuarantined)) throw wrong('a name, a reason and a detail of each signature');
  return short;
}

function withActive(context: StoreContext, state: StoreState, proof: PatternProof): StoreState {
  // Repaired in its place.
  if (state.active?.number === proof.number) return { ...state, active: proof };
  return { ...state, active: proof, activeSince: timeOf(context), previous: state.active?.number ?? state.previous };
}

/** The new pattern is active by now; that an old one could not be removed does not change it. */
function pruneQuietly(context: StoreContext, state: StoreState): readonly number[] {
  try {
    return pruneStore(context, state, state.keep);
  } catch {
    return [];
  }
}
