/** The repository as it is published now: the chain from the newest root to what the patterns role lists, every link verified. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Notices, PATTERNS_ROLE } from '../update/repository.ts';
import { PublishError } from './errors.ts';
import { publicPaths } from './layout.ts';
import { readNotices, sha256 } from './listing.ts';
import {
  decodeRoot,
  decodeSnapshot,
  decodeTargets,
  decodeTimestamp,
  listedTargets,
  type MetaEntry,
  metaEntryOf,
  patternsRoleOf,
  type RoleKeys,
  roleOfRoot,
  type SignedMetadata,
  type SignedRoot,
  type SignedSnapshot,
  type SignedTargets,
  type SignedTimestamp,
  type TargetEntry,
  verifyRole,
} from './metadata.ts';
import type { RoleName } from './roles.ts';

export interface Repository {
  readonly publicDirectory: string;
  readonly root: SignedRoot;
  readonly timestamp: SignedTimestamp;
  readonly snapshot: SignedSnapshot;
  readonly targets: SignedTargets;
  readonly patterns: SignedTargets;
  readonly entries: readonly TargetEntry[];
  readonly notices: Notices;
}

/**
 * Expiry is not looked at: what is over can be signed again.
 *
 * @throws {PublishError} `PUBLISH_METADATA`, `PUBLISH_PATTERN_FILE` when the notices are damaged
 */
export function readRepository(publicDirectory: string): Repository {
  const { metadata } = publicPaths(publicDirectory);
  const root = readRoot(metadata, newestRoot(metadata));
  const timestamp = decodeTimestamp(...readMetadata(metadata, 'timestamp.json'));
  verifyRole(root, 'timestamp', timestamp, join(metadata, 'timestamp.json'));
  const snapshot = readNamed(metadata, 'snapshot', metaEntryOf(timestamp, 'snapshot'), decodeSnapshot, root);
  const targets = readNamed(metadata, 'targets', metaEntryOf(snapshot, 'targets'), decodeTargets, root);
  const patterns = readNamed(metadata, PATTERNS_ROLE, metaEntryOf(snapshot, PATTERNS_ROLE), decodeTargets, targets);
  const entries = listedTargets(patterns);
  const notices = readNotices(publicDirectory, entries);
  return { publicDirectory, root, timestamp, snapshot, targets, patterns, entries, notices };
}

/**
 * One above the highest version of a role that has a file, published or left behind.
 *
 * @throws {PublishError} `PUBLISH_METADATA` when there is none: a file has a version that we never gave
 */
export function nextVersion(metadataDirectory: string, role: string): number {
  const version = (versionsOf(metadataDirectory, role).at(-1) ?? 0) + 1;
  if (Number.isSafeInteger(version)) return version;
  const message = `${metadataDirectory}: expected versions of ${role} that were given out, got ${version - 1}; remove that file`;
  throw new PublishError('PUBLISH_METADATA', message);
}

/** Versions of a role that have a file, ascending. */
export function versionsOf(metadataDirectory: string, role: string): readonly number[] {
  const name = new RegExp(`^([1-9][0-9]{0,15})\\.${role}\\.json$`);
  return readdirSync(metadataDirectory)
    .flatMap((file) => {
      const version = Number(name.exec(file)?.[1] ?? Number.NaN);
      return Number.isSafeInteger(version) ? [version] : [];
    })
    .sort((a, b) => a - b);
}

function newestRoot(metadata: string): number {
  const version = versionsOf(metadata, 'root').at(-1);
  if (version !== undefined) return version;
  throw new PublishError('PUBLISH_METADATA', `${metadata}: expected a root, got none; restore it from a mirror`);
}

/** A root that signs itself, and that the one before it signed. */
export function readRoot(metadata: string, version: number): SignedRoot {
  const name = `${version}.root.json`;
  const root = decodeRoot(...readMetadata(metadata, name));
  const path = join(metadata, name);
  if (root.signed.version !== version) {
    throw new PublishError('PUBLISH_METADATA', `${path}: expected version ${version}, got ${root.signed.version}`);
  }
  verifyRole(root, 'root', root, path);
  if (version > 1) verifyRole(decodeRoot(...readMetadata(metadata, `${version - 1}.root.json`)), 'root', root, path);
  return root;
}

function readNamed<T extends SignedMetadata>(
  metadata: string,
  role: string,
  entry: MetaEntry | undefined,
  decode: (bytes: Uint8Array, path: string) => T,
  delegator: SignedRoot | SignedTargets,
): T {
  if (entry === undefined) {
    throw new PublishError('PUBLISH_METADATA', `${metadata}: expected a snapshot that names ${role}.json`);
  }
  const [bytes, path] = readMetadata(metadata, `${entry.version}.${role}.json`);
  if (bytes.length !== entry.length || sha256(bytes) !== entry.sha256) {
    const message = `${path}: expected ${entry.length} bytes with the SHA-256 ${entry.sha256}, got ${bytes.length} others; restore it from a mirror`;
    throw new PublishError('PUBLISH_METADATA', message);
  }
  const decoded = decode(bytes, path);
  verifyRole(delegator, role, decoded, path);
  if (decoded.signed.version === entry.version) return decoded;
  throw new PublishError(
    'PUBLISH_METADATA',
    `${path}: expected version ${entry.version}, got ${decoded.signed.version}`,
  );
}

export function readMetadata(metadata: string, name: string): [bytes: Buffer, path: string] {
  const path = join(metadata, name);
  try {
    return [readFileSync(path), path];
  } catch (cause) {
    const message = `${path}: cannot be read: ${(cause as Error).message}; restore it from a mirror or a backup`;
    throw new PublishError('PUBLISH_METADATA', message, { cause });
  }
}

/** Keys that may sign a role now. */
export function keysOf(repository: Pick<Repository, 'root' | 'targets'>, role: RoleName): RoleKeys {
  const found = role === PATTERNS_ROLE ? patternsRoleOf(repository.targets) : roleOfRoot(repository.root, role);
  if (found !== undefined) return found;
  throw new PublishError('PUBLISH_METADATA', `root: expected keys of the role ${role}, got none`);
}

export function metadataOf(repository: Repository, role: RoleName): SignedMetadata {
  return repository[role];
}
