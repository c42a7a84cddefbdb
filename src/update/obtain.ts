/**
 * The wanted pattern file, out of what is kept and what is fetched.
 *
 * Whatever way it came, its canonical records must have the digest that was signed for its number. A delta that does not get there, or cannot be had, costs one
 * download of the full file and is reported.
 */
import { readFileSync } from 'node:fs';
import { constants, zstdCompressSync } from 'node:zlib';
import {
  type Compressor,
  encodePatternFile,
  openDelta,
  openPatternFile,
  type PatternFileHeader,
} from '../../native-free-engine/index.ts';
import { decompress, nodeDigester } from '../host/host.ts';
import type { KeptPattern } from '../store/view.ts';
import type { Catalogue, OfferedDelta, OfferedFull } from './catalogue.ts';
import { cheapestPath, type DeltaPath } from './delta-path.ts';
import { UpdateError, type UpdateErrorCode } from './errors.ts';

export interface ObtainInput {
  readonly target: OfferedFull;
  readonly deltas: Catalogue['deltas'];
  /** What deltas may start from, the preferred one first. */
  readonly kept: readonly KeptPattern[];
  /** @returns path of a file with the signed length and digest */
  fetch(file: OfferedFull | OfferedDelta): Promise<string>;
  /** Told what will be fetched. */
  onPlan(bytes: number): void;
}

export interface Obtained {
  readonly bytes: Uint8Array;
  readonly by: 'delta' | 'full';
  readonly path: readonly number[];
  readonly fallback: string | undefined;
}

/** Nobody but this machine reads it: 45 MB of signatures take 1.0 s, 2.2 s at level 3 for 0.1 % less, 11 s at level 12 for 6 % less. */
const LOCAL_LEVEL = 1;
const localCompressor: Compressor = {
  name: 'zstd',
  compress: (bytes) =>
    zstdCompressSync(bytes, {
      params: { [constants.ZSTD_c_compressionLevel]: LOCAL_LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
    }),
};
/** These would stop the full file as well. */
const NO_FALLBACK: readonly UpdateErrorCode[] = ['UPDATE_ABORTED', 'UPDATE_RETRY_LATER'];

/**
 * @throws {UpdateError} what fetching throws; `UPDATE_PATTERN` when the signed file is not what was signed about it; {StoreError}
 */
export async function obtainPattern(input: ObtainInput): Promise<Obtained> {
  const { target, deltas, kept } = input;
  const way = cheapestPath(
    target,
    deltas,
    kept.map(({ number }) => number),
  );
  if (!way) return { ...(await obtainFull(input)), fallback: undefined };
  try {
    return await obtainByDeltas(input, way);
  } catch (thrown) {
    if (!isWorthFallback(thrown)) throw thrown;
    return { ...(await obtainFull(input)), fallback: reasonOf(thrown) };
  }
}

async function obtainByDeltas(input: ObtainInput, way: DeltaPath): Promise<Obtained> {
  const { target, kept } = input;
  input.onPlan(way.bytes);
  const files: string[] = [];
  for (const step of way.steps) files.push(await input.fetch(step));
  const start = kept.find(({ number }) => number === way.start)!;
  let current = openStart(start);
  for (const [index, step] of way.steps.entries())
    current = applyStep(readFileSync(files[index]!), step, current.content);
  verifyHeader(current.header, target);
  const bytes =
    way.steps.length === 0
      ? readFileSync(start.path)
      : encodePatternFile(current.content, current.header, { digester: nodeDigester, compressor: localCompressor });
  const path = [way.start, ...way.steps.map(({ number }) => number)];
  return { bytes, by: way.steps.length === 0 ? 'full' : 'delta', path, fallback: undefined };
}

interface Content {
  readonly content: Uint8Array;
  readonly header: PatternFileHeader;
}

function openStart({ path }: KeptPattern): Content {
  try {
    const file = openPatternFile(readFileSync(path), nodeDigester);
    return { content: file.content(decompress), header: file.header };
  } catch (cause) {
    throw new UpdateError('UPDATE_PATTERN', `${path}: kept, and damaged: ${(cause as Error).message}`, { cause });
  }
}

function applyStep(bytes: Uint8Array, { from, number, rawBytes }: OfferedDelta, content: Uint8Array): Content {
  const delta = openDelta(bytes, nodeDigester);
  if (delta.header.from !== from || delta.header.number !== number)
    throw wrong(
      `${from}-${number}.delta`,
      `a step from ${from} to ${number}`,
      `${delta.header.from} to ${delta.header.number}`,
    );
  return delta.apply(content, decompress, rawBytes);
}

async function obtainFull(input: ObtainInput): Promise<Omit<Obtained, 'fallback'>> {
  const { target } = input;
  input.onPlan(target.length);
  const bytes = readFileSync(await input.fetch(target));
  try {
    const file = openPatternFile(bytes, nodeDigester);
    verifyHeader(file.header, target);
    file.content(decompress);
  } catch (cause) {
    if (cause instanceof UpdateError) throw cause;
    throw new UpdateError('UPDATE_PATTERN', `${target.name}: ${(cause as Error).message}`, { cause });
  }
  return { bytes, by: 'full', path: [target.number] };
}

/** What the file says of itself is what was signed about it: else one key could say two things. */
function verifyHeader(header: PatternFileHeader, target: OfferedFull): void {
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ['number', target.number, header.number],
    ['content digest', target.contentDigest, header.contentDigest],
    ['content bytes', target.contentBytes, header.contentBytes],
    ['engine range', target.engine, header.engineRange],
    ['channel', target.channel, header.channel],
    ['time of release', Date.parse(target.released), Date.parse(header.released)],
  ];
  for (const [what, signed, got] of rows) if (signed !== got) throw wrong(target.name, `${what} ${signed}`, `${got}`);
}

function wrong(where: string, expected: string, got: string): UpdateError {
  return new UpdateError('UPDATE_PATTERN', `${where}: expected ${expected}, as it was signed, got ${got}`);
}

function isWorthFallback(thrown: unknown): boolean {
  if (thrown instanceof UpdateError) return !NO_FALLBACK.includes(thrown.code);
  // A delta that is none, or that leads elsewhere; what the file system says is another matter.
  return /^PATTERN_FILE_/.test(String((thrown as { code?: unknown }).code)) || thrown instanceof RangeError;
}

function reasonOf(thrown: unknown): string {
  const { code, message } = thrown as UpdateError;
  return `${code ?? 'UPDATE_FAILED'}: ${message}`;
}
