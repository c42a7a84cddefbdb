/** A pattern file in `incoming/`, out of sight of readers, until it is installed or discarded. */
import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openPatternFile, type PatternFileHeader } from '../../native-free-engine/index.ts';
import { syncDirectory, writeNew } from '../files/durable.ts';
import { makeLockFile, takeLock } from '../files/lock.ts';
import { nodeDigester } from '../host/host.ts';
import { PRIVATE_DIRECTORY, PUBLIC_DIRECTORY } from './access.ts';
import { changeStore, type StoreContext } from './change.ts';
import { StoreError, storeErrorOf } from './errors.ts';
import { IMAGES, INCOMING, patternPath, QUARANTINE, STAGING_LOCK } from './layout.ts';
import { removeTree } from './removal.ts';
import type { StagedPattern } from './staging.ts';

/** A directory in incoming/ that is somebody's for as long as he does not release it. */
interface Place {
  readonly around: string;
  readonly release: () => void;
}

/** What `PatternStore.stage` gives: a trial takes it as it is, `install` takes it back. */
export class Staging implements StagedPattern {
  readonly number: number;
  readonly path: string;
  readonly quarantinePath: string;
  readonly imageDirectory: string;
  /** The directory that becomes the number's own. */
  readonly directory: string;
  readonly header: PatternFileHeader;
  /** Of the `.npf`: its size, and its SHA-256 in lower-case hex. */
  readonly bytes: number;
  readonly fileDigest: string;
  readonly #context: StoreContext;
  /** Directory in incoming/. */
  readonly around: string;
  #release: (() => void) | undefined;

  constructor(context: StoreContext, { around, release }: Place, header: PatternFileHeader, bytes: Uint8Array) {
    const { number } = header;
    this.#context = context;
    this.#release = release;
    this.around = around;
    this.number = number;
    this.header = header;
    this.bytes = bytes.length;
    this.fileDigest = hash('sha256', bytes);
    this.directory = join(around, String(number));
    this.path = patternPath(this.directory, number);
    this.quarantinePath = join(this.directory, QUARANTINE);
    this.imageDirectory = join(context.store, IMAGES);
  }

  isIn({ store }: StoreContext): boolean {
    return this.#release !== undefined && this.#context.store === store;
  }

  /** Removes it, or what installing left of it. What cannot be removed is left to the next change of the store. */
  discard(): void {
    if (!this.#release) return;
    try {
      removeTree(this.around, this.#context.files);
    } catch {
      // A disk in trouble; nobody waits for this directory.
    }
    this.#release();
    this.#release = undefined;
  }
}

/**
 * Writes a pattern file into `incoming/`, on the disk when this returns.
 *
 * @throws {StoreError} `STORE_PATTERN`, `STORE_LOCKED`, `STORE_DISK_FULL`, `STORE_READ_ONLY`, `STORE_FILES`
 */
export function stagePattern(context: StoreContext, bytes: Uint8Array): Staging {
  const header = headerOf(bytes);
  const { files, store } = context;
  const place = changeStore(context, () => makePlace(context));
  const staging = new Staging(context, place, header, bytes);
  try {
    files.makeDirectory(staging.directory, PRIVATE_DIRECTORY);
    files.setMode(staging.directory, PUBLIC_DIRECTORY);
    writeNew(staging.path, bytes, undefined, files);
    syncDirectory(staging.directory, files);
    return staging;
  } catch (error) {
    staging.discard();
    throw storeErrorOf(store, error);
  }
}

function headerOf(bytes: Uint8Array): PatternFileHeader {
  try {
    return openPatternFile(bytes, nodeDigester).header;
  } catch (cause) {
    throw new StoreError('STORE_PATTERN', (cause as Error).message, { cause });
  }
}

/** Under the store's lock, so that nobody takes a place for abandoned before it has its own lock. */
function makePlace({ store, files }: StoreContext): Place {
  const around = join(store, INCOMING, randomBytes(8).toString('hex'));
  files.makeDirectory(around, PRIVATE_DIRECTORY);
  const lock = join(around, STAGING_LOCK);
  makeLockFile(lock);
  const release = takeLock(lock, 0);
  if (release) return { around, release };
  throw new StoreError('STORE_FILES', `${lock}: expected a new lock to be free`);
}
