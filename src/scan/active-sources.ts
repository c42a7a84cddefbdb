/**
 * Which files hold the patterns that are active now: what was named, with each store in place of its active pattern; else the store's; else the factory
 * file.
 *
 * An updater may activate another pattern, and remove the one that was looked up, at any time. So a file that is not there any more is no error as long as
 * the store has moved on: then it is looked again.
 */
import { statSync } from 'node:fs';
import { ENGINE_VERSION } from '../../native-free-engine/index.ts';
import type { ActivePattern } from '../store/read.ts';
import { factoryPatternFile } from './assets.ts';
import { ScanError } from './errors.ts';
import type { PatternChoice } from './options.ts';
import { findSourceFiles, isSameIdentity, type SourceFiles } from './source-files.ts';

/** A store, and what was its active pattern when it was looked at. */
export interface StoreInUse {
  /** As it was named. */
  readonly directory: string;
  /** Of the active pattern; of the newest one that this engine may use when it may not use that. */
  readonly number: number;
  /** The pattern file, and the list of signatures that are left out of it when there is one. */
  readonly paths: readonly string[];
}

export interface ActiveSources extends SourceFiles {
  readonly stores: readonly StoreInUse[];
}

/** How files are looked for: at once, or while the thread stays free. */
export type FindFiles = (paths: readonly string[]) => SourceFiles | Promise<SourceFiles>;

/** A store that moves on so often while it is looked at does not work. */
const MAX_LOOKS = 8;

/** @throws {ScanError} `SCAN_PATTERNS` */
export function findActiveSources(
  choice: Required<PatternChoice>,
  find: FindFiles = findSourceFiles,
): Promise<ActiveSources> {
  return withActiveSources(choice, find, async (sources) => sources);
}

/**
 * Does something with the files that are active, and again when it fails because a store moved on meanwhile.
 *
 * @throws {ScanError} `SCAN_PATTERNS`; what `work` throws
 */
export async function withActiveSources<T>(
  choice: Required<PatternChoice>,
  find: FindFiles,
  work: (sources: ActiveSources) => Promise<T>,
): Promise<T> {
  for (let look = 1; ; look++) {
    const { paths, stores } = await choosePaths(choice);
    try {
      return await work({ ...(await find(paths)), stores });
    } catch (error) {
      const isGone = error instanceof ScanError && error.code === 'SCAN_PATTERNS';
      if (!isGone || look === MAX_LOOKS || !(await haveMovedOn(stores))) throw error;
    }
  }
}

/** Whether both are the same files in the same state. */
export function isSameState(one: ActiveSources, other: ActiveSources): boolean {
  return (
    one.files.length === other.files.length &&
    one.files.every(({ path, identity }, i) => {
      const { path: otherPath, identity: otherIdentity } = other.files[i]!;
      return path === otherPath && isSameIdentity(identity, otherIdentity);
    })
  );
}

interface ChosenPaths {
  readonly paths: readonly string[];
  readonly stores: readonly StoreInUse[];
}

async function choosePaths({ patterns, store }: Required<PatternChoice>): Promise<ChosenPaths> {
  if (patterns.length > 0) return choosePathsOf(patterns);
  if (await isEmptyStore(store)) return { paths: [factoryPatternFile()], stores: [] };
  const inUse = await storeInUse(store);
  return { paths: inUse.paths, stores: [inUse] };
}

async function choosePathsOf(patterns: readonly string[]): Promise<ChosenPaths> {
  const paths: string[] = [];
  const stores: StoreInUse[] = [];
  for (const path of patterns) {
    if (!(await isReadableStore(path))) {
      paths.push(path);
      continue;
    }
    const inUse = await storeInUse(path);
    stores.push(inUse);
    paths.push(...inUse.paths);
  }
  return { paths, stores };
}

/** Nothing was ever installed there. A store whose patterns were lost is not empty. @throws {ScanError} `SCAN_PATTERNS` */
async function isEmptyStore(directory: string): Promise<boolean> {
  try {
    if (!isDirectory(directory)) return true;
    const { isStore, readState } = await storeReader();
    if (!isStore(directory)) return true;
    const { state, troubles } = readState(directory);
    return state === undefined ? troubles.length === 0 : state.active === null;
  } catch (cause) {
    throw new ScanError('SCAN_PATTERNS', `${directory}: cannot be looked into: ${(cause as Error).message}`, { cause });
  }
}

/** What cannot be looked into is left to those who open files, and to their message. */
async function isReadableStore(path: string): Promise<boolean> {
  try {
    return isDirectory(path) && (await storeReader()).isStore(path);
  } catch {
    return false;
  }
}

/** @throws errors of the file system, but not when nothing is there */
function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Who has no store does not wait for its dozen of modules. */
function storeReader(): Promise<typeof import('../store/read.ts')> {
  return import('../store/read.ts');
}

/** @throws {ScanError} `SCAN_PATTERNS` */
async function storeInUse(directory: string): Promise<StoreInUse> {
  const { activePattern } = await storeReader();
  const usable = await usablePattern(directory);
  if (usable) return { directory, number: usable.number, paths: usable.paths };
  const active = activePattern(directory);
  const problem = active
    ? `a pattern for engine ${ENGINE_VERSION}, got ${active.number} for ${active.engineRange}, and no older one that fits`
    : 'a pattern that can be used, got none';
  throw new ScanError('SCAN_PATTERNS', `${directory}: expected ${problem}`);
}

/** Most patterns are for every engine; ranges take a library, which takes time to load. */
async function usablePattern(directory: string): Promise<ActivePattern | undefined> {
  const { activePattern } = await storeReader();
  const active = activePattern(directory);
  if (active === undefined || active.engineRange === '*') return active;
  const { fittingPattern } = await import('../store/fitting.ts');
  return fittingPattern(directory, ENGINE_VERSION);
}

async function haveMovedOn(stores: readonly StoreInUse[]): Promise<boolean> {
  for (const { directory, number } of stores) {
    if ((await usablePattern(directory))?.number !== number) return true;
  }
  return false;
}
