/** The bytes of one entry of a zip file. */
import type { ByteSource } from '../../native-free-engine/index.ts';
import { type Contents, type Means, nothing, type Obstacle, obstacle } from './container.ts';
import { type Compression, inflate } from './inflate.ts';
import { inflateSmall } from './inflate-small.ts';
import { SliceSource } from './source.ts';
import { Spool } from './spool.ts';

export interface ZipEntry {
  readonly name: string;
  /** Where the compressed bytes begin. */
  readonly dataOffset: number;
  /** Undefined where only the end of the stream tells. */
  readonly compressedBytes: number | undefined;
  readonly expandedBytes: number;
  readonly method: number;
  readonly isEncrypted: boolean;
}

export interface Expanded extends Contents {
  /** Compressed bytes that belong to the entry, as far as we found out. */
  readonly consumedBytes: number;
}

const STORED = 0;
const COMPRESSIONS: ReadonlyMap<number, Compression> = new Map([
  [8, 'deflate'],
  [20, 'zstd'], // the number before 6.3.8
  [93, 'zstd'],
]);
const METHOD_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'shrink'],
  [6, 'implode'],
  [9, 'deflate64'],
  [12, 'bzip2'],
  [14, 'lzma'],
  [95, 'xz'],
  [98, 'ppmd'],
]);

/** @throws what `source.read` throws; {UnpackError} `UNPACK_SPOOL` */
export async function expandZipEntry(source: ByteSource, entry: ZipEntry, means: Means): Promise<Expanded> {
  const declaredBytes = entry.compressedBytes ?? 0;
  const isNothing = declaredBytes === 0 && entry.compressedBytes !== undefined && entry.expandedBytes === 0;
  if (isNothing) return { ...nothing(), consumedBytes: 0 };
  if (entry.isEncrypted)
    return { ...nothing(obstacle('encrypted', 'zip: needs a password')), consumedBytes: declaredBytes };
  if (entry.dataOffset >= source.size) {
    return { ...nothing(obstacle('damaged', 'zip: no local header, or no bytes behind it')), consumedBytes: 0 };
  }
  if (entry.method === STORED) return sliceStored(source, entry, means);
  const compression = COMPRESSIONS.get(entry.method);
  if (compression !== undefined) return expand(compression, source, entry, means);
  const method = METHOD_NAMES.get(entry.method) ?? `method ${entry.method}`;
  const why = obstacle('unsupported', `zip: compressed with ${method}, which cannot be opened yet`);
  return { ...nothing(why), consumedBytes: declaredBytes };
}

function sliceStored(source: ByteSource, entry: ZipEntry, { budget }: Means): Expanded {
  // The two sizes of a stored entry are one number; where they differ, nobody knows which one is believed.
  const size = Math.max(entry.compressedBytes ?? 0, entry.expandedBytes);
  const slice = new SliceSource(source, entry.dataOffset, size);
  if (!budget.spendBytes(slice.size)) return { ...nothing(budget.overrun), consumedBytes: 0 };
  const why = slice.size < size ? obstacle('damaged', `zip: ${size} bytes end after ${slice.size}`) : undefined;
  return { source: slice, obstacle: why, consumedBytes: slice.size };
}

async function expand(compression: Compression, source: ByteSource, entry: ZipEntry, means: Means): Promise<Expanded> {
  const { budget } = means;
  const spool = new Spool(means.spools);
  try {
    const offset = entry.dataOffset;
    const small =
      entry.compressedBytes !== undefined &&
      inflateSmall(compression, source, offset, entry.compressedBytes, budget, spool);
    // The size is a hint: a stream ends by itself, and some programs never look at the size.
    const result = small || (await inflate(compression, source, offset, source.size - offset, budget, spool));
    let why: Obstacle | undefined;
    if (result.end === 'spent') why = budget.overrun;
    if (result.end === 'cut') why = obstacle('damaged', `zip: ends early, after ${spool.size} bytes`);
    if (result.end === 'damaged') why = obstacle('damaged', `zip: cannot be decompressed after ${spool.size} bytes`);
    if (spool.size > 0) return { source: spool.finish(), obstacle: why, consumedBytes: result.consumedBytes };
    return { ...nothing(why), consumedBytes: result.consumedBytes };
  } catch (error) {
    spool.discard();
    throw error;
  }
}
