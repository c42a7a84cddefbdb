/** A pattern file on its way into the store, and what its trial must tell. */
import type { QuarantinedSignature } from './view.ts';

/** A pattern file on trial, before anybody scans with it. */
export interface StagedPattern {
  readonly number: number;
  /** Absolute path of the `.npf`. */
  readonly path: string;
  /** Where the names of quarantined signatures go, as a ClamAV `.ign2` file; does not exist yet. */
  readonly quarantinePath: string;
  /** Directory of compiled images of the store; the trial leaves the image there. */
  readonly imageDirectory: string;
}

export interface TrialReport {
  /** Signatures that this engine uses of it, without the quarantined ones. */
  readonly signatures: number;
  /** Objects that were scanned: those that must be found and those that must not. */
  readonly samples: number;
  readonly compileMs: number;
  readonly elapsedMs: number;
  /** Left out by themselves; already written to `quarantinePath` when there are any. */
  readonly quarantine: readonly QuarantinedSignature[];
}

/** Compiles, scans what must and what must not be found; rejects with a code when the pattern as a whole must not go live. */
export type Trial = (staged: StagedPattern, signal: AbortSignal | undefined) => Promise<TrialReport>;
