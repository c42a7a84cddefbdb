/**
 * A second thread that plans signatures while the first compiles: from the last lines of the sources on, until the two meet.
 *
 * The first goes through all lines in their order, as ever. When it comes to lines that the other has taken, it waits for their plans and finds them as it
 * finds those of a memo; so the image does not depend on who was faster. A thread that fails costs its time, and nothing else.
 *
 * *Limits*: lines only; the records of pattern files are planned by the first thread alone.
 */
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type ClamavFormat, isBodyFormat } from '../dialects/clamav/formats.ts';
import { threadFile } from './assets.ts';
import { isUnread } from './source-parts.ts';
import type { LoadedSource } from './source-reader.ts';

/** Lines that one of the threads takes, as bytes [start, end) of all that are shared. */
export interface LineChunk {
  readonly format: ClamavFormat;
  readonly start: number;
  readonly end: number;
}

/** What the thread is given. It takes chunks from the last one on. */
export interface PlanTask {
  readonly bytes: SharedArrayBuffer;
  readonly chunks: readonly LineChunk[];
  /** A CHUNK of each, i32. */
  readonly states: SharedArrayBuffer;
  /** Where the plans of a chunk are posted before it is done: bytes, as plan-table.ts has them. */
  readonly port: MessagePort;
}

export const CHUNK = { free: 0, first: 1, second: 2, done: 3 } as const;

const LINE_FEED = 0x0a;
/** Small enough that none waits long where they meet. */
const CHUNK_BYTES = 1 << 18;
/** Fewer are planned before a thread is up. */
const MIN_BYTES = 1 << 20;
/** A chunk takes a tenth of a second. */
const MAX_WAIT_MS = 30_000;

/** A chunk where the first thread has it. */
interface OwnChunk {
  readonly buffer: ArrayBufferLike;
  readonly start: number;
  readonly end: number;
}

export class PlanAhead {
  readonly #own: readonly OwnChunk[];
  readonly #states: Int32Array;
  readonly #port: MessagePort;
  #at = -1;
  /** Resolves when the other thread has nothing more to take; never while the one that waits for it is at work. */
  readonly ended: Promise<unknown>;

  private constructor(own: readonly OwnChunk[], states: Int32Array, port: MessagePort, ended: Promise<unknown>) {
    this.ended = ended;
    this.#own = own;
    this.#states = states;
    this.#port = port;
  }

  /** @returns undefined when it is not worth a thread */
  static start(loaded: readonly LoadedSource[]): PlanAhead | undefined {
    const { own, chunks, length } = cut(loaded);
    if (length < MIN_BYTES || availableParallelism() < 2) return undefined;
    const bytes = new SharedArrayBuffer(length);
    chunks.forEach(({ start, end }, i) => {
      new Uint8Array(bytes, start, end - start).set(new Uint8Array(own[i]!.buffer, own[i]!.start, end - start));
    });
    const states = new SharedArrayBuffer(chunks.length * 4);
    const { port1, port2 } = new MessageChannel();
    const workerData: PlanTask = { bytes, chunks, states, port: port2 };
    const worker = new Worker(threadFile('plan-thread'), { workerData, transferList: [port2] });
    // Nobody hears of it: what it does not plan is planned here.
    worker.on('error', () => {});
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.unref();
    port1.unref();
    return new PlanAhead(own, new Int32Array(states), port1, ended);
  }

  /**
   * Told of each line in its order, before it is read.
   *
   * @param bytes a view on its source
   * @returns where the two threads meet, once: all plans that the other made
   */
  reach({ buffer, byteOffset }: Uint8Array): readonly Uint8Array[] | undefined {
    if (this.#isIn(this.#at, buffer, byteOffset)) return undefined;
    do this.#at++;
    while (this.#at < this.#own.length && !this.#isIn(this.#at, buffer, byteOffset));
    if (this.#at >= this.#own.length) return undefined;
    const before = Atomics.compareExchange(this.#states, this.#at, CHUNK.free, CHUNK.first);
    if (before === CHUNK.free) return undefined;
    // Those behind it are done: the other thread came from there.
    Atomics.wait(this.#states, this.#at, CHUNK.second, MAX_WAIT_MS);
    this.#at = this.#own.length;
    const plans: Uint8Array[] = [];
    for (let next = receiveMessageOnPort(this.#port); next; next = receiveMessageOnPort(this.#port)) {
      plans.push(next.message as Uint8Array);
    }
    this.#port.close();
    return plans;
  }

  #isIn(chunk: number, buffer: ArrayBufferLike, offset: number): boolean {
    const own = this.#own[chunk];
    return own !== undefined && own.buffer === buffer && offset >= own.start && offset < own.end;
  }
}

/** All lines of body signatures in chunks: where they are, and where they will be among the shared bytes. */
function cut(loaded: readonly LoadedSource[]): { own: OwnChunk[]; chunks: LineChunk[]; length: number } {
  const own: OwnChunk[] = [];
  const chunks: LineChunk[] = [];
  let length = 0;
  for (const { format, bytes } of loaded.flatMap(({ parts }) => parts)) {
    if (isUnread(format) || !isBodyFormat(format)) continue;
    for (let at = 0; at < bytes.length; ) {
      const lineEnd = bytes.indexOf(LINE_FEED, Math.min(at + CHUNK_BYTES, bytes.length - 1));
      const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
      own.push({ buffer: bytes.buffer, start: bytes.byteOffset + at, end: bytes.byteOffset + end });
      chunks.push({ format, start: length, end: length + end - at });
      length += end - at;
      at = end;
    }
  }
  return { own, chunks, length };
}
