/**
 * What pattern files and deltas have in common: a header that anybody can read, and a payload behind it.
 *
 * ```
 *   0   8  magic
 *   8   4  format; a higher one is refused
 *  12   4  bytes of the header text, at most 1 MiB
 *  16   n  header: JSON in UTF-8
 *  16+n 32 SHA-256 of everything before it
 *  …       payload: compressed, masked
 * ```
 */

import { PatternFileError } from '../errors.ts';
import { type Digester, digestOf } from '../host.ts';
import { compareBytes } from './content.ts';
import { masked } from './mask.ts';

const MAX_HEADER_BYTES = 1 << 20;
const PREFIX_BYTES = 16;
const DIGEST_BYTES = 32;

/** One kind of file. */
export interface FrameKind {
  /** For messages. */
  readonly what: string;
  /** Eight ASCII characters. */
  readonly magic: string;
  /** The highest that is understood. */
  readonly format: number;
}

/** Compression is the host's. */
export interface Compressor {
  /** Stands in the header, for example `zstd`. */
  readonly name: string;
  compress(bytes: Uint8Array): Uint8Array;
}
/** @param maxBytes the result must not become larger; throws when it would */
export type Decompress = (compression: string, bytes: Uint8Array, maxBytes: number) => Uint8Array;

/** What writing a file needs. */
export interface WriterHost {
  readonly digester: Digester;
  readonly compressor: Compressor;
}

/** @param payload compressed, not masked */
export function encodeFrame(kind: FrameKind, header: object, payload: Uint8Array, digester: Digester): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerEnd = PREFIX_BYTES + text.length;
  const bytes = new Uint8Array(headerEnd + DIGEST_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(kind.magic));
  view.setUint32(8, kind.format, true);
  view.setUint32(12, text.length, true);
  bytes.set(text, PREFIX_BYTES);
  bytes.set(digestOf(digester, 'sha256', bytes.subarray(0, headerEnd)), headerEnd);
  bytes.set(masked(payload), headerEnd + DIGEST_BYTES);
  return bytes;
}

export interface Frame {
  /** As it was parsed: nothing in it is checked. */
  readonly header: unknown;
  /** Where the payload begins, still masked. */
  readonly payloadStart: number;
}

/**
 * Checks all that stands before the payload.
 *
 * @throws {PatternFileError} `PATTERN_FILE_NOT_ONE`, `PATTERN_FILE_FORMAT_TOO_NEW`, `PATTERN_FILE_TRUNCATED`, `PATTERN_FILE_CHECKSUM_MISMATCH`,
 *   `PATTERN_FILE_MALFORMED`
 */
export function openFrame(kind: FrameKind, bytes: Uint8Array, digester: Digester): Frame {
  const headerEnd = verifyHead(kind, bytes, digester);
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.slice(PREFIX_BYTES, headerEnd)));
    return { header, payloadStart: headerEnd + DIGEST_BYTES };
  } catch (cause) {
    throw new PatternFileError('PATTERN_FILE_MALFORMED', `${kind.what} header: expected JSON`, { cause });
  }
}

function verifyHead({ what, magic, format }: FrameKind, bytes: Uint8Array, digester: Digester): number {
  if (bytes.length < PREFIX_BYTES) {
    const message = `${what}: expected at least ${PREFIX_BYTES} bytes, got ${bytes.length}`;
    throw new PatternFileError('PATTERN_FILE_TRUNCATED', message);
  }
  if (String.fromCharCode(...bytes.subarray(0, 8)) !== magic) {
    const message = `${what}: expected it to begin with the magic number of a ${what}`;
    throw new PatternFileError('PATTERN_FILE_NOT_ONE', message);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const got = view.getUint32(8, true);
  if (got > format) {
    const message = `${what}: expected format ${format}, got ${got}; a newer engine reads it`;
    throw new PatternFileError('PATTERN_FILE_FORMAT_TOO_NEW', message);
  }
  const length = view.getUint32(12, true);
  if (length > MAX_HEADER_BYTES) {
    const message = `${what} header: expected at most ${MAX_HEADER_BYTES} bytes, got ${length}`;
    throw new PatternFileError('PATTERN_FILE_MALFORMED', message);
  }
  const end = PREFIX_BYTES + length;
  if (bytes.length < end + DIGEST_BYTES) {
    const message = `${what} header: expected ${end + DIGEST_BYTES} bytes, got ${bytes.length}`;
    throw new PatternFileError('PATTERN_FILE_TRUNCATED', message);
  }
  const digest = digestOf(digester, 'sha256', bytes.subarray(0, end));
  if (compareBytes(digest, bytes.subarray(end, end + DIGEST_BYTES)) !== 0) {
    const message = `${what} header: expected its digest, got another: the file is damaged`;
    throw new PatternFileError('PATTERN_FILE_CHECKSUM_MISMATCH', message);
  }
  return end;
}
