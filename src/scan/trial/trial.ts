/**
 * The trial of a pattern file before anybody scans with it.
 *
 * ```
 * read ─► leave out what takes too much memory ─► compile ─► leave out what takes too much time ─► must find ─► must not find ─► image into the store
 *                                                   ▲                                                              │ hits, overruns
 *                                                   └───────────────────────── quarantine.ign2 ◄───────────────────┘
 * ```
 * All of it happens in a thread of the lowest priority, so that scans in flight go on; what it compiles is the image that everybody will use, so nothing is
 * done twice. That thread may run out of memory, or meet a pattern that makes it spin: then the trial fails, and nothing else does.
 */
import { Worker } from 'node:worker_threads';
import type { StagedPattern, Trial, TrialReport } from '../../store/staging.ts';
import { threadFile } from '../assets.ts';
import { errorOf, type Failure, ScanError } from '../errors.ts';
import { completeTrialLimits, type TrialLimits } from './limits.ts';

export interface TrialOptions {
  /** Files and directories of the user that are known to be clean, beside those that the product brings along. */
  readonly clean: readonly string[];
  /** A signature that would be quarantined fails the whole trial instead. */
  readonly strict: boolean;
  readonly limits?: Partial<TrialLimits> | undefined;
}

/** Plain data: it crosses threads. */
export interface TrialTask {
  readonly staged: StagedPattern;
  readonly clean: readonly string[];
  readonly strict: boolean;
  readonly limits: TrialLimits;
}

export type TrialReply =
  | { readonly kind: 'done'; readonly report: TrialReport }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * The trial rejects with a ScanError: `SCAN_PATTERNS` the file is damaged; `SCAN_TRIAL_MISSED` a signature does not find what it was written for;
 * `SCAN_TRIAL_QUARANTINE` too many signatures are bad, or one is and `strict` is set; `SCAN_TRIAL_CLEAN` a clean file that was named cannot be read;
 * `SCAN_TRIAL_TIMEOUT`; `SCAN_TRIAL_DIED` its thread ended, most likely for want of memory; `SCAN_TRIAL_STORE` image or quarantine cannot be written;
 * `SCAN_ABORTED`; `SCAN_FAILED`.
 *
 * @throws {ScanError} `SCAN_OPTION` when a limit is out of range
 */
export function createTrial({ clean, strict, limits }: TrialOptions): Trial {
  const complete = completeTrialLimits(limits);
  return (staged, signal) => runTrialThread({ staged: plain(staged), clean, strict, limits: complete }, signal);
}

/** What is staged may have methods, and those cross no threads. */
function plain({ number, path, quarantinePath, imageDirectory }: StagedPattern): StagedPattern {
  return { number, path, quarantinePath, imageDirectory };
}

async function runTrialThread(task: TrialTask, signal: AbortSignal | undefined): Promise<TrialReport> {
  if (signal?.aborted) throw aborted(signal);
  const { limits } = task;
  const resourceLimits = { maxOldGenerationSizeMb: limits.maxHeapMegabytes };
  const worker = new Worker(threadFile('trial/thread'), { workerData: task, resourceLimits });
  const ended = new AbortController();
  try {
    return await Promise.race([
      answerOf(worker),
      afterTimeout(limits.timeoutMs, ended.signal),
      whenAborted(signal, ended.signal),
    ]);
  } finally {
    ended.abort();
    await worker.terminate();
  }
}

function answerOf(worker: Worker): Promise<TrialReport> {
  return new Promise((resolve, reject) => {
    const lost = (message: string, cause?: Error) =>
      reject(new ScanError('SCAN_TRIAL_DIED', `trial: ${message}`, { cause }));
    worker.once('message', (reply: TrialReply) => {
      if (reply.kind === 'done') resolve(reply.report);
      else reject(errorOf(reply.failure));
    });
    worker.once('error', (cause: Error) => lost(cause.message, cause));
    worker.once('exit', (code) => lost(`expected an answer, got exit ${code}`));
  });
}

function afterTimeout(timeoutMs: number, ended: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const message = `trial: expected an end within ${timeoutMs} ms, got none`;
    const timer = setTimeout(() => reject(new ScanError('SCAN_TRIAL_TIMEOUT', message)), timeoutMs);
    ended.addEventListener('abort', () => clearTimeout(timer));
  });
}

function whenAborted(signal: AbortSignal | undefined, ended: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(aborted(signal)), { signal: ended });
  });
}

function aborted({ reason }: AbortSignal): ScanError {
  return new ScanError('SCAN_ABORTED', 'the trial was aborted', { cause: reason });
}
