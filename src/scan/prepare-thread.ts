/**
 * A thread that makes sure there is an image for some sources: reads them, looks in the cache, compiles when nothing fits.
 *
 * Of all processes that start at once, one compiles and the others wait for it; without a cache that can be written each compiles for itself.
 */
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../files/lock.ts';
import { openCached, pruneCache, writeCached } from './cache-directory.ts';
import { compileSources } from './compile-image.ts';
import {
  encodeSummary,
  IMAGE_EXTENSION,
  type ImageIdentity,
  type ImageSummary,
  imageIdentityOf,
  openImageFile,
  readAt,
  summarize,
  verifyCold,
} from './image-file.ts';
import { createMemory, hotPart, verifyImage } from './memory.ts';
import type { SourceFile } from './source-files.ts';
import { type KnownSource, knownSource, writeIndex } from './source-index.ts';
import { type LoadedSource, loadSource } from './source-reader.ts';
import { answerThread } from './thread.ts';

export interface PrepareTask {
  readonly files: readonly SourceFile[];
  /** Undefined: there is none that can be used. */
  readonly cacheDirectory: string | undefined;
}

export type PrepareResult =
  | {
      /** `cached`: it is in the cache under `identity.key`. */
      readonly kind: 'cached';
      readonly identity: ImageIdentity;
      readonly sources: readonly KnownSource[];
      readonly compiled: boolean;
    }
  | {
      readonly kind: 'memory';
      readonly identity: ImageIdentity;
      readonly sources: readonly KnownSource[];
      readonly compiled: true;
      readonly image: PostedImage;
    };

/** An image that no file holds. */
export interface PostedImage {
  /** In shared memory. */
  readonly bytes: Uint8Array;
  readonly summary: ImageSummary;
}

/** One for each pattern set in use, and those before. An image of the real set has 60 MB. */
const KEPT_IMAGES = 4;
/** Longer than any compilation: whoever holds the lock for so long does not run. */
const LOCK_TIMEOUT_MS = 180_000;

answerThread(prepare);

function prepare({ files, cacheDirectory }: PrepareTask): PrepareResult {
  const readNs = BigInt(Date.now()) * 1_000_000n;
  const loaded = files.map(loadSource);
  const identity = imageIdentityOf(loaded.map(({ digest }) => digest));
  const sources = loaded.map(knownSource);
  if (cacheDirectory === undefined)
    return { kind: 'memory', identity, sources, compiled: true, image: post(compile(loaded)) };
  const result = cachedImage(cacheDirectory, identity, loaded);
  writeIndex(cacheDirectory, files, sources, readNs);
  return typeof result === 'boolean'
    ? { kind: 'cached', identity, sources, compiled: result }
    : { kind: 'memory', identity, sources, compiled: true, image: result };
}

/** @returns whether it had to be compiled; the image itself when it could not be written */
function cachedImage(
  directory: string,
  identity: ImageIdentity,
  loaded: readonly LoadedSource[],
): boolean | PostedImage {
  if (isWhole(directory, identity)) return false;
  const release = takeLock(join(directory, 'compile.lock'), LOCK_TIMEOUT_MS);
  try {
    // Whoever had the lock before may have made it.
    if (release !== undefined && isWhole(directory, identity)) return false;
    const { bytes, summary } = compile(loaded);
    if (!writeCached(directory, identity.key + IMAGE_EXTENSION, [bytes, encodeSummary(bytes, summary)]))
      return post({ bytes, summary });
    pruneCache(directory, IMAGE_EXTENSION, KEPT_IMAGES);
    return true;
  } finally {
    release?.();
  }
}

function compile(loaded: readonly LoadedSource[]): PostedImage {
  const { image, counts } = compileSources(loaded);
  return { bytes: image.bytes, summary: summarize(image.bytes, counts) };
}

/** Whether the cache has the image, and every byte of it is right. */
function isWhole(directory: string, { key, patternDigest }: ImageIdentity): boolean {
  const descriptor = openCached(directory, key + IMAGE_EXTENSION);
  if (descriptor === undefined) return false;
  try {
    const file = openImageFile(descriptor, patternDigest);
    const { header } = file;
    const memory = createMemory(header.hotBytes, 0);
    readAt(descriptor, hotPart(memory, header.hotBytes), 0);
    verifyImage(memory, { read: (offset, into) => readAt(descriptor, into, offset) });
    verifyCold(file);
    return true;
  } catch {
    return false;
  } finally {
    closeSync(descriptor);
  }
}

function post({ bytes, summary }: PostedImage): PostedImage {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return { bytes: shared, summary };
}
