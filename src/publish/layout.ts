/**
 * Where things lie in the publisher's directory, and that nothing private lies where a web server looks.
 *
 * ```
 * DIR/public/             0755  what a web server shows: metadata/, targets/, root.json, minisign.pub
 * DIR/keys/               0700  private keys, 0600; keys/retired/ those that were rotated out
 * DIR/incoming/           0700  what is being made; removed at the start and the end of each run
 * DIR/publish.lock              one publisher at a time
 * ```
 */
import { closeSync, lstatSync, openSync, readdirSync, readSync, realpathSync, type Stats } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { METADATA_PATH, TARGETS_PATH } from '../update/repository.ts';
import { PublishError } from './errors.ts';

export interface Layout {
  readonly directory: string;
  readonly publicDirectory: string;
  readonly metadata: string;
  /** Directory of all target files. */
  readonly targets: string;
  readonly keys: string;
  readonly retiredKeys: string;
  readonly incoming: string;
  /** What `init` has made so far. */
  readonly unfinished: string;
  readonly lock: string;
}

export const ROOT_FILE = 'root.json';
export const MINISIGN_FILE = 'minisign.pub';
export const MINISIG = '.minisig';

export function layoutOf(directory: string): Layout {
  const absolute = resolve(directory);
  return { directory: absolute, ...privatePaths(absolute), ...publicPaths(join(absolute, 'public')) };
}

function privatePaths(directory: string): Pick<Layout, 'keys' | 'retiredKeys' | 'incoming' | 'unfinished' | 'lock'> {
  return {
    keys: join(directory, 'keys'),
    retiredKeys: join(directory, 'keys', 'retired'),
    incoming: join(directory, 'incoming'),
    unfinished: join(directory, '.init'),
    lock: join(directory, 'publish.lock'),
  };
}

export function publicPaths(publicDirectory: string): Pick<Layout, 'publicDirectory' | 'metadata' | 'targets'> {
  return {
    publicDirectory,
    metadata: join(publicDirectory, METADATA_PATH),
    targets: join(publicDirectory, TARGETS_PATH, 'pattern'),
  };
}

/**
 * @param directory the publisher's, or a public one as a mirror has it
 * @throws {PublishError} `PUBLISH_NOT_ONE`
 */
export function publicDirectoryOf(directory: string): string {
  const layout = layoutOf(directory);
  const found = [layout.publicDirectory, layout.directory].find((path) =>
    statOf(publicPaths(path).metadata)?.isDirectory(),
  );
  if (found !== undefined) return found;
  throw notOne(layout.directory, `public/${METADATA_PATH}/ or ${METADATA_PATH}/`);
}

/** Absolute path of a target by its name, `pattern/1041.npf`. */
export function targetPath(publicDirectory: string, name: string): string {
  return join(publicDirectory, TARGETS_PATH, ...name.split('/'));
}

/** @throws {PublishError} `PUBLISH_NOT_ONE` */
export function requireRepository(layout: Layout): void {
  if (statOf(layout.metadata)?.isDirectory()) return;
  throw notOne(layout.directory, `public/${METADATA_PATH}/`);
}

function notOne(directory: string, expected: string): PublishError {
  const message = `${directory}: expected a repository with ${expected}; make one with \`engine publish init\``;
  return new PublishError('PUBLISH_NOT_ONE', message);
}

/**
 * Whoever has a private key decides what a fleet believes.
 *
 * @throws {PublishError} `PUBLISH_KEY_EXPOSED`
 */
export function requireKeysPrivate(layout: Layout): void {
  const stats = statOf(layout.keys);
  if (stats === undefined) {
    const message = `${layout.keys}: expected the directory of private keys; restore it from its backup`;
    throw new PublishError('PUBLISH_KEY_MISSING', message);
  }
  const [keys, shown] = [realpathSync(layout.keys), realpathSync(layout.publicDirectory)];
  if (keys === shown || keys.startsWith(shown + sep)) {
    throw exposed(`${keys}: expected private keys outside of ${shown}, which a web server shows; move them`);
  }
  if ((stats.mode & 0o077) !== 0) {
    throw exposed(`${layout.keys}: expected mode 700, got ${octal(stats)}; chmod 700 it`);
  }
  const found = findPrivateKey(layout.publicDirectory);
  if (found !== undefined) {
    throw exposed(`${found}: expected no private key where a web server looks; remove it, and rotate that key`);
  }
}

/** @returns the first file below `directory` that holds a private key in PEM */
export function findPrivateKey(directory: string): string | undefined {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      const found = findPrivateKey(path);
      if (found !== undefined) return found;
    } else if (entry.isFile() && !OURS.test(entry.name) && holdsPrivateKey(path)) return path;
  }
  return undefined;
}

/** Files that we name ourselves, which need not be opened at each run. */
const OURS = /^(?:[0-9]+\.npf(?:\.minisig)?|[0-9]+-[0-9]+\.delta|notices-[0-9]+\.json|[0-9]+\.[a-z]+\.json)$/;
const HEAD_BYTES = 65_536;

function holdsPrivateKey(path: string): boolean {
  const head = Buffer.alloc(HEAD_BYTES);
  const descriptor = openSync(path, 'r');
  try {
    return head.subarray(0, readSync(descriptor, head)).includes('PRIVATE KEY-----');
  } finally {
    closeSync(descriptor);
  }
}

function exposed(message: string): PublishError {
  return new PublishError('PUBLISH_KEY_EXPOSED', message);
}

export function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function octal(stats: Stats): string {
  return (stats.mode & 0o777).toString(8);
}
