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
 * the same sources give the same digest, whatever the compressor does.
 */

import { PatternFileError } from '../errors.ts';
import type { Digester } from '../host.ts';
import type { Signature } from '../signature.ts';
import { contentDigestOf, digestContent, encodeContent, RecordCursor } from './content.ts';
import { decodeRecord, type SkippedRecord } from './decode-record.ts';
import { type Decompress, encodeFrame, type FrameKind, openFrame, type WriterHost } from './frame.ts';
import {
  canonicalHeader,
  checkHeader,
  type PatternFileDescription,
  type PatternFileHeader,
  verifyNumber,
} from './header.ts';
import { masked } from './mask.ts';
import { RECORD_KIND } from './records.ts';
import { ByteReader } from './varint.ts';

export const PATTERN_FILE_FORMAT = 1;
const KIND: FrameKind = { what: 'pattern file', magic: 'SIGWALL\n', format: PATTERN_FILE_FORMAT };

/**
 * Makes a pattern file.
 *
 * @throws {PatternFileError} `PATTERN_FILE_NUMBER` when the number is no integer from 1 to 2^53−1
 */
export function compileSignatures(
  signatures: Iterable<Signature>,
  description: PatternFileDescription,
  host: WriterHost,
): { readonly bytes: Uint8Array; readonly header: PatternFileHeader } {
  verifyNumber(description.number, 'pattern number');
  const { content, counts } = encodeContent(signatures);
  const compression = host.compressor.name;
  const contentDigest = contentDigestOf(content, host.digester);
  const facts = { counts, compression, contentBytes: content.length, contentDigest };
  const header = canonicalHeader({ ...description, ...facts }, compression);
  return { bytes: encodePatternFile(content, header, host), header };
}

/**
 * The pattern file of some records, for example of those that a delta gave. With the compressor that made the published file it is that file, byte for byte.
 *
 * @param header its compression becomes the host's
 * @throws {PatternFileError} `PATTERN_FILE_CHECKSUM_MISMATCH` when the header speaks of other records
 */
export function encodePatternFile(content: Uint8Array, header: PatternFileHeader, host: WriterHost): Uint8Array {
  if (contentDigestOf(content, host.digester) !== header.contentDigest) throw wrongDigest(header);
  const { compressor, digester } = host;
  return encodeFrame(KIND, canonicalHeader(header, compressor.name), compressor.compress(content), digester);
}

/** A pattern file whose header was checked. */
export interface PatternFile {
  readonly header: PatternFileHeader;
  /**
   * Decompresses the canonical records and checks their digest.
   *
   * @returns bytes that must not be changed
   * @throws {PatternFileError} `PATTERN_FILE_CHECKSUM_MISMATCH`, `PATTERN_FILE_TRUNCATED`
   */
  content(decompress: Decompress): Uint8Array;
  /**
   * Names on ignore lists. They stand at the end, and nothing else is decoded for them.
   *
   * @throws {PatternFileError} as `content`, and `PATTERN_FILE_MALFORMED`
   */
  ignoredNames(decompress: Decompress): readonly string[];
  /**
   * Decodes the records one by one, so that none of them need be kept.
   *
   * @param isKnown whether the caller has what a body signature's record stands for; such a record is not decoded
   * @returns records that were passed over, by reason
   * @throws {PatternFileError} `PATTERN_FILE_CHECKSUM_MISMATCH`, `PATTERN_FILE_TRUNCATED`, `PATTERN_FILE_MALFORMED`
   */
  forEach(
    decompress: Decompress,
    use: (signature: Signature) => void,
    isKnown?: (record: Uint8Array) => boolean,
  ): Readonly<Record<SkippedRecord, number>>;
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
  const frame = openFrame(KIND, bytes, digester);
  const header = checkHeader(frame.header, 'pattern file header');
  let content: Uint8Array | undefined;
  const contentOf = (decompress: Decompress): Uint8Array =>
    (content ??= unpackContent(bytes.subarray(frame.payloadStart), header, decompress, digester));
  return {
    header,
    content: contentOf,
    ignoredNames: (decompress) => ignoredNames(contentOf(decompress)),
    forEach: (decompress, use, isKnown) => decodeContent(contentOf(decompress), use, isKnown),
    read(decompress) {
      const signatures: Signature[] = [];
      const skipped = decodeContent(contentOf(decompress), (signature) => signatures.push(signature));
      return { signatures, skipped };
    },
  };
}

function unpackContent(
  payload: Uint8Array,
  header: PatternFileHeader,
  decompress: Decompress,
  digester: Digester,
): Uint8Array {
  const where = `pattern file ${header.number}`;
  let content: Uint8Array;
  try {
    content = decompress(header.compression, masked(payload), header.contentBytes);
  } catch (cause) {
    const message = `${where}: expected ${header.contentBytes} bytes of records, got none that ${header.compression} can read`;
    throw new PatternFileError('PATTERN_FILE_CHECKSUM_MISMATCH', message, { cause });
  }
  if (content.length !== header.contentBytes) {
    const message = `${where}: expected ${header.contentBytes} bytes of records, got ${content.length}`;
    throw new PatternFileError('PATTERN_FILE_TRUNCATED', message);
  }
  if (digestContent(content, digester) !== header.contentDigest) throw wrongDigest(header);
  return content;
}

function wrongDigest({ number }: PatternFileHeader): PatternFileError {
  const message = `pattern file ${number}: expected the digest in its header, got another`;
  return new PatternFileError('PATTERN_FILE_CHECKSUM_MISMATCH', message);
}

function decodeContent(
  content: Uint8Array,
  use: (signature: Signature) => void,
  isKnown?: (record: Uint8Array) => boolean,
): Record<SkippedRecord, number> {
  const reader = new ByteReader(content);
  const skipped: Record<SkippedRecord, number> = { 'unknown-kind': 0, level: 0 };
  while (reader.at < reader.end) {
    const record = reader.block();
    if (record[0] === RECORD_KIND.body && isKnown?.(record)) continue;
    const decoded = decodeRecord(record);
    if (typeof decoded === 'string') skipped[decoded]++;
    else use(decoded);
  }
  return skipped;
}

function ignoredNames(content: Uint8Array): string[] {
  const names: string[] = [];
  for (const cursor = new RecordCursor(content); cursor.next(); ) {
    if (content[cursor.start] !== RECORD_KIND.ignore) continue;
    const decoded = decodeRecord(content.subarray(cursor.start, cursor.end));
    if (typeof decoded !== 'string' && decoded.kind === 'ignore') names.push(decoded.name);
  }
  return names;
}
