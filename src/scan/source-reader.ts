/**
 * Reads the files that hold patterns: bytes → signatures, and every line that became none.
 *
 * Runs where signatures are compiled or looked up, never in the thread that answers callers: a large set takes seconds.
 */
import type { PatternFile, Signature } from '../../native-free-engine/index.ts';
import { type ClamavFormat, isBodyFormat } from '../dialects/clamav/formats.ts';
import { readClamav } from '../dialects/clamav/read.ts';
import type { SkippedLine } from '../dialects/clamav/skip.ts';
import { decompress } from '../host/host.ts';
import { loadDatabase } from './database-source.ts';
import { ScanError } from './errors.ts';
import {
  DIALECT_REVISION,
  describeText,
  digestOfText,
  openAsPatternFile,
  readWhole,
  type SourceDescription,
} from './source-bytes.ts';
import type { FileIdentity, SourceFile } from './source-files.ts';
import { countLines, isUnread, partOf, partsOf, type SourcePart } from './source-parts.ts';
import { isDatabase } from './source-updates.ts';

/** A source whose bytes were read once, all of one state of the file. */
export interface LoadedSource {
  readonly file: SourceFile;
  /** As it was while it was read. */
  readonly identity: FileIdentity;
  /** Identifies its signatures: equal digests mean equal signatures. */
  readonly digest: Uint8Array;
  readonly description: SourceDescription;
  /** Lines of signatures: one part, or the files of a database; none in a pattern file. */
  readonly parts: readonly SourcePart[];
  /** Its records are decompressed once. */
  readonly patternFile: PatternFile | undefined;
}

/** @throws {ScanError} `SCAN_PATTERNS` */
export function loadSource(file: SourceFile): LoadedSource {
  if (isDatabase(file)) {
    const { members, ...loaded } = loadDatabase(file, DIALECT_REVISION);
    return { file, ...loaded, parts: partsOf(file.path, members), patternFile: undefined };
  }
  const { bytes, identity } = readWhole(file.path);
  if (file.format === 'npf') {
    const patternFile = openAsPatternFile(file.path, bytes);
    const { number, released, channel, contentDigest } = patternFile.header;
    const digest = Uint8Array.from(Buffer.from(contentDigest, 'hex'));
    return { file, identity, digest, description: { number, released, channel }, parts: [], patternFile };
  }
  const format = file.format as ClamavFormat;
  const parts = [partOf(file.path, format, bytes)];
  return {
    file,
    identity,
    digest: digestOfText(format, bytes),
    description: describeText(identity),
    parts,
    patternFile: undefined,
  };
}

/** Where a signature stands in its source. */
export interface Entry {
  /** Counted from 1. */
  readonly line: number;
  /** The line without its end; a view on the source. */
  readonly bytes: Uint8Array;
}

export interface SourceVisitor {
  /** Told before the lines of each file of signatures, with its path: in a database the path of that and the name in it. */
  onPart?(label: string): void;
  /**
   * Whether what a line or a record stands for is known; it is not read then.
   *
   * @param bytes a view on the source; only asked of what may be a body signature
   */
  isKnown?(format: string, bytes: Uint8Array): boolean;
  /** @param entry undefined in a pattern file */
  onSignature(signature: Signature, entry: Entry | undefined): void;
  /** A line of a signature source that became no signature. */
  onSkipped(skipped: SkippedLine): void;
  /** Records of a pattern file that this engine cannot read, lines of a file in a database that has no format of ours; by reason. */
  onSkippedRecords(reason: string, count: number): void;
}

/**
 * Gives every signature of a source, in its order.
 *
 * @throws {ScanError} `SCAN_PATTERNS` when a pattern file is damaged; nothing in a signature source does that
 */
export function readSignatures({ file, parts, patternFile }: LoadedSource, visitor: SourceVisitor): void {
  for (const part of parts) {
    visitor.onPart?.(part.label);
    readPart(part, visitor);
  }
  if (patternFile === undefined) return;
  visitor.onPart?.(file.path);
  try {
    const skipped = patternFile.forEach(
      decompress,
      (signature) => visitor.onSignature(signature, undefined),
      (record) => visitor.isKnown?.('npf', record) ?? false,
    );
    for (const [reason, count] of Object.entries(skipped)) if (count > 0) visitor.onSkippedRecords(reason, count);
  } catch (cause) {
    throw new ScanError('SCAN_PATTERNS', `${file.path}: ${(cause as Error).message}`, { cause });
  }
}

function readPart({ label, format, bytes, count }: SourcePart, visitor: SourceVisitor): void {
  if (isUnread(format)) {
    const lines = count ?? countLines(bytes);
    if (lines > 0) visitor.onSkippedRecords(format, lines);
    return;
  }
  readClamav(bytes, {
    source: label,
    format,
    ...(visitor.isKnown &&
      isBodyFormat(format) && { isKnown: (start, end) => visitor.isKnown!(format, bytes.subarray(start, end)) }),
    onSignature: (signature, line, start, end) =>
      visitor.onSignature(signature, { line, bytes: bytes.subarray(start, end) }),
    onSkipped: (skipped) => visitor.onSkipped(skipped),
  });
}

/** Names that the ignore lists in a pattern file switch off. @throws {ScanError} `SCAN_PATTERNS` */
export function ignoredNames({ file, patternFile }: LoadedSource): readonly string[] {
  try {
    return patternFile?.ignoredNames(decompress) ?? [];
  } catch (cause) {
    throw new ScanError('SCAN_PATTERNS', `${file.path}: ${(cause as Error).message}`, { cause });
  }
}
