/** Work of seconds that is done once, in a thread of its own: what the caller's thread does and what the other one does. */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { threadFile } from './assets.ts';
import { errorOf, type Failure, failureOf, ScanError } from './errors.ts';

type Reply<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly failure: Failure };

export interface RunningThread<T> {
  /** Rejects with a ScanError: what the work failed with; `SCAN_FAILED` when the thread ended without an answer. */
  readonly result: Promise<T>;
  /** Whether it keeps the process alive: true at first. */
  keepsAlive(isWanted: boolean): void;
}

/**
 * Runs a module of this room in a thread, which must call `answerThread`.
 *
 * @param name of the module, without its ending
 * @throws {ScanError} what the work failed with; `SCAN_FAILED` when the thread ended without an answer
 */
export function runThread<T>(name: string, task: unknown): Promise<T> {
  return startThread<T>(name, task).result;
}

/** The same, when the caller has more to say while it runs. */
export function startThread<T>(name: string, task: unknown): RunningThread<T> {
  // A file that the thread opens is handed over: Node would close it when the thread ends.
  const worker = new Worker(threadFile(name), { workerData: task, trackUnmanagedFds: false });
  const result = new Promise<T>((resolve, reject) => {
    const lost = (message: string, cause?: Error) =>
      reject(new ScanError('SCAN_FAILED', `${name}: ${message}`, { cause }));
    worker.once('message', (reply: Reply<T>) => {
      if (reply.kind === 'done') resolve(reply.value);
      else reject(errorOf(reply.failure));
    });
    // Most likely there was not enough memory.
    worker.once('error', (cause: Error) => lost(cause.message, cause));
    worker.once('exit', (code) => lost(`expected an answer, got exit ${code}`));
  });
  return { result, keepsAlive: (isWanted) => (isWanted ? worker.ref() : worker.unref()) };
}

/** The other side: does the work and posts what came of it. Does nothing outside such a thread. */
export async function answerThread<Task, T>(work: (task: Task) => T | Promise<T>): Promise<void> {
  parentPort?.postMessage(await replyOf(work));
}

async function replyOf<Task, T>(work: (task: Task) => T | Promise<T>): Promise<Reply<T>> {
  try {
    return { kind: 'done', value: await work(workerData as Task) };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}
