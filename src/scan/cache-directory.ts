/**
 * A directory of things that can be made again: who may have written in it, and how we do.
 *
 * Whoever can write an image decides what is found. So nothing is believed that another user could have put there: the directory and every file in it
 * must belong to us, to root or to somebody whom the caller names, and be writable by nobody else, and symbolic links are not followed. Files appear whole
 * or not at all. A cache of our own is private (0700, 0600); the images of a pattern store are for others to read (0755, 0644).
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeDirectories } from '../files/directories.ts';

/** Bits of a mode that let others write. */
const OTHERS_WRITE = 0o022;
const TEMPORARY = /^\.[0-9a-f]{16}\.tmp$/;
/** A temporary file of a process that died is older than this. */
const TEMPORARY_MS = 3_600_000;

/** Modes of what only we read. */
const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;

export type CacheAccess = { readonly usable: true } | { readonly usable: false; readonly reason: string };

/** Makes the directory if it is missing, and tells whether what is in it may be believed. */
export function openCacheDirectory(directory: string, mode: number = PRIVATE_DIRECTORY): CacheAccess {
  try {
    makeDirectories(directory, mode);
  } catch (error) {
    // It may be there all the same, on a file system that cannot be written.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return { usable: false, reason: `${directory}: expected a directory` };
  }
  return inspectDirectory(directory);
}

/**
 * Whether what is in a directory may be believed. Makes nothing.
 *
 * @param owners users who may have written there, besides us and root
 */
export function inspectDirectory(directory: string, owners: readonly number[] = []): CacheAccess {
  try {
    const stats = lstatSync(directory);
    if (!stats.isDirectory()) return { usable: false, reason: `${directory}: expected a directory` };
    return isTrusted(stats, owners)
      ? { usable: true }
      : { usable: false, reason: `${directory}: expected it to belong to this user and be writable by no other` };
  } catch (error) {
    return { usable: false, reason: (error as Error).message };
  }
}

/**
 * Opens a file of the cache for reading.
 *
 * @param owners as in `inspectDirectory`
 * @returns undefined when there is none that may be believed
 */
export function openCached(directory: string, name: string, owners: readonly number[] = []): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(join(directory, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile() && isTrusted(stats, owners)) return descriptor;
  closeSync(descriptor);
  return undefined;
}

/** Writes a file of the cache. @returns false when it could not be; nothing is left behind then */
export function writeCached(
  directory: string,
  name: string,
  parts: readonly Uint8Array[],
  mode: number = PRIVATE_FILE,
): boolean {
  const temporary = join(directory, `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    replaceFile(join(directory, name), temporary, parts, mode);
    return true;
  } catch {
    removeCached(temporary);
    return false;
  }
}

/**
 * Writes a file beside its place and moves it there once it is on the disk.
 *
 * @param temporary in the same directory as `path`; left behind when this throws
 */
export function replaceFile(path: string, temporary: string, parts: readonly Uint8Array[], mode: number): void {
  const descriptor = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    // Whatever the process masks out: what others shall read they must be able to.
    fchmodSync(descriptor, mode);
    for (const part of parts) for (let at = 0; at < part.length; ) at += writeSync(descriptor, part, at);
    // Without it a crash of the machine may leave the name with no bytes.
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
}

/** Removes files of one kind but the `keep` that were used last. A removed file that is open somewhere stays readable there. */
export function pruneCache(directory: string, extension: string, keep: number): void {
  const files = filesIn(directory, (name) => name.endsWith(extension)).sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of files.slice(keep)) removeCached(path);
}

/** Removes temporary files of processes that died. */
export function removeLeftovers(directory: string): void {
  for (const { path, usedMs } of filesIn(directory, (name) => TEMPORARY.test(name))) {
    if (Date.now() - usedMs > TEMPORARY_MS) removeCached(path);
  }
}

/** A file of the cache. */
export interface CachedFile {
  readonly name: string;
  readonly path: string;
  /** When it was last written, or marked as used. */
  readonly usedMs: number;
}

export function filesIn(directory: string, isWanted: (name: string) => boolean): CachedFile[] {
  return names(directory).flatMap((name) => {
    if (!isWanted(name)) return [];
    const path = join(directory, name);
    try {
      return [{ name, path, usedMs: lstatSync(path).mtimeMs }];
    } catch {
      // Another process was faster.
      return [];
    }
  });
}

export function removeCached(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already, or not ours to remove.
  }
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isTrusted({ uid, mode }: Stats, owners: readonly number[]): boolean {
  const user = process.geteuid?.();
  return (user === undefined || uid === user || uid === 0 || owners.includes(uid)) && (mode & OTHERS_WRITE) === 0;
}
