/**
 * Makes sure there is an image for some sources: reads them, looks in the cache, compiles when nothing fits. Blocks for seconds: for a thread of its own.
 *
 * Of all processes that start at once, one compiles and the others wait for it; without a cache that can be written each compiles for itself.
 */
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_VERSION } from '../../native-free-engine/index.ts';
import { takeLock } from '../files/lock.ts';
import { compileSources } from './compile-image.ts';
import {
  encodeSummary,
  type ImageIdentity,
  type ImageSummary,
  imageIdentityOf,
  readAt,
  summarize,
  verifyCold,
} from './image-file.ts';
import { keepImage, openOwnImage } from './image-places.ts';
import { createMemory, hotPart, verifyImage } from './memory.ts';
import { PlanAhead } from './plan-ahead.ts';
import { PlanMemo } from './plan-memo.ts';
import type { SourceFile } from './source-files.ts';
import { type KnownSource, knownSource, writeIndex } from './source-index.ts';
import { type LoadedSource, loadSource } from './source-reader.ts';

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
      readonly image: LooseImage;
    };

/** An image that no file holds. */
export interface LooseImage {
  readonly bytes: Uint8Array;
  readonly summary: ImageSummary;
}

/** Longer than any compilation: whoever holds the lock for so long does not run. */
const LOCK_TIMEOUT_MS = 180_000;
/** Engines of other versions need not wait for us. */
const LOCK_NAME = `compile-${ENGINE_VERSION}.lock`;

/** @throws {ScanError} `SCAN_PATTERNS`; {ImageError} `IMAGE_TOO_LARGE` */
export function prepareImage({ files, cacheDirectory }: PrepareTask): PrepareResult {
  const readNs = BigInt(Date.now()) * 1_000_000n;
  const loaded = files.map(loadSource);
  const identity = imageIdentityOf(loaded.map(({ digest }) => digest));
  const sources = loaded.map(knownSource);
  if (cacheDirectory === undefined)
    return { kind: 'memory', identity, sources, compiled: true, image: compile(loaded, PlanMemo.empty()) };
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
): boolean | LooseImage {
  if (isWhole(directory, identity)) return false;
  const release = takeLock(join(directory, LOCK_NAME), LOCK_TIMEOUT_MS);
  try {
    // Whoever had the lock before may have made it.
    if (release !== undefined && isWhole(directory, identity)) return false;
    const files = loaded.map(({ file }) => file);
    const memo = PlanMemo.read(directory, files);
    const image = compile(loaded, memo);
    memo.write(directory, files);
    const { bytes, summary } = image;
    return keepImage(directory, identity, [bytes, encodeSummary(bytes, summary)]) ? true : image;
  } finally {
    release?.();
  }
}

function compile(loaded: readonly LoadedSource[], memo: PlanMemo): LooseImage {
  const ahead = memo.isEmpty ? PlanAhead.start(loaded) : undefined;
  const { image, counts } = compileSources(loaded, { memo, ahead });
  return { bytes: image.bytes, summary: summarize(image.bytes, counts) };
}

/** Whether the cache has the image, and every byte of it is right. */
function isWhole(directory: string, identity: ImageIdentity): boolean {
  const file = openOwnImage(directory, identity);
  if (file === undefined) return false;
  const { descriptor, header } = file;
  try {
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
