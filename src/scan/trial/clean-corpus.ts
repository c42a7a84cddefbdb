/** Objects that are known to be clean: the product's own, and files of the user. A signature that hits one of them is wrong. */
import { type PathLike, statSync } from 'node:fs';
import { walk } from '../../files/walk.ts';
import { ScanError } from '../errors.ts';
import type { ScanObject } from '../object-source.ts';
import { cleanSamples, ownFiles } from './clean-samples.ts';

export interface CleanObject {
  /** For messages: a path, or the name of a sample. */
  readonly name: string;
  readonly object: ScanObject;
}

/** A signature, and the clean file that it hit. */
export interface CleanHit {
  readonly name: string;
  readonly file: string;
}

/**
 * All of them, the product's own first. Files that cannot be opened, or are gone by then, are the scanner's business.
 *
 * @param paths files, and directories that are walked
 * @throws {ScanError} `SCAN_TRIAL_CLEAN` when one of the paths is not there
 */
export async function* cleanCorpus(paths: readonly string[]): AsyncGenerator<CleanObject, void, void> {
  for (const { name, bytes } of cleanSamples())
    yield { name: `the product's sample of ${name}`, object: { kind: 'bytes', bytes } };
  yield* filesOf(ownFiles());
  yield* filesOf(paths);
}

/** @throws {ScanError} `SCAN_TRIAL_CLEAN` */
export async function* filesOf(paths: readonly string[]): AsyncGenerator<CleanObject, void, void> {
  for (const path of paths) mustExist(path);
  for (const path of paths) {
    for await (const item of walk(Buffer.from(path))) {
      if (item.kind === 'file') yield { name: item.path.toString(), object: { kind: 'file', path: item.path } };
    }
  }
}

/**
 * Signatures that hit clean files: for a publisher, before others have them. Files that cannot be scanned are passed over.
 *
 * @param patterns as in EngineOptions
 * @param clean files and directories
 * @returns each signature once for each file, in the order of the files
 * @throws {ScanError} as `Engine.open`; `SCAN_TRIAL_CLEAN` when a path is not there
 */
export async function findCleanHits(patterns: readonly string[], clean: readonly string[]): Promise<CleanHit[]> {
  // Loaded only here: the thread of a trial needs no pool.
  const { Engine } = await import('../engine.ts');
  await using engine = await Engine.open({ patterns, allMatches: true });
  const hits: CleanHit[] = [];
  for await (const { name: file, object } of cleanCorpus(clean)) {
    const names = await namesIn(object);
    for (const name of names) hits.push({ name, file });
  }
  return hits;

  async function namesIn(object: ScanObject): Promise<ReadonlySet<string>> {
    if (object.kind === 'descriptor') return new Set();
    try {
      const verdict = await (object.kind === 'file' ? engine.scanFile(object.path) : engine.scanBuffer(object.bytes));
      return new Set(verdict.kind === 'infected' ? verdict.detections.map(({ name }) => name) : []);
    } catch (error) {
      if (error instanceof ScanError && error.code.startsWith('SCAN_FILE_')) return new Set();
      throw error;
    }
  }
}

function mustExist(path: PathLike): void {
  try {
    statSync(path);
  } catch (cause) {
    const message = `${path}: expected a clean file or directory: ${(cause as Error).message}`;
    throw new ScanError('SCAN_TRIAL_CLEAN', message, { cause });
  }
}
