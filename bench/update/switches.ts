/**
 * Switches an engine that scans all the time, and tells what that cost.
 *
 * Two pattern files are made of the signatures that differ in one; both are compiled before anything is measured, as an updater does it. Runs from dist/.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { Emit } from '../print.ts';
import { median, rounded } from '../statistics.ts';

type Engine = import('../../src/scan/engine.ts').Engine;
type Verdict = import('../../src/scan/verdict.ts').Verdict;
/** Compiles in a process of its own: what that leaves behind is not what switches cost. */
const COMMAND = fileURLToPath(new URL('../../dist/src/bin/engine.js', import.meta.url));

const MARK = Buffer.from('an object that only these patterns know');
const NUMBERS = [1001, 1002] as const;
const SWITCHES = 30;
const THREADS = 2;
/** Programs that are scanned meanwhile; larger ones would hide how long nothing ends. */
const MAX_FILE_BYTES = 1 << 20;
const IN_FLIGHT = 8;
/** Until memory does not grow any more by scanning alone. */
const WARM_UP_MS = 10_000;

interface Load {
  scans: number;
  failed: number;
  wrong: number;
  /** Longest time in which no scan ended, since it was last asked for. */
  takeLongestGapMs(): number;
  stop(): Promise<void>;
}

/**
 * @param sources of the signatures
 * @param tree whose programs are scanned
 * @returns whether no scan failed, and each verdict was by the patterns that it names
 */
export async function benchSwitches(sources: readonly string[], tree: string, emit: Emit): Promise<boolean> {
  // As the command has it: what the heaps of young objects grow by would hide what switches cost.
  setFlagsFromString('--semi-space-growth-factor=1');
  const directory = mkdtempSync(join(tmpdir(), 'bench-switch-'));
  try {
    return await run(directory, sources, tree, emit);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function run(directory: string, sources: readonly string[], tree: string, emit: Emit): Promise<boolean> {
  const [first, second] = NUMBERS.map((number) => makePatterns(directory, sources, number)) as [string, string];
  const active = join(directory, 'active.npf');
  const use = (path: string): void => {
    copyFileSync(path, `${active}.new`);
    renameSync(`${active}.new`, active);
  };
  const cache = join(directory, 'cache');
  for (const path of [second, first]) {
    use(path);
    command('scan', '--patterns', active, '--cache', cache, COMMAND);
  }
  const engine = await openEngine({ patterns: [active], cacheDirectory: cache, threads: THREADS });
  const load = startLoad(engine, filesOf(tree));
  await sleep(WARM_UP_MS);
  const quietGapMs = load.takeLongestGapMs();
  const residentBefore = process.memoryUsage.rss();
  const figures = await switchOn(engine, load, (i) => use([second, first][i % 2]!));
  await load.stop();
  const residentAfter = process.memoryUsage.rss();
  await sleep(10_000);
  emit({
    kind: 'switch',
    switches: SWITCHES,
    imageBytes: imageBytes(cache),
    reloadMs: rounded(median(figures.reloadMs)),
    longestReloadMs: rounded(Math.max(...figures.reloadMs)),
    gapMs: rounded(median(figures.gapMs)),
    longestGapMs: rounded(Math.max(...figures.gapMs)),
    longestGapWithoutSwitchMs: rounded(quietGapMs),
    blockedMs: rounded(median(figures.blockedMs)),
    residentBeforeBytes: residentBefore,
    residentAfterBytes: residentAfter,
    residentLaterBytes: process.memoryUsage.rss(),
    scans: load.scans,
    failed: load.failed,
    wrong: load.wrong,
  });
  await engine.close();
  return load.failed + load.wrong === 0;
}

async function openEngine(
  options: Parameters<typeof import('../../src/scan/engine.ts')['Engine']['open']>[0],
): Promise<Engine> {
  const file = new URL('../../dist/src/index.js', import.meta.url).href;
  const { Engine } = (await import(file)) as typeof import('../../src/index.ts');
  return Engine.open(options);
}

function makePatterns(directory: string, sources: readonly string[], number: number): string {
  const own = join(directory, `own-${number}`);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'own.ndb'), `Bench.In${number}:0:*:${MARK.toString('hex')}\n`);
  const output = join(directory, `${number}.npf`);
  command('compile', ...sources, own, '--output', output, '--number', String(number));
  return output;
}

/** @throws {Error} when it fails */
function command(...args: readonly string[]): void {
  execFileSync(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function switchOn(engine: Engine, load: Load, change: (i: number) => void) {
  const reloadMs: number[] = [];
  const gapMs: number[] = [];
  const blockedMs: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (let i = 0; i < SWITCHES; i++) {
    change(i);
    load.takeLongestGapMs();
    delay.enable();
    const startedMs = performance.now();
    const { switched } = await engine.reload();
    reloadMs.push(performance.now() - startedMs);
    await sleep(200);
    delay.disable();
    blockedMs.push(delay.max / 1e6);
    delay.reset();
    gapMs.push(load.takeLongestGapMs());
    if (!switched) load.wrong++;
  }
  return { reloadMs, gapMs, blockedMs };
}

/** Scans files and the object that tells which patterns answered, as fast as they are answered. */
function startLoad(engine: Engine, files: readonly string[]): Load {
  let isOver = false;
  let next = 0;
  let lastMs = performance.now();
  let longestMs = 0;
  const ended = (): void => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - lastMs);
    lastMs = now;
    load.scans++;
  };
  const scanOn = async (): Promise<void> => {
    while (!isOver) {
      const isMark = next++ % 4 === 0;
      try {
        const verdict = await (isMark ? engine.scanBuffer(MARK) : engine.scanFile(files[next % files.length]!));
        if (isMark && !isRight(verdict)) load.wrong++;
      } catch {
        load.failed++;
      }
      ended();
    }
  };
  const running = Array.from({ length: IN_FLIGHT }, scanOn);
  const load: Load = {
    scans: 0,
    failed: 0,
    wrong: 0,
    takeLongestGapMs() {
      const longest = longestMs;
      longestMs = 0;
      return longest;
    },
    async stop() {
      isOver = true;
      await Promise.all(running);
    },
  };
  return load;
}

function isRight(verdict: Verdict): boolean {
  return verdict.kind === 'infected' && verdict.detections[0].name === `Bench.In${verdict.patternNumber}`;
}

function filesOf(tree: string): string[] {
  return readdirSync(tree).flatMap((name) => {
    const path = join(tree, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() && stats.size <= MAX_FILE_BYTES ? [path] : [];
  });
}

function imageBytes(cache: string): number {
  const images = readdirSync(cache).filter((name) => name.endsWith('.img'));
  return Math.max(...images.map((name) => statSync(join(cache, name)).size));
}
