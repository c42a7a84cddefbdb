/**
 * TUF metadata: made, signed, encoded, decoded and verified. The door of @tufjs/models.
 *
 * Two classes are not exported by the package and are taken from the files that hold them.
 * Source: The Update Framework specification 1.0.31.
 */
import {
  Key,
  Metadata,
  MetadataKind,
  MetaFile,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from '@tufjs/models';
import { Delegations } from '@tufjs/models/dist/delegations.js';
import { DelegatedRole, Role } from '@tufjs/models/dist/role.js';
import { PATTERNS_ROLE, type TargetCustom } from '../update/repository.ts';
import { PublishError } from './errors.ts';
import type { PublicKey, SigningKey } from './keys.ts';

export type SignedRoot = Metadata<Root>;
export type SignedTargets = Metadata<Targets>;
export type SignedSnapshot = Metadata<Snapshot>;
export type SignedTimestamp = Metadata<Timestamp>;
export type SignedMetadata = SignedRoot | SignedTargets | SignedSnapshot | SignedTimestamp;

/** Version, from 1, and expiry, ISO 8601 to the second. */
export interface Edition {
  readonly version: number;
  readonly expires: string;
}
/** A metadata file as another one names it. */
export interface MetaEntry {
  readonly version: number;
  readonly length: number;
  readonly sha256: string;
}
export interface TargetEntry {
  /** `pattern/1041.npf` */
  readonly name: string;
  readonly length: number;
  readonly sha256: string;
  readonly custom: TargetCustom;
}
export interface RoleKeys {
  readonly keys: readonly PublicKey[];
  readonly threshold: number;
}

const SPECIFICATION = { specVersion: '1.0.31' } as const;
const TOP_LEVEL = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export type TopLevelRole = (typeof TOP_LEVEL)[number];

export function newRoot(edition: Edition, roles: Readonly<Record<TopLevelRole, RoleKeys>>): SignedRoot {
  const keys = TOP_LEVEL.flatMap((role) => roles[role].keys);
  const entries = TOP_LEVEL.map((role): [string, Role] => [
    role,
    new Role({ keyIDs: roles[role].keys.map(({ id }) => id), threshold: roles[role].threshold }),
  ]);
  return new Metadata(
    new Root({
      ...SPECIFICATION,
      ...edition,
      consistentSnapshot: true,
      keys: keysOf(keys),
      roles: Object.fromEntries(entries),
    }),
  );
}

/** Targets lists nothing itself: it only says who may sign patterns. */
export function newTargets(edition: Edition, patterns: RoleKeys): SignedTargets {
  const role = new DelegatedRole({
    name: PATTERNS_ROLE,
    keyIDs: patterns.keys.map(({ id }) => id),
    threshold: patterns.threshold,
    paths: ['pattern/*'],
    terminating: true,
  });
  const delegations = new Delegations({ keys: keysOf(patterns.keys), roles: { [PATTERNS_ROLE]: role } });
  return new Metadata(new Targets({ ...SPECIFICATION, ...edition, delegations }));
}

export function newPatterns(edition: Edition, entries: readonly TargetEntry[]): SignedTargets {
  const targets = new Targets({ ...SPECIFICATION, ...edition });
  for (const { name, length, sha256, custom } of entries) {
    // Plain data; its type has fields that may be undefined, its values have not.
    const unrecognizedFields = { custom } as unknown as Record<string, string>;
    targets.addTarget(new TargetFile({ path: name, length, hashes: { sha256 }, unrecognizedFields }));
  }
  return new Metadata(targets);
}

export function newSnapshot(edition: Edition, meta: Readonly<Record<string, MetaEntry>>): SignedSnapshot {
  const entries = Object.entries(meta).map(([role, entry]): [string, MetaFile] => [`${role}.json`, metaFile(entry)]);
  return new Metadata(new Snapshot({ ...SPECIFICATION, ...edition, meta: Object.fromEntries(entries) }));
}

export function newTimestamp(edition: Edition, snapshot: MetaEntry): SignedTimestamp {
  return new Metadata(new Timestamp({ ...SPECIFICATION, ...edition, snapshotMeta: metaFile(snapshot) }));
}

function keysOf(keys: readonly PublicKey[]): Record<string, Key> {
  const entries = keys.map(({ id, hex }): [string, Key] => [
    id,
    new Key({ keyID: id, keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: hex } }),
  ]);
  return Object.fromEntries(entries);
}

function metaFile({ version, length, sha256 }: MetaEntry): MetaFile {
  return new MetaFile({ version, length, hashes: { sha256 } });
}

export function signWith(metadata: SignedMetadata, keys: readonly SigningKey[]): void {
  for (const key of keys) {
    metadata.sign((bytes) => new Signature({ keyID: key.id, sig: key.sign(bytes).toString('hex') }));
  }
}

/** Without blanks: a fleet asks for the timestamp every hour. */
export function encodeMetadata(metadata: SignedMetadata): Buffer {
  return Buffer.from(JSON.stringify(metadata.toJSON()));
}

export const decodeRoot = (bytes: Uint8Array, path: string): SignedRoot =>
  decoded(bytes, path, (json) => Metadata.fromJSON(MetadataKind.Root, json));
export const decodeTargets = (bytes: Uint8Array, path: string): SignedTargets =>
  decoded(bytes, path, (json) => Metadata.fromJSON(MetadataKind.Targets, json));
export const decodeSnapshot = (bytes: Uint8Array, path: string): SignedSnapshot =>
  decoded(bytes, path, (json) => Metadata.fromJSON(MetadataKind.Snapshot, json));
export const decodeTimestamp = (bytes: Uint8Array, path: string): SignedTimestamp =>
  decoded(bytes, path, (json) => Metadata.fromJSON(MetadataKind.Timestamp, json));

type Json = Parameters<typeof Metadata.fromJSON>[1];

function decoded<T extends SignedMetadata>(bytes: Uint8Array, path: string, decode: (json: Json) => T): T {
  let metadata: T;
  try {
    metadata = decode(JSON.parse(Buffer.from(bytes).toString('utf8')) as Json);
  } catch (cause) {
    const message = `${path}: expected TUF metadata, got ${(cause as Error).message}; restore the file from a mirror or a backup`;
    throw new PublishError('PUBLISH_METADATA', message, { cause });
  }
  const { version } = metadata.signed;
  if (Number.isSafeInteger(version) && version >= 1) return metadata;
  throw new PublishError('PUBLISH_METADATA', `${path}: expected a version from 1 to 2^53−1, got ${version}`);
}

/** @throws {PublishError} `PUBLISH_METADATA` when fewer keys signed than the delegator wants */
export function verifyRole(
  delegator: SignedRoot | SignedTargets,
  role: string,
  metadata: SignedMetadata,
  path: string,
): void {
  try {
    delegator.verifyDelegate(role, metadata);
  } catch (cause) {
    const message = `${path}: expected enough digital signatures, got: ${(cause as Error).message}`;
    throw new PublishError('PUBLISH_METADATA', message, { cause });
  }
}

/** @returns undefined when the root knows no such role */
export function roleOfRoot(root: SignedRoot, role: TopLevelRole): RoleKeys | undefined {
  return roleKeys(root.signed.roles[role], root.signed.keys);
}

export function patternsRoleOf(targets: SignedTargets): RoleKeys | undefined {
  const { delegations } = targets.signed;
  return delegations && roleKeys(delegations.roles?.[PATTERNS_ROLE], delegations.keys);
}

function roleKeys(role: Role | undefined, keys: Readonly<Record<string, Key>>): RoleKeys | undefined {
  if (role === undefined) return undefined;
  const known = role.keyIDs.flatMap((id) => {
    const hex = keys[id]?.keyVal.public;
    return hex === undefined ? [] : [{ id, hex }];
  });
  return { keys: known, threshold: role.threshold };
}

/** What patterns lists; `custom` is as it was signed. */
export function listedTargets(patterns: SignedTargets): readonly TargetEntry[] {
  return Object.values(patterns.signed.targets).map(({ path, length, hashes, custom }) => ({
    name: path,
    length,
    sha256: hashes.sha256 ?? '',
    custom: custom as unknown as TargetCustom,
  }));
}

export function metaEntryOf(metadata: SignedSnapshot | SignedTimestamp, role: string): MetaEntry | undefined {
  const { signed } = metadata;
  const file = signed.type === MetadataKind.Timestamp ? signed.snapshotMeta : signed.meta[`${role}.json`];
  if (file === undefined) return undefined;
  return { version: file.version, length: file.length ?? -1, sha256: file.hashes?.sha256 ?? '' };
}
