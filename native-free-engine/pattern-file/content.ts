/**
 * Canonical records of a pattern file, as the bytes that they are: `contentDigest` is their SHA-256, and a delta is taken over them.
 *
 * ```
 * content   record, record, …: ascending by their bytes, no two equal
 * record    length varint, then that many bytes (records.ts)
 * ```
 */

import { type Digester, digestOf } from '../host.ts';
import type { Signature } from '../signature.ts';
import { encodeRecord } from './encode-record.ts';
import { RECORD_KIND } from './records.ts';
import { ByteReader, ByteWriter } from './varint.ts';

/** Canonical records of one file; the official set of ClamAV would be about a third of it. */
export const MAX_CONTENT_BYTES = 2 ** 31;

/** Records by kind. */
export interface RecordCounts {
  readonly body: number;
  readonly hash: number;
  readonly ignore: number;
}

/** Canonical records of some signatures: sorted, each once. */
export function encodeContent(signatures: Iterable<Signature>): { content: Uint8Array; counts: RecordCounts } {
  const counts = { body: 0, hash: 0, ignore: 0 };
  const records: { key: number; bytes: Uint8Array }[] = [];
  for (const signature of signatures) {
    const bytes = encodeRecord(signature);
    // The first seven bytes: most comparisons need no more, and 2^53 holds them, since the kind is below 32.
    let key = 0;
    for (let i = 0; i < 7; i++) key = key * 256 + (bytes[i] ?? 0);
    records.push({ key, bytes });
  }
  records.sort((a, b) => a.key - b.key || compareBytes(a.bytes, b.bytes));
  const writer = new ByteWriter();
  let previous: Uint8Array | undefined;
  for (const { bytes } of records) {
    if (previous && compareBytes(previous, bytes) === 0) continue;
    writer.block(bytes);
    // Members of macro groups and file types are bytes to look for as well. A field of their own would make older engines write another header.
    counts[bytes[0] === RECORD_KIND.hash ? 'hash' : bytes[0] === RECORD_KIND.ignore ? 'ignore' : 'body']++;
    previous = bytes;
  }
  return { content: writer.take(), counts };
}

/** The order of the records. @returns below 0, 0 or above 0 */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return compareSpans(a, 0, a.length, b, 0, b.length);
}

function compareSpans(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < length; i++) {
    const difference = a[aStart + i]! - b[bStart + i]!;
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/** Walks records where they lie: nothing is copied, and no object is made for any of them. */
export class RecordCursor {
  readonly bytes: Uint8Array;
  /** Of the record's length: where the record begins in the content. */
  at = 0;
  /** The record itself is [start, end). */
  start = 0;
  end = 0;
  readonly #reader: ByteReader;

  constructor(content: Uint8Array, start = 0) {
    this.bytes = content;
    this.#reader = new ByteReader(content, start);
    this.end = start;
  }

  /**
   * To the next record.
   *
   * @returns false behind the last one; `at` is the end of the content then
   * @throws {PatternFileError} `PATTERN_FILE_MALFORMED` when the content ends inside a record
   */
  next(): boolean {
    const reader = this.#reader;
    this.at = this.end;
    if (this.at >= reader.end) return false;
    reader.at = this.at;
    const length = reader.count();
    this.start = reader.at;
    this.end = this.start + length;
    return true;
  }

  /** As `compareBytes`. */
  compare(other: RecordCursor): number {
    return compareSpans(this.bytes, this.start, this.end, other.bytes, other.start, other.end);
  }
}

/**
 * Digests of contents, for as long as somebody has them: a chain of deltas asks for each twice, and 100 MB take a tenth of a second. What came from outside
 * is always digested anew; whoever changes a content afterwards gets another message than he should, and never a wrong result.
 */
const digests = new WeakMap<Uint8Array, string>();

/** Digests a content that just came from outside. @returns SHA-256 in lower-case hex */
export function digestContent(content: Uint8Array, digester: Digester): string {
  const digest = toHex(digestOf(digester, 'sha256', content));
  digests.set(content, digest);
  return digest;
}

/** The digest of a content that nobody changes; remembered. */
export function contentDigestOf(content: Uint8Array, digester: Digester): string {
  return digests.get(content) ?? digestContent(content, digester);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
