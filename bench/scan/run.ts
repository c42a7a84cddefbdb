/**
 * One benchmark of scanning: trees, patterns, planted objects; our command and clamscan in turn; their answers file by file.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Plant, plant } from '../plants.ts';
import { median, rounded } from '../statistics.ts';
import { whyNotMeasured } from './child.ts';
import { findClamscan, reducedClamscan } from './clamscan.ts';
import { differences, whyNotWrong } from './compare.ts';
import type { Findings, ScanEngine, ScanRun } from './findings.ts';
import { ourEngine } from './ours.ts';
import { medianRatio, runPairs, type Series } from './pairs.ts';
import { plantedReport } from './planted.ts';

export interface ScanBenchOptions {
  readonly patterns: readonly string[];
  readonly trees: readonly string[];
  /** Runs of ours. */
  readonly pairs: number;
  /** Runs of each peer, at most as many. */
  readonly peerRuns: number;
  /** Objects to plant; 0 for none. */
  readonly plants: number;
  readonly seed: number;
  /** Of the planted objects so many must be found by the peer. */
  readonly mustFind: number;
  /** Infected files outside the planted ones; undefined when that is not known. */
  readonly infected?: number;
  /** Directory of images that others have filled; undefined for one of its own, with a first run that compiles. */
  readonly cache?: string | undefined;
  /** Ask clamscan a second time, with everything off that we do not do. */
  readonly reducedPeer?: boolean;
}

/** One line of the result. `kind` says which. */
export type Row = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** @param emit told of every row @returns whether the answers are right */
export async function benchScan(options: ScanBenchOptions, emit: (row: Row) => void): Promise<boolean> {
  const unmeasured = whyNotMeasured();
  if (unmeasured !== undefined) throw new Error(unmeasured);
  const directory = mkdtempSync(join(tmpdir(), 'bench-scan-'));
  try {
    const ours = ourEngine(options.cache ?? join(directory, 'cache'));
    if (typeof ours === 'string') throw new Error(ours);
    const peer = findClamscan();
    if (typeof peer === 'string') {
      emit({ kind: 'skipped', engine: 'clamscan', reason: peer });
      return await new ScanBench(options, directory, emit).run(ours, []);
    }
    const reduced = options.reducedPeer ? [reducedClamscan()] : [];
    return await new ScanBench(options, directory, emit).run(ours, [peer, ...reduced]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

class ScanBench {
  readonly #options: ScanBenchOptions;
  readonly #directory: string;
  readonly #emit: (row: Row) => void;
  readonly #patterns: string[];
  readonly #objects: string;

  constructor(options: ScanBenchOptions, directory: string, emit: (row: Row) => void) {
    this.#options = options;
    this.#directory = directory;
    this.#emit = emit;
    this.#objects = join(directory, 'planted');
    this.#patterns = [...options.patterns];
  }

  /** @param peers the first one's answers are those that ours are held against */
  async run(ours: ScanEngine, peers: readonly ScanEngine[]): Promise<boolean> {
    const [peer] = peers;
    const plants = this.#plant();
    const patterns = this.#patterns;
    const { trees, pairs, peerRuns, cache } = this.#options;
    // It also brings the files into the page cache, for both.
    const first = await ours.scan(patterns, trees);
    if (cache === undefined) this.#emit({ kind: 'first', ...this.#rowOf(ours, first) });
    const series = await runPairs([ours, ...peers], {
      patterns,
      paths: trees,
      pairs,
      peerRuns,
      onRun: (engine, run, index) => this.#emit({ kind: 'run', run: index + 1, ...this.#rowOf(engine, run) }),
    });
    const [a, ...others] = series as [Series, ...Series[]];
    const [b] = others;
    for (const each of series) this.#emit(this.#medians(each));
    for (const other of others) this.#emit(ratios(a, other));
    const isInfected = this.#judgeInfected(a.runs[0]!.findings);
    const isSame = !b || this.#compare(a.runs[0]!.findings, b.runs[0]!.findings);
    const isPlanted = plants.length === 0 || (await this.#scanPlants(plants, ours, peer));
    const isQuiet = !peer || plants.length === 0 || (await this.#scanAtRest(peer));
    return isInfected && isSame && isPlanted && isQuiet;
  }

  /** Apart from the trees, whose time they would be counted in. */
  async #scanPlants(plants: readonly Plant[], ours: ScanEngine, peer: ScanEngine | undefined): Promise<boolean> {
    const left = await ours.scan(this.#patterns, [this.#objects]);
    this.#emit({ kind: 'planted-run', ...this.#rowOf(ours, left) });
    const right = await peer?.scan(this.#patterns, [this.#objects]);
    if (peer && right) this.#emit({ kind: 'planted-run', ...this.#rowOf(peer, right) });
    const isSame = !right || this.#compare(left.findings, right.findings);
    return this.#judgePlants(plants, left.findings, right?.findings) && isSame;
  }

  #plant(): Plant[] {
    const { plants: count, seed, patterns } = this.#options;
    if (count === 0) return [];
    const lines = join(this.#directory, 'lines');
    const plants = plant({ patterns: patterns[0]!, directory: this.#objects, lines, count, seed });
    this.#patterns.push(lines);
    this.#emit({ kind: 'planted', seed, objects: plants.length });
    return plants;
  }

  #rowOf(engine: ScanEngine, { findings, cost }: ScanRun) {
    return {
      engine: engine.name,
      version: engine.version,
      wallSeconds: rounded(cost.wallSeconds),
      cpuSeconds: rounded(cost.cpuSeconds),
      peakBytes: cost.peakBytes,
      files: findings.files,
      infected: findings.names.size,
      names: [...findings.names.values()].reduce((sum, names) => sum + names.size, 0),
      ...this.#unscannedOf(findings),
    };
  }

  #unscannedOf({ unscanned }: Findings) {
    const reasons: Record<string, number> = {};
    for (const reason of unscanned.values()) reasons[reason] = (reasons[reason] ?? 0) + 1;
    return { unscanned: unscanned.size, unscannedReasons: reasons };
  }

  #medians({ engine, runs }: Series): Row {
    const of = (pick: (run: ScanRun) => number): number => rounded(median(runs.map(pick)));
    return {
      kind: 'median',
      engine: engine.name,
      runs: runs.length,
      wallSeconds: of(({ cost }) => cost.wallSeconds),
      runSeconds: runs.map(({ cost }) => rounded(cost.wallSeconds)),
      cpuSeconds: of(({ cost }) => cost.cpuSeconds),
      peakBytes: of(({ cost }) => cost.peakBytes),
    };
  }

  /** The compiled patterns must not look to another scanner like what they find. */
  async #scanAtRest(peer: ScanEngine): Promise<boolean> {
    const { findings } = await peer.scan(this.#patterns, [join(this.#directory, 'cache')]);
    const found = [...findings.names.values()].flatMap((names) => [...names]);
    this.#emit({ kind: 'at-rest', engine: peer.name, files: findings.files, found });
    return found.length === 0;
  }

  #compare(ours: Findings, peer: Findings): boolean {
    let undeclared = 0;
    for (const difference of differences(ours, peer)) {
      const declared = whyNotWrong(difference, ours);
      if (declared === undefined) undeclared++;
      this.#emit({ kind: 'difference', ...difference, ...(declared === undefined ? {} : { declared }) });
    }
    this.#emit({ kind: 'agreement', files: ours.files, undeclaredDifferences: undeclared });
    return undeclared === 0;
  }

  #judgePlants(plants: readonly Plant[], ours: Findings, peer: Findings | undefined): boolean {
    const report = plantedReport(plants, this.#objects, ours, peer);
    for (const { signature, packing } of report.notBuilt) this.#emit({ kind: 'not-built', signature, packing });
    const { planted, foundByOurs, foundByPeer, features } = report;
    const mustFind = this.#options.mustFind;
    this.#emit({ kind: 'plants', planted, foundByOurs, foundByPeer, mustFind, features });
    return foundByPeer >= mustFind && foundByOurs >= mustFind;
  }

  #judgeInfected(ours: Findings): boolean {
    const { infected: expected } = this.#options;
    if (expected === undefined) return true;
    const infected = [...ours.names.keys()];
    if (infected.length === expected) return true;
    this.#emit({ kind: 'wrong', expected, infected });
    return false;
  }
}

/** Peer against us, turn by turn: above 1 we are faster, or smaller. */
function ratios(ours: Series, peer: Series): Row {
  return {
    kind: 'ratio',
    peer: peer.engine.name,
    wall: medianRatio(ours, peer, ({ cost }) => cost.wallSeconds),
    cpu: medianRatio(ours, peer, ({ cost }) => cost.cpuSeconds),
    peakMemory: medianRatio(ours, peer, ({ cost }) => cost.peakBytes),
  };
}
