/**
 * What Debian packages bring: commands, installed where that may be done, and packages that are only unpacked.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cachedDirectory } from '../cached-directory.ts';

/** A network that does not answer must not hold a test run for ever. */
const APT_TIMEOUT_MS = 300_000;

/** @returns why the command is not there; undefined when it is */
export function whyNoCommand(path: string, packageName: string): string | undefined {
  if (existsSync(path)) return undefined;
  if (process.getuid?.() !== 0) return `${path} is missing (apt-get install ${packageName})`;
  const install = ['install', '-y', '--no-install-recommends', packageName];
  // Without the first one the list of packages may be older than what the mirror still has, or empty.
  const isInstalled = aptGet(install) || (aptGet(['update']) && aptGet(install));
  return isInstalled && existsSync(path) ? undefined : `${path} is missing and apt-get install ${packageName} failed`;
}

/**
 * Packages fetched and unpacked into one directory of the cache, without being installed: some exclude each other, and none is needed elsewhere.
 *
 * @param name of the directory
 * @throws {Error} when they cannot be fetched here
 */
export function unpackedPackages(name: string, packages: readonly string[]): string {
  return cachedDirectory(name, (directory) => {
    const options = { cwd: directory, stdio: 'pipe', timeout: APT_TIMEOUT_MS } as const;
    execFileSync('apt-get', ['download', '-q', ...packages], options);
    for (const archive of readdirSync(directory).filter((file) => file.endsWith('.deb'))) {
      execFileSync('dpkg', ['-x', archive, '.'], options);
      rmSync(join(directory, archive));
    }
  });
}

function aptGet(args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { env, stdio: 'ignore', timeout: APT_TIMEOUT_MS });
  return status === 0;
}
