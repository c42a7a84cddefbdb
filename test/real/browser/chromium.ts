/** Debian's Chromium: found, or installed with apt where that can be done. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const CHROMIUM = '/usr/bin/chromium';

/** @returns why there is no Chromium; undefined when there is */
export function chromiumMissing(): string | undefined {
  if (existsSync(CHROMIUM)) return undefined;
  if (!existsSync('/usr/bin/apt-get')) return `no ${CHROMIUM}, and no apt-get to install it with`;
  if (process.getuid?.() !== 0) return `no ${CHROMIUM}, and not root, so apt-get cannot install it`;
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-q'], { env, stdio: 'ignore', timeout: 120_000 });
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], {
      env,
      stdio: 'ignore',
      timeout: 600_000,
    });
  } catch (error) {
    return `apt-get install chromium failed: ${error instanceof Error ? error.message : String(error)}`;
  }
  return existsSync(CHROMIUM) ? undefined : `apt-get installed chromium, but there is no ${CHROMIUM}`;
}
