/**
 * Which image belongs to which files, without reading them.
 *
 * Digesting 42 MB of sources takes longer than the start of the command may. So the digest of each file is kept with its identity (device, inode, size,
 * times of change); where all of that is the same, so are the bytes. A file that changes twice within one tick of its clock would look the same: an index
 * is only written when every file had been left alone for a while before it was read.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync } from 'node:fs';
import { openCached, pruneCache, writeCached } from './cache-directory.ts';
import { readAt } from './image-file.ts';
import type { SourceDescription } from './source-bytes.ts';
import { type FileIdentity, isSameIdentity, type SourceFile } from './source-files.ts';
import type { LoadedSource } from './source-reader.ts';

/** What is known of a source without reading it. */
export interface KnownSource {
  readonly path: string;
  readonly identity: FileIdentity;
  /** Lower-case hex. */
  readonly digest: string;
  readonly description: SourceDescription;
}

export function knownSource({ file, identity, digest, description }: LoadedSource): KnownSource {
  return { path: file.path, identity, digest: Buffer.from(digest).toString('hex'), description };
}

const INDEX_FORMAT = 1;
const EXTENSION = '.index';
const KEPT_INDEXES = 64;
const MAX_INDEX_BYTES = 16 << 20;
/** The coarsest clock of a file system that is in use (FAT) ticks every two seconds. */
const SETTLED_NS = 3_000_000_000n;

/** @returns undefined when nothing certain is known of them */
export function readIndex(directory: string, files: readonly SourceFile[]): readonly KnownSource[] | undefined {
  const descriptor = openCached(directory, indexName(files));
  if (descriptor === undefined) return undefined;
  try {
    const bytes = Buffer.alloc(Math.min(fstatSync(descriptor).size, MAX_INDEX_BYTES));
    const sources = decodeIndex(bytes.subarray(0, readAt(descriptor, bytes, 0)));
    if (sources?.length !== files.length) return undefined;
    const isCurrent = files.every(
      ({ path, identity }, i) => sources[i]!.path === path && isSameIdentity(sources[i]!.identity, identity),
    );
    return isCurrent ? sources : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Keeps what is known, if it can be relied on. @param readNs nanoseconds since 1970 when the first file was opened to be read */
export function writeIndex(
  directory: string,
  files: readonly SourceFile[],
  sources: readonly KnownSource[],
  readNs: bigint,
): void {
  const settledNs = readNs - SETTLED_NS;
  const isSettled = sources.every(
    ({ identity }) => BigInt(identity.mtimeNs) < settledNs && BigInt(identity.ctimeNs) < settledNs,
  );
  if (!isSettled) return;
  const text = Buffer.from(JSON.stringify({ format: INDEX_FORMAT, sources }));
  if (writeCached(directory, indexName(files), [digest(text), text])) pruneCache(directory, EXTENSION, KEPT_INDEXES);
}

function decodeIndex(bytes: Buffer): readonly KnownSource[] | undefined {
  const text = bytes.subarray(32);
  if (bytes.length < 32 || !digest(text).equals(bytes.subarray(0, 32))) return undefined;
  const { format, sources } = JSON.parse(text.toString()) as { format: number; sources: readonly KnownSource[] };
  return format === INDEX_FORMAT ? sources : undefined;
}

function indexName(files: readonly SourceFile[]): string {
  const key = digest(Buffer.from(files.map(({ path }) => path).join('\0')));
  return key.toString('hex', 0, 20) + EXTENSION;
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
