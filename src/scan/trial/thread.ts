/** The thread of a trial: everything that takes time, at the lowest priority. */
import { stat } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from '../errors.ts';
import { lowerPriority } from '../thread-priority.ts';
import { runTrial } from './run.ts';
import type { TrialReply, TrialTask } from './trial.ts';

if (parentPort) parentPort.postMessage(await replyOf(workerData as TrialTask));

async function replyOf(task: TrialTask): Promise<TrialReply> {
  try {
    // The process has one pool of threads for its files. They are made when the first needs them, and have the priority of who made them.
    await stat(task.staged.path).catch(() => {});
    lowerPriority();
    return { kind: 'done', report: await runTrial(task) };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}
