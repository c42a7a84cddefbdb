/**
 * Files that survive a crash: the system calls that change a file system, and the order of them that lasts.
 *
 * After a loss of power a file holds what was in it when it was last synced, and a directory holds the names that it had when *it* was last synced; everything
 * later may be there, or not, or in part. So a file appears as: written aside, synced, renamed, its directory synced.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * System calls that change files, one method each, so that a test can stop, fail or record any of them. All throw what Node throws.
 */
export interface DurableFiles {
  /** A new file for writing, with that mode whatever the umask says. @returns its descriptor @throws EEXIST when the name is taken, by a link as well */
  create(path: string, mode: number): number;
  /** An existing file or directory, to sync it. @returns its descriptor */
  open(path: string): number;
  /** @returns bytes written, perhaps fewer than asked */
  write(descriptor: number, bytes: Uint8Array): number;
  sync(descriptor: number): void;
  close(descriptor: number): void;
  /** The umask takes bits away from the mode. */
  makeDirectory(path: string, mode: number): void;
  setMode(path: string, mode: number): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  removeDirectory(path: string): void;
}

export const nodeFiles: DurableFiles = {
  create(path, mode) {
    const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
    fchmodSync(descriptor, mode);
    return descriptor;
  },
  open: (path) => openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK),
  write: (descriptor, bytes) => writeSync(descriptor, bytes),
  sync: fsyncSync,
  close: closeSync,
  makeDirectory: mkdirSync,
  setMode: chmodSync,
  rename: renameSync,
  unlink: unlinkSync,
  removeDirectory: rmdirSync,
};

/** For everybody to read. */
const FILE_MODE = 0o644;
/** Name of a file that is not whole yet; what it is for comes first, so that whoever cleans up knows whose it is. */
const TEMPORARY = /^\.(.+)\.[0-9a-f]{16}\.tmp$/;

/**
 * Replaces a file in one step: afterwards it is the old one or the new one, whole, whatever happens; and the new one once this returns.
 *
 * @throws what the file system throws; nothing is left behind then, unless that cannot be removed either
 */
export function writeDurably(path: string, bytes: Uint8Array, mode = FILE_MODE, files = nodeFiles): void {
  const directory = dirname(path);
  const temporary = join(directory, `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`);
  try {
    writeNew(temporary, bytes, mode, files);
    files.rename(temporary, path);
  } catch (error) {
    unlinkIfThere(temporary, files);
    throw error;
  }
  syncDirectory(directory, files);
}

/** What `writeDurably` was about to replace when it left this name behind. @returns undefined when the name is none of its */
export function temporaryFor(name: string): string | undefined {
  return TEMPORARY.exec(name)?.[1];
}

/** A new file with its bytes on the disk. Its name is not: that takes `syncDirectory`. */
export function writeNew(path: string, bytes: Uint8Array, mode = FILE_MODE, files = nodeFiles): void {
  const descriptor = files.create(path, mode);
  try {
    for (let at = 0; at < bytes.length; ) at += files.write(descriptor, bytes.subarray(at));
    files.sync(descriptor);
  } finally {
    files.close(descriptor);
  }
}

/** Puts a file on the disk that another has written. */
export function syncFile(path: string, files = nodeFiles): void {
  const descriptor = files.open(path);
  try {
    files.sync(descriptor);
  } finally {
    files.close(descriptor);
  }
}

/** Puts the names in a directory on the disk. */
export function syncDirectory(path: string, files = nodeFiles): void {
  syncFile(path, files);
}

function unlinkIfThere(path: string, files: DurableFiles): void {
  try {
    files.unlink(path);
  } catch {
    // It was never made.
  }
}
