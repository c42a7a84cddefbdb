/** The time of release that goes into a pattern file: what was asked for, else SOURCE_DATE_EPOCH, else now. */
import type { CliIo } from './io.ts';

/** @returns ISO 8601, UTC */
export function releaseTime(given: string | undefined, io: CliIo): string {
  // SOURCE_DATE_EPOCH (reproducible-builds.org): seconds since 1970.
  const epoch = io.environment.SOURCE_DATE_EPOCH;
  const time = epoch !== undefined && /^\d{1,12}$/.test(epoch) ? Number(epoch) * 1000 : io.now();
  return given ?? new Date(time).toISOString();
}
