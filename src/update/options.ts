/** What an update is told. */
import type { DurableFiles } from '../files/durable.ts';
import type { Trial } from '../store/staging.ts';
import type { UpdateLimits } from './limits.ts';
import type { Environment } from './proxy.ts';

export interface UpdateProgress {
  readonly phase: 'metadata' | 'download' | 'trial' | 'install';
  readonly receivedBytes: number;
  /** Undefined as long as it is not known. */
  readonly totalBytes: number | undefined;
}

/** What updating and importing have in common. */
export interface CommonOptions {
  /** Directory of the store; made when it is missing. */
  readonly store: string;
  /** Path of the publisher's root.json; needed once. */
  readonly rootFile?: string | undefined;
  /** Default: what was remembered, else `stable`. */
  readonly channel?: string | undefined;
  /** Old patterns beside the active one; default: what the store was told. */
  readonly keep?: number | undefined;
  /** SemVer of the engine. */
  readonly engineVersion: string;
  readonly machineId: string;
  /** SemVer of the product, for the user agent. */
  readonly productVersion?: string | undefined;
  /** Milliseconds since 1970: it cannot be earlier. */
  readonly buildDate?: number | undefined;
  /** Milliseconds since 1970; default the clock. */
  readonly clock?: (() => number) | undefined;
  readonly trial: Trial;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: UpdateProgress) => void) | undefined;
  readonly limits?: Partial<UpdateLimits> | undefined;
  /** Default the file system. */
  readonly files?: DurableFiles | undefined;
}

export interface UpdateOptions extends CommonOptions {
  /** Of the repository; default: what was remembered. */
  readonly url?: string | undefined;
  /** To be asked when the repository does not answer, in this order; default: what was remembered. */
  readonly mirrors?: readonly string[] | undefined;
  /** A person wants it now: no waiting for this machine's turn, for a server that refused, or for a trial that failed. */
  readonly now?: boolean | undefined;
  /** Only look. */
  readonly checkOnly?: boolean | undefined;
  /** URL of a proxy, `none`, or empty for what the environment says. */
  readonly proxy?: string | undefined;
  /** Path of a PEM file with authorities to trust besides the usual ones. */
  readonly ca?: string | undefined;
  /** Default: that of the process. */
  readonly environment?: Environment | undefined;
}

export interface ImportOptions extends CommonOptions {
  /** Holds metadata/ and targets/. */
  readonly directory: string;
  /** ISO 8601: when the medium was made. What was not expired then is taken; everything else is checked as ever. */
  readonly mediaDate?: string | undefined;
}
