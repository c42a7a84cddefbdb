/** Reads kept patterns as a whole: what a scan finds out only when it compiles one. */
import { readFileSync } from 'node:fs';
import { openPatternFile } from '../../native-free-engine/index.ts';
import { decompress, nodeDigester } from '../host/host.ts';
import { StoreError } from './errors.ts';
import { type Kept, listNumbers, readKept } from './kept.ts';
import type { PatternProof } from './state.ts';
import type { KeptPattern } from './view.ts';

export interface Verification {
  readonly number: number;
  /** One sentence; undefined when every byte is what it was. */
  readonly problem: string | undefined;
}

/** Decompresses each kept pattern and takes its digest: a second for a large one. @throws what the file system throws */
export function verifyAll(store: string, active: PatternProof | undefined): readonly Verification[] {
  return listNumbers(store).map((number) => {
    const kept = readKept(store, number, active);
    return { number, problem: kept.problem ?? contentProblem(kept) };
  });
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

/** @returns undefined when it decompresses to what its header says */
export function contentProblem({ pattern, problem }: Kept): string | undefined {
  if (!pattern) return problem;
  try {
    openPatternFile(readFileSync(pattern.path), nodeDigester).read(decompress);
    return undefined;
  } catch (error) {
    return `${pattern.path}: ${(error as Error).message}`;
  }
}
