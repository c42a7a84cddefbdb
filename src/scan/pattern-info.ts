/** What is active, for people: from headers and from what the cache knows, without reading signatures. */

import { closeSync } from 'node:fs';
import { ENGINE_VERSION } from '../../native-free-engine/index.ts';
import { readStore } from '../store/read.ts';
import type { StoreView } from '../store/view.ts';
import { describePatterns, highestNumber } from './active-patterns.ts';
import { type ActiveSources, findActiveSources } from './active-sources.ts';
import { PRODUCT_VERSION } from './assets.ts';
import { completeChoice, defaultCacheDirectory } from './complete-options.ts';
import type { ImagePlaces } from './image-places.ts';
import { type FoundImage, lookUpImage } from './images.ts';
import type { ActivePatterns, EngineInfo, EngineOptions } from './options.ts';
import { describeText, readPatternFileHeader } from './source-bytes.ts';
import type { SourceFile } from './source-files.ts';
import { knownSource } from './source-index.ts';
import { isDatabase } from './source-updates.ts';

export type PatternInfo = Omit<EngineInfo, 'loadMs' | 'compiled' | 'cacheTrouble' | 'ignored'> & {
  /** The store that the patterns are out of, or the one that has none yet; the first when there are several. Undefined when no store is used. */
  readonly store?: StoreView | undefined;
};

/**
 * What would be active. Reads headers of pattern files and what the cache knows of sources, neither signatures nor an image. A signature source that was
 * never compiled counts none.
 *
 * @throws {ScanError} `SCAN_PATTERNS`
 */
export async function readPatternInfo(options: Partial<EngineOptions>): Promise<PatternInfo> {
  const choice = completeChoice(options);
  const sources = await findActiveSources(choice);
  const { files, stores } = sources;
  const { cacheDirectory = defaultCacheDirectory() } = options;
  const known = await lookUpPatiently({ cacheDirectory, stores: stores.map(({ directory }) => directory) }, files);
  if (known?.image.kind === 'file') closeSync(known.image.descriptor);
  const described = known
    ? describePatterns(known.sources, known.image.summary.sources, stores)
    : await describeUncompiled(sources);
  return {
    productVersion: PRODUCT_VERSION,
    engineVersion: ENGINE_VERSION,
    node: process.versions.node,
    patterns: described,
    patternNumber: highestNumber(described),
    signatures: known?.image.header.signatures ?? described.reduce((sum, { signatures }) => sum + signatures, 0),
    store: readStore(stores[0]?.directory ?? choice.store),
  };
}

/** Sources that the index does not know are read and digested. */
async function lookUpPatiently(places: ImagePlaces, files: readonly SourceFile[]): Promise<FoundImage | undefined> {
  const kept = lookUpImage(places, files);
  // Pattern files are known by their headers: when their image is not kept, reading them would not find it.
  if (kept || files.every(({ format }) => format === 'npf')) return kept;
  const { loadSource } = await import('./source-reader.ts');
  const sources = files.map((file) => knownSource(loadSource(file)));
  return lookUpImage(places, files, sources);
}

async function describeUncompiled({ files, stores }: ActiveSources): Promise<ActivePatterns[]> {
  const described = await Promise.all(files.map(describeFile));
  return describePatterns(described, described, stores);
}

async function describeFile(file: SourceFile) {
  const { path, format, identity } = file;
  if (isDatabase(file)) {
    const { describeDatabase } = await import('./database-source.ts');
    return { path, description: describeDatabase(file), signatures: 0, skipped: {} };
  }
  if (format !== 'npf') return { path, description: describeText(identity), signatures: 0, skipped: {} };
  const { number, released, channel, counts } = readPatternFileHeader(path);
  return { path, description: { number, released, channel }, signatures: counts.body + counts.hash, skipped: {} };
}
