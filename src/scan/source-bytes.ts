/**
 * Bytes of the files that hold patterns, and what can be said of them without reading a signature.
 *
 * Apart from source-reader.ts, which takes the dialects: a start that finds its image must not wait for those.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { openPatternFile, type PatternFile, type PatternFileHeader } from '../../native-free-engine/index.ts';
import type { ClamavFormat } from '../dialects/clamav/formats.ts';
import { nodeDigester } from '../host/host.ts';
import { ScanError } from './errors.ts';
import { type FileIdentity, identityOf } from './source-files.ts';

/** What a source says of itself. */
export interface SourceDescription {
  /** 0 when it has none: a signature source is not numbered. */
  readonly number: number;
  /** ISO 8601, UTC; of a signature source when it was last changed. */
  readonly released: string;
  /** `local` for signature sources, `clamav` for databases with its digital signature. */
  readonly channel: string;
  /** Of a database, which is released and has no pattern number. */
  readonly databaseVersion?: number;
}

/** Changes when the same source bytes become other signatures than before. */
export const DIALECT_REVISION = 4;

/** Bytes read at a time. */
const BLOCK_BYTES = 4 * 1024 * 1024;
/** Bytes of one source: what one buffer holds. */
const MAX_SOURCE_BYTES = 2 ** 31 - 1;

/** A header is a few kilobytes; the longest that is allowed and what surrounds it are not much more. */
const HEADER_BYTES = 65536;

/** Identifies the signatures of a text source. */
export function digestOfText(format: ClamavFormat, bytes: Uint8Array): Uint8Array {
  const digest = createHash('sha256').update(bytes).digest('hex');
  return createHash('sha256').update(`clamav/${format}/${DIALECT_REVISION}/${digest}`).digest();
}

/** What is said of a text source, which says nothing of itself. */
export function describeText({ mtimeNs }: FileIdentity): SourceDescription {
  const date = new Date(Number(BigInt(mtimeNs) / 1_000_000n));
  const isTime = !Number.isNaN(date.getTime());
  return { number: 0, released: isTime ? date.toISOString() : '1970-01-01T00:00:00.000Z', channel: 'local' };
}

/** @throws {ScanError} `SCAN_PATTERNS`, with the engine's error as cause */
export function openAsPatternFile(path: string, bytes: Uint8Array): PatternFile {
  try {
    return openPatternFile(bytes, nodeDigester);
  } catch (cause) {
    throw new ScanError('SCAN_PATTERNS', `${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Reads no more than the header. @throws {ScanError} `SCAN_PATTERNS` */
export function readPatternFileHeader(path: string): PatternFileHeader {
  const descriptor = openSource(path);
  try {
    const bytes = new Uint8Array(HEADER_BYTES);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    const needed = length < 16 ? 0 : 16 + Buffer.from(bytes.buffer, 12, 4).readUInt32LE(0) + 32;
    if (needed <= length || needed > 2 * 1024 * 1024) return openAsPatternFile(path, bytes.subarray(0, length)).header;
    const more = new Uint8Array(needed);
    return openAsPatternFile(path, more.subarray(0, readSync(descriptor, more, 0, needed, 0))).header;
  } finally {
    closeSync(descriptor);
  }
}

/** The first bytes, fewer when there are no more. @throws {ScanError} `SCAN_PATTERNS` */
export function readStart(path: string, length: number): Uint8Array {
  const descriptor = openSource(path);
  try {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** @throws {ScanError} `SCAN_PATTERNS` */
function openSource(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new ScanError('SCAN_PATTERNS', `${path}: cannot be opened: ${(cause as Error).message}`, { cause });
  }
}

/** All bytes of one state of the file, and that state. @throws {ScanError} `SCAN_PATTERNS` */
export function readWhole(path: string): { bytes: Uint8Array; identity: FileIdentity } {
  const descriptor = openSource(path);
  try {
    const before = identityOf(fstatSync(descriptor, { bigint: true }));
    const size = Number(before.size);
    if (size > MAX_SOURCE_BYTES) {
      throw new ScanError('SCAN_PATTERNS', `${path}: expected at most ${MAX_SOURCE_BYTES} bytes, got ${size}`);
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const count = readSync(descriptor, bytes, at, Math.min(BLOCK_BYTES, size - at), at);
      if (count === 0)
        throw new ScanError(
          'SCAN_PATTERNS',
          `${path}: expected ${size} bytes, got ${at}: it changed while it was read`,
        );
      at += count;
    }
    return { bytes, identity: before };
  } finally {
    closeSync(descriptor);
  }
}
