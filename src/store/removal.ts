/** How directories leave a store: out of sight by one rename, then piece by piece. */
import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DurableFiles, syncDirectory, temporaryFor } from '../files/durable.ts';
import { takeLock } from '../files/lock.ts';
import { DOWNLOADS, INCOMING, patternDirectory, STAGING_LOCK, STATE, STATE_COPY } from './layout.ts';

/** Nothing of ours lies deeper. */
const MAX_DEPTH = 4;

/** @throws what the file system throws */
export function removePattern(store: string, number: number, files: DurableFiles): void {
  const leaving = join(store, INCOMING, `${number}.${randomBytes(8).toString('hex')}`);
  files.rename(patternDirectory(store, number), leaving);
  // Before its files go: after a loss of power there must be no directory with some of them.
  syncDirectory(store, files);
  syncDirectory(join(store, INCOMING), files);
  removeTree(leaving, files);
}

/** Removes what earlier runs left behind when they were killed. What cannot be removed is left to the next run. */
export function sweep(store: string, files: DurableFiles): void {
  const incoming = join(store, INCOMING);
  for (const name of namesIn(incoming)) {
    if (name !== DOWNLOADS) tryTo(() => removeIfAbandoned(join(incoming, name), files));
  }
  for (const name of namesIn(store)) {
    const target = temporaryFor(name);
    if (target === STATE || target === STATE_COPY) tryTo(() => files.unlink(join(store, name)));
  }
}

/** Who stages something holds a lock in its directory; made and taken while the store is locked, as it is now. */
function removeIfAbandoned(path: string, files: DurableFiles): void {
  const lock = join(path, STAGING_LOCK);
  const release = lstatSync(lock, { throwIfNoEntry: false }) ? takeLock(lock, 0) : () => {};
  if (!release) return;
  try {
    removeTree(path, files);
  } finally {
    release();
  }
}

/** @throws what the file system throws */
export function removeTree(path: string, files: DurableFiles, depth = 0): void {
  if (!lstatSync(path).isDirectory()) {
    files.unlink(path);
    return;
  }
  if (depth < MAX_DEPTH) for (const name of namesIn(path)) removeTree(join(path, name), files, depth + 1);
  files.removeDirectory(path);
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function tryTo(act: () => void): void {
  try {
    act();
  } catch {
    // Whatever it is, it does not keep the store from being changed.
  }
}
