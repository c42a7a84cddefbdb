/**
 * Reads the files that hold patterns: bytes → signatures, and every line that became none.
 *
 * Runs where signatures are compiled or looked up, never in the thread that answers callers: a large set takes seconds.
 */
import type { PatternFile, Signature } from '../../native-free-engine/index.ts';
import type { ClamavFormat } from '../dialects/clamav/formats.ts';
import { readClamav } from '../dialects/clamav/read.ts';
import type { SkippedLine } from '../dialects/clamav/skip.ts';
import { decompress } from '../host/host.ts';
import { ScanError } from './errors.ts';
import { describeText, digestOfText, openAsPatternFile, readWhole, type SourceDescription } from './source-bytes.ts';
import type { FileIdentity, SourceFile } from './source-files.ts';

/** A source whose bytes were read once, all of one state of the file. */
export interface LoadedSource {
  readonly file: SourceFile;
  /** As it was while it was read. */
  readonly identity: FileIdentity;
  /** Identifies its signatures: equal digests mean equal signatures. */
  readonly digest: Uint8Array;
  readonly description: SourceDescription;
  readonly bytes: Uint8Array;
  /** The same bytes, opened, when they are a pattern file: its records are decompressed once. */
  readonly patternFile: PatternFile | undefined;
}

/** @throws {ScanError} `SCAN_PATTERNS` */
export function loadSource(file: SourceFile): LoadedSource {
  const { bytes, identity } = readWhole(file.path);
  if (file.format === 'npf') {
    const patternFile = openAsPatternFile(file.path, bytes);
    const { number, released, channel, contentDigest } = patternFile.header;
    const digest = Uint8Array.from(Buffer.from(contentDigest, 'hex'));
    return { file, identity, digest, description: { number, released, channel }, bytes, patternFile };
  }
  const digest = digestOfText(file.format, bytes);
  return { file, identity, digest, description: describeText(identity), bytes, patternFile: undefined };
}

/** Where a signature stands in its source. */
export interface Entry {
  /** Counted from 1. */
  readonly line: number;
  /** The line without its end; a view on the source. */
  readonly bytes: Uint8Array;
}

export interface SourceVisitor {
  /** @param entry undefined in a pattern file */
  onSignature(signature: Signature, entry: Entry | undefined): void;
  /** A line of a signature source that became no signature. */
  onSkipped(skipped: SkippedLine): void;
  /** Records of a pattern file that this engine cannot read, by reason. */
  onSkippedRecords(reason: string, count: number): void;
}

/**
 * Gives every signature of a source, in its order.
 *
 * @throws {ScanError} `SCAN_PATTERNS` when a pattern file is damaged; nothing in a signature source does that
 */
export function readSignatures({ file, bytes, patternFile }: LoadedSource, visitor: SourceVisitor): void {
  if (file.format !== 'npf') {
    readClamav(bytes, {
      source: file.path,
      format: file.format satisfies ClamavFormat,
      onSignature: (signature, line, start, end) =>
        visitor.onSignature(signature, { line, bytes: bytes.subarray(start, end) }),
      onSkipped: (skipped) => visitor.onSkipped(skipped),
    });
    return;
  }
  try {
    const skipped = patternFile!.forEach(decompress, (signature) => visitor.onSignature(signature, undefined));
    for (const [reason, count] of Object.entries(skipped)) if (count > 0) visitor.onSkippedRecords(reason, count);
  } catch (cause) {
    throw new ScanError('SCAN_PATTERNS', `${file.path}: ${(cause as Error).message}`, { cause });
  }
}

/** Names that the ignore lists in a pattern file switch off. @throws {ScanError} `SCAN_PATTERNS` */
export function ignoredNames({ file, patternFile }: LoadedSource): readonly string[] {
  try {
    return patternFile?.ignoredNames(decompress) ?? [];
  } catch (cause) {
    throw new ScanError('SCAN_PATTERNS', `${file.path}: ${(cause as Error).message}`, { cause });
  }
}
