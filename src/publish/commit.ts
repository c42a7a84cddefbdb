/**
 * New metadata becomes the published one.
 *
 * Everything that timestamp.json will lead to is on the disk before timestamp.json is replaced: that rename is the release. What a publisher that died
 * left behind is never overwritten, since somebody may have fetched it: the next version is one above the highest that has a file.
 */
import { join } from 'node:path';
import { writeDurably } from '../files/durable.ts';
import { PATTERNS_ROLE } from '../update/repository.ts';
import type { SigningKey } from './keys.ts';
import { publicPaths } from './layout.ts';
import { sha256 } from './listing.ts';
import {
  type Edition,
  encodeMetadata,
  type MetaEntry,
  metaEntryOf,
  newPatterns,
  newSnapshot,
  newTargets,
  newTimestamp,
  patternsRoleOf,
  type RoleKeys,
  type SignedMetadata,
  signWith,
  type TargetEntry,
} from './metadata.ts';
import { nextVersion, type Repository, readRepository } from './repository.ts';
import { expiryOf, type RoleName } from './roles.ts';

/** What is signed anew. timestamp always is; snapshot whenever one of the others is. */
export interface Edits {
  /** The new list, or the old one for a new expiry. */
  readonly patterns?: readonly TargetEntry[];
  /** Who may sign patterns from now on, or as before for a new expiry. */
  readonly targets?: RoleKeys;
  readonly snapshot?: true;
}

/** Keys that sign a role; those of two generations while a key is replaced. */
export type Signers = (role: RoleName) => readonly SigningKey[];

/** @returns the repository as it is published then */
export function publishEdits(repository: Repository, edits: Edits, signers: Signers, now: Date): Repository {
  const { publicDirectory } = repository;
  // Before anything is written: a key that is missing must not leave half a release behind.
  const roles = rolesOf(edits);
  const keys = new Map(roles.map((role) => [role, signers(role)]));
  const write = new MetadataWriter(publicPaths(publicDirectory).metadata, keys, now);
  const targets = edits.targets && write.role('targets', (edition) => newTargets(edition, edits.targets!));
  const patterns = edits.patterns && write.role(PATTERNS_ROLE, (edition) => newPatterns(edition, edits.patterns!));
  const snapshot =
    roles.includes('snapshot') &&
    write.role('snapshot', (edition) =>
      newSnapshot(edition, {
        targets: targets ?? metaEntryOf(repository.snapshot, 'targets')!,
        [PATTERNS_ROLE]: patterns ?? metaEntryOf(repository.snapshot, PATTERNS_ROLE)!,
      }),
    );
  const named = snapshot || metaEntryOf(repository.timestamp, 'snapshot')!;
  write.timestamp(repository.timestamp.signed.version + 1, named);
  return readRepository(publicDirectory);
}

function rolesOf({ targets, patterns, snapshot }: Edits): readonly RoleName[] {
  return [
    ...(targets ? (['targets'] as const) : []),
    ...(patterns ? ([PATTERNS_ROLE] as const) : []),
    ...(targets || patterns || snapshot ? (['snapshot'] as const) : []),
    'timestamp',
  ];
}

/** Signs and writes one role after the other. */
class MetadataWriter {
  readonly #directory: string;
  readonly #keys: ReadonlyMap<RoleName, readonly SigningKey[]>;
  readonly #now: Date;

  constructor(directory: string, keys: ReadonlyMap<RoleName, readonly SigningKey[]>, now: Date) {
    this.#directory = directory;
    this.#keys = keys;
    this.#now = now;
  }

  role(role: RoleName, make: (edition: Edition) => SignedMetadata): MetaEntry {
    const version = nextVersion(this.#directory, role);
    const bytes = this.#signed(role, make({ version, expires: expiryOf(role, this.#now) }));
    writeDurably(join(this.#directory, `${version}.${role}.json`), bytes);
    return { version, length: bytes.length, sha256: sha256(bytes) };
  }

  timestamp(version: number, snapshot: MetaEntry): void {
    const edition = { version, expires: expiryOf('timestamp', this.#now) };
    writeDurably(join(this.#directory, 'timestamp.json'), this.#signed('timestamp', newTimestamp(edition, snapshot)));
  }

  #signed(role: RoleName, metadata: SignedMetadata): Buffer {
    signWith(metadata, this.#keys.get(role) ?? []);
    return encodeMetadata(metadata);
  }
}

/** The delegation as it is, to sign it again. */
export function currentDelegation(repository: Repository): RoleKeys {
  return patternsRoleOf(repository.targets)!;
}
