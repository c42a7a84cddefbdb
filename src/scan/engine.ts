/**
 * The engine as programs use it: opened on patterns, then asked about files, buffers and streams.
 *
 * ```ts
 * await using engine = await Engine.open({ patterns: ['/var/lib/patterns'] });
 * const verdict = await engine.scanFile('/srv/upload');
 * if (verdict.kind === 'infected') console.log(verdict.detections[0].name);
 * ```
 */
import { closeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ENGINE_VERSION, type Image, ImageError } from '../../native-free-engine/index.ts';
import { factoryPatternFile, kernelModule, PRODUCT_VERSION } from './assets.ts';
import { defaultCacheDirectory } from './cache-directory.ts';
import { ScanError } from './errors.ts';
import { coldReaderOf } from './host.ts';
import { readAt } from './image-file.ts';
import { type FoundImage, findImage, type ImageSource } from './images.ts';
import { createMemory, hotPart, verifyImage } from './memory.ts';
import { DEFAULT_BUDGET, type EngineInfo, type EngineOptions } from './options.ts';
import { describePatterns } from './pattern-info.ts';
import { ScanPool } from './pool.ts';
import { findSourceFiles, type SourceFiles } from './source-files.ts';
import { spoolStream } from './spool-stream.ts';
import type { Verdict } from './verdict.ts';

/** Options of one scan. */
export interface ScanCallOptions {
  /** Ends the scan: the promise rejects with `SCAN_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** Most worker threads of one engine. */
const MAX_THREADS = 256;

/** Image, workers and what is known of them. */
interface Loaded {
  readonly pool: ScanPool;
  readonly image: ImageSource;
  readonly info: EngineInfo;
}

export class Engine implements AsyncDisposable {
  readonly #loaded: Loaded;
  #closed: Promise<void> | undefined;

  private constructor(loaded: Loaded) {
    this.#loaded = loaded;
  }

  /**
   * Loads the patterns and starts the workers. The first time that patterns are used they are compiled, which takes seconds for a large set; after that
   * they come out of the cache.
   *
   * @throws {ScanError} `SCAN_OPTION`, `SCAN_PATTERNS`
   */
  static async open(options: Partial<EngineOptions> = {}): Promise<Engine> {
    const complete = completeOptions(options);
    const sources = findSourceFiles(complete.patterns.length > 0 ? complete.patterns : [factoryPatternFile()]);
    return new Engine(await load(complete, sources));
  }

  /** What is active. */
  get info(): EngineInfo {
    return this.#loaded.info;
  }

  /**
   * Scans a file. A symbolic link is followed. A file that grows meanwhile is scanned as far as it reached when it was opened.
   *
   * @param path bytes where it may not be valid UTF-8
   * @throws {ScanError} `SCAN_FILE_UNREADABLE`, `SCAN_FILE_NOT_REGULAR`, `SCAN_FILE_VANISHED`, `SCAN_FILE_CHANGED`, `SCAN_SPOOL`, `SCAN_WORKER_DIED`,
   *   `SCAN_ABORTED`, `SCAN_CLOSED`, `SCAN_FAILED`
   */
  scanFile(path: string | Uint8Array, options: ScanCallOptions = {}): Promise<Verdict> {
    const bytes = typeof path === 'string' ? Buffer.from(path) : path;
    return this.#loaded.pool.run({ kind: 'file', path: bytes }, options);
  }

  /**
   * Scans bytes. They are copied, unless they lie in a SharedArrayBuffer: those must not change until the answer is there.
   *
   * @throws {ScanError} as `scanFile`, without the codes of files
   */
  scanBuffer(bytes: Uint8Array, options: ScanCallOptions = {}): Promise<Verdict> {
    if (!(bytes instanceof Uint8Array)) {
      return Promise.reject(new ScanError('SCAN_OPTION', `bytes: expected a Uint8Array, got ${typeof bytes}`));
    }
    // A view is posted with all that it is a view of; a small Buffer is a view of a pool of 64 KiB.
    const isWhole = bytes.length === bytes.buffer.byteLength || bytes.buffer instanceof SharedArrayBuffer;
    if (isWhole) return this.#loaded.pool.run({ kind: 'bytes', bytes }, options);
    const copy = Uint8Array.from(bytes);
    return this.#loaded.pool.run({ kind: 'bytes', bytes: copy }, { ...options, transfer: [copy.buffer] });
  }

  /**
   * Scans what a stream gives until it ends. The next chunk is asked for when the last one is stored: in memory at first, then in a private temporary file.
   *
   * @throws {ScanError} as `scanBuffer`, and `SCAN_SPOOL`; what the stream throws
   */
  async scanStream(stream: AsyncIterable<Uint8Array>, options: ScanCallOptions = {}): Promise<Verdict> {
    const { object, transfer, release } = await spoolStream(stream, options);
    try {
      return await this.#loaded.pool.run(object, { ...options, transfer });
    } finally {
      await release();
    }
  }

  /** Ends running scans, which reject with `SCAN_CLOSED`, and the workers. May be called twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { pool, image } = this.#loaded;
    await pool.close();
    if (image.kind === 'file') closeSync(image.descriptor);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function completeOptions(options: Partial<EngineOptions>): EngineOptions {
  const {
    patterns = [],
    cacheDirectory = defaultCacheDirectory(),
    threads = Math.min(availableParallelism(), MAX_THREADS),
    allMatches = false,
    budget = DEFAULT_BUDGET,
  } = options;
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new ScanError('SCAN_OPTION', `threads: expected an integer from 1 to ${MAX_THREADS}, got ${threads}`);
  }
  for (const [name, value] of Object.entries(budget)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new ScanError('SCAN_OPTION', `budget.${name}: expected an integer from 0 on, got ${value}`);
    }
  }
  return { patterns, cacheDirectory, threads, allMatches, budget: { ...DEFAULT_BUDGET, ...budget } };
}

async function load(options: EngineOptions, sources: SourceFiles): Promise<Loaded> {
  const startedMs = performance.now();
  const found = await findImage(options.cacheDirectory, sources.files);
  try {
    return start(options, sources, found, startedMs);
  } catch (error) {
    if (found.image.kind === 'file') closeSync(found.image.descriptor);
    if (!(error instanceof ImageError) || error.code === 'IMAGE_TOO_LARGE') throw error;
    // Damaged on the disk: made again, never believed.
    const again = await findImage(options.cacheDirectory, sources.files, true);
    return start(options, sources, again, startedMs);
  }
}

/** Starts the workers, and loads the image while they do. @throws {ImageError} when it is damaged */
function start(options: EngineOptions, sources: SourceFiles, found: FoundImage, startedMs: number): Loaded {
  const { image } = found;
  const { hotBytes } = image.header;
  const memory = createMemory(hotBytes, options.threads);
  const described = describePatterns(found.sources, image.summary.sources, sources.ignored);
  const patternNumber = Math.max(0, ...described.map(({ number }) => number));
  const pool = new ScanPool(
    {
      memory,
      hotBytes,
      kernel: kernelModule(),
      cold: image.kind === 'file' ? image.descriptor : image.bytes.subarray(hotBytes),
      allMatches: options.allMatches,
      budget: options.budget,
      patternNumber,
    },
    options.threads,
  );
  try {
    const checked = loadImage(image, memory);
    const info: EngineInfo = {
      productVersion: PRODUCT_VERSION,
      engineVersion: ENGINE_VERSION,
      node: process.versions.node,
      patterns: described,
      patternNumber,
      signatures: checked.header.signatures,
      loadMs: performance.now() - startedMs,
      compiled: found.compiled,
    };
    return { pool, image, info };
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
  if (readAt(descriptor, hot, 0) < hotBytes) throw new ImageError('IMAGE_TRUNCATED', `image: expected ${hotBytes} bytes`);
  return verifyImage(memory, { read: (offset, into) => readAt(descriptor, into, offset) });
}
