/** Compiling the real set as `engine scan` does the first time, and again after a small change. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../plants/random.ts';
import type { Emit } from '../print.ts';
import { median, rounded } from '../statistics.ts';
import { type ProbeResult, probe, withDirectory } from './probe.ts';

export interface CompileOptions {
  readonly patterns: string;
  /** Of the lines of every source: so many change their name, which changes the signature. */
  readonly share: number;
  readonly rounds: number;
  readonly seed: number;
}

export function benchCompile({ patterns, share, rounds, seed }: CompileOptions, emit: Emit): Promise<boolean> {
  return withDirectory(async (directory) => {
    const random = new Random(seed);
    const runs: { whole: ProbeResult; again: ProbeResult }[] = [];
    for (let round = 0; round < rounds; round++) {
      const sources = join(directory, `sources-${round}`);
      const cache = join(directory, `cache-${round}`);
      copySources(patterns, sources, (text) => text);
      const whole = await probe({ patterns: [sources], cache });
      copySources(sources, sources, (text, name) => (name.endsWith('.ign2') ? text : changed(text, share, random)));
      runs.push({ whole, again: await probe({ patterns: [sources], cache }) });
    }
    for (const kind of ['whole', 'again'] as const) {
      const seconds = runs.map((run) => run[kind].loadSeconds);
      emit({
        kind: 'compile',
        what: kind === 'whole' ? 'the real set' : `again, after ${share * 100} % changed`,
        signatures: runs[0]![kind].signatures,
        seconds: rounded(median(seconds)),
        runSeconds: seconds.map(rounded),
        peakBytes: median(runs.map((run) => run[kind].peakBytes)),
      });
    }
    return runs.every(({ whole, again }) => whole.compiled && again.compiled && whole.signatures === again.signatures);
  });
}

function copySources(from: string, to: string, change: (text: string, name: string) => string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    writeFileSync(join(to, name), change(readFileSync(join(from, name), 'latin1'), name), 'latin1');
  }
}

/** A letter behind the name: it stands first in bodies and behind the digest and the size in hashes. */
export function changed(text: string, share: number, random: Random): string {
  return text.replace(/^(.*[A-Za-z0-9])$/gm, (line) => (random.below(1e6) < share * 1e6 ? renamed(line) : line));
}

function renamed(line: string): string {
  return /^[0-9a-f]{32,64}:|^\d+:[0-9a-f]{32}/i.test(line)
    ? line.replace(/([^:]*[A-Za-z][^:]*)$/, '$1.C')
    : line.replace(/^([^:;#]+)/, '$1.C');
}
