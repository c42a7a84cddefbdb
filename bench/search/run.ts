/**
 * One benchmark of searching: every engine over the same haystack in memory, turn by turn, each answer held against the reference.
 */
import type { Row } from '../scan/run.ts';
import { median, rounded } from '../statistics.ts';
import { type Answer, type Prepared, Refused, type SearchEngine } from './engine.ts';
import { searchUpTo } from './reference.ts';

export interface SearchBenchOptions {
  readonly patterns: readonly Uint8Array[];
  readonly haystack: Uint8Array;
  readonly engines: readonly SearchEngine[];
  /** Pairs (pattern, end) in the whole haystack, where that is known beforehand. */
  readonly expected?: number | undefined;
  /** Rounds in which every engine has its turn, so that a slow moment of the machine meets all. */
  readonly repeats: number;
  /** Seconds that one search may take; a slow engine gets the beginning of the haystack. */
  readonly maxSeconds: number;
}

/** Bytes of the first searches that say how fast an engine is: the second, for what is fast enough, is long enough for compilers. */
const PROBES = [2 ** 17, 2 ** 22];
/** An engine that can afford so much of the haystack gets all of it: ratios are then of the same bytes. */
const WHOLE_SHARE = 1 / 3;

/** A first search below this may have ended before the optimising compiler did. */
const SHORT_SECONDS = 1;

/** An engine in its turns. */
interface Contender {
  readonly engine: SearchEngine;
  readonly prepared: Prepared;
  readonly compileSeconds: number;
  readonly bytes: number;
  readonly answer: Answer;
  readonly seconds: number[];
}

/** @param emit told of a row per engine, then of the ratios @returns whether every answer is right */
export async function benchSearch(options: SearchBenchOptions, emit: (row: Row) => void): Promise<boolean> {
  const contenders: Contender[] = [];
  try {
    for (const engine of options.engines) {
      const contender = await enter(engine, options);
      if (typeof contender !== 'string') contenders.push(contender);
      else emit({ kind: 'skipped', engine: engine.name, patterns: options.patterns.length, reason: contender });
    }
    for (let round = 0; round < options.repeats; round++) {
      for (const contender of contenders) await takeTurn(contender, options.haystack);
    }
  } finally {
    for (const { prepared } of contenders) prepared.close?.();
  }
  return judgeAll(contenders, options, emit);
}

/** @returns the engine with its patterns compiled and everything warm, or why it does not take part */
async function enter(engine: SearchEngine, options: SearchBenchOptions): Promise<Contender | string> {
  const missing = engine.whyMissing?.();
  if (missing !== undefined) return missing;
  try {
    const from = performance.now();
    const prepared = await engine.prepare(options.patterns);
    const compileSeconds = prepared.compileSeconds ?? secondsSince(from);
    const bytes = await bytesFor(prepared, options);
    const part = options.haystack.subarray(0, bytes);
    // Not counted: optimised code and the pages of the window are there after it, as in a process that has been scanning for a while.
    const answer = await search(prepared, part);
    if (answer.seconds < SHORT_SECONDS) await prepared.search(part);
    return { engine, prepared, compileSeconds, bytes, answer, seconds: [] };
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

/** Each probe runs twice: the first time it is compiled. */
async function bytesFor(prepared: Prepared, { haystack, maxSeconds }: SearchBenchOptions): Promise<number> {
  let affordable = 0;
  for (const bytes of PROBES) {
    const probe = haystack.subarray(0, bytes);
    if (affordable > 0 && affordable < probe.length) break;
    await prepared.search(probe);
    const { seconds } = await search(prepared, probe);
    affordable = Math.max(probe.length, Math.floor((probe.length / Math.max(seconds, 1e-6)) * maxSeconds));
  }
  return affordable > haystack.length * WHOLE_SHARE ? haystack.length : affordable;
}

async function takeTurn({ engine, prepared, bytes, answer, seconds }: Contender, haystack: Uint8Array): Promise<void> {
  const found = await search(prepared, haystack.subarray(0, bytes));
  if (answer.checksum !== found.checksum) throw new Error(`${engine.name}: two runs, two answers`);
  seconds.push(found.seconds);
}

async function search(prepared: Prepared, haystack: Uint8Array): Promise<Required<Answer>> {
  const from = performance.now();
  const found = await prepared.search(haystack);
  return { ...found, seconds: found.seconds ?? secondsSince(from) };
}

function judgeAll(contenders: readonly Contender[], options: SearchBenchOptions, emit: (row: Row) => void): boolean {
  const limits = contenders.map(({ bytes }) => bytes);
  const expected = searchUpTo(options.patterns, options.haystack, [...limits, options.haystack.length]);
  const isRight = contenders.map((each, i) => judge(each, expected[i]!, options, emit));
  emitRatios(contenders, options, emit);
  const total = expected.at(-1)!.matches;
  if (options.expected === undefined || options.expected === total) return isRight.every((right) => right);
  emit({ kind: 'wrong', expected: options.expected, matches: total });
  return false;
}

function judge(
  { engine, bytes, seconds, compileSeconds, prepared, answer }: Contender,
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
    runSeconds: seconds.map(rounded),
    compileSeconds: rounded(compileSeconds),
    ...(prepared.version === undefined ? {} : { version: prepared.version }),
    ...(prepared.memoryBytes === undefined ? {} : { memoryBytes: prepared.memoryBytes }),
    ...(isRight ? {} : { wrong: true, expectedMatches: expected.matches }),
  });
  return isRight;
}

/** Of our speed to each other engine's, round by round; the middle one. */
function emitRatios(
  [ours, ...others]: readonly Contender[],
  { patterns }: SearchBenchOptions,
  emit: (row: Row) => void,
): void {
  if (!ours) return;
  for (const other of others) {
    const ratios = ours.seconds.map((seconds, i) => ours.bytes / seconds / (other.bytes / other.seconds[i]!));
    const peer = other.engine.name;
    emit({ kind: 'ratio', engine: ours.engine.name, peer, patterns: patterns.length, speed: rounded(median(ratios)) });
  }
}

function secondsSince(from: number): number {
  return (performance.now() - from) / 1000;
}
