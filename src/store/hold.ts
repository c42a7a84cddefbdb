/**
 * Patterns in use are not rotated out: who has one open holds a lock in its directory.
 *
 * The lock is an SQLite database that its installer made empty: readers have it SHARED, which takes no right to write, whoever prunes tries to have it EXCLUSIVE, and the
 * system gives it back when its holder dies. *Limits*: who may read a store can keep a pattern in it for as long as he likes.
 */
import { join, resolve } from 'node:path';
import { takeLock, takeSharedLock } from '../files/lock.ts';
import { IN_USE_LOCK, patternDirectory, patternPath } from './layout.ts';
import { lookAt } from './small-file.ts';

/** Whoever prunes has the lock for as long as a rename takes. */
const TIMEOUT_MS = 1000;

/**
 * Marks a pattern as in use until the result is called or this process ends.
 *
 * @returns undefined when that is impossible: it is not there (any more), or this user may not read the store
 */
export function holdPattern(directory: string, number: number): (() => void) | undefined {
  const kept = patternDirectory(resolve(directory), number);
  const release = takeSharedLock(join(kept, IN_USE_LOCK), TIMEOUT_MS);
  if (!release) return undefined;
  // It may have been moved out between the look for it and the lock.
  if (lookAt(patternPath(kept, number))) return release;
  release();
  return undefined;
}

/** @returns what lets others use it again; undefined when somebody does use it */
export function claimPattern(store: string, number: number): (() => void) | undefined {
  const lock = join(patternDirectory(store, number), IN_USE_LOCK);
  // Not made here: without the file nobody can hold it.
  return lookAt(lock) ? takeLock(lock, 0) : () => {};
}
