/** What is active, for people: from headers and from what the cache knows, without reading signatures. */

import { closeSync } from 'node:fs';
import { ENGINE_VERSION } from '../../native-free-engine/index.ts';
import { describePatterns, highestNumber } from './active-patterns.ts';
import { factoryPatternFile, PRODUCT_VERSION } from './assets.ts';
import { openCacheDirectory } from './cache-directory.ts';
import { defaultCacheDirectory, patternsOrFactory } from './complete-options.ts';
import { lookUpImage } from './images.ts';
import type { ActivePatterns, EngineInfo, EngineOptions } from './options.ts';
import { findSourceFiles, type SourceFile } from './source-files.ts';
import { knownSource, readIndex } from './source-index.ts';
import { describeSource, loadSource, readPatternFileHeader } from './source-reader.ts';

export type PatternInfo = Omit<EngineInfo, 'loadMs' | 'compiled' | 'cacheTrouble' | 'ignored'>;

/**
 * What would be active. Reads headers of pattern files and what the cache knows of sources, neither signatures nor an image. A signature source that was
 * never compiled counts none.
 *
 * @throws {ScanError} `SCAN_PATTERNS`
 */
export function readPatternInfo(options: Partial<EngineOptions>): PatternInfo {
  const { patterns, cacheDirectory = defaultCacheDirectory() } = options;
  const { files } = findSourceFiles(patternsOrFactory(patterns));
  const known = openCacheDirectory(cacheDirectory).usable ? lookUpPatiently(cacheDirectory, files) : undefined;
  if (known) closeSync(known.image.descriptor);
  const described = known
    ? describePatterns(known.sources, known.image.summary.sources)
    : files.map(describeUncompiled);
  return {
    productVersion: PRODUCT_VERSION,
    engineVersion: ENGINE_VERSION,
    node: process.versions.node,
    patterns: described,
    patternNumber: highestNumber(described),
    signatures: known?.image.header.signatures ?? described.reduce((sum, { signatures }) => sum + signatures, 0),
  };
}

/** Sources that the index does not know are read and digested. */
function lookUpPatiently(cacheDirectory: string, files: readonly SourceFile[]): ReturnType<typeof lookUpImage> {
  const sources = readIndex(cacheDirectory, files) ?? files.map((file) => knownSource(loadSource(file)));
  return lookUpImage(cacheDirectory, files, sources);
}

function describeUncompiled({ path, format, identity }: SourceFile): ActivePatterns {
  const factory = path === factoryPatternFile();
  if (format !== 'npf') return { path, ...describeSource(identity), signatures: 0, skipped: {}, factory };
  const { number, released, channel, counts } = readPatternFileHeader(path);
  return { path, number, released, channel, signatures: counts.body + counts.hash, skipped: {}, factory };
}
