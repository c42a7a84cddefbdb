/** What an update may take: each has a default that fits a slow line and a large pattern file. */
import { UpdateError } from './errors.ts';
import type { WebLimits } from './fetch.ts';
import type { PaceLimits } from './pace.ts';

export interface UpdateLimits extends WebLimits, Omit<PaceLimits, 'deadlineMs'> {
  /** For one metadata file. */
  readonly metadataDeadlineMs: number;
  /** For one answer with a pattern file or delta; what breaks off is resumed. */
  readonly targetDeadlineMs: number;
  /** Of the same mirror, after a fault that may pass. */
  readonly retries: number;
  /** Before the first; doubles each time. */
  readonly retryDelayMs: number;
  /** Signed length of a pattern file or delta. */
  readonly maxTargetBytes: number;
  /** Canonical records, and a delta uncompressed. */
  readonly maxContentBytes: number;
}

export const DEFAULT_UPDATE_LIMITS: UpdateLimits = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 30_000,
  maxRedirects: 5,
  minBytesPerSecond: 256,
  rateWindowMs: 20_000,
  metadataDeadlineMs: 60_000,
  targetDeadlineMs: 4 * 3_600_000,
  retries: 2,
  retryDelayMs: 500,
  maxTargetBytes: 2 ** 30,
  maxContentBytes: 2 ** 31,
};

/** @throws {UpdateError} `UPDATE_OPTION` */
export function completeLimits(given: Partial<UpdateLimits> = {}): UpdateLimits {
  const limits = { ...DEFAULT_UPDATE_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw new UpdateError('UPDATE_OPTION', `${name}: expected an integer from 0 on, got ${value}`);
  }
  return limits;
}
