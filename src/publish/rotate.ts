/**
 * `publish rotate KEY`: another key for a role, for one of the root's three, or for minisign.
 *
 * A new key is on the disk before anything is signed with it. While the root that names it is not out yet, what the role signs carries digital signatures of
 * both keys, so that consumers accept it under either root: there is no moment at which a check fails. Old roots stay, so that consumers walk to the newest.
 */
import { readdirSync } from 'node:fs';
import { PATTERNS_ROLE } from '../update/repository.ts';
import { currentDelegation, type Edits, publishEdits, type Signers } from './commit.ts';
import { PublishError } from './errors.ts';
import {
  keyFileName,
  makeKey,
  openKeys,
  type PublicKey,
  requirePassphrase,
  retireKey,
  type SigningKey,
} from './keys.ts';
import type { Layout } from './layout.ts';
import type { RoleKeys, TopLevelRole } from './metadata.ts';
import { activeMinisignId, MINISIGN_OWNER, rotateMinisign } from './minisign-key.ts';
import { type Publisher, type PublisherOptions, withPublisher } from './publisher.ts';
import type { RotateReport } from './reports.ts';
import { keysOf, type Repository } from './repository.ts';
import { ROLES, type RoleName, TERMS } from './roles.ts';
import { publishRoot } from './root.ts';
import { roleStates } from './states.ts';

export interface RotateOptions extends PublisherOptions {
  /** Encrypts new keys that a person holds; default the passphrase that opens the old ones. */
  readonly newPassphrase?: string | undefined;
}

/** What comes instead of what. */
interface Exchange {
  readonly role: RoleName;
  readonly removed: readonly PublicKey[];
  readonly added: readonly SigningKey[];
  /** Of the role, from now on. */
  readonly next: RoleKeys;
}

/**
 * @param key a role, `minisign`, or the name of one key file without `.pem`: `root-3fd0ac51fdb39554`
 * @throws {PublishError} `PUBLISH_OPTION` for another name; `PUBLISH_KEY_…` and `PUBLISH_PASSPHRASE`, before anything was published
 */
export async function rotateKey(directory: string, key: string, options: RotateOptions): Promise<RotateReport> {
  requirePassphrase(options.newPassphrase);
  return withPublisher(directory, options, (publisher) => {
    const { layout } = publisher;
    const report = key === MINISIGN_OWNER ? exchangeMinisign(publisher) : exchangeRole(publisher, key, options);
    retireUnused(layout, report.repository);
    const { added, removed, repository } = report;
    return { key, added, removed, roles: roleStates(repository), warnings: report.warnings };
  });
}

interface Exchanged {
  readonly repository: Repository;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly warnings: readonly string[];
}

function exchangeMinisign({ layout, repository }: Publisher): Exchanged {
  const removed = activeMinisignId(layout.publicDirectory);
  const added = rotateMinisign(layout, repository.entries);
  const warnings = ['the files beside each release were signed again; tell those who verify with minisign'];
  return { repository, added: [added], removed: removed === undefined ? [] : [removed], warnings };
}

function exchangeRole(publisher: Publisher, key: string, options: RotateOptions): Exchanged {
  const { repository } = publisher;
  const { role, removed } = findKeys(repository, key);
  // Whoever must agree is asked before a key is made.
  const signers = signersFor(publisher, role, removed, options.passphrase);
  for (const each of role === PATTERNS_ROLE ? (['targets'] as const) : (['root'] as const)) signers(each);
  const passphrase = TERMS[role].offline ? (options.newPassphrase ?? options.passphrase) : undefined;
  const exchange = makeExchange(publisher, role, removed, passphrase);
  const published = publishExchange(repository, exchange, signers, options.now);
  return {
    repository: published,
    added: exchange.added.map(({ id }) => id),
    removed: removed.map(({ id }) => id),
    warnings:
      TERMS[role].offline && passphrase === undefined
        ? [
            `${publisher.layout.keys}: the new key of ${role} is not encrypted: whoever reads it decides what the fleet believes`,
          ]
        : [],
  };
}

function findKeys(repository: Repository, key: string): { role: RoleName; removed: readonly PublicKey[] } {
  for (const role of ROLES) {
    const { keys } = keysOf(repository, role);
    const named = keys.filter(({ id }) => keyFileName(role, id) === `${key}.pem`);
    if (role === key || named.length > 0) return { role, removed: role === key ? keys : named };
  }
  const names = [...ROLES, MINISIGN_OWNER].join(', ');
  throw new PublishError(
    'PUBLISH_OPTION',
    `key: expected ${names} or the name of a key file, got ${JSON.stringify(key)}`,
  );
}

/** The root's own keys: those that stay are asked first, since the one that goes may be lost. */
function signersFor(
  { layout, repository, signers }: Publisher,
  role: RoleName,
  removed: readonly PublicKey[],
  passphrase: string | undefined,
): Signers {
  if (role !== 'root') return signers;
  const { keys, threshold } = keysOf(repository, 'root');
  const staying = without(keys, removed);
  const ids = [...staying, ...removed].map(({ id }) => id);
  const opened = openKeys(layout.keys, 'root', ids, threshold, passphrase);
  return (each) => (each === 'root' ? opened : signers(each));
}

function makeExchange(
  { layout, repository }: Publisher,
  role: RoleName,
  removed: readonly PublicKey[],
  passphrase: string | undefined,
): Exchange {
  const { keys, threshold } = keysOf(repository, role);
  const added = removed.map(() => makeKey(layout.keys, role, passphrase));
  const staying = without(keys, removed);
  return { role, removed, added, next: { keys: [...staying, ...added], threshold } };
}

function without(keys: readonly PublicKey[], removed: readonly PublicKey[]): readonly PublicKey[] {
  const gone = new Set(removed.map(({ id }) => id));
  return keys.filter(({ id }) => !gone.has(id));
}

function publishExchange(repository: Repository, exchange: Exchange, signers: Signers, now: Date): Repository {
  const { role, added, next } = exchange;
  const both: Signers = (each) => (each === role ? [...signers(each), ...added] : signers(each));
  if (role === PATTERNS_ROLE) {
    return publishEdits(repository, { targets: next, patterns: repository.entries }, both, now);
  }
  const prepared = role === 'root' ? repository : publishEdits(repository, editsOf(repository, role), both, now);
  const roles: Record<TopLevelRole, RoleKeys> = {
    root: keysOf(prepared, 'root'),
    targets: keysOf(prepared, 'targets'),
    snapshot: keysOf(prepared, 'snapshot'),
    timestamp: keysOf(prepared, 'timestamp'),
    [role]: next,
  };
  return publishRoot(prepared, roles, both('root'), now);
}

/** Signs again what the role has signed. */
function editsOf(repository: Repository, role: RoleName): Edits {
  if (role === 'targets') return { targets: currentDelegation(repository) };
  return role === 'snapshot' ? { snapshot: true } : {};
}

/** Keys that nothing names any more, those of a rotation that was cut off included. */
function retireUnused(layout: Layout, repository: Repository): void {
  const used = new Set(ROLES.flatMap((role) => keysOf(repository, role).keys.map(({ id }) => keyFileName(role, id))));
  const minisign = activeMinisignId(layout.publicDirectory);
  if (minisign !== undefined) used.add(keyFileName(MINISIGN_OWNER, minisign));
  for (const name of readdirSync(layout.keys)) {
    if (/^[a-z]+-[0-9a-f]{16}\.pem$/.test(name) && !used.has(name)) retireKey(layout.keys, layout.retiredKeys, name);
  }
}
