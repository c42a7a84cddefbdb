/**
 * One process at a time: a lock that the system gives back when its holder dies, however it dies.
 *
 * A lock file with a process number in it outlives a `kill -9`; the lock of an SQLite database does not.
 */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes the lock. Blocks the thread while another has it: not for the thread that answers callers, unless `timeoutMs` is 0.
 *
 * @param path of the lock's own file, which is made when it is missing and never removed
 * @returns what gives it back; undefined when it could not be had in `timeoutMs`, or the file cannot be written
 */
export function takeLock(path: string, timeoutMs: number): (() => void) | undefined {
  let database: DatabaseSync | undefined;
  try {
    // Nobody else may take it: SQLite would make it readable for all, and to read is to lock.
    closeSync(openSync(path, 'a', 0o600));
    database = new DatabaseSync(path, { timeout: timeoutMs });
    database.exec('BEGIN EXCLUSIVE');
    const held = database;
    return () => held.close();
  } catch {
    database?.close();
    return undefined;
  }
}
