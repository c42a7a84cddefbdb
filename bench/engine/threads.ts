/** Two threads against one, after loading, over a large tree; and what each further thread holds. */
import type { Emit } from '../print.ts';
import { median, rounded } from '../statistics.ts';
import { filesOf, type ProbeResult, probe } from './probe.ts';

export interface ThreadsOptions {
  readonly patterns: string;
  /** Directory of images; the one that is wanted is made when it is not there. */
  readonly cache: string;
  readonly trees: readonly string[];
  readonly threads: readonly number[];
  readonly rounds: number;
}

export async function benchThreads(
  { patterns, cache, trees, threads, rounds }: ThreadsOptions,
  emit: Emit,
): Promise<boolean> {
  const lists = trees.map((tree) => filesOf(tree));
  const files = lists.flatMap(({ files }) => files);
  const bytes = lists.reduce((sum, list) => sum + list.bytes, 0);
  // Compiles, and brings the trees into the page cache as far as memory goes.
  await probe({ patterns: [patterns], cache, files, passes: 1, threads: Math.max(...threads) });
  const runs = threads.map(() => [] as ProbeResult[]);
  for (let round = 0; round < rounds; round++) {
    for (const [i, count] of threads.entries()) {
      runs[i]!.push(await probe({ patterns: [patterns], cache, files, passes: 1, threads: count }));
    }
  }
  const [single] = runs;
  for (const [i, count] of threads.entries()) emit(rowOf(count, runs[i]!, single!, bytes));
  const found = runs.flat().map(({ passes }) => passes[0]!.infected);
  return found.every((infected) => infected === found[0]);
}

function rowOf(threads: number, runs: readonly ProbeResult[], single: readonly ProbeResult[], bytes: number) {
  const seconds = runs.map(scanSeconds);
  return {
    kind: 'threads',
    threads,
    bytes,
    seconds: rounded(median(seconds)),
    runSeconds: seconds.map(rounded),
    cpuSeconds: rounded(median(runs.map(({ passes }) => passes[0]!.cpuSeconds))),
    bytesPerSecond: Math.round(bytes / median(seconds)),
    speedup: rounded(median(runs.map((run, i) => scanSeconds(single[i]!) / scanSeconds(run)))),
    peakBytes: median(runs.map(({ peakBytes }) => peakBytes)),
    morePeakBytesPerThread:
      threads === 1
        ? 0
        : Math.round(median(runs.map((run, i) => run.peakBytes - single[i]!.peakBytes)) / (threads - 1)),
  };
}

function scanSeconds({ passes }: ProbeResult): number {
  return passes[0]!.seconds;
}
