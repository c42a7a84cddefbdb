/** Reads kept patterns as a whole: what a scan finds out only when it compiles one. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { openPatternFile } from '../../native-free-engine/index.ts';
import { decompress, nodeDigester } from '../host/host.ts';
import { StoreError, storeErrorOf } from './errors.ts';
import { type Kept, listNumbers, readKept, readManifest } from './kept.ts';
import { isStore, readState } from './read.ts';
import type { PatternProof } from './state.ts';
import type { KeptPattern } from './view.ts';

export interface Verification {
  readonly number: number;
  /** One sentence; undefined when every byte is what it was. */
  readonly problem: string | undefined;
}

/**
 * Decompresses each kept pattern and takes its digests: a second for a large one. Takes no lock and changes nothing.
 *
 * @returns ascending by number; empty where there is no store
 * @throws {StoreError} `STORE_READ_ONLY`, `STORE_FILES` when the directory cannot be looked at
 */
export function verifyStore(directory: string): readonly Verification[] {
  const store = resolve(directory);
  if (!isStore(store)) return [];
  try {
    const active = readState(store).state?.active ?? undefined;
    return listNumbers(store).map((number) => {
      const kept = readKept(store, number, active);
      return { number, problem: kept.problem ?? contentProblem(kept) };
    });
  } catch (error) {
    throw storeErrorOf(store, error);
  }
}

/**
 * A kept pattern that can be scanned with, every byte of it.
 *
 * @throws {StoreError} `STORE_NOT_KEPT`
 */
export function wholePattern(store: string, number: number, active: PatternProof | undefined): KeptPattern {
  const kept = readKept(store, number, active);
  const problem = kept.state === 'whole' ? contentProblem(kept) : kept.problem;
  if (problem === undefined && kept.pattern) return kept.pattern;
  throw new StoreError('STORE_NOT_KEPT', `pattern ${number}: expected it whole in the store: ${problem}`);
}

/**
 * Reads all of it. A damaged byte may lie where decompression does not care, so the file is compared with what was installed, too.
 *
 * @returns what is wrong, a sentence with its place; undefined when nothing is
 */
export function contentProblem({ pattern, problem }: Kept): string | undefined {
  if (!pattern) return problem;
  const { path, number } = pattern;
  try {
    const bytes = readFileSync(path);
    openPatternFile(bytes, nodeDigester).content(decompress);
    const manifest = readManifest(dirname(path), number);
    if (manifest === undefined || manifest.fileDigest === hash('sha256', bytes)) return undefined;
    return `${path}: expected the bytes that were installed; the signatures in it are the right ones`;
  } catch (error) {
    return `${path}: ${(error as Error).message}`;
  }
}
