/**
 * What this machine trusts: the TUF metadata in `trust/`, and a record of it in update.json.
 *
 * The library writes in place and syncs nothing: a torn root.json would shut the updater out for good, and a torn timestamp.json beside a lost snapshot would take
 * rollback protection away without a word. So it works in a scratch copy; afterwards each file that changed is replaced in one step, root first. The record
 * holds the root once more, and the highest versions that were seen: whatever becomes of the files, older metadata is not taken for new.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DurableFiles, nodeFiles, writeDurably } from '../files/durable.ts';
import { storeErrorOf } from '../store/errors.ts';
import { readSmallFile } from '../store/small-file.ts';
import { UpdateError } from './errors.ts';
import { isRoot, rootKeysIn, TUF_ROLES, type TufRole, type VerifiedMetadata, versionIn } from './tuf.ts';

/** Beside the files; see above. */
export interface TrustRecord {
  /** Text of the trusted root.json. */
  readonly root: string;
  /** SHA-256 of the root file that trust began with. */
  readonly anchor: string;
  readonly versions: Readonly<Partial<Record<TufRole, number>>>;
  /** Who signed at those versions; new keys start over, or a stolen key could have the last word with a version of 2^53−1. */
  readonly signers: Readonly<Partial<Record<TufRole, string>>>;
}

const SCRATCH = 'scratch';
const MAX_FILE_BYTES = 1_000_000;
/** Timestamp and snapshot keys are on the same machine: when one is replaced, neither version is believed (specification, 5.3.11). */
const SIGNED_WITH: Readonly<Record<TufRole, readonly TufRole[]>> = {
  root: [],
  timestamp: ['timestamp', 'snapshot'],
  snapshot: ['timestamp', 'snapshot'],
  targets: ['targets'],
  patterns: ['patterns'],
};

export class TrustDirectory {
  readonly scratch: string;
  readonly #directory: string;
  readonly #record: TrustRecord | undefined;
  readonly #files: DurableFiles;
  #anchor: string;
  /** Trust begins here: nothing is kept of it until a refresh succeeds, or a wrong file would have to be undone by hand. */
  #isNew = false;

  constructor(directory: string, record: TrustRecord | undefined, files: DurableFiles = nodeFiles) {
    this.#directory = directory;
    this.#record = record;
    this.#files = files;
    this.#anchor = record?.anchor ?? '';
    this.scratch = join(directory, SCRATCH);
  }

  /**
   * Fills the scratch directory with what is trusted.
   *
   * @param rootFile given by a person; trust begins with it, and it is not needed again
   * @throws {UpdateError} `UPDATE_NO_ROOT`, `UPDATE_ROOT_FILE`, `UPDATE_TRUST_DAMAGED`; {StoreError}
   */
  prepare(rootFile: string | undefined): void {
    try {
      rmSync(this.scratch, { recursive: true, force: true });
      mkdirSync(this.scratch, { mode: 0o700 });
      this.#prepareRoot(rootFile);
      for (const role of TUF_ROLES) if (role !== 'root') this.#copy(role);
    } catch (thrown) {
      throw storeErrorOf(this.scratch, thrown);
    }
  }

  /**
   * Takes over what a refresh in the scratch directory verified.
   *
   * @throws {UpdateError} `UPDATE_ROLLBACK` when it is older than the record; {StoreError}
   */
  commit(verified: VerifiedMetadata, where: string): TrustRecord {
    this.#verifyNotOlder(verified, where);
    for (const role of TUF_ROLES) this.#move(role);
    const root = readFileSync(join(this.#directory, fileOf('root')), 'utf8');
    return { root, anchor: this.#anchor, versions: verified.versions, signers: verified.signers };
  }

  /**
   * After a refresh that failed. Each root that was verified counts all the same: it may be the one that takes a stolen key away. The rest does not: nothing was
   * decided by it, and a mirror in the middle of its update must not make others look old.
   */
  commitRoot(): TrustRecord | undefined {
    const version = versionIn(join(this.scratch, fileOf('root'))) ?? 0;
    if (this.#isNew || !isRoot(this.scratch) || version < (this.#record?.versions.root ?? 0)) return this.#record;
    this.#move('root');
    const root = readFileSync(join(this.#directory, fileOf('root')), 'utf8');
    const { versions = {}, signers = {} } = this.#record ?? {};
    return { root, anchor: this.#anchor, versions: { ...versions, root: version }, signers };
  }

  /**
   * Whether a root file may be one of the repository that is trusted, as far as keys show it. It stays in a configuration for years while trust moves on, so it
   * decides nothing; but a person who thinks to have changed the publisher must hear that he has not.
   */
  isRelated(rootFile: string): boolean {
    const given = readSmall(rootFile);
    if (given === undefined || digest(given) === this.#anchor) return true;
    const trusted = rootKeysIn(readSmall(join(this.scratch, fileOf('root'))));
    return rootKeysIn(given).some((key) => trusted.includes(key));
  }

  discard(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }

  #prepareRoot(rootFile: string | undefined): void {
    const kept = [readSmall(join(this.#directory, fileOf('root'))), this.#record && Buffer.from(this.#record.root)];
    const usable = kept.flatMap((bytes) =>
      bytes && this.#becomesRoot(bytes) ? [{ bytes, version: this.#scratchVersion() }] : [],
    );
    const [newest] = usable.sort((a, b) => b.version - a.version);
    if (newest) {
      this.#write('root', newest.bytes);
      return;
    }
    if (rootFile !== undefined) {
      this.#beginWith(rootFile);
      return;
    }
    const wasTrusted = kept.some((bytes) => bytes !== undefined);
    throw new UpdateError(
      wasTrusted ? 'UPDATE_TRUST_DAMAGED' : 'UPDATE_NO_ROOT',
      wasTrusted
        ? `${this.#directory}: expected root.json, got a damaged one; give the publisher's root.json once more: --root FILE`
        : "trust: expected the publisher's root.json; get it by a way that you trust, and give it once: --root FILE",
    );
  }

  #beginWith(rootFile: string): void {
    const bytes = readRootFile(rootFile);
    if (!this.#becomesRoot(bytes))
      throw new UpdateError(
        'UPDATE_ROOT_FILE',
        `${rootFile}: expected root metadata signed by its own keys, got something else`,
      );
    this.#anchor = digest(bytes);
    this.#isNew = true;
  }

  #becomesRoot(bytes: Buffer): boolean {
    this.#write('root', bytes);
    return isRoot(this.scratch);
  }

  #scratchVersion(): number {
    return versionIn(join(this.scratch, fileOf('root'))) ?? 0;
  }

  #write(role: TufRole, bytes: Buffer): void {
    writeFileSync(join(this.scratch, fileOf(role)), bytes, { mode: 0o600 });
  }

  #copy(role: TufRole): void {
    const bytes = readSmall(join(this.#directory, fileOf(role)));
    if (bytes) this.#write(role, bytes);
  }

  #verifyNotOlder({ versions, signers }: VerifiedMetadata, where: string): void {
    const record = this.#record;
    for (const role of TUF_ROLES) {
      const seen = record?.versions[role] ?? 0;
      const isComparable = SIGNED_WITH[role].every((signer) => record?.signers[signer] === signers[signer]);
      if (!isComparable || versions[role] >= seen) continue;
      const message = `expected ${role} version ${seen} or above, got ${versions[role]}: a stale mirror, or somebody wants to bring back old patterns`;
      throw new UpdateError('UPDATE_ROLLBACK', `${where}: ${message}`);
    }
  }

  #move(role: TufRole): void {
    const path = join(this.#directory, fileOf(role));
    try {
      const bytes = readFileSync(join(this.scratch, fileOf(role)));
      if (readSmall(path)?.equals(bytes)) return;
      writeDurably(path, bytes, 0o644, this.#files);
    } catch (thrown) {
      throw storeErrorOf(path, thrown);
    }
  }
}

function fileOf(role: TufRole): string {
  return `${role}.json`;
}

function readSmall(path: string): Buffer | undefined {
  return readSmallFile(path, MAX_FILE_BYTES);
}

function readRootFile(path: string): Buffer {
  try {
    // Given by a person, who may give a link.
    return readSmall(realpathSync(path)) ?? noRootFile(path);
  } catch (cause) {
    return noRootFile(path, cause);
  }
}

function noRootFile(path: string, cause?: unknown): never {
  const message = `${path}: expected the publisher's root.json, got nothing that can be read`;
  throw new UpdateError('UPDATE_ROOT_FILE', message, { cause });
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
