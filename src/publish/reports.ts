/** What the publisher's operations tell, as plain data for the command. */
import type { LifecycleEntry, Withdrawal } from '../update/repository.ts';

/** Signatures that differ between two pattern files, by name, sorted; a name may stand for several signatures. */
export interface SignatureChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export interface PublishedFile {
  /** Path below the public directory. */
  readonly path: string;
  readonly bytes: number;
}

export interface InitReport {
  readonly directory: string;
  /** What a web server shows; nothing else leaves the machine. */
  readonly publicDirectory: string;
  readonly keyDirectory: string;
  /** Give this file to consumers: `engine update --root`. */
  readonly rootFile: string;
  /** For stock tools: the minisign public key, one line of base64. */
  readonly minisignPublicKey: string;
  /** role → key IDs (hex). */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly warnings: readonly string[];
}

export interface ReleaseReport {
  readonly number: number;
  readonly previous: number | undefined;
  readonly channel: string;
  readonly released: string;
  readonly engineRange: string;
  readonly contentDigest: string;
  readonly signatures: number;
  readonly full: PublishedFile;
  readonly deltas: readonly (PublishedFile & { readonly from: number })[];
  readonly changes: SignatureChanges;
  /** Lines and records of the sources that were not taken. */
  readonly skipped: number;
  /** Signatures that hit the clean corpus, a release without changes, old files that could not be removed: one sentence each. */
  readonly warnings: readonly string[];
  readonly elapsedMs: number;
}

export interface RoleState {
  readonly role: string;
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly expires: string;
  readonly keys: number;
  readonly threshold: number;
}
/** What `refresh` did. */
export interface RefreshReport {
  readonly roles: readonly RoleState[];
  /** Names of roles that were signed again; the timestamp always is. */
  readonly renewed: readonly string[];
  /** Roles that expire soon or are over, one sentence each. */
  readonly warnings: readonly string[];
}

/** What `withdraw` and `lifecycle` published. */
export interface NoticesReport {
  /** Of the patterns role that brought it. */
  readonly version: number;
  readonly lifecycle: readonly LifecycleEntry[];
  readonly withdrawn: readonly Withdrawal[];
  readonly warnings: readonly string[];
}

export interface RotateReport {
  /** What was rotated: a role, one of its keys, or `minisign`. */
  readonly key: string;
  /** Key IDs (hex) that came, and that went. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly roles: readonly RoleState[];
  readonly warnings: readonly string[];
}

export interface RepositoryReport {
  readonly roles: readonly RoleState[];
  readonly releases: readonly {
    readonly number: number;
    readonly channel: string;
    readonly released: string;
    readonly engineRange: string;
    readonly signatures: number;
    readonly bytes: number;
    readonly deltas: readonly { readonly from: number; readonly bytes: number }[];
    readonly withdrawn: string | undefined;
    readonly rollout: { readonly start: string; readonly hours: number } | undefined;
  }[];
  readonly lifecycle: readonly LifecycleEntry[];
  /** All withdrawals; their numbers need not be listed any more. */
  readonly withdrawn: readonly Withdrawal[];
  /** What verify found wrong, one sentence each; empty: everything fits. `list` only reads, and leaves it empty. */
  readonly problems: readonly string[];
  /** Roles that expire soon, one sentence each. */
  readonly warnings: readonly string[];
}
