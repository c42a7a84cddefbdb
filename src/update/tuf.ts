/**
 * The Update Framework: the door of tuf-js.
 *
 * The library checks; we bring files, time and words. What it lacks is made up for here: it has no clock to set, it swallows the reason of a refusal, and it answers for
 * single names where we need the list. That takes a look at its inside (`trustedSet`), so its version is pinned, and tuf.test.ts holds it to what is used.
 * Source: The Update Framework specification 1.0.31, section 5.
 */
import { readFileSync } from 'node:fs';
import { type Fetcher, type TargetFile, Updater } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { HttpStatusError, UpdateError } from './errors.ts';
import { METADATA_PATH, PATTERNS_ROLE } from './repository.ts';
import { type RetryOptions, retrying } from './retry.ts';
import { type RepositorySource, readWhole } from './source.ts';
import { refusal } from './tuf-refusal.ts';

export const TUF_ROLES = ['root', 'timestamp', 'snapshot', 'targets', PATTERNS_ROLE] as const;
export type TufRole = (typeof TUF_ROLES)[number];

/** A file that the `patterns` role signed. */
export interface SignedTarget {
  readonly name: string;
  readonly length: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** As parsed from JSON. */
  readonly custom: unknown;
}

/** What a refresh brought; everything in it is verified. */
export interface VerifiedMetadata {
  readonly versions: Readonly<Record<TufRole, number>>;
  /** Who may sign each role: equal texts, equal keys and threshold. */
  readonly signers: Readonly<Record<TufRole, string>>;
  /** Milliseconds since 1970. */
  readonly timestampExpiresMs: number;
  readonly targets: readonly SignedTarget[];
}

export interface RefreshOptions extends RetryOptions {
  /** Holds root.json and what else was trusted before; new files are written into it, whole or torn. Nobody else uses it meanwhile. */
  readonly directory: string;
  readonly source: RepositorySource;
  /** Time that expiry is checked against, milliseconds since 1970. */
  readonly referenceMs: number;
}

/**
 * Bytes of one file. Small, because the library takes time that grows with the square of the entries before it knows whether a file is signed; a
 * repository of ours has about 80 targets.
 */
const CONFIG = {
  maxRootRotations: 256,
  maxDelegations: 4,
  rootMaxLength: 65_536,
  timestampMaxLength: 16_384,
  snapshotMaxLength: 65_536,
  targetsMaxLength: 1_000_000,
  prefixTargetsWithHash: false,
};
/** The library wants a URL. Names are cut out of it again; no request ever goes there. */
const BASE = 'https://repository.invalid/';

type Call = (bytes: Buffer, ...more: unknown[]) => unknown;
/** The inside of the library, as far as it is used. */
interface TrustedSet {
  referenceTime: Date;
  readonly root: {
    readonly signed: Signed & { readonly consistentSnapshot: boolean; readonly roles: Record<string, Signers> };
  };
  getRole(name: string): { readonly signed: Signed } | undefined;
  updateRoot: Call;
  updateTimestamp: Call;
  updateSnapshot: Call;
  updateDelegatedTargets: Call;
}
interface Signed {
  readonly version: number;
  readonly expires: string;
  readonly targets: Readonly<Record<string, TargetFile>>;
  readonly delegations?: { readonly roles?: Readonly<Record<string, Signers>> };
}
interface Signers {
  readonly keyIDs: readonly string[];
  readonly threshold: number;
}

/**
 * Refreshes the metadata from one source.
 *
 * @throws {UpdateError} what the source throws, and a code for each refusal (tuf-refusal.ts); files in the directory that were replaced by then are verified
 *   all the same
 */
export async function refreshMetadata(options: RefreshOptions): Promise<VerifiedMetadata> {
  const fetcher = new SourceFetcher(options);
  const updater = openUpdater(options.directory, fetcher);
  const { trustedSet } = updater as unknown as { trustedSet: TrustedSet };
  trustedSet.referenceTime = new Date(options.referenceMs);
  const refused = watchRefusals(trustedSet);
  try {
    await updater.refresh();
    // Any name that it is responsible for makes the library load the role.
    await updater.getTargetInfo('pattern/1.npf');
    return await verified(updater, trustedSet, options.source.name);
  } catch (thrown) {
    throw fetcher.failure ?? asRefusal(thrown, refused.last, fetcher, options);
  }
}

/** @returns whether the bytes are root metadata, signed by the keys in it as often as it wants */
export function isRoot(directory: string): boolean {
  try {
    openUpdater(directory, undefined);
    return true;
  } catch {
    return false;
  }
}

function openUpdater(directory: string, fetcher: Fetcher | undefined): Updater {
  return new Updater({
    metadataDir: directory,
    metadataBaseUrl: `${BASE}${METADATA_PATH}`,
    config: CONFIG,
    ...(fetcher ? { fetcher } : {}),
  });
}

/** Brings metadata to the library. Its `downloadFile` is not needed: targets are fetched elsewhere, where they can be resumed. */
class SourceFetcher implements Fetcher {
  /** What ended the refresh, unless it was a refusal. */
  failure: unknown;
  last: { readonly path: string; readonly bytes: Buffer } | undefined;
  readonly #options: RefreshOptions;

  constructor(options: RefreshOptions) {
    this.#options = options;
  }

  async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const path = url.slice(BASE.length);
    try {
      const bytes = await retrying(this.#options, () => readWhole(this.#options.source, path, maxLength));
      this.last = { path, bytes };
      return bytes;
    } catch (thrown) {
      // The library asks for the next root until there is none. Buckets answer 403 for what is not there.
      if (path.endsWith('.root.json') && isAbsent(thrown)) throw new DownloadHTTPError('no such root', 404);
      this.failure = thrown;
      throw thrown;
    }
  }

  downloadFile<T>(): Promise<T> {
    throw new Error('expected targets to be fetched elsewhere');
  }
}

function isAbsent(thrown: unknown): boolean {
  if (thrown instanceof HttpStatusError && thrown.status === 403) return true;
  return thrown instanceof UpdateError && thrown.code === 'UPDATE_NOT_FOUND';
}

interface Refusals {
  last: { readonly role: string; readonly error: unknown; readonly bytes: Buffer } | undefined;
}

/** Remembers what the last check said: the library wraps it into the text of another error. */
function watchRefusals(trustedSet: TrustedSet): Refusals {
  const refused: Refusals = { last: undefined };
  const watch = (
    method: 'updateRoot' | 'updateTimestamp' | 'updateSnapshot' | 'updateDelegatedTargets',
    name: string,
  ) => {
    const check = trustedSet[method].bind(trustedSet);
    trustedSet[method] = (bytes, ...more) => {
      refused.last = undefined;
      try {
        return check(bytes, ...more);
      } catch (error) {
        refused.last = { role: name === '' ? String(more[0]) : name, error, bytes };
        throw error;
      }
    };
  };
  watch('updateRoot', 'root');
  watch('updateTimestamp', 'timestamp');
  watch('updateSnapshot', 'snapshot');
  watch('updateDelegatedTargets', '');
  return refused;
}

function asRefusal(thrown: unknown, last: Refusals['last'], fetcher: SourceFetcher, options: RefreshOptions): unknown {
  if (thrown instanceof UpdateError) return thrown;
  const file = {
    role: last?.role ?? 'metadata',
    where: `${options.source.name.replace(/\/$/, '')}/${fetcher.last?.path ?? ''}`,
    bytes: last?.bytes ?? Buffer.alloc(0),
  };
  return refusal(last?.error ?? thrown, file);
}

async function verified(updater: Updater, trustedSet: TrustedSet, where: string): Promise<VerifiedMetadata> {
  const root = trustedSet.root.signed;
  if (!root.consistentSnapshot)
    throw new UpdateError('UPDATE_METADATA', `${where}: expected a root with consistent snapshots`);
  const signed = (role: string): Signed => {
    const metadata = role === 'root' ? trustedSet.root : trustedSet.getRole(role);
    if (metadata) return metadata.signed;
    throw new UpdateError('UPDATE_DELEGATION', `${where}: expected targets to delegate pattern/* to ${PATTERNS_ROLE}`);
  };
  const byRole = <T>(value: (role: TufRole) => T) =>
    Object.fromEntries(TUF_ROLES.map((role) => [role, value(role)])) as Record<TufRole, T>;
  return {
    versions: byRole((role) => safeVersion(signed(role).version, `${where}, ${role}`)),
    signers: byRole((role) =>
      signersOf(role === PATTERNS_ROLE ? signed('targets').delegations?.roles?.[role] : root.roles[role]),
    ),
    timestampExpiresMs: Date.parse(signed('timestamp').expires),
    targets: await listTargets(updater, signed(PATTERNS_ROLE).targets, where),
  };
}

function safeVersion(version: number, where: string): number {
  if (Number.isSafeInteger(version) && version >= 1) return version;
  throw new UpdateError('UPDATE_METADATA', `${where}: expected a version from 1 to 2^53−1, got ${version}`);
}

function signersOf(signers: Signers | undefined): string {
  return signers === undefined ? '' : `${signers.threshold} of ${[...signers.keyIDs].sort().join(' ')}`;
}

/** Everything that the role lists, each name looked up as the specification wants it, so that nobody answers for a name that is not his. */
async function listTargets(
  updater: Updater,
  listed: Signed['targets'],
  where: string,
): Promise<readonly SignedTarget[]> {
  const targets: SignedTarget[] = [];
  for (const [name, file] of Object.entries(listed)) {
    const found = await updater.getTargetInfo(name);
    if (found !== file) throw overreach(where, name);
    const { length, hashes, custom } = file;
    const { sha256 } = hashes;
    if (!Number.isSafeInteger(length) || length < 0 || sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256))
      throw new UpdateError('UPDATE_METADATA', `${where}, ${shown(name)}: expected a length and a SHA-256`);
    targets.push({ name, length, sha256, custom });
  }
  return targets;
}

function overreach(where: string, name: string): UpdateError {
  const message = `expected ${PATTERNS_ROLE} to sign only what was delegated to it, got ${shown(name)}; its key may be in wrong hands`;
  return new UpdateError('UPDATE_DELEGATION', `${where}: ${message}`);
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

/** Version in a metadata file that was verified before. @returns undefined when it cannot be read */
export function versionIn(path: string): number | undefined {
  try {
    const { version } = JSON.parse(readFileSync(path, 'utf8')).signed;
    return Number.isSafeInteger(version) ? version : undefined;
  } catch {
    return undefined;
  }
}

/** IDs of the keys that may sign the root after this one, and of those that signed it. */
export function rootKeysIn(bytes: Uint8Array | undefined): readonly string[] {
  try {
    const { signed, signatures } = JSON.parse(Buffer.from(bytes ?? []).toString('utf8'));
    return [...signed.roles.root.keyids, ...signatures.map(({ keyid }: { keyid: unknown }) => keyid)];
  } catch {
    return [];
  }
}
