/**
 * One process at a time: a lock that the system gives back when its holder dies, however it dies.
 *
 * A lock file with a process number in it outlives a `kill -9`; the lock of an SQLite database does not.
 */
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** Node 22 says on stderr that SQLite is experimental; here it is a lock and nothing else. */
function openDatabase(path: string, options: { readonly timeout: number; readonly readOnly?: boolean }): DatabaseSync {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    return new DatabaseSync(path, options);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Takes the lock. Blocks the thread while another has it: not for the thread that answers callers, unless `timeoutMs` is 0.
 *
 * @param path of the lock's own file, which is made when it is missing and never removed
 * @returns what gives it back; undefined when it could not be had in `timeoutMs`, or the file cannot be written
 */
export function takeLock(path: string, timeoutMs: number): (() => void) | undefined {
  let database: DatabaseSync | undefined;
  try {
    makeLockFile(path);
    database = openDatabase(path, { timeout: timeoutMs });
    // Nothing is ever written; but to begin on an empty database SQLite would make a journal beside it, which a full disk has no room for.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    const held = database;
    return () => held.close();
  } catch {
    database?.close();
    return undefined;
  }
}

/** Makes a lock's file when it is missing. @throws what the file system throws; `takeLock` does not say why it failed */
export function makeLockFile(path: string): void {
  try {
    // Nobody else may take it: SQLite would make it readable for all, and to read is to lock.
    // Exclusively: to open and close a file that is there gives away every lock that this process has on it (POSIX, fcntl).
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Takes a lock that many may have at once, and that keeps `takeLock` away. The file is only read, so it may belong to somebody else.
 *
 * @param path of the lock's file, which must be there
 * @returns what gives it back; undefined when it could not be had in `timeoutMs`
 */
export function takeSharedLock(path: string, timeoutMs: number): (() => void) | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(path, { readOnly: true, timeout: timeoutMs });
    // A transaction that has read something holds SQLite's SHARED lock.
    database.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
    const held = database;
    return () => held.close();
  } catch {
    database?.close();
    return undefined;
  }
}

/** Process that has a lock, as far as Linux tells. @returns its number and command line; undefined when it cannot be found out */
export function lockHolder(path: string): { readonly process: number; readonly command: string } | undefined {
  try {
    const inode = String(statSync(path).ino);
    // `1: POSIX  ADVISORY  WRITE 4711 fe:00:131109 1073741824 1073742335`
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, , , access, holder = '', place = ''] = line.split(/\s+/);
      if (access !== 'WRITE' || place.split(':')[2] !== inode || !/^[1-9][0-9]*$/.test(holder)) continue;
      const command = readFileSync(`/proc/${holder}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return { process: Number(holder), command };
    }
  } catch {
    // No Linux, or it is gone.
  }
  return undefined;
}
