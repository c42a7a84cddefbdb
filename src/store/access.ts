/**
 * Who may change a store: its owner, and nobody else.
 *
 * Files that another user could write decide what is found; and files that root leaves in a user's store are files that this user cannot rotate out.
 */
import { accessSync, constants, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeDirectories } from '../files/directories.ts';
import { type DurableFiles, syncDirectory } from '../files/durable.ts';
import { StoreError, storeErrorOf } from './errors.ts';
import { DOWNLOADS, IMAGES, INCOMING, TRUST } from './layout.ts';

const OTHERS_WRITE = 0o022;
/** Readers may be other users. */
export const PUBLIC_DIRECTORY = 0o755;
/** What is not checked yet is nobody's business. */
export const PRIVATE_DIRECTORY = 0o700;

const PARTS: readonly (readonly [name: string, mode: number])[] = [
  [INCOMING, PRIVATE_DIRECTORY],
  [join(INCOMING, DOWNLOADS), PRIVATE_DIRECTORY],
  [IMAGES, PUBLIC_DIRECTORY],
  [TRUST, PUBLIC_DIRECTORY],
];

/**
 * Makes what is missing of a store.
 *
 * @returns its directory, absolute and without links
 * @throws {StoreError} `STORE_NOT_DIRECTORY`, `STORE_FOREIGN`, `STORE_READ_ONLY`, `STORE_DISK_FULL`, `STORE_FILES`
 */
export function openForWriting(directory: string, files: DurableFiles): string {
  const given = resolve(directory);
  try {
    makeDirectories(dirname(given));
    const isNew = !lstatSync(given, { throwIfNoEntry: false });
    if (isNew) makeDirectory(given, PUBLIC_DIRECTORY, files);
    // A link to the store is its administrator's choice; below it there are none.
    const store = realpathSync(given);
    mustBeOurs(store, statSync(store));
    accessSync(store, constants.W_OK);
    // An older one may be private on purpose.
    if (isNew) setMode(store, PUBLIC_DIRECTORY, statSync(store), files);
    for (const [name, mode] of PARTS) openPart(join(store, name), mode, files);
    return store;
  } catch (error) {
    throw storeErrorOf(given, error);
  }
}

function openPart(path: string, mode: number, files: DurableFiles): void {
  if (!lstatSync(path, { throwIfNoEntry: false })) makeDirectory(path, mode, files);
  const stats = lstatSync(path);
  mustBeOurs(path, stats);
  setMode(path, mode, stats, files);
}

/** @throws what the file system throws */
function makeDirectory(path: string, mode: number, files: DurableFiles): void {
  try {
    files.makeDirectory(path, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  syncDirectory(dirname(path), files);
}

/** What a umask has taken away, or a kill between two calls. */
function setMode(path: string, mode: number, stats: Stats, files: DurableFiles): void {
  if ((stats.mode & 0o777) !== mode) files.setMode(path, mode);
}

function mustBeOurs(path: string, stats: Stats): void {
  if (!stats.isDirectory()) throw new StoreError('STORE_NOT_DIRECTORY', `${path}: expected a directory`);
  const user = process.geteuid?.();
  if (user !== undefined && stats.uid !== user) {
    throw new StoreError(
      'STORE_FOREIGN',
      `${path}: expected it to belong to user ${user}, got ${stats.uid}; run this as user ${stats.uid}, or take another store`,
    );
  }
  if (user !== undefined && stats.mode & OTHERS_WRITE) {
    throw new StoreError(
      'STORE_FOREIGN',
      `${path}: expected that nobody else may write in it, got mode ${(stats.mode & 0o777).toString(8)}; \`chmod go-w ${path}\` after a look at what is in it`,
    );
  }
}
