/** Sources → one pattern file, with an account of every line that is not in it. */
import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  compileImage,
  compileSignatures,
  gramModel,
  type PatternFileDescription,
  type Signature,
} from '../../native-free-engine/index.ts';
import { nodeDigester, zstdCompressor } from '../host/host.ts';
import { gramModelBytes } from './assets.ts';
import { replaceFile } from './cache-directory.ts';
import { ScanError } from './errors.ts';
import { IgnoredEntries, isConditional } from './ignored-entries.ts';
import { findSourceFiles } from './source-files.ts';
import { loadSource, readSignatures } from './source-reader.ts';

export interface PatternFileOptions {
  /** Path of the file; replaced in one step. */
  readonly output: string;
  /** 1 … 2^53−1 */
  readonly number: number;
  readonly channel: string;
  /** ISO 8601, UTC. */
  readonly released: string;
  /** SemVer range of engines; default all. */
  readonly engineRange?: string;
  /** Of all sources; default unknown. */
  readonly licence?: string;
}

export interface PatternFileReport {
  readonly output: string;
  readonly number: number;
  readonly channel: string;
  readonly released: string;
  /** Of the file that was written. */
  readonly bytes: number;
  /** Lower-case hex. */
  readonly contentDigest: string;
  readonly signatures: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly sources: readonly { readonly path: string; readonly signatures: number; readonly skipped: number }[];
  readonly skipped: readonly SkippedSource[];
  /** Signatures that will cost the most time in a scan, the dearest first. */
  readonly expensive: readonly { readonly name: string; readonly reason: string }[];
  readonly elapsedMs: number;
}

/** A line, or a record of another pattern file, that was not taken. */
export interface SkippedSource {
  readonly name: string;
  readonly source: string;
  /** 0 for what has no lines. */
  readonly line: number;
  readonly reason: string;
  readonly detail: string;
}

/** A signature that costs less than this is not worth naming. In nanoseconds per megabyte of ordinary files. */
const EXPENSIVE_NS = 1000;
/** A pattern file is for everybody to read. */
const MODE = 0o644;

/**
 * Blocks until it is done, seconds for a large set: for a thread of its own, or a build.
 *
 * @throws {ScanError} `SCAN_PATTERNS`; {PatternFileError} `PATTERN_FILE_NUMBER`; errors of the file system
 */
export function writePatternFile(sources: readonly string[], options: PatternFileOptions): PatternFileReport {
  const startedMs = performance.now();
  const collected = collect(sources);
  const { signatures, skipped, perSource } = collected;
  const { licence = 'unknown', output } = options;
  const description: PatternFileDescription = {
    number: options.number,
    released: options.released,
    channel: options.channel,
    engineRange: options.engineRange ?? '*',
    sources: perSource.map(({ path, signatures }) => ({ name: basename(path), licence, signatures })),
  };
  const { bytes, header } = compileSignatures(signatures, description, {
    digester: nodeDigester,
    compressor: zstdCompressor,
  });
  write(output, bytes);
  return {
    output,
    number: header.number,
    channel: header.channel,
    released: header.released,
    bytes: bytes.length,
    contentDigest: header.contentDigest,
    signatures: header.counts.body + header.counts.hash,
    byKind: { ...header.counts },
    sources: perSource,
    skipped,
    expensive: expensiveOf(signatures),
    elapsedMs: performance.now() - startedMs,
  };
}

interface Collected {
  readonly signatures: readonly Signature[];
  readonly skipped: readonly SkippedSource[];
  readonly perSource: PatternFileReport['sources'];
}

function collect(paths: readonly string[]): Collected {
  const signatures: Signature[] = [];
  const skipped: SkippedSource[] = [];
  const perSource: PatternFileReport['sources'][number][] = [];
  const { files } = findSourceFiles(paths);
  const loaded = files.map(loadSource);
  const ignored = IgnoredEntries.of(loaded);
  for (const source of loaded) {
    const { file } = source;
    const before = { signatures: signatures.length, skipped: skipped.length };
    readSignatures(source, {
      onSignature: (signature, entry) => {
        const { name } = signature;
        if (ignored.has(signature, entry?.bytes)) {
          const detail = 'an ignore list names it, with the digest of this line';
          skipped.push({ name, source: file.path, line: entry?.line ?? 0, reason: 'ignored', detail });
        } else if (!isConditional(signature)) signatures.push(signature);
      },
      onSkipped: ({ name = '', source, line, reason, message }) =>
        skipped.push({ name, source, line, reason, detail: message }),
      onSkippedRecords: (reason, count) =>
        skipped.push({ name: '', source: file.path, line: 0, reason, detail: `${count} records` }),
    });
    perSource.push({
      path: file.path,
      signatures: signatures.length - before.signatures,
      skipped: skipped.length - before.skipped,
    });
  }
  return { signatures, skipped, perSource };
}

function write(output: string, bytes: Uint8Array): void {
  const path = resolve(output);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    replaceFile(path, temporary, [bytes], MODE);
  } catch (cause) {
    try {
      unlinkSync(temporary);
    } catch {
      // It was never made.
    }
    throw new ScanError('SCAN_PATTERNS', `${output}: cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** The image compiler knows what each signature costs. */
function expensiveOf(signatures: readonly Signature[]): PatternFileReport['expensive'] {
  const { report } = compileImage(signatures, {
    digester: nodeDigester,
    model: gramModel(gramModelBytes()),
    patternDigests: [],
  });
  const always = report.unfiltered.map((name) => ({
    name,
    reason: 'no search can rule it out: it is evaluated on every file of its type',
  }));
  const hot = report.hot
    .filter(({ nsPerMegabyte }) => nsPerMegabyte >= EXPENSIVE_NS)
    .map(({ name, nsPerMegabyte }) => ({
      name,
      reason: `its rarest bytes are common: about ${(nsPerMegabyte / 1000).toFixed(0)} µs per MB`,
    }));
  return [...always, ...hot];
}
