/**
 * The workers that scan, and the door of piscina.
 *
 * At most one object is in flight for each worker; the rest waits here, so that an object that is aborted while it waits never reaches a worker, and
 * one that waits behind a worker that died finds the next. A scan is aborted by a word of shared memory that the worker looks at between blocks: piscina
 * would end the thread, and with it what it has loaded.
 */
import { Piscina } from 'piscina';
import { threadFile } from './assets.ts';
import { errorOf, ScanError } from './errors.ts';
import { Generation } from './generation.ts';
import type { ScanObject } from './object-source.ts';
import type { Answer, ScanReply, ScanSetup, ScanTask } from './scan-task.ts';
import { SharedCopies } from './shared-copies.ts';
import type { Verdict } from './verdict.ts';
import type { WorkerData } from './worker.ts';

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
  /** Index into stops while it is in flight. */
  slot: number;
  /** What it is scanned with, once it is in flight. */
  generation: Generation | undefined;
}

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
  readonly #waiting = new Set<Waiting>();
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
  #piscina: Piscina<ScanTask, ScanReply> | undefined;
  #closed: Promise<void> | undefined;
  #onIdle: (() => void)[] = [];

  /** Starts the first worker, so that it comes up while the image is loaded; the others start when they are needed. */
  constructor(threads: number, workerFile = threadFile('worker')) {
    this.#threads = threads;
    this.#workerFile = workerFile;
    this.#stops = new Int32Array(new SharedArrayBuffer(threads * 4));
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
        slot: -1,
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
      Atomics.store(this.#stops, waiting.slot, 1);
      waiting.reject(closedError());
    }
    await Promise.race([this.drain(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    await this.#piscina?.destroy();
    this.#piscina = undefined;
  }

  #abort(waiting: Waiting): void {
    const error = abortedError(waiting.signal!);
    if (waiting.slot >= 0) {
      // Its worker notices at the next block; the caller need not wait for that.
      Atomics.store(this.#stops, waiting.slot, 1);
      waiting.reject(error);
    } else this.#settle(waiting, () => waiting.reject(error));
  }

  #dispatch(): void {
    for (const waiting of this.#waiting) {
      if (this.#closed) return;
      const slot = this.#freeSlots.pop();
      if (slot === undefined) return;
      this.#waiting.delete(waiting);
      this.#inFlight.add(waiting);
      waiting.slot = slot;
      waiting.generation = this.#current;
      this.#current?.enter();
      Atomics.store(this.#stops, slot, 0);
      this.#send(waiting);
    }
  }

  #send(waiting: Waiting): void {
    const { object, slot, explain, generation } = waiting;
    const posted: ScanObject =
      object.kind === 'bytes' ? { kind: 'bytes', bytes: this.#copies.copy(object.bytes, slot) } : object;
    this.#post({ object: posted, stop: slot, explain, generation: generation?.number ?? 0 }, generation).then(
      (reply) =>
        this.#settle(waiting, () => {
          if (reply.kind === 'answer') waiting.resolve(reply);
          else waiting.reject(errorOf(reply.failure));
        }),
      (cause: Error) => {
        const error = lostError(cause);
        this.#settle(waiting, () => waiting.reject(error));
        if (error.code === 'SCAN_WORKER_DIED' && generation && !this.#closed) this.onWorkerDied?.(generation);
      },
    );
  }

  async #post(task: ScanTask, generation: Generation | undefined): Promise<Exclude<ScanReply, { kind: 'unprepared' }>> {
    const post = (task: ScanTask): Promise<ScanReply> => {
      this.#piscina ??= this.#start();
      return this.#piscina.run(task);
    };
    const prepared = { ...task, setup: generation?.setup };
    let reply = await post(generation?.isKnown ? task : prepared);
    // A worker that has just started, or that was last asked on another generation.
    if (reply.kind === 'unprepared') reply = await post(prepared);
    if (reply.kind === 'unprepared') throw new Error('it does not take its setup');
    if (generation) generation.isKnown = true;
    return reply;
  }

  #settle(waiting: Waiting, answer: () => void): void {
    waiting.signal?.removeEventListener('abort', waiting.onAbort);
    this.#waiting.delete(waiting);
    if (this.#inFlight.delete(waiting)) {
      this.#freeSlots.push(waiting.slot);
      waiting.generation?.leave();
    }
    answer();
    this.#dispatch();
    if (this.#inFlight.size + this.#waiting.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #start(): Piscina<ScanTask, ScanReply> {
    const piscina = new Piscina<ScanTask, ScanReply>({
      filename: this.#workerFile,
      name: 'scan',
      minThreads: 1,
      maxThreads: this.#threads,
      // Kept until close: what a worker has set up is worth more than the little memory it takes.
      idleTimeout: Number.POSITIVE_INFINITY,
      workerData: { stops: this.#stops } satisfies WorkerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    piscina.on('workerDestroy', ({ id }: { id: number }) => this.#onWorkerGone(piscina, id));
    // A worker that ends while it has nothing to do costs nobody anything.
    piscina.on('error', () => {});
    return piscina;
  }

  /** @param id of its thread; -1 when that has ended already */
  #onWorkerGone(piscina: Piscina<ScanTask, ScanReply>, id: number): void {
    const alive = new Set(piscina.threads.map(({ threadId }) => threadId));
    alive.delete(id);
    for (const generation of this.#generations) generation.freeArenas(alive);
    // A worker that dies before it is ready leaves its task in piscina's queue, and nothing would ever take it out.
    setImmediate(() => {
      if (this.#closed || this.#piscina !== piscina || piscina.threads.length >= this.#inFlight.size) return;
      this.#piscina = undefined;
      this.#end(piscina);
    });
  }

  /** Its tasks are settled at once, while its threads may still run. */
  #end(piscina: Piscina<ScanTask, ScanReply>): void {
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
