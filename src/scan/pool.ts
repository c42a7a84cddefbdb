/**
 * The workers that scan, and the door of piscina.
 *
 * At most one batch is in flight for each worker; the rest waits here, so that an object that is aborted while it waits never reaches a worker, and
 * one that waits behind a worker that died finds the next. A scan is aborted by a word of shared memory that the worker looks at between blocks: piscina
 * would end the thread, and with it what it has loaded.
 */
import { Piscina } from 'piscina';
import { threadFile } from './assets.ts';
import { errorOf, ScanError } from './errors.ts';
import { Generation } from './generation.ts';
import type { ScanObject } from './object-source.ts';
import type { Answer, ScanReply, ScanSetup } from './scan-task.ts';
import { SharedCopies } from './shared-copies.ts';
import type { Verdict } from './verdict.ts';
import type { ScanBatch, WorkerData } from './worker.ts';

/** What the pool itself adds is the list of arenas, and a number for each image. */
export type PoolSetup = Omit<ScanSetup, 'arenas' | 'generation'>;

/** An object whose turn has not come. */
interface Waiting {
  readonly object: ScanObject;
  readonly explain: readonly number[] | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: ScanError) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
  /** Index into stops while it is in flight, else -1. */
  stop: number;
  /** What it is scanned with, once it is in flight. */
  generation: Generation | undefined;
}

/** Files that are posted together at most. */
const MAX_BATCH = 16;
/** Behind every batch. */
const TAKEN_BACK = 0x1000_0000;
type FinalReply = Exclude<ScanReply, { kind: 'unprepared' }>;

/** A worker that does not answer after this long, although all scans were told to stop, is ended. */
const CLOSE_MS = 2000;
/**
 * Room for young objects in a worker. With V8's own limit two workers grew by 190 MB over 30,000 small files, and with this one by 20 MB; it is not
 * slower.
 */
const YOUNG_MEGABYTES = 4;

export class ScanPool {
  readonly #threads: number;
  readonly #workerFile: string;
  readonly #stops: Int32Array<SharedArrayBuffer>;
  readonly #next: Int32Array<SharedArrayBuffer>;
  /** Batches in flight, by slot. */
  readonly #batches = new Map<number, Waiting[]>();
  #waiting = new Set<Waiting>();
  readonly #inFlight = new Set<Waiting>();
  readonly #freeSlots: number[];
  readonly #copies = new SharedCopies();
  /** What new scans begin on. */
  #current: Generation | undefined;
  /** All that workers may have arenas in. */
  readonly #generations = new Set<Generation>();
  #count = 0;
  /** Threads that were told to end and may still run. */
  readonly #ending = new Set<Promise<unknown>>();
  /** Told when a worker ended while it scanned on that generation. */
  onWorkerDied: ((generation: Generation) => void) | undefined;
  #piscina: Piscina<ScanBatch, ScanReply[]> | undefined;
  #closed: Promise<void> | undefined;
  #onIdle: (() => void)[] = [];

  /** Starts the first worker, so that it comes up while the image is loaded; the others start when they are needed. */
  constructor(threads: number, workerFile = threadFile('worker')) {
    this.#threads = threads;
    this.#workerFile = workerFile;
    this.#stops = new Int32Array(new SharedArrayBuffer(threads * MAX_BATCH * 4));
    this.#next = new Int32Array(new SharedArrayBuffer(threads * 4));
    this.#freeSlots = Array.from({ length: threads }, (_, i) => threads - 1 - i);
    this.#piscina = this.#start();
  }

  /**
   * What to scan with from now on, before the first scan and whenever there is something new: scans in flight end on what they began with, and those that
   * wait begin on this. Its memory must be free.
   */
  use(setup: PoolSetup): Generation {
    const arenas = new Int32Array(new SharedArrayBuffer(this.#threads * 4));
    const generation = new Generation({ ...setup, arenas, generation: ++this.#count });
    this.#generations.add(generation);
    this.#current = generation;
    return generation;
  }

  /** Goes back to what was in use before and was not given up since. */
  useAgain(generation: Generation): void {
    if (!this.#generations.has(generation)) throw new ScanError('SCAN_FAILED', 'pool: expected what was not given up');
    this.#current = generation;
  }

  /** For what new scans do not begin on any more: resolves when no thread can touch its memory. */
  async giveUp(generation: Generation): Promise<void> {
    this.#generations.delete(generation);
    await generation.idle();
    await Promise.all(this.#ending);
  }

  /** @throws {ScanError} what the scan failed with; `SCAN_WORKER_DIED`, `SCAN_ABORTED`, `SCAN_CLOSED` */
  async run(object: ScanObject, signal?: AbortSignal): Promise<Verdict> {
    return (await this.#enqueue(object, signal)).verdict;
  }

  /**
   * Scans, and tells what matched where.
   *
   * @param numbers of signatures in the image that are explained in each layer, whether they match or not
   * @throws {ScanError} as `run`
   */
  explain(object: ScanObject, numbers: readonly number[], signal?: AbortSignal): Promise<Answer> {
    return this.#enqueue(object, signal, numbers);
  }

  #enqueue(object: ScanObject, signal?: AbortSignal, explain?: readonly number[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closedError());
      if (signal?.aborted) return reject(abortedError(signal));
      const waiting: Waiting = {
        object,
        explain,
        resolve,
        reject,
        signal,
        stop: -1,
        generation: undefined,
        onAbort: () => this.#abort(waiting),
      };
      signal?.addEventListener('abort', waiting.onAbort, { once: true });
      this.#waiting.add(waiting);
      this.#dispatch();
    });
  }

  /** Resolves when nothing is left to do. */
  drain(): Promise<void> {
    if (this.#inFlight.size + this.#waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Ends all scans, with `SCAN_CLOSED`, and then the workers. */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    for (const waiting of [...this.#waiting]) this.#settle(waiting, () => waiting.reject(closedError()));
    for (const waiting of this.#inFlight) {
      Atomics.store(this.#stops, waiting.stop, 1);
      waiting.reject(closedError());
    }
    await Promise.race([this.drain(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    await this.#piscina?.destroy();
    this.#piscina = undefined;
  }

  #abort(waiting: Waiting): void {
    const error = abortedError(waiting.signal!);
    if (waiting.stop >= 0) {
      // Its worker notices at the next block; the caller need not wait for that.
      Atomics.store(this.#stops, waiting.stop, 1);
      waiting.reject(error);
    } else this.#settle(waiting, () => waiting.reject(error));
  }

  #dispatch(): void {
    while (!this.#closed && this.#freeSlots.length > 0) {
      if (this.#waiting.size === 0) this.#takeBack();
      if (this.#waiting.size === 0) return;
      const slot = this.#freeSlots.pop()!;
      const batch = this.#nextBatch();
      for (const [i, waiting] of batch.entries()) {
        this.#waiting.delete(waiting);
        this.#inFlight.add(waiting);
        waiting.stop = slot * MAX_BATCH + i;
        waiting.generation = this.#current;
        this.#current?.enter();
        Atomics.store(this.#stops, waiting.stop, 0);
      }
      this.#send(slot, batch, this.#current);
    }
  }

  /** Files alone go together, and so many that half of what waits is left for others. */
  #nextBatch(): Waiting[] {
    const most = Math.min(MAX_BATCH, Math.ceil(this.#waiting.size / (2 * this.#threads)));
    const batch: Waiting[] = [];
    for (const waiting of this.#waiting) {
      const isAlone = waiting.object.kind !== 'file' || waiting.explain !== undefined;
      if (isAlone && batch.length > 0) break;
      batch.push(waiting);
      if (isAlone || batch.length === most) break;
    }
    return batch;
  }

  /** For a worker that has nothing to do: what others have not begun. */
  #takeBack(): void {
    for (const [slot, batch] of this.#batches) {
      const begun = Atomics.load(this.#next, slot);
      if (begun === 0 || begun >= batch.length) continue;
      if (Atomics.compareExchange(this.#next, slot, begun, TAKEN_BACK) === begun) this.#waitAgain(batch.splice(begun));
    }
  }

  async #send(slot: number, batch: Waiting[], generation: Generation | undefined): Promise<void> {
    this.#batches.set(slot, batch);
    const { replies, error } = await this.#ask(slot, batch, generation);
    this.#batches.delete(slot);
    // The answers that a worker took with it are asked for again, but for the object that it died of.
    const begun = Math.max(1, Math.min(Atomics.load(this.#next, slot), batch.length));
    const lost = error && { error, waiting: batch[begun - 1]! };
    this.#freeSlots.push(slot);
    this.#waitAgain(batch.filter((waiting, i) => replies[i] === undefined && waiting !== lost?.waiting));
    for (const [i, reply] of replies.entries()) {
      const waiting = batch[i]!;
      if (reply.kind === 'answer') this.#settle(waiting, () => waiting.resolve(reply));
      else this.#settle(waiting, () => waiting.reject(errorOf(reply.failure)));
    }
    if (lost) this.#settle(lost.waiting, () => lost.waiting.reject(lost.error));
    if (error?.code === 'SCAN_WORKER_DIED' && generation && !this.#closed) this.onWorkerDied?.(generation);
  }

  async #ask(
    slot: number,
    batch: Waiting[],
    generation: Generation | undefined,
  ): Promise<{ readonly replies: readonly FinalReply[]; readonly error?: ScanError }> {
    try {
      return { replies: await this.#post(slot, batch, generation) };
    } catch (cause) {
      return { replies: [], error: lostError(cause as Error) };
    }
  }

  /** What was in flight and not begun is next. */
  #waitAgain(rest: readonly Waiting[]): void {
    if (rest.length === 0) return;
    const wanted = rest.filter((waiting) => !this.#closed && !waiting.signal?.aborted);
    for (const waiting of rest) {
      this.#land(waiting);
      if (!wanted.includes(waiting)) waiting.signal?.removeEventListener('abort', waiting.onAbort);
    }
    this.#waiting = new Set([...wanted, ...this.#waiting]);
    this.#tellIdle();
  }

  async #post(slot: number, batch: readonly Waiting[], generation: Generation | undefined): Promise<FinalReply[]> {
    const post = async (setup: ScanSetup | undefined) => {
      Atomics.store(this.#next, slot, 0);
      this.#piscina ??= this.#start();
      const tasks = batch.map(({ object, stop, explain }, i) => ({
        object: object.kind === 'bytes' ? { ...object, bytes: this.#copies.copy(object.bytes, slot) } : object,
        stop,
        explain,
        generation: generation?.number ?? 0,
        setup: i === 0 ? setup : undefined,
      }));
      const replies = await this.#piscina.run({ slot, tasks });
      return replies.filter((reply) => reply.kind !== 'unprepared');
    };
    let replies = await post(generation?.isKnown ? undefined : generation?.setup);
    // A worker that has just started, or that was last asked on another generation.
    if (replies.length === 0) replies = await post(generation?.setup);
    if (replies.length === 0) throw new Error('it does not take its setup');
    if (generation) generation.isKnown = true;
    return replies;
  }

  /** Not in flight any more. */
  #land(waiting: Waiting): void {
    if (!this.#inFlight.delete(waiting)) return;
    waiting.stop = -1;
    waiting.generation?.leave();
  }

  #settle(waiting: Waiting, answer: () => void): void {
    waiting.signal?.removeEventListener('abort', waiting.onAbort);
    this.#waiting.delete(waiting);
    this.#land(waiting);
    answer();
    this.#dispatch();
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#inFlight.size + this.#waiting.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #start(): Piscina<ScanBatch, ScanReply[]> {
    const piscina = new Piscina<ScanBatch, ScanReply[]>({
      filename: this.#workerFile,
      name: 'scan',
      minThreads: 1,
      maxThreads: this.#threads,
      // Kept until close: what a worker has set up is worth more than the little memory it takes.
      idleTimeout: Number.POSITIVE_INFINITY,
      workerData: { stops: this.#stops, next: this.#next } satisfies WorkerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    piscina.on('workerDestroy', ({ id }: { id: number }) => this.#onWorkerGone(piscina, id));
    // A worker that ends while it has nothing to do costs nobody anything.
    piscina.on('error', () => {});
    return piscina;
  }

  /** @param id of its thread; -1 when that has ended already */
  #onWorkerGone(piscina: Piscina<ScanBatch, ScanReply[]>, id: number): void {
    const alive = new Set(piscina.threads.map(({ threadId }) => threadId));
    alive.delete(id);
    for (const generation of this.#generations) generation.freeArenas(alive);
    // A worker that dies before it is ready leaves its task in piscina's queue, and nothing would ever take it out.
    setImmediate(() => {
      if (this.#closed || this.#piscina !== piscina || piscina.threads.length >= this.#threads - this.#freeSlots.length)
        return;
      this.#piscina = undefined;
      this.#end(piscina);
    });
  }

  /** Its tasks are settled at once, while its threads may still run. */
  #end(piscina: Piscina<ScanBatch, ScanReply[]>): void {
    const ending = piscina.destroy().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

function abortedError(signal: AbortSignal): ScanError {
  return new ScanError('SCAN_ABORTED', 'the scan was aborted', { cause: signal.reason });
}
function closedError(): ScanError {
  return new ScanError('SCAN_CLOSED', 'the engine is closed');
}
/** piscina rejects only when a worker ended, or when a task cannot be posted. */
function lostError(cause: Error): ScanError {
  return cause.name === 'DataCloneError'
    ? new ScanError('SCAN_FAILED', `the object cannot be given to a worker: ${cause.message}`, { cause })
    : new ScanError('SCAN_WORKER_DIED', `the worker that looked at it ended: ${cause.message}`, { cause });
}
