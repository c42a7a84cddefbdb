/**
 * From sources to workers that can scan: finds the image, loads it into shared memory, starts the pool.
 */
import { closeSync } from 'node:fs';
import { ENGINE_VERSION, type Image, ImageError } from '../../native-free-engine/index.ts';
import { kernelModule, PRODUCT_VERSION } from './assets.ts';
import { coldReaderOf } from './host.ts';
import { readAt } from './image-file.ts';
import { type FoundImage, findImage, type ImageSource } from './images.ts';
import { createMemory, hotPart, verifyImage } from './memory.ts';
import type { EngineInfo, EngineOptions } from './options.ts';
import { describePatterns, highestNumber } from './pattern-info.ts';
import { ScanPool } from './pool.ts';
import type { SourceFiles } from './source-files.ts';

/** Image, workers and what is known of them. */
export interface Loaded {
  readonly pool: ScanPool;
  readonly info: EngineInfo;
  /** Lets the image go. For when the pool is closed: workers read names from it. */
  release(): void;
}

export interface LoadOptions {
  /** The image in the cache turned out to be damaged. */
  readonly isDistrusted?: boolean;
  /** Module of the workers; tests have others. */
  readonly workerFile?: string;
}

/** @throws {ScanError} `SCAN_PATTERNS`, `SCAN_FAILED`; {ImageError} `IMAGE_TOO_LARGE` */
export async function load(options: EngineOptions, sources: SourceFiles, how: LoadOptions = {}): Promise<Loaded> {
  const startedMs = performance.now();
  const found = await findImage(options.cacheDirectory, sources.files, how.isDistrusted);
  try {
    return start(options, found, how, startedMs);
  } catch (error) {
    release(found.image);
    if (!(error instanceof ImageError) || error.code === 'IMAGE_TOO_LARGE' || how.isDistrusted) throw error;
    // Damaged on the disk: made again, never believed.
    return load(options, sources, { ...how, isDistrusted: true });
  }
}

/** Starts the first worker, and loads the image while it comes up. @throws {ImageError} when the image is damaged */
export function start(
  options: EngineOptions,
  found: FoundImage,
  how: LoadOptions = {},
  startedMs = performance.now(),
): Loaded {
  const { image } = found;
  const { hotBytes } = image.header;
  const memory = createMemory(hotBytes, options.threads);
  const patterns = describePatterns(found.sources, image.summary.sources);
  const patternNumber = highestNumber(patterns);
  const setup = {
    memory,
    hotBytes,
    kernel: kernelModule(),
    cold: image.kind === 'file' ? image.descriptor : image.bytes.subarray(hotBytes),
    allMatches: options.allMatches,
    budget: options.budget,
    patternNumber,
  };
  const pool = new ScanPool(setup, options.threads, how.workerFile);
  try {
    const checked = loadImage(image, memory);
    const info: EngineInfo = {
      productVersion: PRODUCT_VERSION,
      engineVersion: ENGINE_VERSION,
      node: process.versions.node,
      patterns,
      patternNumber,
      signatures: checked.header.signatures,
      loadMs: performance.now() - startedMs,
      compiled: found.compiled,
    };
    return { pool, info, release: () => release(image) };
  } catch (error) {
    pool.close();
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
