/** `publish init`: keys and an empty repository. */
import { chmodSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectories } from '../files/directories.ts';
import { syncDirectory, writeDurably } from '../files/durable.ts';
import { PATTERNS_ROLE, TARGETS_PATH } from '../update/repository.ts';
import { PublishError } from './errors.ts';
import { makeKey, requirePassphrase, type SigningKey } from './keys.ts';
import { type Layout, layoutOf, MINISIGN_FILE, publicPaths, ROOT_FILE, targetPath } from './layout.ts';
import { encodeNotices, NO_NOTICES, sha256 } from './listing.ts';
import {
  encodeMetadata,
  type MetaEntry,
  newPatterns,
  newRoot,
  newSnapshot,
  newTargets,
  newTimestamp,
  type RoleKeys,
  type SignedMetadata,
  signWith,
} from './metadata.ts';
import { encodeMinisignPublicKey, minisignPublicLine } from './minisign.ts';
import { type PublisherOptions, withPublisherLock } from './publisher.ts';
import type { InitReport } from './reports.ts';
import { expiryOf, ROLES, type RoleName, TERMS } from './roles.ts';

export interface InitOptions extends PublisherOptions {
  /** Encrypts the keys that a person holds; undefined: they are stored plain, with a warning. At least 8 characters. */
  readonly passphrase: string | undefined;
}

type Keys = Readonly<Record<RoleName | 'minisign', readonly SigningKey[]>>;

/**
 * Everything is made in `DIR/.init` and moved in place by two renames, the public directory last. What an interrupted run left behind is removed by the
 * next one; keys that may have signed something are not.
 *
 * @throws {PublishError} `PUBLISH_EXISTS`, `PUBLISH_PASSPHRASE`, `PUBLISH_BUSY`, `PUBLISH_IO`
 */
export async function initRepository(directory: string, options: InitOptions): Promise<InitReport> {
  const layout = layoutOf(directory);
  requirePassphrase(options.passphrase);
  return withPublisherLock(
    layout,
    () => {
      removeUnfinished(layout);
      const keys = makeKeys(join(layout.unfinished, 'keys'), options.passphrase);
      writePublic(join(layout.unfinished, 'public'), keys, options.now);
      moveInPlace(layout);
      return reportOf(layout, keys, options.passphrase);
    },
    options.lockTimeoutMs,
  );
}

function removeUnfinished(layout: Layout): void {
  if (existsSync(layout.publicDirectory)) {
    throw new PublishError('PUBLISH_EXISTS', `${layout.directory}: expected no repository, got one in public/`);
  }
  // Keys beside a public directory that was never moved in place have signed nothing that anybody saw.
  const isUnseen = existsSync(join(layout.unfinished, 'public'));
  if (existsSync(layout.keys) && !isUnseen) {
    const message = `${layout.directory}: expected no keys, got keys/ without public/; restore public/ from a mirror, or move keys/ away if nothing was ever published with them`;
    throw new PublishError('PUBLISH_EXISTS', message);
  }
  if (isUnseen) rmSync(layout.keys, { recursive: true, force: true });
  rmSync(layout.unfinished, { recursive: true, force: true });
}

function makeKeys(directory: string, passphrase: string | undefined): Keys {
  makeDirectories(directory, 0o700);
  const make = (role: RoleName): SigningKey[] =>
    Array.from({ length: TERMS[role].keys }, () =>
      makeKey(directory, role, TERMS[role].offline ? passphrase : undefined),
    );
  const entries = ROLES.map((role): [RoleName, SigningKey[]] => [role, make(role)]);
  const roles = Object.fromEntries(entries) as Record<RoleName, SigningKey[]>;
  return { ...roles, minisign: [makeKey(directory, 'minisign', undefined)] };
}

function writePublic(directory: string, keys: Keys, now: Date): void {
  const paths = publicPaths(directory);
  for (const path of [directory, paths.metadata, join(directory, TARGETS_PATH), paths.targets]) makePublic(path);
  const write = (role: RoleName, metadata: SignedMetadata, name = `1.${role}.json`): MetaEntry => {
    signWith(metadata, keys[role].slice(0, TERMS[role].threshold));
    const bytes = encodeMetadata(metadata);
    writeDurably(join(paths.metadata, name), bytes);
    if (role === 'root') writeDurably(join(directory, ROOT_FILE), bytes);
    return { version: 1, length: bytes.length, sha256: sha256(bytes) };
  };
  const of = (role: RoleName): RoleKeys => ({ keys: keys[role], threshold: TERMS[role].threshold });
  const edition = (role: RoleName) => ({ version: 1, expires: expiryOf(role, now) });
  const notices = encodeNotices(NO_NOTICES, 1);
  writeDurably(targetPath(directory, notices.entry.name), notices.bytes);
  writeDurably(join(directory, MINISIGN_FILE), Buffer.from(encodeMinisignPublicKey(keys.minisign[0]!.hex)));
  write(
    'root',
    newRoot(edition('root'), {
      root: of('root'),
      targets: of('targets'),
      snapshot: of('snapshot'),
      timestamp: of('timestamp'),
    }),
  );
  const targets = write('targets', newTargets(edition('targets'), of(PATTERNS_ROLE)));
  const patterns = write(PATTERNS_ROLE, newPatterns(edition(PATTERNS_ROLE), [notices.entry]));
  const snapshot = write('snapshot', newSnapshot(edition('snapshot'), { targets, [PATTERNS_ROLE]: patterns }));
  write('timestamp', newTimestamp(edition('timestamp'), snapshot), 'timestamp.json');
}

/** For everybody to read, whatever the umask says. */
function makePublic(path: string): void {
  makeDirectories(path);
  chmodSync(path, 0o755);
}

function moveInPlace(layout: Layout): void {
  for (const name of ['keys', 'public']) {
    syncTree(join(layout.unfinished, name));
    renameSync(join(layout.unfinished, name), join(layout.directory, name));
    // Never a public directory without its keys, not even after a loss of power.
    syncDirectory(layout.directory);
  }
  rmSync(layout.unfinished, { recursive: true });
  syncDirectory(layout.directory);
}

/** Puts the names of all directories on the disk; their files are there already. */
function syncTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) syncTree(join(directory, entry.name));
  }
  syncDirectory(directory);
}

function reportOf(layout: Layout, keys: Keys, passphrase: string | undefined): InitReport {
  const warnings =
    passphrase === undefined
      ? [
          `${layout.keys}: keys of root and targets are not encrypted: whoever reads them decides what the fleet believes`,
        ]
      : [];
  return {
    directory: layout.directory,
    publicDirectory: layout.publicDirectory,
    keyDirectory: layout.keys,
    rootFile: join(layout.publicDirectory, ROOT_FILE),
    minisignPublicKey: minisignPublicLine(keys.minisign[0]!.hex),
    keys: Object.fromEntries(Object.entries(keys).map(([role, of]) => [role, of.map(({ id }) => id)])),
    warnings,
  };
}
