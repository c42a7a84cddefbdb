/** The worker, but some objects end it, and some keep it busy: `wait FILE …` until that file is there. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScanReply, ScanTask } from '../../../src/scan/scan-task.ts';
import { scan as scanObject } from '../../../src/scan/worker.ts';

export function scan(task: ScanTask): ScanReply | Promise<ScanReply> {
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
  if (path !== undefined && task.setup !== undefined) return waitAndScan(path, task);
  return scanObject(task);
}

async function waitAndScan(path: string, task: ScanTask): Promise<ScanReply> {
  // With its patterns, as a scan that has begun.
  await scanObject(task);
  while (!existsSync(path)) await sleep(5);
  return scanObject(task);
}
