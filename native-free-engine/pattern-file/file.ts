/**
 * The pattern file (`.npf`): what is published, signed and diffed.
 *
 * ```
 *   0   8  magic 'SIGWALL\n'
 *   8   4  format (1)
 *  12   4  bytes of the header text
 *  16   n  header: JSON in UTF-8, see PatternFileHeader
 *  16+n 32 SHA-256 of everything before it
 *  …       payload: the canonical records, compressed as the header says, masked
 * ```
 * Canonical records: each a varint length and the record, ascending by their bytes, no two equal. `contentDigest` is their SHA-256 before compression:
 * the same sources give the same digest, whatever the compressor does. The mask (an XOR) is no secret; it keeps other scanners from finding in our
 * files what they look for.
 */

import { PatternFileError } from '../errors.ts';
import { type Digester, digestOf } from '../host.ts';
import type { Signature } from '../signature.ts';
import { decodeRecord, encodeRecord, type SkippedRecord } from './records.ts';
import { ByteReader, ByteWriter } from './varint.ts';

export const PATTERN_FILE_FORMAT = 1;
const MAGIC = 'SIGWALL\n';
const MAX_HEADER_BYTES = 1 << 20;
/** Canonical records of one file; the official set of ClamAV would be about a third of it. */
const MAX_CONTENT_BYTES = 2 ** 31;

/** The highest pattern number: every integer up to it is exact. */
export const MAX_PATTERN_NUMBER = Number.MAX_SAFE_INTEGER;

export interface PatternSource {
  /** File name of the source, without directories. */
  readonly name: string;
  readonly licence: string;
  readonly signatures: number;
}

/** What a publisher says of a pattern file. */
export interface PatternFileDescription {
  /** Integer 1 … 2^53−1. */
  readonly number: number;
  /** ISO 8601, UTC, to the second. */
  readonly released: string;
  /** `stable`, `canary` or a name of the publisher's. */
  readonly channel: string;
  /** SemVer range of the engines that may use it; `*` is all. */
  readonly engineRange: string;
  readonly sources: readonly PatternSource[];
}

export interface PatternFileHeader extends PatternFileDescription {
  /** Records by kind. */
  readonly counts: { readonly body: number; readonly hash: number; readonly ignore: number };
  readonly compression: string;
  /** Canonical records: their bytes, and their SHA-256 in lower-case hex. */
  readonly contentBytes: number;
  readonly contentDigest: string;
}

/** Compression is the host's. */
export interface Compressor {
  /** Stands in the header, for example `zstd`. */
  readonly name: string;
  compress(bytes: Uint8Array): Uint8Array;
}
/** @param maxBytes the result must not become larger; throws when it would */
export type Decompress = (compression: string, bytes: Uint8Array, maxBytes: number) => Uint8Array;

/** Canonical records of some signatures: sorted, each once. */
export function encodeContent(signatures: Iterable<Signature>): {
  content: Uint8Array;
  counts: PatternFileHeader['counts'];
} {
  const counts = { body: 0, hash: 0, ignore: 0 };
  const records: { key: number; bytes: Uint8Array }[] = [];
  for (const signature of signatures) {
    const bytes = encodeRecord(signature);
    // Six bytes behind kind and level: most comparisons need no more.
    let key = bytes[0]!;
    for (let i = 2; i < 8; i++) key = key * 256 + (bytes[i] ?? 0);
    records.push({ key, bytes });
  }
  records.sort((a, b) => a.key - b.key || compareBytes(a.bytes, b.bytes));
  const writer = new ByteWriter();
  let previous: Uint8Array | undefined;
  for (const { bytes } of records) {
    if (previous && compareBytes(previous, bytes) === 0) continue;
    writer.block(bytes);
    counts[bytes[0] === 1 ? 'body' : bytes[0] === 2 ? 'hash' : 'ignore']++;
    previous = bytes;
  }
  return { content: writer.take(), counts };
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/**
 * Makes a pattern file.
 *
 * @throws {PatternFileError} `PATTERN_FILE_NUMBER` when the number is no integer from 1 to 2^53−1
 */
export function compileSignatures(
  signatures: Iterable<Signature>,
  description: PatternFileDescription,
  host: { readonly digester: Digester; readonly compressor: Compressor },
): { readonly bytes: Uint8Array; readonly header: PatternFileHeader } {
  const { number } = description;
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new PatternFileError(
      'PATTERN_FILE_NUMBER',
      `pattern number: expected an integer from 1 to ${MAX_PATTERN_NUMBER}, got ${number}`,
    );
  }
  const { content, counts } = encodeContent(signatures);
  const header: PatternFileHeader = {
    number,
    released: description.released,
    channel: description.channel,
    engineRange: description.engineRange,
    sources: description.sources.map(({ name, licence, signatures: count }) => ({ name, licence, signatures: count })),
    counts,
    compression: host.compressor.name,
    contentBytes: content.length,
    contentDigest: toHex(digestOf(host.digester, 'sha256', content)),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const payload = masked(host.compressor.compress(content));
  const bytes = new Uint8Array(16 + text.length + 32 + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, PATTERN_FILE_FORMAT, true);
  view.setUint32(12, text.length, true);
  bytes.set(text, 16);
  bytes.set(digestOf(host.digester, 'sha256', bytes.subarray(0, 16 + text.length)), 16 + text.length);
  bytes.set(payload, 16 + text.length + 32);
  return { bytes, header };
}

/** A pattern file whose header was checked. */
export interface PatternFile {
  readonly header: PatternFileHeader;
  /**
   * Decompresses, checks the digest and decodes the records.
   *
   * @throws {PatternFileError} `PATTERN_FILE_CHECKSUM_MISMATCH`, `PATTERN_FILE_TRUNCATED`, `PATTERN_FILE_MALFORMED`
   */
  read(decompress: Decompress): {
    readonly signatures: Signature[];
    readonly skipped: Readonly<Record<SkippedRecord, number>>;
  };
}

/**
 * Opens a pattern file. Only its header is read and checked here, which takes well under a millisecond.
 *
 * @param bytes the whole file; or its first bytes, when only the header is wanted
 * @throws {PatternFileError} `PATTERN_FILE_NOT_ONE`, `PATTERN_FILE_FORMAT_TOO_NEW`, `PATTERN_FILE_TRUNCATED`, `PATTERN_FILE_CHECKSUM_MISMATCH`,
 *   `PATTERN_FILE_MALFORMED`
 */
export function openPatternFile(bytes: Uint8Array, digester: Digester): PatternFile {
  const headerEnd = checkHead(bytes, digester);
  const header = parseHeader(bytes.subarray(16, headerEnd));
  return {
    header,
    read(decompress) {
      const content = unpackContent(bytes.subarray(headerEnd + 32), header, decompress, digester);
      return decodeContent(content);
    },
  };
}

function checkHead(bytes: Uint8Array, digester: Digester): number {
  if (bytes.length < 16)
    throw new PatternFileError(
      'PATTERN_FILE_TRUNCATED',
      `pattern file: expected at least 16 bytes, got ${bytes.length}`,
    );
  if (String.fromCharCode(...bytes.subarray(0, 8)) !== MAGIC) {
    throw new PatternFileError(
      'PATTERN_FILE_NOT_ONE',
      'pattern file: expected it to begin with the magic number of a pattern file',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = view.getUint32(8, true);
  if (format > PATTERN_FILE_FORMAT) {
    const advice = 'a newer engine reads it';
    throw new PatternFileError(
      'PATTERN_FILE_FORMAT_TOO_NEW',
      `pattern file: expected format ${PATTERN_FILE_FORMAT}, got ${format}; ${advice}`,
    );
  }
  const length = view.getUint32(12, true);
  if (length > MAX_HEADER_BYTES) {
    throw new PatternFileError(
      'PATTERN_FILE_MALFORMED',
      `pattern file header: expected at most ${MAX_HEADER_BYTES} bytes, got ${length}`,
    );
  }
  const end = 16 + length;
  if (bytes.length < end + 32) {
    throw new PatternFileError(
      'PATTERN_FILE_TRUNCATED',
      `pattern file header: expected ${end + 32} bytes, got ${bytes.length}`,
    );
  }
  const digest = digestOf(digester, 'sha256', bytes.subarray(0, end));
  if (!equalBytes(digest, bytes.subarray(end, end + 32))) {
    throw new PatternFileError(
      'PATTERN_FILE_CHECKSUM_MISMATCH',
      'pattern file header: expected its digest, got another: the file is damaged',
    );
  }
  return end;
}

function parseHeader(text: Uint8Array): PatternFileHeader {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(text.slice()));
  } catch (cause) {
    throw new PatternFileError('PATTERN_FILE_MALFORMED', 'pattern file header: expected JSON', { cause });
  }
  const header = value as PatternFileHeader;
  const wrong = (what: string, got: unknown): PatternFileError =>
    new PatternFileError('PATTERN_FILE_MALFORMED', `pattern file header: expected ${what}, got ${JSON.stringify(got)}`);
  if (typeof value !== 'object' || value === null) throw wrong('an object', value);
  if (!Number.isSafeInteger(header.number) || header.number < 1)
    throw wrong('a pattern number from 1 to 2^53−1', header.number);
  for (const field of ['released', 'channel', 'engineRange', 'compression'] as const) {
    if (typeof header[field] !== 'string') throw wrong(`a text as ${field}`, header[field]);
  }
  if (
    !Number.isSafeInteger(header.contentBytes) ||
    header.contentBytes < 0 ||
    header.contentBytes > MAX_CONTENT_BYTES
  ) {
    throw wrong(`contentBytes from 0 to ${MAX_CONTENT_BYTES}`, header.contentBytes);
  }
  if (typeof header.contentDigest !== 'string' || !/^[0-9a-f]{64}$/.test(header.contentDigest))
    throw wrong('a contentDigest', header.contentDigest);
  const { counts, sources } = header;
  if (typeof counts !== 'object' || counts === null) throw wrong('counts', counts);
  for (const kind of ['body', 'hash', 'ignore'] as const)
    if (!Number.isSafeInteger(counts[kind])) throw wrong(`a count of ${kind}`, counts[kind]);
  if (!Array.isArray(sources)) throw wrong('a list of sources', sources);
  return header;
}

function unpackContent(
  payload: Uint8Array,
  header: PatternFileHeader,
  decompress: Decompress,
  digester: Digester,
): Uint8Array {
  let content: Uint8Array;
  try {
    content = decompress(header.compression, masked(payload), header.contentBytes);
  } catch (cause) {
    const message = `pattern file ${header.number}: expected ${header.contentBytes} bytes of records, got none that ${header.compression} can read`;
    throw new PatternFileError('PATTERN_FILE_CHECKSUM_MISMATCH', message, { cause });
  }
  if (content.length !== header.contentBytes) {
    const message = `pattern file ${header.number}: expected ${header.contentBytes} bytes of records, got ${content.length}`;
    throw new PatternFileError('PATTERN_FILE_TRUNCATED', message);
  }
  if (toHex(digestOf(digester, 'sha256', content)) !== header.contentDigest) {
    throw new PatternFileError(
      'PATTERN_FILE_CHECKSUM_MISMATCH',
      `pattern file ${header.number}: expected the digest in its header, got another`,
    );
  }
  return content;
}

function decodeContent(content: Uint8Array): { signatures: Signature[]; skipped: Record<SkippedRecord, number> } {
  const reader = new ByteReader(content);
  const signatures: Signature[] = [];
  const skipped: Record<SkippedRecord, number> = { 'unknown-kind': 0, level: 0 };
  while (reader.at < reader.end) {
    const decoded = decodeRecord(reader.block());
    if (typeof decoded === 'string') skipped[decoded]++;
    else signatures.push(decoded);
  }
  return { signatures, skipped };
}

/** XOR with a fixed sequence; its own inverse. */
function masked(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  // A sequence with period 256 · 251: no run of equal bytes stays one.
  for (let i = 0, step = 0; i < bytes.length; i++) {
    result[i] = bytes[i]! ^ ((i * 167 + step * 13 + 0x5a) & 0xff);
    if (++step === 251) step = 0;
  }
  return result;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
