/**
 * The image for some sources: out of a store or the cache when it is there, else compiled, in a thread of its own.
 */
import { readImageHeader } from '../../native-free-engine/index.ts';
import { inspectDirectory, openCacheDirectory } from './cache-directory.ts';
import { ScanError } from './errors.ts';
import { type ImageFile, type ImageSummary, imageIdentityOf } from './image-file.ts';
import { type ImagePlaces, openKeptImage, openOwnImage } from './image-places.ts';
import type { PrepareResult, PrepareTask } from './prepare-image.ts';
import type { SourceFile } from './source-files.ts';
import { readHeads } from './source-heads.ts';
import { type KnownSource, readIndex } from './source-index.ts';
import { runThread } from './thread.ts';

/** An image that can be loaded: from a file, whose descriptor whoever has this must close, or from memory. */
export type ImageSource =
  | ({ readonly kind: 'file' } & ImageFile)
  | {
      readonly kind: 'memory';
      readonly bytes: Uint8Array;
      readonly header: ReturnType<typeof readImageHeader>;
      readonly summary: ImageSummary;
    };

export interface FoundImage {
  readonly image: ImageSource;
  readonly sources: readonly KnownSource[];
  /** Whether it was compiled now. */
  readonly compiled: boolean;
  /** Why it cannot be kept; undefined when it is. */
  readonly cacheTrouble: string | undefined;
}

/**
 * What is kept for some files.
 *
 * @param sources what is known of them; by default what can be known without reading them
 * @returns undefined when there is nothing that is certain
 * @throws {ScanError} `SCAN_PATTERNS`
 */
export function lookUpImage(
  places: ImagePlaces,
  files: readonly SourceFile[],
  sources = knownSources(places, files),
): FoundImage | undefined {
  if (sources === undefined) return undefined;
  const identity = imageIdentityOf(sources.map(({ digest }) => Buffer.from(digest, 'hex')));
  const image = openKeptImage(places, identity);
  return image && { image: { kind: 'file', ...image }, sources, compiled: false, cacheTrouble: undefined };
}

/**
 * @param isDistrusted the image that was kept turned out to be damaged: reads and checks everything
 * @throws {ScanError} `SCAN_PATTERNS`, `SCAN_FAILED`
 */
export async function findImage(
  places: ImagePlaces,
  files: readonly SourceFile[],
  isDistrusted = false,
): Promise<FoundImage> {
  const kept = isDistrusted ? undefined : lookUpImage(places, files);
  if (kept) return kept;
  const prepare = (task: PrepareTask) => runThread<PrepareResult>('prepare-thread', task);
  const { cacheDirectory } = places;
  const access = openCacheDirectory(cacheDirectory);
  if (!access.usable) return fromMemory(await prepare({ files, cacheDirectory: undefined }), access.reason);
  const found = fromResult(await prepare({ files, cacheDirectory }), cacheDirectory);
  // Somebody removed it meanwhile.
  return found ?? fromMemory(await prepare({ files, cacheDirectory: undefined }), undefined);
}

/** @returns undefined when the image is not in the cache any more */
export function fromResult(result: PrepareResult, cacheDirectory: string): FoundImage | undefined {
  if (result.kind === 'memory') return fromMemory(result, `${cacheDirectory}: cannot be written`);
  const image = openOwnImage(cacheDirectory, result.identity);
  const { sources, compiled } = result;
  return image && { image: { kind: 'file', ...image }, sources, compiled, cacheTrouble: undefined };
}

export function fromMemory(result: PrepareResult, cacheTrouble: string | undefined): FoundImage {
  if (result.kind !== 'memory') throw new ScanError('SCAN_FAILED', 'patterns: expected an image in memory');
  const { image, sources } = result;
  return {
    image: { kind: 'memory', header: readImageHeader(image.bytes), ...image },
    sources,
    compiled: true,
    cacheTrouble,
  };
}

/** Pattern files say themselves what is in them; of other sources the index may know it. */
function knownSources(
  { cacheDirectory }: ImagePlaces,
  files: readonly SourceFile[],
): readonly KnownSource[] | undefined {
  const heads = readHeads(files);
  if (heads) return heads;
  return inspectDirectory(cacheDirectory).usable ? readIndex(cacheDirectory, files) : undefined;
}
