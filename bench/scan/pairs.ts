/**
 * Runs of two scanners, turn by turn, so that a slow moment of the machine meets both.
 */
import type { Findings, ScanEngine, ScanRun } from './findings.ts';

export interface PairOptions {
  readonly patterns: readonly string[];
  readonly paths: readonly string[];
  readonly pairs: number;
  /** Told of every run when it ends. */
  onRun(engine: ScanEngine, run: ScanRun, index: number): void;
}

export interface Series {
  readonly engine: ScanEngine;
  readonly runs: readonly ScanRun[];
}

/** A B A B … @throws {Error} when an engine contradicts itself from run to run */
export async function runPairs(engines: readonly ScanEngine[], options: PairOptions): Promise<Series[]> {
  const series = engines.map((engine) => ({ engine, runs: [] as ScanRun[] }));
  for (let pair = 0; pair < options.pairs; pair++) {
    for (const { engine, runs } of series) {
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

function isSame(a: Findings, b: Findings): boolean {
  return textOf(a) === textOf(b);
}

function textOf({ names }: Findings): string {
  return JSON.stringify([...names].map(([path, found]) => [path, [...found].sort()]).sort());
}
