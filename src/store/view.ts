/** What a pattern store holds, as plain data: for the command, the scanner and health checks. */

/** A signature that the trial left out of the patterns that went live, by itself. */
export interface QuarantinedSignature {
  readonly name: string;
  /** It hit a file that is known to be clean, or it took more time or memory than one signature may. */
  readonly reason: 'clean-corpus' | 'time' | 'memory';
  /** One sentence: which file, or the figure and the budget. */
  readonly detail: string;
}

/** Why a number does not come back by itself. */
export interface BadPattern {
  readonly number: number;
  /** One sentence. */
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** One pattern file that is kept. */
export interface KeptPattern {
  readonly number: number;
  /** Absolute path of the `.npf`. */
  readonly path: string;
  /** Names of signatures that are left out of it, as a ClamAV `.ign2` file beside it; undefined when nothing is. */
  readonly quarantinePath: string | undefined;
  /** ISO 8601, UTC. */
  readonly released: string;
  readonly channel: string;
  readonly engineRange: string;
  readonly signatures: number;
  /** Bytes of the `.npf`. */
  readonly bytes: number;
  /** Lower-case hex. */
  readonly contentDigest: string;
  /** ISO 8601, UTC. */
  readonly installed: string;
  readonly quarantine: readonly QuarantinedSignature[];
}

export interface StoreView {
  /** Absolute. */
  readonly directory: string;
  readonly active: KeptPattern | undefined;
  /** ISO 8601, UTC; undefined when nothing is active. */
  readonly activeSince: string | undefined;
  /** The number that was active before: what `rollback` goes to. */
  readonly previous: number | undefined;
  /** All that are on the disk, ascending by number, the active one included. */
  readonly kept: readonly KeptPattern[];
  /** How many old ones are kept beside the active one. */
  readonly keep: number;
  readonly pinned: number | undefined;
  /** Updates wait; `until` undefined: for ever. ISO 8601, UTC. A hold that is over is not shown. */
  readonly hold: { readonly since: string; readonly until: string | undefined } | undefined;
  readonly bad: readonly BadPattern[];
  /** What is wrong with the store, one sentence each; empty when nothing is. */
  readonly troubles: readonly string[];
}
