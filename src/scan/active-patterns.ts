/** What is active, for people. */
import { factoryPatternFile } from './assets.ts';
import type { SourceCounts } from './image-file.ts';
import type { ActivePatterns } from './options.ts';
import type { KnownSource } from './source-index.ts';

/** Sources and what became of them, as they are shown. */
export function describePatterns(
  sources: readonly Pick<KnownSource, 'path' | 'description'>[],
  counts: readonly SourceCounts[],
): ActivePatterns[] {
  const factory = factoryPatternFile();
  return sources.map(({ path, description }, i) => ({
    path,
    ...description,
    signatures: counts[i]?.signatures ?? 0,
    skipped: counts[i]?.skipped ?? {},
    factory: path === factory,
  }));
}

/** 0 when none has one. */
export function highestNumber(patterns: readonly ActivePatterns[]): number {
  return Math.max(0, ...patterns.map(({ number }) => number));
}
