/** Asks probe-process.ts: the engine as programs use it, measured in a fresh process. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROCESS = fileURLToPath(new URL('probe-process.ts', import.meta.url));
/** File names may be many; an answer with 10,000 latencies is below a megabyte. */
const MAX_ANSWER_BYTES = 2 ** 24;
/** What takes longer has come to a stop, and the other benchmarks are waiting. */
const LIMIT_MS = 20 * 60_000;

export interface ProbeOptions {
  readonly patterns: readonly string[];
  readonly cache: string;
  readonly threads: number;
  /** Scanned so many times; the first pass brings files and code into caches. */
  readonly files: readonly string[];
  readonly passes: number;
  /** One buffer scanned again and again: `bytes` of `file`, or zeros. */
  readonly buffers: { readonly bytes: number; readonly warm: number; readonly counted: number; readonly file?: string };
}

export interface Pass {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly infected: number;
}

export interface ProbeResult {
  /** Until the first answer. */
  readonly openSeconds: number;
  /** What the engine says that loading or compiling took. */
  readonly loadSeconds: number;
  readonly compiled: boolean;
  readonly signatures: number;
  /** Resident when the first answer was there, and the most there were at the end. */
  readonly loadedBytes: number;
  readonly peakBytes: number;
  readonly passes: readonly Pass[];
  /** Milliseconds, ascending. */
  readonly latencies: readonly number[];
}

const NOTHING = { threads: 1, files: [], passes: 0, buffers: { bytes: 0, warm: 0, counted: 0 } } as const;

/** @throws {Error} when the engine fails */
export async function probe(
  asked: Pick<ProbeOptions, 'patterns' | 'cache'> & Partial<ProbeOptions>,
): Promise<ProbeResult> {
  const args = [PROCESS, JSON.stringify({ ...NOTHING, ...asked })];
  const options = { maxBuffer: MAX_ANSWER_BYTES, timeout: LIMIT_MS };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return JSON.parse(stdout) as ProbeResult;
}

/** The files of a corpus, until they hold `limit` bytes, with their size. */
export function filesOf(directory: string, limit = Number.POSITIVE_INFINITY): { files: string[]; bytes: number } {
  let bytes = 0;
  const files: string[] = [];
  for (const name of readdirSync(directory).sort()) {
    const path = join(directory, name);
    const { size } = statSync(path);
    if (bytes + size > limit) continue;
    bytes += size;
    files.push(path);
  }
  return { files, bytes };
}

/** A directory that is there while `use` runs. */
export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-engine-'));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
