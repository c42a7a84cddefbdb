/** Options as they are given → options as they hold. */
import { availableParallelism, homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { factoryPatternFile } from './assets.ts';
import { ScanError } from './errors.ts';
import { DEFAULT_BUDGET, type EngineOptions } from './options.ts';

/** Most worker threads of one engine. */
const MAX_THREADS = 256;

/** No patterns are the factory patterns. */
export function patternsOrFactory(patterns: readonly string[] = []): readonly string[] {
  return patterns.length > 0 ? patterns : [factoryPatternFile()];
}

/** @throws {ScanError} `SCAN_OPTION` names what is out of range */
export function completeOptions(options: Partial<EngineOptions>): EngineOptions {
  const {
    cacheDirectory = defaultCacheDirectory(),
    threads = Math.min(availableParallelism(), MAX_THREADS),
    allMatches = false,
    budget = DEFAULT_BUDGET,
  } = options;
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new ScanError('SCAN_OPTION', `threads: expected an integer from 1 to ${MAX_THREADS}, got ${threads}`);
  }
  for (const [name, value] of Object.entries(budget)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new ScanError('SCAN_OPTION', `budget.${name}: expected an integer from 0 on, got ${value}`);
    }
  }
  const patterns = patternsOrFactory(options.patterns);
  return { patterns, cacheDirectory, threads, allMatches, budget: { ...DEFAULT_BUDGET, ...budget } };
}

/** The cache directory where none is named, after the XDG Base Directory Specification 0.8. */
export function defaultCacheDirectory(): string {
  const given = process.env.XDG_CACHE_HOME;
  const base = given !== undefined && isAbsolute(given) ? given : join(process.env.HOME || homedir(), '.cache');
  return join(base, 'sigwall');
}
