/**
 * A thread that loads another image into a memory that nobody uses, so that the caller's thread does nothing but switch. A copy and a digest of 34 MB take
 * 50 ms, and longer where the disk is slow.
 */
import { openCacheDirectory } from './cache-directory.ts';
import { ScanError } from './errors.ts';
import { coldBytesOf, fillMemory, releaseImage } from './fill-memory.ts';
import type { ImagePlaces } from './image-places.ts';
import { type FoundImage, fromMemory, fromResult, type ImageSource, lookUpImage } from './images.ts';
import { type ColdPlace, growMemory } from './memory.ts';
import type { PrepareResult, PrepareTask } from './prepare-image.ts';
import type { SourceFile } from './source-files.ts';
import type { KnownSource } from './source-index.ts';
import { answerThread } from './thread.ts';
import { lowerPriority } from './thread-priority.ts';

export interface ReloadTask {
  readonly files: readonly SourceFile[];
  readonly places: ImagePlaces;
  readonly memory: WebAssembly.Memory;
  readonly arenas: number;
  /** What is in use, and what is not to be used: there is nothing to do for these. */
  readonly known: readonly ImageContent[];
  /** The image that was kept turned out to be damaged: reads and checks everything. */
  readonly isDistrusted: boolean;
}

/** What makes an image this one and no other, for those who use it. */
export interface ImageContent {
  /** As in its header. */
  readonly patternDigest: Uint8Array;
  readonly sources: readonly KnownSource[];
}

/** What is known of an image that was loaded; without its bytes. */
export interface ImageFacts extends Omit<FoundImage, 'image'> {
  readonly header: ImageSource['header'];
  readonly summary: ImageSource['summary'];
}

/** `known`: the files are others, and what is in them is not; the memory is as it was. */
export type ReloadResult =
  | { readonly kind: 'known' }
  | { readonly kind: 'loaded'; readonly facts: ImageFacts; readonly cold: ColdPlace };

await answerThread(reload);

async function reload(task: ReloadTask): Promise<ReloadResult> {
  const found = task.isDistrusted ? undefined : lookUpImage(task.places, task.files);
  return (found && load(task, found)) ?? load(task, await makeImage(task)) ?? fail();
}

function fail(): never {
  throw new ScanError('SCAN_FAILED', 'patterns: the image that was just made is damaged');
}

/** @returns undefined when the image is damaged */
function load({ memory, arenas, known, isDistrusted }: ReloadTask, found: FoundImage): ReloadResult | undefined {
  const { image, ...rest } = found;
  const { header, summary } = image;
  const content: ImageContent = { patternDigest: header.patternDigest, sources: found.sources };
  if (!isDistrusted && known.some((each) => isSameContent(each, content))) {
    releaseImage(image);
    return { kind: 'known' };
  }
  growMemory(memory, { hotBytes: header.hotBytes, arenas, coldBytes: coldBytesOf(image) });
  const cold = fillMemory(memory, arenas, image);
  return cold === undefined ? undefined : { kind: 'loaded', facts: { ...rest, header, summary }, cold };
}

async function makeImage({ files, places: { cacheDirectory } }: ReloadTask): Promise<FoundImage> {
  // Whoever scans goes first: they have patterns already.
  lowerPriority();
  const access = openCacheDirectory(cacheDirectory);
  if (!access.usable) return fromMemory(await prepare({ files, cacheDirectory: undefined }), access.reason);
  const found = fromResult(await prepare({ files, cacheDirectory }), cacheDirectory);
  // Somebody removed it meanwhile.
  return found ?? fromMemory(await prepare({ files, cacheDirectory: undefined }), undefined);
}

/** An updater has compiled already, as a rule: the compiler and the dialects are loaded when they are needed. */
async function prepare(task: PrepareTask): Promise<PrepareResult> {
  return (await import('./prepare-image.ts')).prepareImage(task);
}

function isSameContent(one: ImageContent, other: ImageContent): boolean {
  const described = ({ sources }: ImageContent): string =>
    JSON.stringify(sources.map(({ path, description }) => [path, description]));
  return Buffer.from(one.patternDigest).equals(other.patternDigest) && described(one) === described(other);
}
