/** What a pattern file on trial may cost, and what one signature of it may. All in one place, with the reason of each. */
import { ScanError } from '../errors.ts';

export interface TrialLimits {
  /**
   * Milliseconds for the whole trial. The real set of 362,000 signatures takes 12 s (two shared cores, 2026-11); a small board is ten times slower, and
   * a clean corpus of 10 GB takes half a minute.
   */
  readonly timeoutMs: number;
  /** Megabytes of heap that the trial's thread may use. The real set takes 1,000. */
  readonly maxHeapMegabytes: number;
  /**
   * Nanoseconds that one signature may add to the search of a megabyte. All 362,000 of the real set together take 2 to 3 ms, the dearest of them 0.4 ms
   * by estimate: whoever takes more than this makes every scan several times slower.
   */
  readonly maxNsPerMegabyte: number;
  /** What the compiler estimates to cost less than this is not measured. */
  readonly suspectNsPerMegabyte: number;
  /** Bytes of the image that one signature may take. Those of the real set take 300 on average; this is the room of three thousand. */
  readonly maxImageBytes: number;
  /** Signatures that may be quarantined: a share of all and at most so many. Beyond that the file as a whole is wrong, not single signatures. */
  readonly maxQuarantineShare: number;
  readonly maxQuarantined: number;
  /** Times that patterns are compiled, each time without what was found to be bad; the first time finds nearly all. */
  readonly maxRounds: number;
  /** Objects that are built from signatures of the file and must be found. */
  readonly mustFind: number;
}

export const DEFAULT_TRIAL_LIMITS: TrialLimits = {
  timeoutMs: 900_000,
  maxHeapMegabytes: 4096,
  maxNsPerMegabyte: 5_000_000,
  suspectNsPerMegabyte: 100_000,
  maxImageBytes: 1_048_576,
  maxQuarantineShare: 0.01,
  maxQuarantined: 1000,
  maxRounds: 4,
  mustFind: 64,
};

/** In a small file a hundredth is nothing: so many may be quarantined all the same, if half of the file is left. */
const SMALL_FILE_QUARANTINE = 10;

/** How many of so many signatures may be quarantined. */
export function maxQuarantinedOf(signatures: number, { maxQuarantineShare, maxQuarantined }: TrialLimits): number {
  const small = Math.min(SMALL_FILE_QUARANTINE, Math.floor(signatures / 2));
  return Math.min(maxQuarantined, Math.max(small, Math.floor(signatures * maxQuarantineShare)));
}

/** @throws {ScanError} `SCAN_OPTION` */
export function completeTrialLimits(given: Partial<TrialLimits> = {}): TrialLimits {
  const limits = { ...DEFAULT_TRIAL_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    const isShare = name === 'maxQuarantineShare';
    if (isShare ? value >= 0 && value <= 1 : Number.isSafeInteger(value) && value >= 0) continue;
    const expected = isShare ? 'a number from 0 to 1' : 'an integer from 0 on';
    throw new ScanError('SCAN_OPTION', `trial.${name}: expected ${expected}, got ${value}`);
  }
  return limits;
}
