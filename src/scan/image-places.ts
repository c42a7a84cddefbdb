/**
 * Where compiled images lie: those of a pattern store, which its updater makes and everybody reads, and our own.
 *
 * An image of a store is believed when it belongs to us, to root or to whoever owns the store: he decides on the patterns as well. Nothing is ever written
 * there from here. What is not there, or not to be believed, is made in the private cache.
 */
import { closeSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE_HEADER_BYTES, ImageError, readImageHeader } from '../../native-free-engine/index.ts';
import { IMAGES } from '../store/layout.ts';
import {
  type CachedFile,
  filesIn,
  inspectDirectory,
  openCached,
  removeCached,
  removeLeftovers,
  writeCached,
} from './cache-directory.ts';
import { IMAGE_EXTENSION, type ImageFile, type ImageIdentity, openImageFile, readAt } from './image-file.ts';

/** Plain data: it crosses threads. */
export interface ImagePlaces {
  /** Ours; made when it is missing. */
  readonly cacheDirectory: string;
  /** Directories of the stores whose patterns are wanted. */
  readonly stores: readonly string[];
}

/** Images of our own engine version that are kept: one for each pattern set in use, and those before. One of the real set has 60 MB. */
const KEPT_IMAGES = 4;
/** And of all other versions together: an older engine on the same machine must not compile at every start. */
const KEPT_FOREIGN_IMAGES = 4;
/** An image of another version that was not used for so long belongs to an engine that is gone. */
const FOREIGN_MS = 30 * 86_400_000;

/** The image where it lies whole as far as its header and summary tell. @returns undefined when there is none that may be believed */
export function openKeptImage({ cacheDirectory, stores }: ImagePlaces, identity: ImageIdentity): ImageFile | undefined {
  for (const store of stores) {
    const image = openStoreImage(store, identity);
    if (image) return image;
  }
  return inspectDirectory(cacheDirectory).usable ? openOwnImage(cacheDirectory, identity) : undefined;
}

/** Out of the private cache. The image counts as used. */
export function openOwnImage(cacheDirectory: string, identity: ImageIdentity): ImageFile | undefined {
  const image = openImage(cacheDirectory, identity, []);
  if (image) markAsUsed(join(cacheDirectory, identity.key + IMAGE_EXTENSION));
  return image;
}

/**
 * Puts an image into the private cache, or an updater's into its store.
 *
 * @param mode of the file; by default nobody else reads it
 * @returns false when the directory cannot be written
 */
export function keepImage(
  directory: string,
  { key }: ImageIdentity,
  parts: readonly Uint8Array[],
  mode?: number,
): boolean {
  if (!writeCached(directory, key + IMAGE_EXTENSION, parts, mode)) return false;
  pruneImages(directory);
  removeLeftovers(directory);
  return true;
}

function openStoreImage(store: string, identity: ImageIdentity): ImageFile | undefined {
  const owner = ownerOf(store);
  if (owner === undefined) return undefined;
  const directory = join(store, IMAGES);
  return inspectDirectory(directory, [owner]).usable ? openImage(directory, identity, [owner]) : undefined;
}

/** @returns undefined when others than he can write in the store: they could put another directory in place of the images */
function ownerOf(store: string): number | undefined {
  try {
    const { uid, mode } = statSync(store);
    return (mode & 0o022) === 0 ? uid : undefined;
  } catch {
    return undefined;
  }
}

function openImage(
  directory: string,
  { key, patternDigest }: ImageIdentity,
  owners: readonly number[],
): ImageFile | undefined {
  const descriptor = openCached(directory, key + IMAGE_EXTENSION, owners);
  if (descriptor === undefined) return undefined;
  try {
    return openImageFile(descriptor, patternDigest);
  } catch (error) {
    closeSync(descriptor);
    if (error instanceof ImageError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** So that the images that are removed are those that nobody uses. */
function markAsUsed(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // A cache that cannot be written is not pruned either.
  }
}

/** Removes images but those that were used last, ours and those of other engine versions apart. */
function pruneImages(directory: string): void {
  const images = filesIn(directory, (name) => name.endsWith(IMAGE_EXTENSION)).sort((a, b) => b.usedMs - a.usedMs);
  const own = images.filter(({ name }) => !isForeign(directory, name));
  const foreign = images.filter((image) => !own.includes(image));
  const oldest = Date.now() - FOREIGN_MS;
  const isGone = ({ usedMs }: CachedFile, i: number): boolean => i >= KEPT_FOREIGN_IMAGES || usedMs < oldest;
  for (const { path } of [...own.slice(KEPT_IMAGES), ...foreign.filter(isGone)]) removeCached(path);
}

/** Of another engine version. What cannot be read counts as ours: it is of no use to anybody. */
function isForeign(directory: string, name: string): boolean {
  const descriptor = openCached(directory, name);
  if (descriptor === undefined) return false;
  try {
    const bytes = new Uint8Array(IMAGE_HEADER_BYTES);
    readImageHeader(bytes.subarray(0, readAt(descriptor, bytes, 0)));
    return false;
  } catch (error) {
    return error instanceof ImageError && error.code === 'IMAGE_FOREIGN';
  } finally {
    closeSync(descriptor);
  }
}
