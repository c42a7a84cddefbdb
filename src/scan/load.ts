/**
 * From sources to workers that can scan: finds the image, loads it into shared memory, gives it to the pool.
 */
import { closeSync } from 'node:fs';
import { ENGINE_VERSION, type Image, ImageError } from '../../native-free-engine/index.ts';
import { coldReaderOf } from '../host/host.ts';
import { describePatterns, highestNumber } from './active-patterns.ts';
import { kernelModule, PRODUCT_VERSION } from './assets.ts';
import { ScanError } from './errors.ts';
import { readAt } from './image-file.ts';
import { type FoundImage, findImage, type ImageSource } from './images.ts';
import { createMemory, hotPart, verifyImage } from './memory.ts';
import type { EngineInfo, EngineOptions } from './options.ts';
import type { ScanPool } from './pool.ts';
import { findSourceFiles } from './source-files.ts';

/** Image, workers and what is known of them. */
export interface Loaded {
  readonly pool: ScanPool;
  readonly info: EngineInfo;
  /** Lets the image go. For when the pool is closed: workers read names from it. */
  release(): void;
}

/**
 * Makes a pool scan with the patterns.
 *
 * @param isDistrusted the image in the cache turned out to be damaged
 * @throws {ScanError} `SCAN_PATTERNS`, `SCAN_FAILED`; {ImageError} `IMAGE_TOO_LARGE`
 */
export async function load(pool: ScanPool, options: EngineOptions, isDistrusted = false): Promise<Loaded> {
  const startedMs = performance.now();
  const { files, ignored } = findSourceFiles(options.patterns);
  const found = await findImage(options.cacheDirectory, files, isDistrusted);
  const loaded =
    equip(pool, options, found, startedMs) ??
    // Damaged on the disk: made again, never believed.
    equip(pool, options, await findImage(options.cacheDirectory, files, true), startedMs) ??
    fail();
  return { ...loaded, info: { ...loaded.info, ignored, cacheTrouble: found.cacheTrouble } };
}

function fail(): never {
  throw new ScanError('SCAN_FAILED', 'patterns: the image that was just made is damaged');
}

/**
 * Loads an image into shared memory and gives it to the pool.
 *
 * @returns undefined when the image is damaged; it is let go then
 * @throws {ImageError} `IMAGE_TOO_LARGE`
 */
export function equip(
  pool: ScanPool,
  options: EngineOptions,
  found: FoundImage,
  startedMs = performance.now(),
): Loaded | undefined {
  const { image } = found;
  const { hotBytes } = image.header;
  const patterns = describePatterns(found.sources, image.summary.sources);
  const patternNumber = highestNumber(patterns);
  try {
    const memory = createMemory(hotBytes, options.threads);
    const { header } = loadImage(image, memory);
    pool.use({
      memory,
      hotBytes,
      kernel: kernelModule(),
      cold: image.kind === 'file' ? image.descriptor : image.bytes.subarray(hotBytes),
      allMatches: options.allMatches,
      budget: options.budget,
      patternNumber,
    });
    const info: EngineInfo = {
      productVersion: PRODUCT_VERSION,
      engineVersion: ENGINE_VERSION,
      node: process.versions.node,
      patterns,
      patternNumber,
      signatures: header.signatures,
      loadMs: performance.now() - startedMs,
      compiled: found.compiled,
    };
    return { pool, info, release: () => release(image) };
  } catch (error) {
    release(image);
    if (error instanceof ImageError && error.code !== 'IMAGE_TOO_LARGE') return undefined;
    throw error;
  }
}

function loadImage(image: ImageSource, memory: WebAssembly.Memory): Image {
  const { hotBytes } = image.header;
  const hot = hotPart(memory, hotBytes);
  if (image.kind === 'memory') {
    hot.set(image.bytes.subarray(0, hotBytes));
    return verifyImage(memory, coldReaderOf(image.bytes.subarray(hotBytes), hotBytes));
  }
  const { descriptor } = image;
  if (readAt(descriptor, hot, 0) < hotBytes)
    throw new ImageError('IMAGE_TRUNCATED', `image: expected ${hotBytes} bytes`);
  return verifyImage(memory, { read: (offset, into) => readAt(descriptor, into, offset) });
}

function release(image: ImageSource): void {
  if (image.kind === 'file') closeSync(image.descriptor);
}
