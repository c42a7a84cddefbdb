/** What is active, for people. */
import { factoryPatternFile } from './assets.ts';
import type { SourceCounts } from './image-file.ts';
import type { ActivePatterns } from './options.ts';
import type { KnownSource } from './source-index.ts';

/**
 * Sources and what became of them, as they are shown.
 *
 * @param stores whose lists of signatures that are left out are no patterns to anybody
 */
export function describePatterns(
  sources: readonly Pick<KnownSource, 'path' | 'description'>[],
  counts: readonly SourceCounts[],
  stores: readonly { readonly paths: readonly string[] }[] = [],
): ActivePatterns[] {
  const factory = factoryPatternFile();
  const lists = new Set(stores.flatMap(({ paths }) => paths.slice(1)));
  return sources.flatMap(({ path, description }, i) => {
    if (lists.has(path)) return [];
    const { signatures = 0, skipped = {} } = counts[i] ?? {};
    return [{ path, ...description, signatures, skipped, factory: path === factory }];
  });
}

/** 0 when none has one. */
export function highestNumber(patterns: readonly ActivePatterns[]): number {
  return Math.max(0, ...patterns.map(({ number }) => number));
}
