/**
 * Runs of scanners, turn by turn, so that a slow moment of the machine meets all.
 *
 * One that takes minutes is asked in the first turns only: its runs differ little, and it is the short ones whose middle needs more of them.
 */
import { median, rounded } from '../statistics.ts';
import type { Findings, ScanEngine, ScanRun } from './findings.ts';

export interface PairOptions {
  readonly patterns: readonly string[];
  readonly paths: readonly string[];
  /** Runs of the first scanner. */
  readonly pairs: number;
  /** Runs of the others, at most as many. */
  readonly peerRuns: number;
  /** Told of every run when it ends. */
  onRun(engine: ScanEngine, run: ScanRun, index: number): void;
}

export interface Series {
  readonly engine: ScanEngine;
  readonly runs: readonly ScanRun[];
}

/** A B A B …, and what the others are not asked for any more: A A … @throws {Error} when an engine contradicts itself from run to run */
export async function runPairs(engines: readonly ScanEngine[], options: PairOptions): Promise<Series[]> {
  const series = engines.map((engine) => ({ engine, runs: [] as ScanRun[] }));
  for (let pair = 0; pair < options.pairs; pair++) {
    for (const { engine, runs } of pair < options.peerRuns ? series : series.slice(0, 1)) {
      const run = await engine.scan(options.patterns, options.paths);
      options.onRun(engine, run, pair);
      if (runs[0] && !isSame(runs[0].findings, run.findings)) {
        throw new Error(`${engine.name}: run ${pair + 1} found other names than the first`);
      }
      runs.push(run);
    }
  }
  return series;
}

/** The middle of what `figure` is of a peer's run to that of ours in the same turn, or in its last one. */
export function medianRatio(ours: Series, peer: Series, figure: (run: ScanRun) => number): number {
  return rounded(median(ours.runs.map((run, i) => figure(peer.runs[i] ?? peer.runs.at(-1)!) / figure(run))));
}

function isSame(a: Findings, b: Findings): boolean {
  return textOf(a) === textOf(b);
}

function textOf({ names }: Findings): string {
  return JSON.stringify([...names].map(([path, found]) => [path, [...found].sort()]).sort());
}
