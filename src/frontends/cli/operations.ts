/**
 * What the command asks of the rest of the product. The composition root (src/main.ts) supplies it; tests supply a pretend one.
 *
 * Every operation loads what it needs when it is called, so that `engine -v` and the help start fast. Failures are rejections with
 * a `code` and a message for people (*where: expected X, got Y*).
 */
import type { Coverage } from '../../scan/coverage.ts';
import type { EngineInfo, EngineOptions, PatternChoice } from '../../scan/options.ts';
import type { Verdict } from '../../scan/verdict.ts';
import type { PublishOperations } from './publish-operations.ts';
import type { StoreOperations } from './store-operations.ts';
import type { UpdateOperations } from './update-operations.ts';

export interface Operations {
  /** Loads the patterns and starts the workers. @param fileBytes  size of the file, when one is all that will be scanned */
  openEngine(options: Partial<EngineOptions>, fileBytes?: number): Promise<ScanEngine>;
  /** For `engine -v`: reads headers alone, neither the image nor a worker. */
  patternInfo(options: Partial<EngineOptions>): Promise<PatternInfo>;

  /** Signature sources → one pattern file, written at once and whole. */
  compile(sources: readonly string[], options: CompileOptions): Promise<CompileReport>;

  /** Signatures whose name holds `query`, in either case; `*` and `?` are wildcards. In the order of the pattern file. */
  findSignatures(patterns: PatternChoice, query: string): AsyncIterable<SignatureSummary>;
  /** Every signature of exactly that name; empty when there is none. */
  showSignature(patterns: PatternChoice, name: string): Promise<readonly SignatureDescription[]>;
  /** Whether that signature alone matches the file, and if not, why. @throws when no signature has that name */
  testSignature(patterns: PatternChoice, name: string, file: string): Promise<ExplainReport>;

  /** What matched where; with `signature`, that one alone and why it did not match. */
  explain(file: string, options: ExplainOptions): Promise<ExplainReport>;

  /** Pattern files that are kept. */
  readonly store: StoreOperations;
  readonly updates: UpdateOperations;
  readonly publisher: PublishOperations;
}

/** An engine that is open. `Engine` of src/scan, but a path is bytes. */
export interface ScanEngine {
  readonly info: EngineInfo;
  /** Rejects with a code when the file cannot be answered for; that concerns this file alone. */
  scanFile(path: Buffer, options: { readonly signal: AbortSignal }): Promise<Verdict>;
  scanStream(stream: AsyncIterable<Uint8Array>, options: { readonly signal: AbortSignal }): Promise<Verdict>;
  close(): Promise<void>;
}

/** EngineInfo without what only loading tells. */
export type PatternInfo = Omit<EngineInfo, 'loadMs' | 'compiled' | 'cacheTrouble' | 'ignored'>;

export interface CompileOptions {
  readonly output: string;
  /** 1 … 2^53−1 */
  readonly number: number;
  readonly channel: string;
  /** ISO 8601, UTC. */
  readonly released: string;
  /** SemVer range; default every engine. */
  readonly engineRange?: string;
  /** Of all sources; default unknown. */
  readonly licence?: string;
}

export interface CompileReport {
  readonly output: string;
  readonly number: number;
  readonly channel: string;
  readonly released: string;
  /** Of the file that was written. */
  readonly bytes: number;
  /** Lower-case hex. */
  readonly contentDigest: string;
  readonly signatures: number;
  /** `body`, `hash`, … → count. */
  readonly byKind: Readonly<Record<string, number>>;
  /** Of all sources. */
  readonly coverage: Coverage;
  /** Files; of a database each file in it, as `daily.cvd/daily.ndb`. */
  readonly sources: readonly SourceReport[];
  /** Paths in the directories that are no sources, and databases that a newer one stands for. */
  readonly ignored: readonly string[];
  /** Every line that was not taken: which, where and why. */
  readonly skipped: readonly SkippedSignature[];
  /** Every signature that was taken and that this engine does not use when it scans: which, where and why. */
  readonly inactive: readonly InactiveSignature[];
  /** Signatures that will cost the most time in a scan, the dearest first. */
  readonly expensive: readonly { readonly name: string; readonly reason: string }[];
  readonly elapsedMs: number;
}
export interface SourceReport {
  readonly path: string;
  /** Taken into the pattern file. */
  readonly signatures: number;
  readonly skipped: number;
  readonly coverage: Coverage;
}
export type InactiveSignature = Omit<SkippedSignature, 'detail'>;
export interface SkippedSignature {
  /** Empty when the line has none that could be read. */
  readonly name: string;
  readonly source: string;
  readonly line: number;
  /** A short, stable phrase: lines with the same one are counted together. */
  /** Of the byte that is at fault, from 1; undefined when no single one is. */
  readonly column?: number;
  readonly reason: string;
  /** What differs from line to line. */
  readonly detail: string;
}

export interface SignatureSummary {
  readonly name: string;
  /** `body`, `hash`, `ignore`. */
  readonly kind: string;
  /** `any`, `pe` …; of a hash its algorithm. */
  readonly target: string;
  /** Pattern file or source that it stands in. */
  readonly path: string;
}
export interface SignatureDescription extends SignatureSummary {
  /** Label → value, in the order to be shown: levels, size, digest … */
  readonly fields: readonly (readonly [label: string, value: string])[];
  /** The byte patterns in a readable form, one each, by pattern index. */
  readonly patterns: readonly string[];
  /** The condition in a readable form; empty for a hash. */
  readonly condition: string;
}

export type ExplainOptions = Partial<EngineOptions> & {
  /** Look at this signature alone, and say why it did not match. */
  readonly signature?: string;
};
export interface ExplainReport {
  readonly verdict: Verdict;
  /** Layers that were looked at, the object itself first; behind each its views that have something of their own. */
  readonly layers: readonly {
    readonly entry: readonly string[];
    readonly fileType: string;
    readonly size: number;
    /** Undefined for the layer as it is; `text`: normalised. */
    readonly view?: string | undefined;
  }[];
  readonly detections: readonly ExplainedDetection[];
  /** With a named signature: for each layer in which it did not match, what was missing. */
  readonly missing: readonly {
    readonly entry: readonly string[];
    readonly signature: string;
    readonly reasons: readonly string[];
  }[];
}
export interface ExplainedDetection {
  readonly name: string;
  readonly entry: readonly string[];
  readonly fileType: string;
  /** The view of the layer that the offsets are in. */
  readonly view?: string | undefined;
  readonly by: 'body' | 'hash';
  /** One sentence, for example the digest that agreed; may be empty. */
  readonly summary: string;
  readonly parts: readonly ExplainedPart[];
}
export interface ExplainedPart {
  /** Index into the signature's patterns. */
  readonly pattern: number;
  /** Bytes from the start of the layer. */
  readonly offset: number;
  readonly length: number;
  /** The first bytes of the match, as many as are worth showing. */
  readonly bytes: Uint8Array;
}
