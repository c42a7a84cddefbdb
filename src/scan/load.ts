/**
 * From sources to workers that can scan: finds the image, loads it into shared memory, gives it to the pool.
 */
import { closeSync } from 'node:fs';
import { ENGINE_VERSION } from '../../native-free-engine/index.ts';
import { describePatterns, highestNumber } from './active-patterns.ts';
import { type ActiveSources, withActiveSources } from './active-sources.ts';
import { kernelModule, PRODUCT_VERSION } from './assets.ts';
import { ScanError } from './errors.ts';
import { coldBytesOf, fillMemory, releaseImage } from './fill-memory.ts';
import type { Generation } from './generation.ts';
import { type FoundImage, findImage } from './images.ts';
import { type ColdPlace, createMemory, lateWord } from './memory.ts';
import type { EngineInfo, EngineOptions } from './options.ts';
import type { PoolSetup, ScanPool } from './pool.ts';
import type { ImageContent, ImageFacts } from './reload-thread.ts';
import { findSourceFiles } from './source-files.ts';

/** Who scans with an image. */
export interface ImageUser {
  use(setup: PoolSetup): Generation;
}

/** An image in use, and what is known of it. */
export interface Loaded<User extends ImageUser = ScanPool> {
  readonly pool: User;
  readonly generation: Generation;
  readonly memory: WebAssembly.Memory;
  readonly info: EngineInfo;
  readonly content: ImageContent;
  /** Where it came from; undefined for signatures that were looked up one by one. */
  readonly sources: ActiveSources | undefined;
  /** Lets the image go, for when no worker reads names from it any more. Once. */
  release(): void;
}

/**
 * Makes a pool scan with the patterns.
 *
 * @throws {ScanError} `SCAN_PATTERNS`, `SCAN_FAILED`; {ImageError} `IMAGE_TOO_LARGE`
 */
export function load<User extends ImageUser>(pool: User, options: EngineOptions): Promise<Loaded<User>> {
  const startedMs = performance.now();
  return withActiveSources(options, findSourceFiles, async (sources) => {
    const { files, stores } = sources;
    const places = { cacheDirectory: options.cacheDirectory, stores: stores.map(({ directory }) => directory) };
    return (
      equip(pool, options, await findImage(places, files), { sources, startedMs }) ??
      // Damaged on the disk: made again, never believed.
      equip(pool, options, await findImage(places, files, true), { sources, startedMs }) ??
      fail()
    );
  });
}

function fail(): never {
  throw new ScanError('SCAN_FAILED', 'patterns: the image that was just made is damaged');
}

/** What is said beside the image. */
export interface LoadOrigin {
  readonly sources: ActiveSources | undefined;
  /** As performance.now() tells it. */
  readonly startedMs: number;
}

/**
 * Loads an image into shared memory and gives it to the pool.
 *
 * @returns undefined when the image is damaged; it is let go then
 * @throws {ImageError} `IMAGE_TOO_LARGE`
 */
export function equip<User extends ImageUser>(
  pool: User,
  options: EngineOptions,
  found: FoundImage,
  origin: LoadOrigin = { sources: undefined, startedMs: performance.now() },
): Loaded<User> | undefined {
  const { image, ...known } = found;
  const { header, summary } = image;
  const { threads } = options;
  let memory: WebAssembly.Memory;
  try {
    memory = createMemory(header.hotBytes, threads, coldBytesOf(image));
  } catch (error) {
    releaseImage(image);
    throw error;
  }
  const cold = fillMemory(memory, threads, image);
  if (cold === undefined) return undefined;
  return putToUse(pool, options, { memory, isMemoryReused: false, cold, facts: { ...known, header, summary } }, origin);
}

/** An image that lies in a memory, checked. */
export interface FilledMemory {
  readonly memory: WebAssembly.Memory;
  /** Whether another image was there before. */
  readonly isMemoryReused: boolean;
  readonly cold: ColdPlace;
  readonly facts: ImageFacts;
}

/** Gives the pool an image: new scans begin on it. */
export function putToUse<User extends ImageUser>(
  pool: User,
  { allMatches, budget }: EngineOptions,
  { memory, isMemoryReused, cold, facts }: FilledMemory,
  { sources, startedMs }: LoadOrigin,
): Loaded<User> {
  const { header, summary, compiled, cacheTrouble } = facts;
  const { hotBytes, patternDigest, signatures } = header;
  const patterns = describePatterns(facts.sources, summary.sources, sources?.stores);
  const patternNumber = highestNumber(patterns);
  const kernel = kernelModule();
  const generation = pool.use({
    memory,
    isMemoryReused,
    hotBytes,
    kernel,
    cold,
    late: lateWord(cold),
    allMatches,
    budget,
    patternNumber,
  });
  const info: EngineInfo = {
    productVersion: PRODUCT_VERSION,
    engineVersion: ENGINE_VERSION,
    node: process.versions.node,
    patterns,
    patternNumber,
    signatures,
    loadMs: performance.now() - startedMs,
    compiled,
    cacheTrouble,
    ignored: sources?.ignored ?? [],
  };
  const release = (): void => {
    if (typeof cold === 'number') closeSync(cold);
  };
  return { pool, generation, memory, info, content: { patternDigest, sources: facts.sources }, sources, release };
}
