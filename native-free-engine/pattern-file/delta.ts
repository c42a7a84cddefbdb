/**
 * What makes one pattern file out of another: which of its records go, and which come.
 *
 * ```
 *   0   8  magic 'SIGDELT\n'
 *   8   4  format (1)
 *  12   4  bytes of the header text
 *  16   n  header: JSON in UTF-8, see DeltaHeader
 *  16+n 32 SHA-256 of everything before it
 *  …       payload, compressed as the header says, masked:
 *            removed      count, then for each: how many records stay between the one removed before it and it
 *            added        the records to the end, each behind its length, ascending
 * ```
 * Numbers are varints. Both contents are sorted, so places of added records need not be said: they are merged in. The records themselves are not looked
 * into: those of a kind that this engine does not know travel like any other. Why records, and not bytes or text: DESIGN.md, Tried.
 */

import { PatternFileError } from '../errors.ts';
import type { Digester } from '../host.ts';
import { contentDigestOf, digestContent, RecordCursor } from './content.ts';
import { type Decompress, encodeFrame, type FrameKind, openFrame, type WriterHost } from './frame.ts';
import {
  canonicalHeader,
  checkHeader,
  isCount,
  isDigest,
  isObject,
  isPatternNumber,
  malformedHeader,
  type PatternFileHeader,
  verifyNumber,
} from './header.ts';
import { masked } from './mask.ts';
import { ByteReader, ByteWriter, malformed } from './varint.ts';

const KIND: FrameKind = { what: 'delta', magic: 'SIGDELT\n', format: 1 };

/** Canonical records, and what is said of them. */
export interface PatternContent {
  readonly content: Uint8Array;
  readonly header: PatternFileHeader;
}

export interface DeltaHeader {
  /** Pattern number that it starts from, below `number`. */
  readonly from: number;
  readonly number: number;
  /** Of the canonical records that it starts from: SHA-256 in lower-case hex. */
  readonly fromDigest: string;
  /** Bytes of the payload uncompressed. */
  readonly rawBytes: number;
  readonly compression: string;
  /** Of the pattern file that it makes. */
  readonly target: PatternFileHeader;
}

/**
 * Makes a delta, in one pass over both contents.
 *
 * @throws {PatternFileError} `PATTERN_FILE_NUMBER` unless from's number is below to's, `PATTERN_FILE_CHECKSUM_MISMATCH` when a header speaks of another
 *   content, `PATTERN_FILE_MALFORMED` when a content is not in canonical order
 */
export function encodeDelta(
  from: PatternContent,
  to: PatternContent,
  host: WriterHost,
): { readonly bytes: Uint8Array; readonly header: DeltaHeader } {
  verifyNumber(from.header.number, 'delta from');
  verifyNumber(to.header.number, 'delta to');
  if (from.header.number >= to.header.number) {
    const message = `delta: expected a number above ${from.header.number}, got ${to.header.number}`;
    throw new PatternFileError('PATTERN_FILE_NUMBER', message);
  }
  for (const side of [from, to]) verifyDigest(side, host.digester);
  const raw = encodeChanges(from.content, to.content);
  const header: DeltaHeader = {
    from: from.header.number,
    number: to.header.number,
    fromDigest: from.header.contentDigest,
    rawBytes: raw.length,
    compression: host.compressor.name,
    target: canonicalHeader(to.header, to.header.compression),
  };
  return { bytes: encodeFrame(KIND, header, host.compressor.compress(raw), host.digester), header };
}

function verifyDigest({ content, header }: PatternContent, digester: Digester): void {
  if (contentDigestOf(content, digester) === header.contentDigest) return;
  const message = `pattern ${header.number}: expected records with the digest in its header, got others`;
  throw new PatternFileError('PATTERN_FILE_CHECKSUM_MISMATCH', message);
}

function encodeChanges(from: Uint8Array, to: Uint8Array): Uint8Array {
  const removed = new ByteWriter();
  const added = new ByteWriter();
  let removedCount = 0;
  let staying = 0;
  const old = new SortedCursor(from);
  const current = new SortedCursor(to);
  let hasOld = old.next();
  let hasCurrent = current.next();
  while (hasOld || hasCurrent) {
    const order = !hasOld ? 1 : !hasCurrent ? -1 : old.compare(current);
    if (order < 0) {
      removed.varint(staying);
      removedCount++;
      staying = 0;
    } else if (order > 0) {
      added.raw(to.subarray(current.at, current.end));
    } else staying++;
    if (order <= 0) hasOld = old.next();
    if (order >= 0) hasCurrent = current.next();
  }
  const raw = new ByteWriter();
  raw.varint(removedCount);
  raw.raw(removed.take());
  raw.raw(added.take());
  return raw.take();
}

/** Refuses records that are not ascending: a delta of them would make something else. */
class SortedCursor extends RecordCursor {
  readonly #previous: RecordCursor;
  #isFirst = true;

  constructor(content: Uint8Array) {
    super(content);
    this.#previous = new RecordCursor(content);
  }

  override next(): boolean {
    if (!super.next()) return false;
    if (this.#isFirst) this.#isFirst = false;
    else if (this.#previous.next() && this.compare(this.#previous) <= 0)
      throw malformed(this.at, 'a record behind the one before it in canonical order', 'another');
    return true;
  }
}

/** A delta whose header was checked. */
export interface Delta {
  readonly header: DeltaHeader;
  /**
   * Makes the new records out of the old ones, in one pass.
   *
   * @param content canonical records that it starts from; not changed
   * @param maxRawBytes bytes of the payload uncompressed, as they were signed
   * @returns records with the digest of `header.target`, which must not be changed
   * @throws {PatternFileError} `PATTERN_FILE_DELTA_BASE` when the content is not what it starts from, `PATTERN_FILE_CHECKSUM_MISMATCH`,
   *   `PATTERN_FILE_TRUNCATED`, `PATTERN_FILE_MALFORMED`
   */
  apply(content: Uint8Array, decompress: Decompress, maxRawBytes: number): PatternContent;
}

/**
 * Opens a delta. Only its header is read and checked here.
 *
 * @throws {PatternFileError} `PATTERN_FILE_NOT_ONE`, `PATTERN_FILE_FORMAT_TOO_NEW`, `PATTERN_FILE_TRUNCATED`, `PATTERN_FILE_CHECKSUM_MISMATCH`,
 *   `PATTERN_FILE_MALFORMED`
 */
export function openDelta(bytes: Uint8Array, digester: Digester): Delta {
  const frame = openFrame(KIND, bytes, digester);
  const header = checkDeltaHeader(frame.header);
  return {
    header,
    apply(content, decompress, maxRawBytes) {
      if (contentDigestOf(content, digester) !== header.fromDigest) {
        const message = `delta ${header.from} to ${header.number}: expected the records of ${header.from}, got others`;
        throw new PatternFileError('PATTERN_FILE_DELTA_BASE', message);
      }
      const raw = unpack(bytes.subarray(frame.payloadStart), header, decompress, maxRawBytes);
      const result = merge(content, raw, header.target.contentBytes);
      if (digestContent(result, digester) !== header.target.contentDigest) throw wrongResult(header);
      return { content: result, header: header.target };
    },
  };
}

function checkDeltaHeader(value: unknown): DeltaHeader {
  const wrong = (expected: string, got: unknown) => malformedHeader('delta header', expected, got);
  if (!isObject(value)) throw wrong('an object', value);
  const { from, number, fromDigest, rawBytes, compression } = value;
  if (!isPatternNumber(from) || !isPatternNumber(number) || from >= number)
    throw wrong('two pattern numbers, from below number', [from, number]);
  if (!isDigest(fromDigest)) throw wrong('a fromDigest', fromDigest);
  if (!isCount(rawBytes)) throw wrong('rawBytes', rawBytes);
  if (typeof compression !== 'string') throw wrong('a text as compression', compression);
  const target = checkHeader(value.target, 'delta header, target');
  if (target.number !== number) throw wrong(`the target's number to be ${number}`, target.number);
  return value as unknown as DeltaHeader;
}

function unpack(payload: Uint8Array, header: DeltaHeader, decompress: Decompress, maxRawBytes: number): Uint8Array {
  const { from, number, rawBytes, compression } = header;
  const where = `delta ${from} to ${number}`;
  if (rawBytes > maxRawBytes) {
    const message = `${where}: expected at most ${maxRawBytes} bytes uncompressed, got ${rawBytes}`;
    throw new PatternFileError('PATTERN_FILE_MALFORMED', message);
  }
  let raw: Uint8Array;
  try {
    raw = decompress(compression, masked(payload), rawBytes);
  } catch (cause) {
    const message = `${where}: expected ${rawBytes} bytes, got none that ${compression} can read`;
    throw new PatternFileError('PATTERN_FILE_CHECKSUM_MISMATCH', message, { cause });
  }
  if (raw.length === rawBytes) return raw;
  throw new PatternFileError('PATTERN_FILE_TRUNCATED', `${where}: expected ${rawBytes} bytes, got ${raw.length}`);
}

function wrongResult({ from, number }: DeltaHeader): PatternFileError {
  const message = `delta ${from} to ${number}: expected records with the digest of ${number}, got others`;
  return new PatternFileError('PATTERN_FILE_CHECKSUM_MISMATCH', message);
}

/**
 * @param resultBytes what the header promises
 * @throws {PatternFileError} `PATTERN_FILE_MALFORMED`
 */
function merge(content: Uint8Array, raw: Uint8Array, resultBytes: number): Uint8Array {
  // Before room is made for it: a header of 200 bytes must not be able to ask for 2 GiB.
  if (resultBytes > content.length + raw.length)
    throw malformed(0, `a result of at most ${content.length + raw.length} bytes`, String(resultBytes));
  const removed = new RemovedRecords(raw);
  const result = new Joined(resultBytes);
  const old = new RecordCursor(content);
  const added = new RecordCursor(raw, removed.end);
  let hasAdded = added.next();
  /** Where those records begin that stay and are not in the result yet: they go there in one piece. */
  let staying = 0;
  for (let index = 0; old.next(); index++) {
    const isRemoved = removed.next === index;
    if (removed.next < 0 && !hasAdded) break;
    while (hasAdded && added.compare(old) < 0) {
      result.append(content, staying, old.at);
      result.append(raw, added.at, added.end);
      staying = old.at;
      hasAdded = added.next();
    }
    if (!isRemoved) continue;
    result.append(content, staying, old.at);
    staying = old.end;
    removed.advance();
  }
  result.append(content, staying, content.length);
  if (removed.next >= 0) throw malformed(0, 'only records of the content to be removed', 'more');
  for (; hasAdded; hasAdded = added.next()) result.append(raw, added.at, added.end);
  return result.whole();
}

/** Indices of the records that go, ascending. */
class RemovedRecords {
  /** Index of the next; −1 behind the last. */
  next = -1;
  /** Where the added records begin in the payload. */
  readonly end: number;
  readonly #gaps: ByteReader;
  #left: number;

  constructor(raw: Uint8Array) {
    this.#gaps = new ByteReader(raw);
    this.#left = this.#gaps.count();
    const start = this.#gaps.at;
    for (let i = 0; i < this.#left; i++) this.#gaps.varint();
    this.end = this.#gaps.at;
    this.#gaps.at = start;
    this.advance();
  }

  advance(): void {
    this.next = this.#left-- > 0 ? this.next + 1 + this.#gaps.varint() : -1;
  }
}

/** The result, put together piece by piece. */
class Joined {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(bytes: number) {
    this.#bytes = new Uint8Array(bytes);
  }

  append(from: Uint8Array, start: number, end: number): void {
    const room = this.#bytes.length - this.#length;
    if (end - start > room) throw malformed(start, `at most ${room} more bytes of the result`, String(end - start));
    this.#bytes.set(from.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  /** @throws {PatternFileError} `PATTERN_FILE_MALFORMED` when it is not full */
  whole(): Uint8Array {
    const { length } = this.#bytes;
    if (this.#length < length) throw malformed(this.#length, `a result of ${length} bytes`, String(this.#length));
    return this.#bytes;
  }
}
