/**
 * The engine for one small file: it is scanned in the caller's thread. A worker's start costs 0.2 s of processor time and 20 MB, and `engine scan` of 10 kB
 * waited for it longer than for all else.
 *
 * The caller's thread hears no signal meanwhile, and what ends it ends the process. So an object gets half a second; then, and whenever anything of our own
 * fails, the engine with its workers is opened and scans it anew.
 */
import { completeOptions } from './complete-options.ts';
import type { Engine, ScanCallOptions } from './engine.ts';
import { errorOf } from './errors.ts';
import { Generation } from './generation.ts';
import { type Loaded, load } from './load.ts';
import type { ScanObject } from './object-source.ts';
import type { EngineInfo, EngineOptions } from './options.ts';
import type { PoolSetup } from './pool.ts';
import { TaskScanner } from './scan-task.ts';
import type { ByteStream } from './spool-stream.ts';
import type { Verdict } from './verdict.ts';

/** For one object. */
const BRIEF_MS = 500;
/** Any number but 0 owns the one arena. */
const OWNER = 1;
/** What another thread, or an image made again, may do better. */
const NOT_FINAL: readonly string[] = ['SCAN_ABORTED', 'SCAN_IMAGE_DAMAGED', 'SCAN_FAILED'];

export class BriefEngine {
  readonly #options: Partial<EngineOptions>;
  readonly #loaded: Loaded<CallerThread>;
  readonly #briefMs: number;
  #isReleased = false;
  #opening: Promise<Engine> | undefined;
  #engine: Engine | undefined;

  private constructor(options: Partial<EngineOptions>, loaded: Loaded<CallerThread>, briefMs: number) {
    this.#options = options;
    this.#loaded = loaded;
    this.#briefMs = briefMs;
  }

  /** @param briefMs  of the caller's thread, for one object @throws {ScanError} as `Engine.open` */
  static async open(options: Partial<EngineOptions> = {}, briefMs = BRIEF_MS): Promise<BriefEngine> {
    const complete = completeOptions({ ...options, threads: 1 });
    return new BriefEngine(options, await load(new CallerThread(), complete), briefMs);
  }

  /** What is active. */
  get info(): EngineInfo {
    return (this.#engine ?? this.#loaded).info;
  }

  /** @throws {ScanError} as `Engine.scanFile` */
  async scanFile(path: Uint8Array, options: ScanCallOptions = {}): Promise<Verdict> {
    const verdict = this.#opening ? undefined : await this.#scanHere({ kind: 'file', path }, options.signal);
    return verdict ?? (await this.#open()).scanFile(path, options);
  }

  /** @throws {ScanError} as `Engine.scanStream` */
  async scanStream(stream: ByteStream, options: ScanCallOptions = {}): Promise<Verdict> {
    return (await this.#open()).scanStream(stream, options);
  }

  async close(): Promise<void> {
    this.#release();
    await (await this.#opening?.catch(() => undefined))?.close();
  }

  /** @returns undefined when that is for the workers */
  async #scanHere(object: ScanObject, signal: AbortSignal | undefined): Promise<Verdict | undefined> {
    const endMs = performance.now() + this.#briefMs;
    const scanner = new TaskScanner(() => signal?.aborted === true || performance.now() > endMs, OWNER);
    const { setup } = this.#loaded.generation;
    const reply = await scanner.scan({ object, stop: 0, generation: setup.generation, setup });
    if (reply.kind === 'answer') return reply.verdict;
    const isFinal = reply.kind === 'failed' && (signal?.aborted || !NOT_FINAL.includes(reply.failure.code));
    if (!isFinal) return undefined;
    throw errorOf(reply.failure);
  }

  #open(): Promise<Engine> {
    this.#opening ??= this.#openWorkers();
    return this.#opening;
  }

  async #openWorkers(): Promise<Engine> {
    const { Engine } = await import('./engine.ts');
    this.#engine = await Engine.open(this.#options);
    this.#release();
    return this.#engine;
  }

  #release(): void {
    if (!this.#isReleased) this.#loaded.release();
    this.#isReleased = true;
  }
}

class CallerThread {
  use(setup: PoolSetup): Generation {
    return new Generation({ ...setup, arenas: new Int32Array(new SharedArrayBuffer(4)), generation: 1 });
  }
}
