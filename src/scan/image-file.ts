/**
 * One image in the cache: the engine's image, and behind it what a person wants to know of the sources it was compiled from.
 *
 * ```
 *   0      h    the image's hot part, its header first
 *   h      c    its cold part
 *   h+c    n    JSON: ImageSummary
 *   h+c+n  32   SHA-256 of the image's header and the JSON
 *   …      4    n
 * ```
 * The engine checks its own parts; the last digest ties the summary to the image.
 */
import { createHash } from 'node:crypto';
import { fstatSync, readSync } from 'node:fs';
import {
  combinedDigest,
  IMAGE_HEADER_BYTES,
  ImageError,
  type ImageHeader,
  imageKey,
  readImageHeader,
} from '../../native-free-engine/index.ts';
import { nodeDigester } from '../host/host.ts';
import { codeFingerprint } from './code-fingerprint.ts';

/** Of one source, in the order of the sources. */
export interface SourceCounts {
  /** Signatures that this engine uses. */
  readonly signatures: number;
  /** What it does not use, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

export interface ImageSummary {
  readonly sources: readonly SourceCounts[];
  /** SHA-256 of the cold part, lower-case hex. The engine checks its pages one by one when they are read; this is for those who want to know before. */
  readonly coldDigest: string;
}

/** Of image files in the cache. */
export const IMAGE_EXTENSION = '.img';

/** Identifies the image of these sources under this engine. */
export interface ImageIdentity {
  /** As in the image's header. */
  readonly patternDigest: Uint8Array;
  /** Name of the image in a cache: of the digest and the engine version; in a checkout of the state of the code as well. */
  readonly key: string;
}

/** @param digests of the sources, in order */
export function imageIdentityOf(digests: readonly Uint8Array[]): ImageIdentity {
  const patternDigest = combinedDigest(digests, nodeDigester);
  return { patternDigest, key: imageKey(patternDigest, nodeDigester) + codeFingerprint() };
}

const MAX_SUMMARY_BYTES = 1 << 20;
/** Bytes read at a time. */
const BLOCK_BYTES = 4 * 1024 * 1024;

export function summarize(image: Uint8Array, sources: readonly SourceCounts[]): ImageSummary {
  const { hotBytes } = readImageHeader(image);
  return { sources, coldDigest: createHash('sha256').update(image.subarray(hotBytes)).digest('hex') };
}

/** What stands behind the image in its file. */
export function encodeSummary(image: Uint8Array, summary: ImageSummary): Uint8Array {
  const text = Buffer.from(JSON.stringify(summary));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([text, summaryDigest(image.subarray(0, IMAGE_HEADER_BYTES), text), length]);
}

/** The header of an image file, read and compared with what was wanted. */
export interface ImageFile {
  readonly descriptor: number;
  readonly header: ImageHeader;
  readonly summary: ImageSummary;
}

/**
 * Reads header and summary.
 *
 * @param patternDigest of the sources that are wanted
 * @throws {ImageError} when it is damaged, or the image of something else
 */
export function openImageFile(descriptor: number, patternDigest: Uint8Array): ImageFile {
  const bytes = new Uint8Array(IMAGE_HEADER_BYTES);
  const header = readImageHeader(bytes.subarray(0, readAt(descriptor, bytes, 0)));
  if (!Buffer.from(header.patternDigest).equals(patternDigest)) {
    throw new ImageError('IMAGE_FOREIGN', 'image: expected that of these patterns, got another');
  }
  return { descriptor, header, summary: readSummary(descriptor, bytes, header) };
}

/** @throws {ImageError} `IMAGE_CHECKSUM_MISMATCH` when the cold part is damaged */
export function verifyCold({ descriptor, header, summary }: ImageFile): void {
  const digest = createHash('sha256');
  const block = new Uint8Array(BLOCK_BYTES);
  const end = header.hotBytes + header.coldBytes;
  for (let at = header.hotBytes; at < end; ) {
    const part = block.subarray(0, Math.min(BLOCK_BYTES, end - at));
    if (readAt(descriptor, part, at) < part.length) break;
    digest.update(part);
    at += part.length;
  }
  if (digest.digest('hex') !== summary.coldDigest) {
    throw new ImageError(
      'IMAGE_CHECKSUM_MISMATCH',
      'image file: expected the digest of its cold part, got another: it is damaged',
    );
  }
}

function readSummary(descriptor: number, headerBytes: Uint8Array, header: ImageHeader): ImageSummary {
  const end = fstatSync(descriptor).size;
  const start = header.hotBytes + header.coldBytes;
  const length = end - start;
  if (length < 36 || length > MAX_SUMMARY_BYTES) {
    throw new ImageError(
      'IMAGE_TRUNCATED',
      `image file: expected a summary behind ${start} bytes, got a file of ${end}`,
    );
  }
  const bytes = Buffer.alloc(length);
  readAt(descriptor, bytes, start);
  const text = bytes.subarray(0, length - 36);
  const isWhole =
    bytes.readUInt32LE(length - 4) === text.length &&
    summaryDigest(headerBytes, text).equals(bytes.subarray(length - 36, length - 4));
  if (!isWhole)
    throw new ImageError('IMAGE_CHECKSUM_MISMATCH', 'image file: expected a summary that belongs to it, got another');
  return JSON.parse(text.toString()) as ImageSummary;
}

function summaryDigest(header: Uint8Array, text: Uint8Array): Buffer {
  return createHash('sha256').update(header).update(text).digest();
}

/** Fills `into` from `offset` on. @returns bytes read; fewer than asked only at the end of the file */
export function readAt(descriptor: number, into: Uint8Array, offset: number): number {
  let at = 0;
  while (at < into.length) {
    const count = readSync(descriptor, into, at, Math.min(BLOCK_BYTES, into.length - at), offset + at);
    if (count === 0) break;
    at += count;
  }
  return at;
}
