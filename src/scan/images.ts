/**
 * The image for some sources: out of the cache when it is there and whole, else compiled, in a thread of its own.
 */
import { closeSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { ImageError, readImageHeader } from '../../native-free-engine/index.ts';
import { openCacheDirectory, openCached } from './cache-directory.ts';
import { ScanError } from './errors.ts';
import {
  IMAGE_EXTENSION,
  type ImageFile,
  type ImageIdentity,
  type ImageSummary,
  imageIdentityOf,
  openImageFile,
} from './image-file.ts';
import type { PrepareResult, PrepareTask } from './prepare-thread.ts';
import type { SourceFile } from './source-files.ts';
import { type KnownSource, readIndex } from './source-index.ts';
import { runThread } from './thread.ts';

/** An image that can be loaded: from a file, whose descriptor whoever has this must close, or from shared memory. */
export type ImageSource =
  | ({ readonly kind: 'file' } & ImageFile)
  | {
      readonly kind: 'memory';
      readonly bytes: Uint8Array;
      readonly header: ReturnType<typeof readImageHeader>;
      readonly summary: ImageSummary;
    };

export interface FoundImage {
  readonly image: ImageSource;
  readonly sources: readonly KnownSource[];
  /** Whether it was compiled now. */
  readonly compiled: boolean;
  /** Why it cannot be kept; undefined when it is. */
  readonly cacheTrouble: string | undefined;
}

/**
 * What the cache has for some files.
 *
 * @param sources what is known of them; by default what the index knows without reading them
 * @returns undefined when it has nothing that is certain
 */
export function lookUpImage(
  cacheDirectory: string,
  files: readonly SourceFile[],
  sources = readIndex(cacheDirectory, files),
): { image: ImageFile; sources: readonly KnownSource[] } | undefined {
  if (sources === undefined) return undefined;
  const identity = imageIdentityOf(sources.map(({ digest }) => Buffer.from(digest, 'hex')));
  const image = openFromCache(cacheDirectory, identity);
  return image && { image, sources };
}

/**
 * @param isDistrusted the image in the cache turned out to be damaged: reads and checks everything
 * @throws {ScanError} `SCAN_PATTERNS`, `SCAN_FAILED`
 */
export async function findImage(
  cacheDirectory: string,
  files: readonly SourceFile[],
  isDistrusted = false,
): Promise<FoundImage> {
  const access = openCacheDirectory(cacheDirectory);
  if (!access.usable) return fromMemory(await prepare({ files, cacheDirectory: undefined }), access.reason);
  const known = isDistrusted ? undefined : lookUpImage(cacheDirectory, files);
  if (known) return fromFile(known.image, known.sources, false);
  const result = await prepare({ files, cacheDirectory });
  if (result.kind === 'memory') return fromMemory(result, `${cacheDirectory}: cannot be written`);
  const image = openFromCache(cacheDirectory, result.identity);
  if (image) return fromFile(image, result.sources, result.compiled);
  // Somebody removed it meanwhile.
  return fromMemory(await prepare({ files, cacheDirectory: undefined }), undefined);
}

function fromFile(image: ImageFile, sources: readonly KnownSource[], compiled: boolean): FoundImage {
  return { image: { kind: 'file', ...image }, sources, compiled, cacheTrouble: undefined };
}

function fromMemory(result: PrepareResult, cacheTrouble: string | undefined): FoundImage {
  if (result.kind !== 'memory') throw new ScanError('SCAN_FAILED', 'patterns: expected an image in memory');
  const { image, sources } = result;
  return {
    image: { kind: 'memory', header: readImageHeader(image.bytes), ...image },
    sources,
    compiled: true,
    cacheTrouble,
  };
}

function openFromCache(directory: string, { key, patternDigest }: ImageIdentity): ImageFile | undefined {
  const name = key + IMAGE_EXTENSION;
  const descriptor = openCached(directory, name);
  if (descriptor === undefined) return undefined;
  try {
    const image = openImageFile(descriptor, patternDigest);
    markAsUsed(join(directory, name));
    return image;
  } catch (error) {
    closeSync(descriptor);
    if (error instanceof ImageError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** So that the images that are removed are those that nobody uses. */
function markAsUsed(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // A cache that cannot be written is not pruned either.
  }
}

function prepare(task: PrepareTask): Promise<PrepareResult> {
  return runThread('prepare-thread', task);
}
