/**
 * Commands that Debian packages bring: found, or installed where that may be done.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

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

function aptGet(args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { env, stdio: 'ignore', timeout: APT_TIMEOUT_MS });
  return status === 0;
}
