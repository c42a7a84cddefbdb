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

/** The real set, and a directory of images compiled from it, which whoever compiles first fills for the others. */
export interface RealSet {
  readonly directory: string;
  readonly cache: string;
}

let made: RealSet | undefined;

/** Made once, and there until this process ends. @throws {Missing} */
export function realSet(): RealSet {
  if (made !== undefined) return made;
  const missing = whyNoRealSet();
  if (missing !== undefined) throw new Missing(missing);
  const directory = mkdtempSync(join(tmpdir(), 'bench-real-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  made = { directory: makeRealSet(join(directory, 'set')), cache: join(directory, 'cache') };
  return made;
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
export function patternsOf({ patterns }: SearchDefinition): Literals {
  if (patterns.kind === 'real set') {
    return literalsOf(join(realSet().directory, patterns.source));
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
