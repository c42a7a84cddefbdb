/**
 * The throughput of the user's own files: scanned again and again until the time is up, with one thread and with all.
 *
 * ```
 * open, 1 thread ─► all files once, uncounted: page cache and compilers ─► passes ─► open, all threads ─► once, uncounted ─► passes
 * ```
 */
import { stat } from 'node:fs/promises';
import { walk } from '../../../files/walk.ts';
import type { EngineInfo, EngineOptions } from '../../../scan/options.ts';
import type { Operations, ScanEngine } from '../operations.ts';

export interface BenchRequest {
  readonly paths: readonly Buffer[];
  readonly engine: Partial<EngineOptions>;
  /** Numbers of threads to be measured, one after the other; the first shows what each kind of file costs. */
  readonly threads: readonly number[];
  /** For all passes together, without loading and the first, uncounted one. */
  readonly timeMs: number;
  readonly signal: AbortSignal;
  /** Told what is going on, for the line of progress. */
  readonly onProgress: (what: string) => void;
}

/** Files of one kind, and what they cost one thread. */
export interface KindCost {
  /** Extension in lower case, `.so` …; empty without one. */
  readonly kind: string;
  readonly files: number;
  readonly bytes: number;
  /** Of one pass, in the worker. */
  readonly elapsedMs: number;
}

export interface ThreadsCost {
  readonly threads: number;
  readonly passes: number;
  /** Milliseconds of each pass, at least one. */
  readonly passMs: readonly number[];
}

export interface BenchReport {
  readonly info: EngineInfo;
  readonly files: number;
  readonly bytes: number;
  /** Files that were left out, since the time was up or they could not be read. */
  readonly leftOut: number;
  readonly infected: number;
  readonly unscanned: number;
  readonly costs: readonly ThreadsCost[];
  /** The dearest first. */
  readonly kinds: readonly KindCost[];
}

/** A file that answered in the first pass. */
interface Sample {
  readonly path: Buffer;
  readonly bytes: number;
}

/** Files in flight for each thread, as in a scan: a batch being searched, and one that waits. */
const FILES_PER_THREAD = 32;
/** Nobody waits for a pass of a large tree that would take longer than all of the time that was given. */
const MOST_SAMPLES = 100_000;

/**
 * @returns undefined when it was interrupted before anything was measured, or no file could be scanned
 * @throws of the system when a path is not there: told before the signatures are loaded
 */
export async function measureThroughput(
  request: BenchRequest,
  operations: Operations,
): Promise<BenchReport | undefined> {
  for (const path of request.paths) await stat(path);
  const costs: ThreadsCost[] = [];
  let found: Found | undefined;
  for (const threads of request.threads) {
    request.onProgress('loading the signatures');
    const engine = await operations.openEngine({ ...request.engine, threads });
    try {
      // Threads that came up just now have no compiled code yet: their first pass is not counted either.
      if (found) await scanAll(engine, threads, found, false, request.signal);
      found ??= await firstPass(engine, request);
      if (found.samples.length === 0 || request.signal.aborted) break;
      costs.push(await passes(engine, threads, found, request));
    } finally {
      if (!request.signal.aborted) await engine.close();
    }
  }
  return found === undefined || costs.length === 0 ? undefined : reportOf(found, costs);
}

interface Found {
  readonly info: EngineInfo;
  readonly samples: Sample[];
  readonly kinds: Map<string, { files: number; bytes: number; elapsedMs: number }>;
  leftOut: number;
  infected: number;
  unscanned: number;
}

/** As many files as a share of the time is enough for, each once. */
async function firstPass(engine: ScanEngine, { paths, timeMs, signal, onProgress }: BenchRequest): Promise<Found> {
  const { info } = engine;
  const found: Found = { info, samples: [], kinds: new Map(), leftOut: 0, infected: 0, unscanned: 0 };
  // From the first answer on: a worker that comes up is no matter of the files.
  let untilMs = Number.POSITIVE_INFINITY;
  for (const root of paths) {
    for await (const item of walk(root, { signal })) {
      if (item.kind !== 'file') continue;
      if (performance.now() > untilMs || found.samples.length === MOST_SAMPLES) found.leftOut++;
      else await noteFile(engine, item.path, found, signal);
      if (found.samples.length === 1) untilMs = Math.min(untilMs, performance.now() + timeMs / 4);
      onProgress(`${found.samples.length} files, once`);
    }
  }
  return found;
}

async function noteFile(engine: ScanEngine, path: Buffer, found: Found, signal: AbortSignal): Promise<void> {
  const verdict = await engine.scanFile(path, { signal }).catch(() => undefined);
  if (verdict === undefined) {
    found.leftOut++;
    return;
  }
  found.samples.push({ path, bytes: verdict.size });
  if (verdict.kind === 'infected') found.infected++;
  if (verdict.kind === 'unscanned') found.unscanned++;
  found.kinds.set(kindOf(path), { files: 0, bytes: 0, elapsedMs: 0 });
}

/** Whole passes until the time of this number of threads is up; one at least. */
async function passes(
  engine: ScanEngine,
  threads: number,
  found: Found,
  { threads: all, timeMs, signal, onProgress }: BenchRequest,
): Promise<ThreadsCost> {
  const untilMs = performance.now() + (timeMs * 3) / 4 / all.length;
  const passMs: number[] = [];
  do {
    onProgress(`${threads} ${threads === 1 ? 'thread' : 'threads'}, pass ${passMs.length + 1}`);
    const startedMs = performance.now();
    // One pass, by one thread, tells what each kind of file costs.
    await scanAll(engine, threads, found, threads === 1 && passMs.length === 0, signal);
    passMs.push(performance.now() - startedMs);
  } while (performance.now() + passMs.at(-1)! < untilMs && !signal.aborted);
  return { threads, passes: passMs.length, passMs };
}

async function scanAll(
  engine: ScanEngine,
  threads: number,
  { samples, kinds }: Found,
  notesKinds: boolean,
  signal: AbortSignal,
): Promise<void> {
  let next = 0;
  const takeFiles = async (): Promise<void> => {
    for (let at = next++; at < samples.length && !signal.aborted; at = next++) {
      const { path } = samples[at]!;
      // Gone or changed since: the pass is a file short, and no figure is worth ending it.
      const verdict = await engine.scanFile(path, { signal }).catch(() => undefined);
      const kind = kinds.get(kindOf(path));
      if (!notesKinds || verdict === undefined || kind === undefined) continue;
      kind.files++;
      kind.bytes += verdict.size;
      kind.elapsedMs += verdict.elapsedMs;
    }
  };
  await Promise.all(Array.from({ length: threads * FILES_PER_THREAD }, takeFiles));
}

function reportOf(
  { info, samples, kinds, leftOut, infected, unscanned }: Found,
  costs: readonly ThreadsCost[],
): BenchReport {
  return {
    info,
    files: samples.length,
    bytes: samples.reduce((sum, { bytes }) => sum + bytes, 0),
    leftOut,
    infected,
    unscanned,
    costs,
    kinds: [...kinds].map(([kind, cost]) => ({ kind, ...cost })).sort((a, b) => b.elapsedMs - a.elapsedMs),
  };
}

/** `libc.so.6` is a `.so`; what is no short word of letters and digits is none. */
function kindOf(path: Buffer): string {
  const name = path.subarray(path.lastIndexOf(0x2f) + 1).toString('latin1');
  return /[^/](\.[a-z][a-z0-9]{0,9})(\.\d+)*$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}
