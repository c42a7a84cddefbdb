/** Work of seconds that is done once, in a thread of its own: what the caller's thread does and what the other one does. */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { threadFile } from './assets.ts';
import { errorOf, type Failure, failureOf, ScanError } from './errors.ts';

type Reply<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Runs a module of this room in a thread, which must call `answerThread`.
 *
 * @param name of the module, without its ending
 * @throws {ScanError} what the work failed with; `SCAN_FAILED` when the thread ended without an answer
 */
export function runThread<T>(name: string, task: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const lost = (message: string, cause?: Error) =>
      reject(new ScanError('SCAN_FAILED', `${name}: ${message}`, { cause }));
    // Node 22 warns of SQLite, which serves as a lock and as nothing else.
    const execArgv = [...process.execArgv, '--disable-warning=ExperimentalWarning'];
    const worker = new Worker(threadFile(name), { workerData: task, execArgv });
    worker.once('message', (reply: Reply<T>) => {
      if (reply.kind === 'done') resolve(reply.value);
      else reject(errorOf(reply.failure));
    });
    // Most likely there was not enough memory.
    worker.once('error', (cause: Error) => lost(cause.message, cause));
    worker.once('exit', (code) => lost(`expected an answer, got exit ${code}`));
  });
}

/** The other side: does the work and posts what came of it. Does nothing outside such a thread. */
export function answerThread<Task, T>(work: (task: Task) => T): void {
  parentPort?.postMessage(replyOf(work));
}

function replyOf<Task, T>(work: (task: Task) => T): Reply<T> {
  try {
    return { kind: 'done', value: work(workerData as Task) };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}
