/**
 * What more signatures cost: compiling, the image, loading, memory, and scanning.
 *
 * 1× are the body signatures of the real set; what is added are literals sampled from libraries, for every type of file. All sizes are made first, two at a
 * time (engine/compile is what times compiling), and measured turn by turn, so that a slow moment of the machine meets all.
 */
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBodySignatures } from '../plants.ts';
import type { Emit } from '../print.ts';
import { findClamscan } from '../scan/clamscan.ts';
import { sampleLiterals } from '../search/literals.ts';
import { LIBRARIES } from '../search/sampled.ts';
import { median, rounded } from '../statistics.ts';
import { filesOf, type ProbeResult, probe, withDirectory } from './probe.ts';

const BODY_SOURCES = /\.(ndb|ldb)$/;
/** Told as growth of the scan: the goal is for these doublings, the next is reported. */
const JUDGED_FACTOR = 4;

export interface GrowthOptions {
  /** Directory of the real set. */
  readonly patterns: string;
  readonly factors: readonly number[];
  readonly tree: string;
  readonly treeBytes: number;
  readonly rounds: number;
  readonly seed: number;
}

interface Sources {
  readonly factor: number;
  readonly directory: string;
  readonly cache: string;
}

interface Size extends Sources {
  readonly compiled: ProbeResult;
  readonly runs: ProbeResult[];
}

export function benchGrowth(options: GrowthOptions, emit: Emit): Promise<boolean> {
  return withDirectory(async (directory) => {
    const sizes = await makeSizes(options, directory);
    const { files, bytes } = filesOf(options.tree, options.treeBytes);
    for (let round = 0; round < options.rounds; round++) {
      for (const { directory: patterns, cache, runs } of sizes) {
        runs.push(await probe({ patterns: [patterns], cache, files, passes: 2 }));
      }
    }
    for (const size of sizes) emit(rowOf(size, bytes));
    emitDoublings(sizes, emit);
    await loadPeer(sizes, join(directory, 'empty'), emit);
    return sizes.every(({ compiled, runs }) => runs.every((run) => isSame(run, compiled)));
  });
}

async function makeSizes(options: GrowthOptions, directory: string): Promise<Size[]> {
  const sources = writeSources(options, directory);
  // The largest beside all others, which are as much together: compiling eight times the real set takes longest by far.
  const lanes = [sources.slice(-1), sources.slice(0, -1)];
  const compiled = await Promise.all(lanes.map(compileAll));
  return compiled.flat().sort((a, b) => a.factor - b.factor);
}

/** One after the other. */
async function compileAll(sources: readonly Sources[]): Promise<Size[]> {
  const sizes: Size[] = [];
  for (const each of sources) {
    const { directory, cache } = each;
    sizes.push({ ...each, compiled: await probe({ patterns: [directory], cache }), runs: [] });
  }
  return sizes;
}

function writeSources({ patterns, factors, seed }: GrowthOptions, directory: string): Sources[] {
  const real = readBodySignatures(patterns).length;
  const most = Math.max(...factors);
  const sampled = sampleLiterals({ ...LIBRARIES, seed, count: real * (most - 1) });
  return factors.map((factor) => {
    const sources = join(directory, `${factor}`);
    mkdirSync(sources);
    for (const name of readdirSync(patterns).filter((name) => BODY_SOURCES.test(name))) {
      symlinkSync(join(patterns, name), join(sources, name));
    }
    const lines = sampled.slice(0, real * (factor - 1)).map(lineOf);
    if (lines.length > 0) writeFileSync(join(sources, 'sampled.ndb'), `${lines.join('\n')}\n`);
    return { factor, directory: sources, cache: join(directory, `cache-${factor}`) };
  });
}

function lineOf(literal: Uint8Array, index: number): string {
  return `Bench.Sampled-${index}:0:*:${Buffer.from(literal).toString('hex')}`;
}

function rowOf({ factor, cache, compiled, runs }: Size, bytes: number) {
  const of = (pick: (run: ProbeResult) => number): number => rounded(median(runs.map(pick)));
  return {
    kind: 'growth',
    engine: 'sigwall',
    factor,
    signatures: compiled.signatures,
    compileSeconds: rounded(compiled.loadSeconds),
    imageBytes: imageBytes(cache),
    loadSeconds: of(({ loadSeconds }) => loadSeconds),
    openSeconds: of(({ openSeconds }) => openSeconds),
    loadedBytes: of(({ loadedBytes }) => loadedBytes),
    peakBytes: of(({ peakBytes }) => peakBytes),
    scanSeconds: of(scanSeconds),
    runSeconds: runs.map((run) => rounded(scanSeconds(run))),
    bytesPerSecond: Math.round(bytes / of(scanSeconds)),
    bytes,
    infected: runs[0]!.passes.at(-1)!.infected,
  };
}

/** The last pass: everything is warm. */
function scanSeconds({ passes }: ProbeResult): number {
  return passes.at(-1)!.seconds;
}

function imageBytes(cache: string): number {
  return readdirSync(cache)
    .filter((name) => name.endsWith('.img'))
    .reduce((sum, name) => sum + statSync(join(cache, name)).size, 0);
}

function emitDoublings(sizes: readonly Size[], emit: Emit): void {
  sizes.slice(1).forEach((size, i) => {
    const before = sizes[i]!;
    const ratios = size.runs.map((run, round) => scanSeconds(run) / scanSeconds(before.runs[round]!));
    emit({
      kind: 'doubling',
      from: before.factor,
      to: size.factor,
      isJudged: size.factor <= JUDGED_FACTOR,
      scan: rounded(median(ratios)),
      image: rounded(imageBytes(size.cache) / imageBytes(before.cache)),
      signatures: rounded(size.compiled.signatures / before.compiled.signatures),
    });
  });
}

/** clamscan with the same sources and nothing to scan. */
async function loadPeer(sizes: readonly Size[], empty: string, emit: Emit): Promise<void> {
  const peer = findClamscan();
  if (typeof peer === 'string') {
    emit({ kind: 'skipped', engine: 'clamscan', reason: peer });
    return;
  }
  mkdirSync(empty);
  for (const { factor, directory, compiled } of sizes) {
    const { cost } = await peer.scan([directory], [empty]);
    emit({
      kind: 'growth',
      engine: peer.name,
      factor,
      signatures: compiled.signatures,
      loadSeconds: rounded(cost.wallSeconds),
      loadedBytes: cost.peakBytes,
    });
  }
}

/** Nothing was compiled again, and every pass found what the first found. */
function isSame({ compiled, signatures, passes }: ProbeResult, first: ProbeResult): boolean {
  return (
    !compiled && signatures === first.signatures && passes.every(({ infected }) => infected === passes[0]!.infected)
  );
}
