/** Makes directories, with those that they lie in. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * As `mkdirSync` with `recursive`, which spins for ever where a file system answers ENOENT below a directory that is there, as /proc does (Node 22 and 24).
 *
 * @param mode of the last one, if it is made; those above it get 0o777, both less the umask
 * @throws what mkdir fails with; EEXIST when something else has the name
 */
export function makeDirectories(path: string, mode = 0o777): void {
  const absolute = resolve(path);
  const missing: string[] = [];
  for (let at = absolute; !isDirectory(at); at = dirname(at)) {
    missing.push(at);
    if (dirname(at) === at) break;
  }
  for (const at of missing.reverse()) makeDirectory(at, at === absolute ? mode : 0o777);
}

function makeDirectory(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Somebody else may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
