/**
 * What starting costs: the command over a small file and its version, beside a bare Node.js; the Node API once it is warm.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emit } from '../print.ts';
import { measure } from '../scan/child.ts';
import { COMMAND } from '../scan/ours.ts';
import { median, rounded } from '../statistics.ts';
import { filesOf, type ProbeResult, probe, withDirectory } from './probe.ts';

export interface StartOptions {
  readonly patterns: string;
  /** Directory of images; the one that is wanted is made when it is not there. */
  readonly cache: string;
  readonly tree: string;
  readonly bytes: number;
  readonly rounds: number;
  readonly warm: number;
  readonly counted: number;
}

export function benchStart(options: StartOptions, emit: Emit): Promise<boolean> {
  return withDirectory(async (directory) => {
    const file = join(directory, 'file');
    const [source] = filesOf(options.tree).files;
    writeFileSync(file, readFileSync(source!).subarray(0, options.bytes));
    const { cache } = options;
    await probe({ patterns: [options.patterns], cache });
    const isRight = await timeCommands(options, file, cache, emit);
    await timeBuffers(options, file, cache, emit);
    await timeLoading(options, cache, emit);
    return isRight;
  });
}

/** Turn by turn. */
async function timeCommands(
  { patterns, bytes, rounds }: StartOptions,
  file: string,
  cache: string,
  emit: Emit,
): Promise<boolean> {
  const choice = ['--patterns', patterns, '--cache', cache];
  const commands: readonly (readonly [name: string, ...args: string[]])[] = [
    ['node -e 0', '-e', '0'],
    ['engine -v', COMMAND, '-v', ...choice],
    ['engine scan', COMMAND, 'scan', '--allow-unscanned', ...choice, file],
  ];
  const seconds = commands.map(() => [] as number[]);
  const peaks = commands.map(() => [] as number[]);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, [name, ...args]] of commands.entries()) {
      const { exitCode, stderr, cost } = await measure(process.execPath, args);
      if (exitCode !== 0) throw new Error(`${name}: expected exit 0, got ${exitCode}: ${stderr.slice(0, 500)}`);
      if (round === 0) continue; // brings files into the page cache
      seconds[i]!.push(cost.wallSeconds);
      peaks[i]!.push(cost.peakBytes);
    }
  }
  for (const [i, [name]] of commands.entries()) {
    const toBare = seconds[i]!.map((took, round) => took / seconds[0]![round]!);
    emit({
      kind: 'start',
      command: name,
      seconds: rounded(median(seconds[i]!)),
      runSeconds: seconds[i]!.map(rounded),
      peakBytes: median(peaks[i]!),
      toBareNode: rounded(median(toBare)),
      ...(name === 'engine scan' ? { bytes } : {}),
    });
  }
  return true;
}

async function timeBuffers(
  { patterns, bytes, warm, counted }: StartOptions,
  file: string,
  cache: string,
  emit: Emit,
): Promise<void> {
  const { latencies } = await probe({ patterns: [patterns], cache, buffers: { bytes, warm, counted, file } });
  emit({
    kind: 'latency',
    call: 'scanBuffer',
    bytes,
    scans: latencies.length,
    p50Ms: rounded(percentile(latencies, 0.5)),
    p99Ms: rounded(percentile(latencies, 0.99)),
    maxMs: rounded(latencies.at(-1)!),
  });
}

async function timeLoading({ patterns, rounds }: StartOptions, cache: string, emit: Emit): Promise<void> {
  const runs: ProbeResult[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await probe({ patterns: [patterns], cache }));
  const loads = runs.map(({ loadSeconds }) => loadSeconds);
  emit({
    kind: 'load',
    signatures: runs[0]!.signatures,
    seconds: rounded(median(loads)),
    runSeconds: loads.map(rounded),
    openSeconds: rounded(median(runs.map(({ openSeconds }) => openSeconds))),
    loadedBytes: median(runs.map(({ loadedBytes }) => loadedBytes)),
  });
}

/** @param ascending at least one */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))]!;
}
