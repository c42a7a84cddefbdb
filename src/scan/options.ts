/** What `Engine.open` takes, and the one place of its defaults. */
import type * as budget from '../unpack/budget.ts';
import type { ScanError } from './errors.ts';

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

/** Which patterns: those that are named, else what the store has, else the factory patterns. */
export interface PatternChoice {
  /** Pattern files (`.npf`), signature sources, directories of them, or pattern stores, which stand for their active pattern. */
  readonly patterns?: readonly string[];
  /** Directory of the pattern store that counts when `patterns` is empty; default in the XDG state directory. It need not exist. */
  readonly store?: string;
}

export interface EngineOptions extends Required<PatternChoice> {
  /** Directory of compiled images; default in the XDG cache directory. */
  readonly cacheDirectory: string;
  /** Worker threads that scan. */
  readonly threads: number;
  /** Report every signature that matches, not only the first. */
  readonly allMatches: boolean;
  readonly budget: BudgetLimits;
  /**
   * Follow the store, or the files and directories that `patterns` names, and switch by itself when they change. Never keeps the process alive. Where the
   * file system tells of changes the switch begins within a second, else (network file systems, directories inside directories) within a minute.
   */
  readonly watch: boolean;
  /** Told of what the engine did by itself: with `watch`, and after a switch whose patterns made workers crash. What it throws is ignored. */
  readonly onReload?: ((report: ReloadReport) => void) | undefined;
}

/** What became of patterns that changed. `info` is what is active now. */
export type ReloadReport =
  | { readonly kind: 'switched'; readonly info: EngineInfo }
  /** The patterns before go on being used. The codes are those of `Engine.reload`. */
  | { readonly kind: 'failed'; readonly error: ScanError; readonly info: EngineInfo }
  /** Workers crashed again and again after a switch: the patterns before it are used again. `error.code` is `SCAN_PATTERNS_CRASHED`. */
  | {
      readonly kind: 'went-back';
      readonly error: ScanError;
      readonly info: EngineInfo;
      /** Pattern number that was left. */
      readonly left: number;
      /** Whether the store was told, so that other engines leave it as well. */
      readonly markedBad: boolean;
    };

/** What a reload came to. */
export interface Reloaded {
  /** False when there was nothing new. */
  readonly switched: boolean;
  readonly info: EngineInfo;
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
  /** `local` for signature sources, `clamav` for databases with its digital signature. */
  readonly channel: string;
  /** Of a database (`.cvd`, `.cld`, `.cud`). */
  readonly databaseVersion?: number;
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
