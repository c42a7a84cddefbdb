/**
 * From what a definition or the command line names to what is searched.
 */
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpus } from './corpora.ts';
import type { SearchDefinition } from './definitions/definition.ts';
import { Missing } from './missing.ts';
import { Random } from './plants/random.ts';
import { makeRealSet, whyNoRealSet } from './real-set.ts';
import { type Literals, literalsOf, sampleLiterals } from './search/literals.ts';

/** Directory of the real set while `use` runs. @throws {Missing} */
export async function withRealSet<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const missing = whyNoRealSet();
  if (missing !== undefined) throw new Missing(missing);
  const directory = mkdtempSync(join(tmpdir(), 'bench-real-'));
  try {
    return await use(makeRealSet(directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @throws {Missing} */
export function corpusDirectory(name: Parameters<typeof corpus>[0]): string {
  try {
    return corpus(name);
  } catch (error) {
    throw new Missing(`corpus ${name} cannot be made here: ${error instanceof Error ? error.message : error}`);
  }
}

/** @throws {Missing} */
export async function patternsOf({ patterns }: SearchDefinition): Promise<Literals> {
  if (patterns.kind === 'real set') {
    return withRealSet(async (directory) => literalsOf(join(directory, patterns.source)));
  }
  try {
    return { patterns: sampleLiterals(patterns.sample), skipped: {} };
  } catch (error) {
    throw new Missing(`literals cannot be sampled here: ${error instanceof Error ? error.message : error}`);
  }
}

/** @throws {Missing} */
export function haystackOf({ haystack }: SearchDefinition): Uint8Array {
  if (haystack.kind === 'corpus') return concatenated(corpusDirectory(haystack.corpus), haystack.bytes);
  const random = new Random(haystack.seed);
  const letters = Buffer.from(haystack.letters, 'latin1');
  return Uint8Array.from({ length: haystack.bytes }, () => random.pick(letters as unknown as readonly number[]));
}

/** The files of a directory, one behind the other, up to `limit` bytes. */
function concatenated(directory: string, limit: number): Uint8Array {
  const whole = Buffer.alloc(limit);
  let at = 0;
  for (const name of readdirSync(directory).sort()) {
    if (at === limit) break;
    at += readInto(join(directory, name), whole.subarray(at));
  }
  return whole.subarray(0, at);
}

function readInto(path: string, into: Uint8Array): number {
  const wanted = Math.min(into.length, statSync(path).size);
  const file = openSync(path, 'r');
  try {
    return readSync(file, into, 0, wanted, 0);
  } finally {
    closeSync(file);
  }
}

/** A file as a haystack. */
export function fileHaystack(path: string): Uint8Array {
  return readFileSync(path);
}
