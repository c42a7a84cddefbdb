/**
 * Decompression of what is small, in synchronous calls: a zip of many small files is mostly call overhead, of which a stream
 * has twice as much.
 */
import zlib from 'node:zlib';
import type { ByteSource } from '../../native-free-engine/index.ts';
import type { Budget } from './budget.ts';
import { type Compression, type Inflated, isZlibError } from './inflate.ts';
import type { Spool } from './spool.ts';

const SMALL_INPUT_BYTES = 1024 * 1024;
/** More output than this and the call gives up: what it did is lost, and no time was checked meanwhile. */
const SMALL_OUTPUT_BYTES = 4 * 1024 * 1024;

/**
 * Decompresses in synchronous calls what is small.
 *
 * @returns undefined when it is not small, or when the stream is not over at the end of `size` and the source has more: then
 *          `inflate` is the way, and the spool is untouched
 */
export function inflateSmall(
  compression: Compression,
  source: ByteSource,
  offset: number,
  size: number,
  budget: Budget,
  spool: Spool,
): Inflated | undefined {
  if (size > SMALL_INPUT_BYTES) return undefined;
  const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(size, source.size - offset)));
  const input = bytes.subarray(0, source.read(offset, bytes));
  // One byte more than is left, so that the budget notices.
  const maxOutputLength = Math.min(SMALL_OUTPUT_BYTES, budget.bytesLeft + 1);
  let attempt = decompressAll(compression, input, maxOutputLength);
  if (attempt.end === 'cut' && offset + size < source.size) return undefined;
  if (compression === 'deflate' && attempt.end === 'cut') attempt = salvageCut(input, maxOutputLength);
  if (compression === 'deflate' && attempt.end === 'damaged') attempt = salvageDamaged(input, maxOutputLength);
  const { end, output, consumedBytes } = attempt;
  if (end === 'large' || output === undefined) return undefined;
  if (!budget.spendBytes(output.length)) return undefined;
  if (output.length > 0) spool.write(output);
  return { end, consumedBytes };
}

interface Attempt {
  readonly end: 'complete' | 'cut' | 'damaged' | 'large';
  readonly output?: Buffer;
  readonly consumedBytes: number;
}

function decompressAll(
  compression: Compression,
  input: Buffer,
  maxOutputLength: number,
  finishFlush?: number,
): Attempt {
  const decompress = compression === 'deflate' ? zlib.inflateRawSync : zlib.zstdDecompressSync;
  const options = { maxOutputLength, info: true, ...(finishFlush === undefined ? {} : { finishFlush }) };
  try {
    // With `info`, the result is the output and the decoder; the types do not say so.
    const result: unknown = decompress(input, options);
    const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
    return { end: 'complete', output: buffer, consumedBytes: engine.bytesWritten };
  } catch (error) {
    if (!isZlibError(error)) throw error;
    const end = error.code === 'ERR_BUFFER_TOO_LARGE' ? 'large' : error.code === 'Z_BUF_ERROR' ? 'cut' : 'damaged';
    return { end, consumedBytes: input.length };
  }
}

/** Everything that a stream gives which ends early: the flush brings out what the decoder holds back for more. */
function salvageCut(input: Buffer, maxOutputLength: number): Attempt {
  const attempt = decompressAll('deflate', input, maxOutputLength, zlib.constants.Z_SYNC_FLUSH);
  return attempt.end === 'complete' ? { ...attempt, end: 'cut', consumedBytes: input.length } : attempt;
}

/** Everything that a damaged stream gives: what its longest prefix gives that the decoder accepts. */
function salvageDamaged(input: Buffer, maxOutputLength: number): Attempt {
  let output: Buffer | undefined = Buffer.alloc(0);
  // Invariant: a prefix of `good` bytes is accepted (none always is), one of `bad` bytes is not.
  let good = 0;
  let bad = input.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const attempt = salvageCut(input.subarray(0, middle), maxOutputLength);
    if (attempt.end === 'large') return attempt;
    if (attempt.output === undefined) bad = middle;
    else {
      good = middle;
      output = attempt.output;
    }
  }
  return { end: 'damaged', output, consumedBytes: input.length };
}
