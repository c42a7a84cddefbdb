/**
 * Switches an open engine to other patterns, without dropping or delaying a scan.
 *
 * ```
 * look ─► changed? ─► the other memory is free? ─► a thread fills it ─► new scans begin on it
 *  │ no                scans of two images ago
 *  └─► nothing         may still run: wait
 * ```
 * The image before stays whole in its memory until that is needed for the next, so that going back is a matter of a pointer.
 */
import { closeSync } from 'node:fs';
import { type ActiveSources, isSameState, type StoreInUse, withActiveSources } from './active-sources.ts';
import { CrashWatch } from './crash-watch.ts';
import { ScanError } from './errors.ts';
import type { Generation } from './generation.ts';
import type { LeaveTask } from './leave-thread.ts';
import { type Loaded, putToUse } from './load.ts';
import { createMemory } from './memory.ts';
import type { EngineOptions, Reloaded, ReloadReport } from './options.ts';
import { PatternHolds } from './pattern-holds.ts';
import type { ReloadResult, ReloadTask } from './reload-thread.ts';
import { findSourceFilesLater } from './source-files.ts';
import { SourceWatch } from './source-watch.ts';
import { type RunningThread, runThread, startThread } from './thread.ts';

export class Reloader {
  readonly #options: EngineOptions;
  #current: Loaded;
  /** The image before; its memory is the one that is filled next. */
  #previous: Loaded | undefined;
  /** That memory, when there is no image in it. */
  #spare: WebAssembly.Memory | undefined;
  /** What workers crashed on: not to be switched to again. */
  #refused: Loaded | undefined;
  /** Files that turned out to hold nothing new. */
  #known: ActiveSources | undefined;
  readonly #crashes = new CrashWatch();
  readonly #holds = new PatternHolds();
  readonly #watch: SourceWatch | undefined;
  /** One switch at a time. */
  #last: Promise<unknown> = Promise.resolve();
  /** A reload that has not begun: whoever wants one now gets this. */
  #next: Promise<Reloaded> | undefined;
  #replacing: Promise<void> | undefined;
  #thread: RunningThread<ReloadResult> | undefined;
  /** Callers who wait for a reload: without them it must not keep the process alive. */
  #callers = 0;
  #lastFailure: string | undefined;
  readonly #closing = Promise.withResolvers<never>();
  #isClosed = false;

  constructor(options: EngineOptions, loaded: Loaded) {
    this.#options = options;
    this.#current = loaded;
    this.#closing.promise.catch(() => {});
    loaded.pool.onWorkerDied = (generation) => this.#onWorkerDied(generation);
    this.#holds.hold(this.#stores);
    if (options.watch) this.#watch = new SourceWatch(options, () => this.#reloadUnasked());
  }

  get current(): Loaded {
    return this.#current;
  }

  /** @throws {ScanError} as `Engine.reload` */
  async reload(): Promise<Reloaded> {
    this.#callers++;
    this.#thread?.keepsAlive(true);
    try {
      return await Promise.race([this.#enqueueReload(), this.#closing.promise]);
    } catch (error) {
      throw scanErrorOf(error);
    } finally {
      this.#callers--;
    }
  }

  /**
   * Makes the image again, when it is still in use.
   *
   * @param damaged what a scan found damaged
   * @throws {ScanError} as `Engine.reload`
   */
  replace(damaged: Loaded): Promise<void> {
    if (this.#current !== damaged) return Promise.resolve();
    this.#replacing ??= this.#enqueue(async () => {
      if (this.#current === damaged) await this.#switch(true);
    }).finally(() => {
      this.#replacing = undefined;
    });
    return Promise.race([this.#replacing, this.#closing.promise]);
  }

  /** Nothing is switched any more. For before the pool is closed. */
  close(): void {
    this.#isClosed = true;
    this.#watch?.close();
    this.#thread?.keepsAlive(false);
    this.#closing.reject(closedError());
  }

  /** Lets the images go. For when the pool is closed. */
  release(): void {
    this.#holds.release();
    this.#previous?.release();
    this.#current.release();
  }

  get #stores(): readonly StoreInUse[] {
    return this.#current.sources?.stores ?? [];
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(() => {
      if (this.#isClosed) throw closedError();
      return work();
    });
    this.#last = run.catch(() => {});
    return run;
  }

  #enqueueReload(): Promise<Reloaded> {
    this.#next ??= this.#enqueue(() => {
      // Who asks from now on may know of something newer than what is looked at next.
      this.#next = undefined;
      return this.#switch(false);
    });
    return this.#next;
  }

  #switch(isDistrusted: boolean): Promise<Reloaded> {
    const startedMs = performance.now();
    return withActiveSources(this.#options, findSourceFilesLater, async (sources) => {
      this.#mustNotBeFactory(sources);
      if (!isDistrusted && this.#isKnown(sources)) return { switched: false, info: this.#current.info };
      const memory = await this.#vacate();
      const result = await this.#fill(memory, sources, isDistrusted);
      if (result.kind === 'loaded') this.#putToUse(memory, result, sources, startedMs);
      else this.#known = sources;
      return { switched: result.kind === 'loaded', info: this.#current.info };
    });
  }

  /** A store that is not mounted just now must not leave the machine with next to no signatures. */
  #mustNotBeFactory({ stores }: ActiveSources): void {
    const { patterns, store } = this.#options;
    if (patterns.length > 0 || stores.length > 0 || this.#stores.length === 0) return;
    throw new ScanError('SCAN_PATTERNS', `${store}: expected an active pattern as before, got none`);
  }

  #isKnown(sources: ActiveSources): boolean {
    const known = [this.#current.sources, this.#refused?.sources, this.#known];
    return known.some((state) => state && isSameState(state, sources));
  }

  /** Waits until the memory that is not in use can be filled. */
  async #vacate(): Promise<WebAssembly.Memory> {
    const previous = this.#previous;
    if (previous) {
      this.#previous = undefined;
      this.#crashes.forget();
      await previous.pool.giveUp(previous.generation);
      previous.release();
      this.#spare = previous.memory;
    }
    this.#spare ??= createMemory(this.#current.generation.setup.hotBytes, this.#options.threads);
    return this.#spare;
  }

  async #fill(memory: WebAssembly.Memory, sources: ActiveSources, isDistrusted: boolean): Promise<ReloadResult> {
    if (this.#isClosed) throw closedError();
    const { cacheDirectory, threads } = this.#options;
    const task: ReloadTask = {
      files: sources.files,
      places: { cacheDirectory, stores: sources.stores.map(({ directory }) => directory) },
      memory,
      arenas: threads,
      known: [this.#current, this.#refused].flatMap((loaded) => loaded?.content ?? []),
      isDistrusted,
    };
    this.#thread = startThread<ReloadResult>('reload-thread', task);
    this.#thread.keepsAlive(this.#callers > 0 || isDistrusted);
    try {
      const result = await this.#thread.result;
      if (!this.#isClosed) return result;
      if (result.kind === 'loaded' && typeof result.cold === 'number') closeSync(result.cold);
      throw closedError();
    } finally {
      this.#thread = undefined;
    }
  }

  #putToUse(
    memory: WebAssembly.Memory,
    { facts, cold }: Extract<ReloadResult, { kind: 'loaded' }>,
    sources: ActiveSources,
    startedMs: number,
  ): void {
    const { pool } = this.#current;
    const filled = { memory, isMemoryReused: true, cold, facts };
    const loaded = putToUse(pool, this.#options, filled, { sources, startedMs });
    this.#spare = undefined;
    this.#known = undefined;
    this.#previous = this.#current;
    this.#current = loaded;
    this.#crashes.switched();
    this.#holds.hold(this.#stores);
  }

  async #reloadUnasked(): Promise<void> {
    try {
      const { switched, info } = await this.#enqueueReload();
      this.#lastFailure = undefined;
      if (switched) this.#report({ kind: 'switched', info });
    } catch (cause) {
      if (this.#isClosed) return;
      const error = scanErrorOf(cause);
      // The same trouble is told once, and not every minute.
      if (error.message === this.#lastFailure) return;
      this.#lastFailure = error.message;
      this.#report({ kind: 'failed', error, info: this.#current.info });
    }
  }

  #onWorkerDied(generation: Generation): void {
    if (generation !== this.#current.generation) return;
    if (this.#crashes.crashed() && this.#previous) this.#goBack(this.#previous);
  }

  #goBack(previous: Loaded): void {
    const left = this.#current;
    previous.pool.useAgain(previous.generation);
    this.#current = previous;
    this.#previous = left;
    this.#refused = left;
    this.#known = undefined;
    this.#crashes.forget();
    this.#holds.hold(this.#stores);
    void this.#tellWentBack(left);
  }

  async #tellWentBack({ info: { patternNumber: left }, sources }: Loaded): Promise<void> {
    const { info } = this.#current;
    const back = info.patternNumber;
    const message = `patterns ${left}: workers crashed again and again after the switch; ${back} is used again`;
    const error = new ScanError('SCAN_PATTERNS_CRASHED', message);
    const marks = await Promise.all((sources?.stores ?? []).map((store) => markBad(store, message)));
    this.#report({ kind: 'went-back', error, info, left, markedBad: marks.includes(true) });
  }

  #report(report: ReloadReport): void {
    try {
      this.#options.onReload?.(report);
    } catch {
      // Whoever listens must not be able to stop the scanner.
    }
  }
}

/** @returns false when the store cannot be written, or has moved on */
function markBad({ directory, number }: StoreInUse, reason: string): Promise<boolean> {
  const task: LeaveTask = { directory, number, reason };
  return runThread<boolean>('leave-thread', task).catch(() => false);
}

function closedError(): ScanError {
  return new ScanError('SCAN_CLOSED', 'the engine is closed');
}

function scanErrorOf(error: unknown): ScanError {
  return error instanceof ScanError ? error : new ScanError('SCAN_FAILED', (error as Error).message, { cause: error });
}
