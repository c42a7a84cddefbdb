/**
 * Files that nobody needs any more go.
 *
 * A consumer that has begun with one list must be able to finish with it, and mirrors lag. So metadata stays for some days after a newer version replaced
 * it, and a target as long as any list that is still there names it. Roots stay for ever: a consumer walks from its own to the newest.
 */
import { readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFor } from '../files/durable.ts';
import { PATTERNS_ROLE } from '../update/repository.ts';
import { type Layout, MINISIG, publicPaths } from './layout.ts';
import { decodeSnapshot, decodeTargets, listedTargets } from './metadata.ts';
import { versionsOf } from './repository.ts';
import { type RoleName, signedAtMs } from './roles.ts';

/** Longer than any timestamp that led to it is valid. */
const GRACE_MS = 3 * 86_400_000;

/** @returns one sentence for what could not be done: it is tried again next time, so it fails nothing */
export function pruneRepository({ publicDirectory }: Pick<Layout, 'publicDirectory'>, now: Date): readonly string[] {
  const { metadata, targets } = publicPaths(publicDirectory);
  try {
    for (const role of ['snapshot', 'targets', PATTERNS_ROLE] as const) pruneVersions(metadata, role, now);
    pruneTargets(metadata, targets);
    for (const directory of [publicDirectory, metadata, targets]) removeTemporary(directory);
    return [];
  } catch (error) {
    return [`old files could not be removed: ${(error as Error).message}`];
  }
}

function pruneVersions(metadata: string, role: RoleName, now: Date): void {
  const versions = versionsOf(metadata, role);
  versions.slice(0, -1).forEach((version, i) => {
    const replacedMs = signedMs(metadata, role, versions[i + 1]!);
    if (replacedMs + GRACE_MS < now.getTime()) unlinkSync(join(metadata, `${version}.${role}.json`));
  });
}

function signedMs(metadata: string, role: RoleName, version: number): number {
  const path = join(metadata, `${version}.${role}.json`);
  const decode = role === 'snapshot' ? decodeSnapshot : decodeTargets;
  return signedAtMs(role, decode(readFileSync(path), path).signed.expires);
}

function pruneTargets(metadata: string, targets: string): void {
  const listed = new Set(
    versionsOf(metadata, PATTERNS_ROLE).flatMap((version) => {
      const path = join(metadata, `${version}.${PATTERNS_ROLE}.json`);
      return listedTargets(decodeTargets(readFileSync(path), path)).map(({ name }) => name);
    }),
  );
  for (const name of readdirSync(targets)) {
    const target = `pattern/${name.endsWith(MINISIG) ? name.slice(0, -MINISIG.length) : name}`;
    if (/\.(?:npf|delta|minisig|json)$/.test(name) && !listed.has(target)) unlinkSync(join(targets, name));
  }
}

/** What a run that was cut off left behind. */
export function removeTemporary(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (temporaryFor(name) !== undefined) unlinkSync(join(directory, name));
  }
}
