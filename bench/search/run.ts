/**
 * One benchmark of searching: every engine over the same haystack in memory, each answer held against the reference.
 */
import type { Row } from '../scan/run.ts';
import { median, rounded } from '../statistics.ts';
import type { Answer, Prepared, SearchEngine } from './engine.ts';
import { searchUpTo } from './reference.ts';

export interface SearchBenchOptions {
  readonly patterns: readonly Uint8Array[];
  readonly haystack: Uint8Array;
  readonly engines: readonly SearchEngine[];
  /** Pairs (pattern, end) in the whole haystack, where that is known beforehand. */
  readonly expected?: number | undefined;
  readonly repeats: number;
  /** Seconds that one search may take; a slow engine gets the beginning of the haystack. */
  readonly maxSeconds: number;
}

/** Bytes of the first, short search that says how fast an engine is. */
const PROBE_BYTES = 2 ** 17;

/** A first search below this may have ended before the optimising compiler did. */
const SHORT_SECONDS = 1;

interface Measured {
  readonly engine: SearchEngine;
  readonly bytes: number;
  readonly seconds: readonly number[];
  readonly compileSeconds: number;
  readonly answer: Answer;
}

/** @param emit told of a row per engine, then of the ratios @returns whether every answer is right */
export function benchSearch(options: SearchBenchOptions, emit: (row: Row) => void): boolean {
  const measured: Measured[] = [];
  for (const engine of options.engines) {
    if (engine.missing === undefined) measured.push(measure(engine, options));
    else emit({ kind: 'skipped', engine: engine.name, reason: engine.missing });
  }
  const limits = measured.map(({ bytes }) => bytes);
  const expected = searchUpTo(options.patterns, options.haystack, [...limits, options.haystack.length]);
  const isRight = measured.map((each, i) => judge(each, expected[i]!, options, emit));
  emitRatios(measured, emit);
  const total = expected.at(-1)!.matches;
  if (options.expected === undefined || options.expected === total) return isRight.every((right) => right);
  emit({ kind: 'wrong', expected: options.expected, matches: total });
  return false;
}

function measure(engine: SearchEngine, { patterns, haystack, repeats, maxSeconds }: SearchBenchOptions): Measured {
  const [prepared, compileSeconds] = timed(() => engine.prepare(patterns));
  const bytes = bytesFor(prepared, haystack, maxSeconds);
  const part = haystack.subarray(0, bytes);
  // Not counted: optimised code and the pages of the window are there after it, as in a process that has been scanning for a while.
  const [answer, warmUp] = timed(() => prepared.search(part));
  if (warmUp < SHORT_SECONDS) prepared.search(part);
  const seconds: number[] = [];
  // One that is slow even on the shortest beginning is not asked as often.
  for (let run = 0, from = performance.now(); run < repeats && isEarly(from, run, maxSeconds); run++) {
    const [found, took] = timed(() => prepared.search(part));
    if (answer.checksum !== found.checksum) throw new Error(`${engine.name}: two runs, two answers`);
    seconds.push(took);
  }
  return { engine, bytes, seconds, compileSeconds, answer };
}

function isEarly(fromMs: number, run: number, maxSeconds: number): boolean {
  return run === 0 || performance.now() - fromMs < 2000 * maxSeconds;
}

/** The probe runs twice: the first time it is compiled. */
function bytesFor(prepared: Prepared, haystack: Uint8Array, maxSeconds: number): number {
  const probe = haystack.subarray(0, PROBE_BYTES);
  prepared.search(probe);
  const [, seconds] = timed(() => prepared.search(probe));
  const affordable = Math.floor((probe.length / Math.max(seconds, 1e-6)) * maxSeconds);
  return Math.min(haystack.length, Math.max(probe.length, affordable));
}

function judge(
  { engine, bytes, seconds, compileSeconds, answer }: Measured,
  expected: Answer,
  { patterns, haystack }: SearchBenchOptions,
  emit: (row: Row) => void,
): boolean {
  const isRight = answer.matches === expected.matches && answer.checksum === expected.checksum;
  const took = median(seconds);
  emit({
    kind: 'search',
    engine: engine.name,
    bytesPerSecond: Math.round(bytes / took),
    seconds: rounded(took),
    matches: answer.matches,
    checksum: answer.checksum.toString(16).padStart(8, '0'),
    patterns: patterns.length,
    bytes,
    haystackBytes: haystack.length,
    runs: seconds.length,
    compileSeconds: rounded(compileSeconds),
    ...(isRight ? {} : { wrong: true, expectedMatches: expected.matches }),
  });
  return isRight;
}

/** Of our speed to each other engine's. */
function emitRatios([ours, ...others]: readonly Measured[], emit: (row: Row) => void): void {
  if (!ours) return;
  const speed = ({ bytes, seconds }: Measured): number => bytes / median(seconds);
  for (const other of others) {
    emit({
      kind: 'ratio',
      engine: ours.engine.name,
      peer: other.engine.name,
      speed: rounded(speed(ours) / speed(other)),
    });
  }
}

function timed<T>(work: () => T): [result: T, seconds: number] {
  const from = performance.now();
  const result = work();
  return [result, (performance.now() - from) / 1000];
}
