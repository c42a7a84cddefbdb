/** Options as they are given → options as they hold. */
import { availableParallelism, homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ScanError } from './errors.ts';
import { DEFAULT_BUDGET, type EngineOptions, type PatternChoice } from './options.ts';

/** Most worker threads of one engine. */
const MAX_THREADS = 256;

/** @throws {ScanError} `SCAN_OPTION` names what is out of range */
export function completeOptions(options: Partial<EngineOptions>): EngineOptions {
  const {
    cacheDirectory = defaultCacheDirectory(),
    threads = Math.min(availableParallelism(), MAX_THREADS),
    allMatches = false,
    budget = DEFAULT_BUDGET,
    watch = false,
    onReload,
  } = options;
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new ScanError('SCAN_OPTION', `threads: expected an integer from 1 to ${MAX_THREADS}, got ${threads}`);
  }
  for (const [name, value] of Object.entries(budget)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new ScanError('SCAN_OPTION', `budget.${name}: expected an integer from 0 on, got ${value}`);
    }
  }
  return {
    ...completeChoice(options),
    cacheDirectory,
    threads,
    allMatches,
    budget: { ...DEFAULT_BUDGET, ...budget },
    watch,
    onReload,
  };
}

export function completeChoice({
  patterns = [],
  store = defaultStoreDirectory(),
}: PatternChoice): Required<PatternChoice> {
  return { patterns, store };
}

/** The cache directory where none is named. */
export function defaultCacheDirectory(): string {
  return productDirectory('XDG_CACHE_HOME', '.cache');
}

/** The pattern store where none is named. */
export function defaultStoreDirectory(): string {
  return productDirectory('XDG_STATE_HOME', '.local/state');
}

/** After the XDG Base Directory Specification 0.8. */
function productDirectory(variable: string, inHome: string): string {
  const given = process.env[variable];
  const base = given !== undefined && isAbsolute(given) ? given : join(process.env.HOME || homedir(), inHome);
  return join(base, 'sigwall');
}
