/**
 * The repository as it lies on a server: which files there are, and what the `patterns` role signs about each. Publisher and consumer share it.
 *
 * ```
 * metadata/timestamp.json  N.root.json  N.snapshot.json  N.targets.json  N.patterns.json      TUF 1.0, consistent snapshots
 * targets/pattern/1041.npf          a full file                      targets/pattern/1041.npf.minisig   for stock tools; not signed by TUF
 * targets/pattern/1040-1041.delta   what makes 1041 out of 1040
 * targets/pattern/notices-7.json    lifecycle and withdrawals; 7 is the version of the patterns role that brought it
 * ```
 * Target names carry no hash: each name is written once and never again, so a cache may keep it for ever. Only timestamp.json and the next root (404) change.
 */

/** Role that signs releases; delegated from targets for `pattern/*`, terminating. */
export const PATTERNS_ROLE = 'patterns';
export const METADATA_PATH = 'metadata';
export const TARGETS_PATH = 'targets';

export const fullName = (number: number): string => `pattern/${number}.npf`;
export const deltaName = (from: number, number: number): string => `pattern/${from}-${number}.delta`;
export const noticesName = (version: number): string => `pattern/notices-${version}.json`;

/** Staged roll-out: a machine's turn comes within these hours, by its bucket. */
export interface Rollout {
  /** ISO 8601, UTC. */
  readonly start: string;
  readonly hours: number;
}

/** `custom` of a full file's target. */
export interface FullCustom {
  readonly kind: 'full';
  readonly number: number;
  /** ISO 8601, UTC. */
  readonly released: string;
  readonly channel: string;
  /** SemVer range. */
  readonly engine: string;
  readonly signatures: number;
  /** Canonical records, uncompressed: bytes and SHA-256 in lower-case hex. */
  readonly contentBytes: number;
  readonly contentDigest: string;
  readonly rollout?: Rollout | undefined;
}
/** `custom` of a delta's target. */
export interface DeltaCustom {
  readonly kind: 'delta';
  readonly from: number;
  readonly number: number;
  /** Of the delta uncompressed. */
  readonly rawBytes: number;
}
/** `custom` of the notices' target. */
export interface NoticesCustom {
  readonly kind: 'notices';
  readonly version: number;
}
export type TargetCustom = FullCustom | DeltaCustom | NoticesCustom;

/** One line of the lifecycle: engines in `engine` get no pattern above `lastPattern`, and their support ends at `ends`. */
export interface LifecycleEntry {
  /** SemVer range. */
  readonly engine: string;
  readonly lastPattern?: number | undefined;
  /** ISO 8601 date, UTC. */
  readonly ends: string;
  /** SemVer range of engines to move to. */
  readonly moveTo?: string | undefined;
}
export interface Withdrawal {
  readonly number: number;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}
/** Content of a notices file. */
export interface Notices {
  readonly format: 1;
  readonly lifecycle: readonly LifecycleEntry[];
  readonly withdrawn: readonly Withdrawal[];
}
