/** What kept patterns hold, by name of signature: for people who ask what an update brought. Reads whole pattern files: a second each for a large one. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  changedSignatures,
  contentNames,
  openPatternFile,
  type PatternFile,
  type PatternFileHeader,
  type SignatureNames,
} from '../../native-free-engine/index.ts';
import { decompress, nodeDigester } from '../host/host.ts';
import { StoreError } from './errors.ts';
import { listNumbers } from './kept.ts';
import { patternDirectory, patternPath } from './layout.ts';

/** @throws {StoreError} `STORE_NOT_KEPT`, `STORE_PATTERN` */
export function compareKept(store: string, from: number, to: number): SignatureNames {
  return changedSignatures(contentOf(store, from), contentOf(store, to));
}

/**
 * Which kept numbers hold a signature of exactly that name.
 *
 * @returns all kept numbers, ascending
 * @throws {StoreError} `STORE_NOT_KEPT`, `STORE_PATTERN`
 */
export function presenceOf(
  store: string,
  name: string,
): readonly { readonly number: number; readonly present: boolean }[] {
  return listNumbers(resolve(store)).map((number) => ({ number, present: holds(contentOf(store, number), name) }));
}

/** @throws {StoreError} `STORE_NOT_KEPT`, `STORE_PATTERN` */
export function keptHeader(store: string, number: number): PatternFileHeader {
  return openKept(store, number, ({ header }) => header);
}

function holds(content: Uint8Array, name: string): boolean {
  for (const each of contentNames(content)) if (each === name) return true;
  return false;
}

function contentOf(store: string, number: number): Uint8Array {
  return openKept(store, number, (file) => file.content(decompress));
}

function openKept<T>(store: string, number: number, read: (file: PatternFile) => T): T {
  const path = patternPath(patternDirectory(resolve(store), number), number);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StoreError('STORE_NOT_KEPT', `pattern ${number}: expected it in ${resolve(store)}, got ${code}`, {
      cause,
    });
  }
  try {
    return read(openPatternFile(bytes, nodeDigester));
  } catch (cause) {
    throw new StoreError('STORE_PATTERN', `${path}: ${(cause as Error).message}`, { cause });
  }
}
