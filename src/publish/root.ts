/** New versions of the root. Each is signed by the keys of the one before and by its own, and stays for ever: consumers walk from theirs to the newest. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../files/durable.ts';
import type { SigningKey } from './keys.ts';
import { publicPaths, ROOT_FILE } from './layout.ts';
import { encodeMetadata, newRoot, type RoleKeys, signWith, type TopLevelRole } from './metadata.ts';
import { type Repository, readRepository } from './repository.ts';
import { expiryOf } from './roles.ts';

/** @param keys enough of the old root's keys and of the new root's */
export function publishRoot(
  repository: Repository,
  roles: Readonly<Record<TopLevelRole, RoleKeys>>,
  keys: readonly SigningKey[],
  now: Date,
): Repository {
  const { publicDirectory } = repository;
  // Not "the highest that has a file": versions of the root follow one another without gaps, and each file is complete.
  const version = repository.root.signed.version + 1;
  const root = newRoot({ version, expires: expiryOf('root', now) }, roles);
  signWith(root, keys);
  writeDurably(join(publicPaths(publicDirectory).metadata, `${version}.root.json`), encodeMetadata(root));
  showNewestRoot(publicDirectory, version);
  return readRepository(publicDirectory);
}

/** root.json is what new consumers are given. It follows the versioned one, and a publisher that died in between is caught up with here. */
export function showNewestRoot(publicDirectory: string, version: number): void {
  const newest = readFileSync(join(publicPaths(publicDirectory).metadata, `${version}.root.json`));
  const path = join(publicDirectory, ROOT_FILE);
  if (!isSame(path, newest)) writeDurably(path, newest);
}

function isSame(path: string, bytes: Buffer): boolean {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}
