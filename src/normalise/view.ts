/**
 * What a view of an object is, and what making one may use.
 */
import type { OpenSource } from '../unpack/container.ts';
import type { SpoolPool } from '../unpack/spool.ts';

export type ViewKind = 'text' | 'htmlNoComment' | 'htmlNoTags' | 'script';

export interface View {
  readonly kind: ViewKind;
  /** For the caller to close. */
  readonly source: OpenSource;
  /** Targets that apply to it, as `ObjectFacts.targets`. */
  readonly targets: number;
  /** Whether lists of digests are asked about it. */
  readonly hashes: boolean;
}

export interface ViewMeans {
  /** What does not fit into their memory goes to a file of our own. */
  readonly spools: SpoolPool;
  /** Asked once per block. */
  isTimeOver(): boolean;
}
