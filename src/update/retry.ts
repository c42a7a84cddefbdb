/** Faults that may pass are tried again, a little later each time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpStatusError, UpdateError } from './errors.ts';

export interface RetryOptions {
  readonly retries: number;
  /** Before the first; doubles each time. */
  readonly retryDelayMs: number;
  readonly signal: AbortSignal | undefined;
}

/** A connection that broke, or a server that has an error of its own. What it says clearly, it will say again. */
export function isPassing(thrown: unknown): boolean {
  if (thrown instanceof HttpStatusError) return thrown.status >= 500 && thrown.code === 'UPDATE_HTTP';
  return thrown instanceof UpdateError && (thrown.code === 'UPDATE_NETWORK' || thrown.code === 'UPDATE_TRUNCATED');
}

/** Calls until it succeeds, fails for good, or was tried often enough; throws the last error then. */
export async function retrying<T>(options: RetryOptions, attempt: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (thrown) {
      if (failures >= options.retries || !isPassing(thrown)) throw thrown;
      await pause(options.retryDelayMs * 2 ** failures, options.signal);
    }
  }
}

/** @throws {UpdateError} `UPDATE_ABORTED` */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch (cause) {
    throw new UpdateError('UPDATE_ABORTED', 'update: stopped from outside', { cause });
  }
}
