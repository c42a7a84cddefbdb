/** The worker, but some objects end it. */
import { type ScanReply, type ScanTask, scan as scanObject } from '../../../src/scan/worker.ts';

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
  return scanObject(task);
}
