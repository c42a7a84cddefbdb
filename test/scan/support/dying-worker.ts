/** The worker, but some objects end it, and some keep it busy: `wait FILE …` until that file is there. So do files, by the end of their names. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import type { ScanReply, ScanTask } from '../../../src/scan/scan-task.ts';
import { type ScanBatch, scan as scanBatch, type WorkerData } from '../../../src/scan/worker.ts';

export function scan(batch: ScanBatch): Promise<ScanReply[]> {
  const deadly = batch.tasks.findIndex((task) => isFile(task, '.die'));
  if (deadly >= 0) return scanAndDie(batch, deadly);
  const [task] = batch.tasks;
  if (task === undefined) return Promise.resolve([]);
  if (isFile(task, '.wait')) return waitForFile(batch, task);
  const text = task.object.kind === 'bytes' ? Buffer.from(task.object.bytes).toString() : '';
  if (text === 'die') process.exit(3);
  if (text === 'throw') {
    queueMicrotask(() => {
      throw new Error('nobody catches this');
    });
    return new Promise(() => {});
  }
  if (text === 'reject') return Promise.reject(new Error('no answer'));
  const [, path] = /^wait (\S+)/.exec(text) ?? [];
  if (path !== undefined && task.setup !== undefined) return waitAndScan(path, batch);
  return scanBatch(batch);
}

async function waitAndScan(path: string, batch: ScanBatch): Promise<ScanReply[]> {
  // With its patterns, as a scan that has begun.
  await scanBatch(batch);
  while (!existsSync(path)) await sleep(5);
  Atomics.store((workerData as WorkerData).next, batch.slot, 0);
  return scanBatch(batch);
}

function isFile({ object }: ScanTask, ending: string): boolean {
  return object.kind === 'file' && Buffer.from(object.path).toString().endsWith(ending);
}

/** As if it died of the object of that index. */
async function scanAndDie({ slot, tasks }: ScanBatch, index: number): Promise<never> {
  await scanBatch({ slot, tasks: tasks.slice(0, index) });
  Atomics.store((workerData as WorkerData).next, slot, index + 1);
  process.exit(3);
}

/** Scans the first object until the file without `.wait` is there, and no other. */
async function waitForFile({ slot }: ScanBatch, { object }: ScanTask): Promise<ScanReply[]> {
  Atomics.store((workerData as WorkerData).next, slot, 1);
  const path = object.kind === 'file' ? Buffer.from(object.path).toString().slice(0, -'.wait'.length) : '';
  while (!existsSync(path)) await sleep(5);
  return [{ kind: 'failed', failure: { code: 'SCAN_FAILED', message: 'it waited' } }];
}
