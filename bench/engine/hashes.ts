/**
 * Hash signatures by the million: what each holds in memory, and what a lookup costs.
 *
 * Digests are MD5 of numbers, so that an object for any of them can be made: one in so many is scanned and must be found, and as many that are in no list
 * must not. The signatures are for any size, so that every object is hashed and looked up.
 */
import { hash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Emit } from '../print.ts';
import { rounded } from '../statistics.ts';
import { type ProbeResult, probe, withDirectory } from './probe.ts';
import { percentile } from './start.ts';

export interface HashesOptions {
  readonly counts: readonly number[];
  /** Objects of the list that are scanned, and as many others. */
  readonly objects: number;
}

const OBJECT_BYTES = 64;
const LINES_AT_ONCE = 20_000;
const LATENCY = { bytes: OBJECT_BYTES, warm: 2000, counted: 5000 } as const;

interface Measured {
  readonly count: number;
  readonly result: ProbeResult;
  readonly imageBytes: number;
  readonly compileSeconds: number;
}

export function benchHashes({ counts, objects }: HashesOptions, emit: Emit): Promise<boolean> {
  return withDirectory(async (directory) => {
    const measured: Measured[] = [];
    for (const count of counts) measured.push(await measureCount(count, objects, join(directory, String(count))));
    const [least] = measured;
    for (const each of measured) emit(rowOf(each, least!));
    return measured.every(({ result, count }) => result.signatures === count && result.passes[0]!.infected === objects);
  });
}

async function measureCount(count: number, objects: number, directory: string): Promise<Measured> {
  const patterns = join(directory, 'patterns');
  const cache = join(directory, 'cache');
  mkdirSync(patterns, { recursive: true });
  writeHashes(join(patterns, 'numbers.hdb'), count);
  const files = writeObjects(directory, count, objects);
  const { loadSeconds } = await probe({ patterns: [patterns], cache });
  const result = await probe({ patterns: [patterns], cache, files, passes: 1, buffers: LATENCY });
  const images = readdirSync(cache).filter((name) => name.endsWith('.img'));
  const imageBytes = images.reduce((sum, name) => sum + statSync(join(cache, name)).size, 0);
  return { count, result, imageBytes, compileSeconds: loadSeconds };
}

function writeHashes(path: string, count: number): void {
  const file = openSync(path, 'w');
  try {
    for (let first = 0; first < count; first += LINES_AT_ONCE) {
      const length = Math.min(LINES_AT_ONCE, count - first);
      writeSync(file, Array.from({ length }, (_, i) => lineOf(first + i)).join(''));
    }
  } finally {
    closeSync(file);
  }
}

function lineOf(number: number): string {
  // At once and of a string: eight million of them take 6 s so, 17 s by createHash of a Buffer.
  return `${hash('md5', contentOf(number))}:*:Bench.Number-${number}:73\n`;
}

function contentOf(number: number): string {
  return String(number).padEnd(OBJECT_BYTES);
}

/** Evenly over the list, and as many numbers behind its end. */
function writeObjects(directory: string, count: number, objects: number): string[] {
  const numbers = Array.from({ length: objects * 2 }, (_, i) =>
    i < objects ? Math.floor((i * count) / objects) : count + i,
  );
  return numbers.map((number) => {
    const path = join(directory, `object-${number}`);
    writeFileSync(path, contentOf(number));
    return path;
  });
}

function rowOf({ count, result, imageBytes, compileSeconds }: Measured, least: Measured) {
  const more = count - least.count;
  return {
    kind: 'hashes',
    signatures: count,
    compileSeconds: rounded(compileSeconds),
    loadSeconds: rounded(result.loadSeconds),
    loadedBytes: result.loadedBytes,
    imageBytes,
    residentBytesEach: more === 0 ? null : rounded((result.loadedBytes - least.result.loadedBytes) / more),
    p50Ms: rounded(percentile(result.latencies, 0.5)),
    p99Ms: rounded(percentile(result.latencies, 0.99)),
    found: result.passes[0]!.infected,
  };
}
