/**
 * The engine as programs use it: opened on patterns, then asked about files, buffers and streams.
 *
 * ```ts
 * await using engine = await Engine.open({ patterns: ['/var/lib/patterns'] });
 * const verdict = await engine.scanFile('/srv/upload');
 * if (verdict.kind === 'infected') console.log(verdict.detections[0].name);
 * ```
 */
import { completeOptions } from './complete-options.ts';
import { ScanError } from './errors.ts';
import type { Loaded } from './load.ts';
import type { ScanObject } from './object-source.ts';
import type { EngineInfo, EngineOptions } from './options.ts';
import { ScanPool } from './pool.ts';
import type { ByteStream } from './spool-stream.ts';
import type { Verdict } from './verdict.ts';

/** Options of one scan. */
export interface ScanCallOptions {
  /** Ends the scan: the promise rejects with `SCAN_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

export class Engine implements AsyncDisposable {
  readonly #options: EngineOptions;
  #loaded: Loaded;
  /** Set while an image that turned out to be damaged is made again. */
  #replacing: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  private constructor(options: EngineOptions, loaded: Loaded) {
    this.#options = options;
    this.#loaded = loaded;
  }

  /**
   * Loads the patterns and starts the workers. The first time that patterns are used they are compiled, which takes seconds for a large set; after that
   * they come out of the cache.
   *
   * @throws {ScanError} `SCAN_OPTION`, `SCAN_PATTERNS`, `SCAN_FAILED`
   */
  static async open(options: Partial<EngineOptions> = {}): Promise<Engine> {
    const complete = completeOptions(options);
    return new Engine(complete, await loadWithPool(complete));
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
    return this.#run({ kind: 'file', path: typeof path === 'string' ? Buffer.from(path) : path }, options);
  }

  /**
   * Scans bytes, which must not change until the answer is there. They are copied once, or not at all when they lie in a SharedArrayBuffer.
   *
   * @throws {ScanError} as `scanFile`, without the codes of files
   */
  scanBuffer(bytes: Uint8Array, options: ScanCallOptions = {}): Promise<Verdict> {
    if (!(bytes instanceof Uint8Array)) {
      return Promise.reject(new ScanError('SCAN_OPTION', `bytes: expected a Uint8Array, got ${typeof bytes}`));
    }
    return this.#run({ kind: 'bytes', bytes }, options);
  }

  /**
   * Scans what a stream gives until it ends. The next chunk is asked for when the last one is stored: in memory at first, then in a private temporary file.
   *
   * @throws {ScanError} as `scanBuffer`, and `SCAN_SPOOL`; what the stream throws
   */
  async scanStream(stream: ByteStream, options: ScanCallOptions = {}): Promise<Verdict> {
    const { spoolStream } = await import('./spool-stream.ts');
    const { object, release } = await spoolStream(stream, options);
    try {
      return await this.#run(object, options);
    } finally {
      await release();
    }
  }

  /** Ends running scans, which reject with `SCAN_CLOSED`, and the workers. May be called twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(object: ScanObject, options: ScanCallOptions): Promise<Verdict> {
    const loaded = this.#loaded;
    try {
      return await loaded.pool.run(object, options.signal);
    } catch (error) {
      if (!(error instanceof ScanError) || error.code !== 'SCAN_IMAGE_DAMAGED' || this.#closed) throw error;
      // The part that is read on a hit alone: a name, a full digest.
      await this.#replaceImage(loaded);
      return this.#loaded.pool.run(object, options.signal);
    }
  }

  #replaceImage(damaged: Loaded): Promise<void> {
    if (this.#loaded !== damaged) return Promise.resolve();
    this.#replacing ??= loadWithPool(this.#options, true)
      .then((loaded) => {
        this.#loaded = loaded;
        return retire(damaged);
      })
      .finally(() => {
        this.#replacing = undefined;
      });
    return this.#replacing;
  }

  async #close(): Promise<void> {
    await this.#replacing?.catch(() => {});
    await this.#loaded.pool.close();
    this.#loaded.release();
  }
}

/**
 * The first worker is started first of all, since a thread takes longer to come up than an image to load; and what loads the image is itself loaded only
 * then. Before, `engine scan` of a small file took 0.15 s longer.
 */
async function loadWithPool(options: EngineOptions, isDistrusted = false): Promise<Loaded> {
  const pool = new ScanPool(options.threads);
  try {
    const { load } = await import('./load.ts');
    return await load(pool, options, isDistrusted);
  } catch (error) {
    pool.close();
    throw error;
  }
}

/** Lets running scans finish. */
async function retire({ pool, release }: Loaded): Promise<void> {
  await pool.drain();
  await pool.close();
  release();
}
