/**
 * What the command asks of the store of pattern files. Nothing here needs a network.
 *
 * Every operation names the directory of the store. Those that change it reject with a code where it cannot be written.
 */
import type { SignatureChanges } from '../../publish/reports.ts';
import type { KeptPattern, StoreView } from '../../store/view.ts';

export interface StoreOperations {
  /** Only reads; undefined when the directory is no store. Rejects when this user may not look into it. */
  view(directory: string): Promise<StoreView | undefined>;
  /** Makes a kept number the active one. */
  use(directory: string, number: number): Promise<KeptPattern>;
  /** Goes back to the previous one, and marks the one that is left as bad. */
  rollback(directory: string): Promise<KeptPattern>;
  /** Makes it the active one, which it stays. Undefined: nothing is pinned any more. */
  pin(directory: string, number: number | undefined): Promise<KeptPattern | undefined>;
  /** Undefined: updates go on. */
  hold(directory: string, until: 'forever' | Date | undefined): Promise<void>;
  /** @param keep old ones beside the active one; undefined: as many as the store keeps anyway @returns numbers that are gone */
  prune(directory: string, keep: number | undefined): Promise<readonly number[]>;
  /** Reads every kept pattern file whole. */
  verify(directory: string): Promise<readonly VerifiedPattern[]>;
  compare(directory: string, from: number, to: number): Promise<SignatureChanges>;
  /** Which of the kept numbers hold a signature of exactly that name; all of them, ascending. */
  presence(directory: string, name: string): Promise<readonly { readonly number: number; readonly present: boolean }[]>;
  details(directory: string, number: number): Promise<PatternDetails>;
}

export interface VerifiedPattern {
  readonly number: number;
  /** One sentence; undefined when its digest is the one that was signed. */
  readonly problem: string | undefined;
}

/** What the header of a pattern file says. */
export interface PatternDetails {
  /** Records of each kind. */
  readonly counts: { readonly body: number; readonly hash: number; readonly ignore: number };
  readonly compression: string;
  /** Bytes of the canonical records. */
  readonly contentBytes: number;
  readonly sources: readonly { readonly name: string; readonly licence: string; readonly signatures: number }[];
}
