/**
 * Switches an engine that scans all the time, and tells what that cost.
 *
 * node bench/reload.ts [--patterns DIR] [--tree DIR] [--switches N]
 *
 * Two pattern files are made of the signatures (default: the real set) that differ in one signature; both are compiled before anything is measured, as an updater
 * does it. A wrong verdict, or one that failed, is exit 1. Runs from dist/ (`npm run build` first).
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
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { corpus } from './corpora.ts';
import { makeRealSet } from './real-set.ts';
import { median, rounded } from './statistics.ts';

// As the command has it: what the heaps of young objects grow by would hide what switches cost.
setFlagsFromString('--semi-space-growth-factor=1');

type Engine = import('../src/scan/engine.ts').Engine;
type Verdict = import('../src/scan/verdict.ts').Verdict;
const DIST = '../dist/src/scan';
const { Engine } = (await import(`${DIST}/engine.js`)) as typeof import('../src/scan/engine.ts');
/** Compiles in a process of its own: what that leaves behind is not what switches cost. */
const COMMAND = fileURLToPath(new URL('../dist/src/bin/engine.js', import.meta.url));

const MARK = Buffer.from('an object that only these patterns know');
const NUMBERS = [1001, 1002] as const;
/** Programs that are scanned meanwhile; larger ones would hide how long nothing ends. */
const MAX_FILE_BYTES = 1 << 20;
const IN_FLIGHT = 8;
/** Until memory does not grow any more by scanning alone. */
const WARM_UP_MS = 15_000;

interface Load {
  scans: number;
  failed: number;
  wrong: number;
  /** Longest time in which no scan ended, since it was last asked for. */
  takeLongestGapMs(): number;
  stop(): Promise<void>;
}

const { values } = parseArgs({
  options: {
    patterns: { type: 'string' },
    tree: { type: 'string' },
    switches: { type: 'string', default: '50' },
    threads: { type: 'string', default: '2' },
  },
});
const directory = mkdtempSync(join(tmpdir(), 'sigwall-reload-'));
try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function run(): Promise<boolean> {
  const sources = values.patterns ?? makeRealSet(join(directory, 'real'));
  const [first, second] = [makePatterns(sources, NUMBERS[0]), makePatterns(sources, NUMBERS[1])];
  const active = join(directory, 'active.npf');
  const use = (path: string): void => {
    copyFileSync(path, `${active}.new`);
    renameSync(`${active}.new`, active);
  };
  const options = { patterns: [active], cacheDirectory: join(directory, 'cache'), threads: Number(values.threads) };
  for (const path of [second, first]) {
    use(path);
    command('scan', '--patterns', active, '--cache', options.cacheDirectory, COMMAND);
  }
  const engine = await Engine.open(options);
  say('image, MB', imageMegabytes());
  const load = startLoad(engine, filesOf(values.tree ?? corpus('elf128')));
  await sleep(WARM_UP_MS);
  say('without a switch: longest time without an end of a scan, ms', load.takeLongestGapMs());
  say('resident before, MB', residentMegabytes());
  const figures = await switchOn(engine, load, (i) => use([second, first][i % 2]!));
  say('first switch: from reload() to its answer, ms', figures.reloadMs[0]!);
  say('switch: from reload() to its answer, median ms', median(figures.reloadMs));
  say('switch: longest', Math.max(...figures.reloadMs));
  say('switch: longest time without an end of a scan, median ms', median(figures.gapMs));
  say('switch: longest', Math.max(...figures.gapMs));
  say("first switch: caller's thread was blocked at most, ms", figures.blockedMs[0]!);
  say("switch: caller's thread was blocked, median ms", median(figures.blockedMs));
  say('switch: longest', Math.max(...figures.blockedMs.slice(1)));
  await load.stop();
  say('resident afterwards, MB', residentMegabytes());
  await sleep(10_000);
  say('resident 10 s later, MB', residentMegabytes());
  say('scans', load.scans);
  say('failed', load.failed);
  say('wrong', load.wrong);
  await engine.close();
  return load.failed + load.wrong === 0;
}

function makePatterns(sources: string, number: number): string {
  const own = join(directory, `own-${number}`);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'own.ndb'), `Bench.In${number}:0:*:${MARK.toString('hex')}\n`);
  const output = join(directory, `${number}.npf`);
  command('compile', sources, own, '--output', output, '--number', String(number));
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
  for (let i = 0; i < Number(values.switches); i++) {
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

function imageMegabytes(): number {
  const images = readdirSync(join(directory, 'cache')).filter((name) => name.endsWith('.img'));
  return Math.max(...images.map((name) => statSync(join(directory, 'cache', name)).size)) / 2 ** 20;
}

function residentMegabytes(): number {
  return process.memoryUsage().rss / 2 ** 20;
}

function say(what: string, figure: number): void {
  console.log(`${what.padEnd(64)} ${rounded(figure)}`);
}
