/**
 * What a benchmark is: data that names the input, the answer that must come out, and who else is asked.
 */
import type { CorpusName } from '../corpora.ts';
import type { SampleSpec } from '../search/literals.ts';

export interface SearchDefinition {
  readonly kind: 'search';
  readonly name: string;
  readonly patterns:
    | { readonly kind: 'sample'; readonly sample: SampleSpec }
    | { readonly kind: 'real set'; readonly source: string };
  readonly haystack:
    | { readonly kind: 'corpus'; readonly corpus: CorpusName; readonly bytes: number }
    /** Made by a seed, from a few letters: the same everywhere. */
    | { readonly kind: 'letters'; readonly letters: string; readonly bytes: number; readonly seed: number };
  /**
   * Number of pairs (pattern, end); `reference` where the input differs from machine to machine: what the reference engine counts in the same run.
   */
  readonly expected: number | 'reference';
  /** Names in search/engines.ts. */
  readonly engines: readonly string[];
  /** Counted runs of each engine. */
  readonly repeats: number;
  /** A slower engine gets the beginning of the haystack. */
  readonly maxSeconds: number;
  readonly analysis: string;
}

export interface ScanDefinition {
  readonly kind: 'scan';
  readonly name: string;
  readonly patterns: 'real set';
  readonly tree: CorpusName;
  readonly expected: {
    /** Infected files of the tree without the planted ones. */
    readonly infected: number;
    /** Objects planted, and how many of them clamscan must find at least. */
    readonly planted: number;
    readonly found: number;
  };
  /** Runs of ours; clamscan, whose runs take long and differ little, is asked once. */
  readonly pairs: number;
  /** Whether clamscan is asked once more, with everything off that we do not do. */
  readonly reducedPeer: boolean;
  readonly analysis: string;
}

export interface UpdateDefinition {
  readonly kind: 'update';
  readonly name: string;
  readonly patterns: 'real set';
  /** `deltas`: sizes alone; `loopback`: a publisher and a consumer on this machine; `switch`: an open engine changes its patterns. */
  readonly measure: 'deltas' | 'loopback' | 'switch';
  readonly days: number;
  /** Of the records: so many come in a day, and so many go. */
  readonly share: number;
  readonly seed: number;
  readonly analysis: string;
}

/** What the engine costs by itself: the Node API and the command of dist/. */
export interface EngineDefinition {
  readonly kind: 'engine';
  readonly name: string;
  /** What is measured, with what it is measured by. */
  readonly measure:
    | { readonly kind: 'kernel'; readonly trees: readonly { readonly name: CorpusName; readonly target: number }[] }
    | { readonly kind: 'start'; readonly tree: CorpusName; readonly bytes: number; readonly counted: number }
    | {
        readonly kind: 'growth';
        readonly factors: readonly number[];
        readonly tree: CorpusName;
        readonly treeBytes: number;
      }
    | { readonly kind: 'threads'; readonly threads: readonly number[]; readonly trees: readonly CorpusName[] }
    | { readonly kind: 'compile'; readonly share: number }
    | { readonly kind: 'hashes'; readonly counts: readonly number[]; readonly objects: number };
  /** Turns of each thing that is measured. */
  readonly rounds: number;
  readonly seed: number;
  readonly analysis: string;
}

/** `engine scan` and yara with the rules that both can say. */
export interface YaraDefinition {
  readonly kind: 'yara';
  readonly name: string;
  /** File in the shared data. */
  readonly rules: string;
  readonly tree: CorpusName;
  readonly pairs: number;
  readonly seed: number;
  readonly analysis: string;
}

export type Definition = SearchDefinition | ScanDefinition | UpdateDefinition | EngineDefinition | YaraDefinition;
