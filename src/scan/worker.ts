/**
 * A worker: a batch of objects at a time, one after the other. piscina calls `scan`.
 */
import { threadId, workerData } from 'node:worker_threads';
import { type ScanReply, type ScanTask, TaskScanner } from './scan-task.ts';

/** What a worker is started with: before it is known what it shall scan with. */
export interface WorkerData {
  /** One word for each object in flight: not 0 when its scan shall stop. */
  readonly stops: Int32Array;
  /** One word for each batch: the index of the object that is begun next. */
  readonly next: Int32Array;
}

/** Objects that are posted together: each message costs 0.2 ms on both sides, half of what a mail takes to scan. */
export interface ScanBatch {
  /** Index into `next`. */
  readonly slot: number;
  readonly tasks: readonly ScanTask[];
}

/** After so long no other object is begun: somebody else may have time for it, and the answers so far are waited for. */
const BATCH_MS = 20;

const { stops, next } = workerData as WorkerData;
const scanner = new TaskScanner((stop) => Atomics.load(stops, stop) !== 0, threadId);

/** Never rejects. @returns the answers to the first tasks, to one at least */
export async function scan({ slot, tasks }: ScanBatch): Promise<ScanReply[]> {
  const endMs = performance.now() + BATCH_MS;
  const replies: ScanReply[] = [];
  do {
    // What is not begun may be taken back.
    const task = tasks[Atomics.add(next, slot, 1)];
    if (task === undefined) break;
    const reply = scanner.scan(task);
    replies.push(reply instanceof Promise ? await reply : reply);
  } while (replies.at(-1)!.kind !== 'unprepared' && performance.now() < endMs);
  return replies;
}
