/** What `Engine.open` takes, and the one place of its defaults. */
import type * as budget from '../unpack/budget.ts';

/** What one scan may spend, on the object and all that is inside it: integers ≥ 0, each a total over all levels. */
export type BudgetLimits = budget.BudgetLimits;

/** Limits that ordinary files do not meet, and bombs do. */
export const DEFAULT_BUDGET: BudgetLimits = {
  maxDepth: 16,
  maxEntries: 10_000,
  maxExpandedBytes: 1024 * 1024 * 1024,
  maxRatio: 250,
  ratioFloorBytes: 16 * 1024 * 1024,
  timeoutMs: 120_000,
};

export interface EngineOptions {
  /** Pattern files (`.npf`), signature sources, or directories of them; empty: the factory patterns. */
  readonly patterns: readonly string[];
  /** Directory of compiled images; default in the XDG cache directory. */
  readonly cacheDirectory: string;
  /** Worker threads that scan. */
  readonly threads: number;
  /** Report every signature that matches, not only the first. */
  readonly allMatches: boolean;
  readonly budget: BudgetLimits;
}

/** One pattern file that is active. */
export interface ActivePatterns {
  /** Path of the pattern file or of the sources. */
  readonly path: string;
  /** Pattern number; 0 when it has none, as signature sources. */
  readonly number: number;
  /** Signatures in it that this engine uses. */
  readonly signatures: number;
  /** Signatures in it that this engine skipped, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** ISO 8601, UTC; of a signature source when it was last changed. */
  readonly released: string;
  /** `local` for signature sources. */
  readonly channel: string;
  /** True when it is the factory pattern file. */
  readonly factory: boolean;
}

export interface EngineInfo {
  readonly productVersion: string;
  readonly engineVersion: string;
  readonly node: string;
  readonly patterns: readonly ActivePatterns[];
  /** The highest pattern number that is active; 0 when nothing has one. */
  readonly patternNumber: number;
  readonly signatures: number;
  /** Milliseconds that loading (or compiling) took, and whether it was compiled now. */
  readonly loadMs: number;
  readonly compiled: boolean;
  /** Why every start compiles again; undefined when compiled patterns are kept. */
  readonly cacheTrouble?: string | undefined;
  /** Files in directories of patterns that are none by their names. */
  readonly ignored?: readonly string[];
}
