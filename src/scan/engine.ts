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
import type { EngineInfo, EngineOptions, Reloaded } from './options.ts';
import { ScanPool } from './pool.ts';
import type { Reloader } from './reload.ts';
import type { ByteStream } from './spool-stream.ts';
import type { Verdict } from './verdict.ts';

/** Options of one scan. */
export interface ScanCallOptions {
  /** Ends the scan: the promise rejects with `SCAN_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A pattern of a store is held only once the engine is that old: what marks it as in use takes longer to load than a short scan to end, and until then the
 * image is all that is needed of it.
 */
const HOLD_AFTER_MS = 1000;
/** Images that turn out to be damaged, one after the other, before it is said. */
const MAX_DAMAGED = 3;

export class Engine implements AsyncDisposable {
  readonly #options: EngineOptions;
  readonly #first: Loaded;
  readonly #timer: NodeJS.Timeout | undefined;
  /** What switches to other patterns, once it was needed. */
  #reloader: Reloader | undefined;
  #loading: Promise<Reloader> | undefined;
  #closed: Promise<void> | undefined;

  private constructor(options: EngineOptions, loaded: Loaded) {
    this.#options = options;
    this.#first = loaded;
    if (loaded.sources?.stores.length) this.#timer = setTimeout(() => this.#reloading(), HOLD_AFTER_MS).unref();
  }

  /**
   * Loads the patterns and starts the workers. The first time that patterns are used they are compiled, which takes seconds for a large set; after that
   * they come out of the cache.
   *
   * @throws {ScanError} `SCAN_OPTION`, `SCAN_PATTERNS`, `SCAN_FAILED`
   */
  static async open(options: Partial<EngineOptions> = {}): Promise<Engine> {
    const complete = completeOptions(options);
    const engine = new Engine(complete, await loadWithPool(complete));
    if (complete.watch) await engine.#reloading();
    return engine;
  }

  /** What is active. */
  get info(): EngineInfo {
    return this.#current.info;
  }

  /**
   * Looks whether the patterns are others now, and switches to them: scans in flight end on those before, later ones begin on the new. Calls that come while
   * one is being waited for get the same answer. Reads and checks (or compiles) in a thread of its own; when it fails, the patterns before go on being used.
   *
   * @throws {ScanError} `SCAN_PATTERNS`, `SCAN_FAILED`, `SCAN_CLOSED`
   */
  async reload(): Promise<Reloaded> {
    if (this.#closed) throw new ScanError('SCAN_CLOSED', 'the engine is closed');
    return (await this.#reloading()).reload();
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

  get #current(): Loaded {
    return this.#reloader?.current ?? this.#first;
  }

  async #run(object: ScanObject, options: ScanCallOptions): Promise<Verdict> {
    for (let damaged = 1; ; damaged++) {
      const current = this.#current;
      try {
        return await current.pool.run(object, options.signal);
      } catch (error) {
        const isDamaged = error instanceof ScanError && error.code === 'SCAN_IMAGE_DAMAGED';
        if (!isDamaged || damaged === MAX_DAMAGED || this.#closed) throw error;
        // The part that is read on a hit alone: a name, a full digest.
        await (await this.#reloading()).replace(current);
      }
    }
  }

  #reloading(): Promise<Reloader> {
    this.#loading ??= import('./reload.ts').then(({ Reloader }) => {
      const reloader = new Reloader(this.#options, this.#first);
      if (this.#closed) reloader.close();
      this.#reloader = reloader;
      return reloader;
    });
    return this.#loading;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    const reloader = await this.#loading;
    reloader?.close();
    await this.#first.pool.close();
    if (reloader) reloader.release();
    else this.#first.release();
  }
}

/**
 * The first worker is started first of all, since a thread takes longer to come up than an image to load; and what loads the image is itself loaded only
 * then. Before, `engine scan` of a small file took 0.15 s longer.
 */
async function loadWithPool(options: EngineOptions): Promise<Loaded> {
  const pool = new ScanPool(options.threads);
  try {
    const { load } = await import('./load.ts');
    return await load(pool, options);
  } catch (error) {
    pool.close();
    throw error;
  }
}
