/**
 * Downloads one signed file, and goes on where an earlier download broke off.
 *
 * Nothing is remembered about a part but its bytes: names are never used twice, so a part of the right name is most likely a part of the right file, and the signed
 * digest decides when it is whole. A poisoned or stale part costs one more download, never more.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError, storeErrorOf } from '../store/errors.ts';
import { HttpStatusError, UpdateError } from './errors.ts';
import { TARGETS_PATH } from './repository.ts';
import { isPassing, pause, type RetryOptions } from './retry.ts';
import type { RepositorySource } from './source.ts';
import type { SignedTarget } from './tuf.ts';

export interface DownloadOptions extends RetryOptions {
  /** Where parts are kept from run to run. */
  readonly directory: string;
  readonly onBytes?: ((receivedBytes: number) => void) | undefined;
}

type Wanted = Pick<SignedTarget, 'name' | 'length' | 'sha256'>;

/**
 * Brings one file from one source.
 *
 * @returns its path in `directory`; its length and digest are the signed ones
 * @throws {UpdateError} what the source throws; `UPDATE_DIGEST`, `UPDATE_TRUNCATED`; {StoreError}. The part that is there stays for the next time.
 */
export async function download(source: RepositorySource, wanted: Wanted, options: DownloadOptions): Promise<string> {
  const path = partPath(options.directory, wanted.name);
  const part = openPart(path);
  try {
    await fillPart(part, source, wanted, options);
    return path;
  } catch (thrown) {
    throw afterFault(thrown, path);
  } finally {
    closeSync(part);
  }
}

/** Name of a download: the target's with `/` as `_`. */
export function partPath(directory: string, target: string): string {
  return join(directory, target.replaceAll('/', '_'));
}

async function fillPart(
  part: number,
  source: RepositorySource,
  wanted: Wanted,
  options: DownloadOptions,
): Promise<void> {
  if (sizeOf(part) > wanted.length) ftruncateSync(part, 0);
  let fresh = sizeOf(part) === 0;
  for (;;) {
    await append(part, source, wanted, options);
    if (digestOf(part) === wanted.sha256) return;
    ftruncateSync(part, 0);
    if (fresh) throw otherBytes(source, wanted);
    // What was there before was no part of it.
    fresh = true;
  }
}

/**
 * Until it is as long as it was signed. A connection that breaks is tried again, as long as each one brings something; but a server that gives a byte at a time,
 * or sends us back to the beginning, must come to an end.
 */
async function append(part: number, source: RepositorySource, wanted: Wanted, options: DownloadOptions): Promise<void> {
  let inVain = 0;
  for (let faults = 1; sizeOf(part) < wanted.length; faults++) {
    const before = sizeOf(part);
    try {
      await appendOnce(part, source, wanted, options);
    } catch (thrown) {
      const isUseless = thrown instanceof HttpStatusError && thrown.status === 416;
      if (isUseless) ftruncateSync(part, 0);
      inVain = sizeOf(part) > before ? 1 : inVain + 1;
      const isOver = inVain > options.retries || faults > MAX_FAULTS;
      if (isOver || !(isPassing(thrown) || (isUseless && before > 0))) throw thrown;
      await pause(options.retryDelayMs * 2 ** (inVain - 1), options.signal);
    }
  }
}

/** Connections for one file. */
const MAX_FAULTS = 50;

async function appendOnce(
  part: number,
  source: RepositorySource,
  wanted: Wanted,
  options: DownloadOptions,
): Promise<void> {
  const { offset, body } = await source.open(`${TARGETS_PATH}/${wanted.name}`, {
    offset: sizeOf(part),
    maxBytes: wanted.length,
  });
  // A server that does not know ranges sends everything again.
  ftruncateSync(part, offset);
  let at = offset;
  for await (const chunk of body) {
    for (let written = 0; written < chunk.length; )
      written += writeSync(part, chunk, written, chunk.length - written, at + written);
    at += chunk.length;
    options.onBytes?.(at);
  }
  if (at < wanted.length) throw truncated(source, wanted, at);
}

function openPart(path: string): number {
  try {
    const descriptor = openSync(
      path,
      constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      0o600,
    );
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
  } catch (thrown) {
    throw storeErrorOf(path, thrown);
  }
  throw new StoreError('STORE_FILES', `${path}: expected a file; remove what is there`);
}

function sizeOf(part: number): number {
  return fstatSync(part).size;
}

const CHUNK_BYTES = 1 << 20;

function digestOf(part: number): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = 0; ; ) {
    const length = readSync(part, chunk, 0, chunk.length, at);
    if (length === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, length));
    at += length;
  }
}

/** A full disk is a matter of more than this program: the part gives its room back. */
function afterFault(thrown: unknown, path: string): unknown {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') unlinkSync(path);
  return storeErrorOf(path, thrown);
}

function otherBytes(source: RepositorySource, { name, sha256 }: Wanted): UpdateError {
  const message = `expected the bytes that were signed (SHA-256 ${sha256}), got others`;
  return new UpdateError('UPDATE_DIGEST', `${source.name}, ${name}: ${message}: damaged on their way, or changed`);
}

function truncated(source: RepositorySource, { name, length }: Wanted, got: number): UpdateError {
  return new UpdateError('UPDATE_TRUNCATED', `${source.name}, ${name}: expected ${length} bytes, got ${got}`);
}
