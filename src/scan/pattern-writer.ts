/** Sources → one pattern file, with an account of every line that is not in it. */
import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type CompiledImage,
  compileImage,
  compileSignatures,
  gramModel,
  type PatternFileDescription,
  type Signature,
} from '../../native-free-engine/index.ts';
import { nodeDigester, zstdCompressor } from '../host/host.ts';
import { gramModelBytes } from './assets.ts';
import { replaceFile } from './cache-directory.ts';
import { collectSignatures, type SkippedSource } from './collect.ts';
import { type Coverage, type InactiveSignature, leftByName, sumOf } from './coverage.ts';
import { ScanError } from './errors.ts';

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

export interface SourceReport {
  readonly path: string;
  /** In the pattern file. */
  readonly signatures: number;
  /** Entries of `skipped`. */
  readonly skipped: number;
  readonly coverage: Coverage;
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
  /** Of all sources. */
  readonly coverage: Coverage;
  /** Files; of a database each file in it, as `daily.cvd/daily.ndb`. */
  readonly sources: readonly SourceReport[];
  /** Paths in the directories that are no sources, and databases that a newer one stands for. */
  readonly ignored: readonly string[];
  /** Every line that is not in the file. */
  readonly skipped: readonly SkippedSource[];
  /** Every signature that is in the file and not used by this engine when it scans. */
  readonly inactive: readonly InactiveSignature[];
  /** Signatures that will cost the most time in a scan, the dearest first. */
  readonly expensive: readonly { readonly name: string; readonly reason: string }[];
  readonly elapsedMs: number;
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
  const { signatures, skipped, parts, files, ignored } = collectSignatures(sources);
  const { licence = 'unknown', output } = options;
  const description: PatternFileDescription = {
    number: options.number,
    released: options.released,
    channel: options.channel,
    engineRange: options.engineRange ?? '*',
    sources: files.map(({ path, signatures }) => ({ name: basename(path), licence, signatures })),
  };
  const { bytes, header } = compileSignatures(signatures, description, {
    digester: nodeDigester,
    compressor: zstdCompressor,
  });
  write(output, bytes);
  const image = imageOf(signatures);
  const left = leftByName(image.skipped);
  const inactive: InactiveSignature[] = [];
  const covered = parts.map(({ count, ...part }) => ({
    ...part,
    coverage: count.finish(left, (each) => inactive.push(each)),
  }));
  return {
    output,
    number: header.number,
    channel: header.channel,
    released: header.released,
    bytes: bytes.length,
    contentDigest: header.contentDigest,
    signatures: header.counts.body + header.counts.hash,
    byKind: { ...header.counts },
    coverage: sumOf(covered.map(({ coverage }) => coverage)),
    sources: covered,
    ignored,
    skipped,
    inactive,
    expensive: expensiveOf(image),
    elapsedMs: performance.now() - startedMs,
  };
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

/** The image compiler knows what each signature costs, and which of them this engine leaves out. */
function imageOf(signatures: readonly Signature[]): CompiledImage {
  return compileImage(signatures, { digester: nodeDigester, model: gramModel(gramModelBytes()), patternDigests: [] });
}

function expensiveOf({ report }: CompiledImage): PatternFileReport['expensive'] {
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
