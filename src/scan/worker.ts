/**
 * A worker: one object at a time. piscina calls `scan`.
 */
import { threadId, workerData } from 'node:worker_threads';
import { type ScanReply, type ScanTask, TaskScanner } from './scan-task.ts';

/** What a worker is started with: before it is known what it shall scan with. */
export interface WorkerData {
  /** One word for each task in flight: not 0 when it shall stop. */
  readonly stops: Int32Array;
}

const { stops } = workerData as WorkerData;
const scanner = new TaskScanner((stop) => Atomics.load(stops, stop) !== 0, threadId);

/** Never throws and never rejects. */
export function scan(task: ScanTask): ScanReply | Promise<ScanReply> {
  return scanner.scan(task);
}
