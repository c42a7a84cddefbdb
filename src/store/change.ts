/** One change of a store: locked, from the state that is there to the next one. */
import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DurableFiles, writeDurably } from '../files/durable.ts';
import { lockHolder, makeLockFile, takeLock } from '../files/lock.ts';
import { StoreError, storeErrorOf } from './errors.ts';
import { readQuarantineDigest } from './kept.ts';
import { STATE, STATE_COPY, STORE_LOCK } from './layout.ts';
import { newestUsable, readState } from './read.ts';
import { sweep } from './removal.ts';
import { EMPTY_STATE, encodeState, type PatternProof, type StoreState } from './state.ts';
import type { KeptPattern } from './view.ts';

export interface StoreContext {
  /** Absolute, without links. */
  readonly store: string;
  readonly files: DurableFiles;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly lockTimeoutMs: number;
  /** Old patterns to keep, whatever the state says; undefined: what it says. */
  readonly keep: number | undefined;
}

/**
 * Runs a change under the store's lock. What an earlier one left behind is removed first.
 *
 * @param change gets the state as it is; what it does must be repeatable until `saveState` and harmless after it
 * @throws {StoreError} `STORE_LOCKED`, `STORE_READ_ONLY`, `STORE_DISK_FULL`, `STORE_FILES`, and those of the change
 */
export function changeStore<T>(context: StoreContext, change: (state: StoreState) => T): T {
  const release = lockStore(context);
  try {
    sweep(context.store, context.files);
    return change(loadState(context));
  } catch (error) {
    throw storeErrorOf(context.store, error);
  } finally {
    release();
  }
}

function lockStore({ store, lockTimeoutMs }: StoreContext): () => void {
  const lock = join(store, STORE_LOCK);
  try {
    makeLockFile(lock);
    accessSync(lock, constants.W_OK);
  } catch (error) {
    throw storeErrorOf(store, error);
  }
  const release = takeLock(lock, lockTimeoutMs);
  if (release) return release;
  const holder = lockHolder(lock);
  const who = holder ? `process ${holder.process} (${holder.command}) has it` : 'another process has it';
  throw new StoreError(
    'STORE_LOCKED',
    `${lock}: expected to get it within ${lockTimeoutMs} ms, and ${who}; a change takes a moment, so try again, or end that process`,
  );
}

/** The state to go on from. Where it is lost, what a reader uses becomes it. */
function loadState({ store, keep }: StoreContext): StoreState {
  const { state } = readState(store);
  const loaded = state ?? stateOfReaders(store);
  return keep === undefined ? loaded : { ...loaded, keep };
}

function stateOfReaders(store: string): StoreState {
  const pattern = newestUsable(store, undefined)?.pattern;
  return pattern ? { ...EMPTY_STATE, active: proofOf(pattern), activeSince: pattern.installed } : EMPTY_STATE;
}

/**
 * The point of no return: readers go by the new state as soon as it is renamed.
 *
 * The copy goes first: a full disk that has no room for it then stops the change before anything came of it. @throws what the file system throws
 */
export function saveState({ store, files }: StoreContext, state: StoreState): void {
  const bytes = encodeState(state);
  writeDurably(join(store, STATE_COPY), bytes, undefined, files);
  writeDurably(join(store, STATE), bytes, undefined, files);
}

export function proofOf({ path, number, bytes, contentDigest }: KeptPattern): PatternProof {
  return { number, bytes, contentDigest, quarantineDigest: readQuarantineDigest(dirname(path)) };
}

export function timeOf({ now }: StoreContext): string {
  return new Date(now()).toISOString();
}
