/**
 * Decompression into a spool, piece by piece, with everything that comes out of a damaged stream.
 *
 * A bomb ends at the budget and not at the end of memory. What is small goes through inflate-small.ts.
 */
import zlib from 'node:zlib';
import type { ByteSource } from '../../native-free-engine/index.ts';
import type { Budget } from './budget.ts';
import type { Spool } from './spool.ts';

export type Compression = 'deflate' | 'zstd';

export interface Inflated {
  /** `complete`: the stream's own end was met. `cut`: its input ended first. `damaged`: it is invalid. `spent`: see the budget. */
  readonly end: 'complete' | 'cut' | 'damaged' | 'spent';
  /** Bytes of input up to the stream's end; with another end than `complete`, all that were looked at. */
  readonly consumedBytes: number;
}

/** Of input and of output. 64 KB runs at half the speed: each piece is a trip to another thread. */
const PIECE_BYTES = 256 * 1024;
/**
 * zlib keeps back what it decoded in the call that fails. So a failing stream is run again, with smaller pieces where it
 * failed, until a piece is one byte: then nothing before the fault is missing.
 */
const RETRY_PIECES = [256, 1];

/**
 * Decompresses the stream at `offset` into the spool.
 *
 * @param size   bytes of input; what follows the stream's end is left alone
 * @throws what `source.read` and `spool.write` throw
 */
export async function inflate(
  compression: Compression,
  source: ByteSource,
  offset: number,
  size: number,
  budget: Budget,
  spool: Spool,
): Promise<Inflated> {
  const stream: Stream = {
    compression,
    source,
    offset,
    size: Math.max(0, Math.min(size, source.size - offset)),
    budget,
  };
  const before = spool.size;
  let run = await runPieces(stream, spool, 0, 0, PIECE_BYTES);
  for (const pieceBytes of RETRY_PIECES) {
    if (run.end !== 'damaged') break;
    run = await runPieces(stream, spool, spool.size - before, run.lastPiece, pieceBytes);
  }
  return { end: run.end, consumedBytes: run.consumedBytes };
}

interface Stream {
  readonly compression: Compression;
  readonly source: ByteSource;
  readonly offset: number;
  readonly size: number;
  readonly budget: Budget;
}

interface Run extends Inflated {
  /** Input offset where the last piece began. */
  readonly lastPiece: number;
}

/**
 * One run over the stream from its start.
 *
 * @param skipBytes  output that an earlier run has written already
 * @param fineFrom   input offset from which pieces are `pieceBytes` long
 */
async function runPieces(
  stream: Stream,
  spool: Spool,
  skipBytes: number,
  fineFrom: number,
  pieceBytes: number,
): Promise<Run> {
  const { source, offset, size, budget } = stream;
  const decoder = new Decoder(stream.compression, (chunk) => {
    const fresh = chunk.subarray(Math.min(skipBytes, chunk.length));
    skipBytes -= chunk.length - fresh.length;
    if (fresh.length === 0) return budget.check();
    const isWithin = budget.spendBytes(fresh.length);
    // What is over the budget is not kept: the next to write would be the attacker.
    if (isWithin) spool.write(fresh);
    return isWithin;
  });
  let at = 0;
  let lastPiece = 0;
  try {
    while (at < size && decoder.state === 'running') {
      const wanted = at < fineFrom ? Math.min(PIECE_BYTES, fineFrom - at) : pieceBytes;
      // A new buffer each time: the decoder works on it in another thread.
      const piece = Buffer.allocUnsafe(Math.min(wanted, size - at));
      const count = source.read(offset + at, piece);
      if (count === 0) break;
      lastPiece = at;
      at += count;
      await decoder.push(piece.subarray(0, count));
    }
    const end = await decoder.end();
    return { end, consumedBytes: end === 'complete' ? decoder.consumedBytes : at, lastPiece };
  } finally {
    decoder.destroy();
  }
}

/** A zlib stream, as a state and two calls. */
class Decoder {
  state: 'running' | Inflated['end'] = 'running';
  #failure: unknown;
  #pushedBytes = 0;
  readonly #engine: zlib.InflateRaw | zlib.ZstdDecompress;
  readonly #settled: Promise<void>;

  /** @param sink called with output as it comes; false ends the run as `spent` */
  constructor(compression: Compression, sink: (chunk: Buffer) => boolean) {
    const options = { chunkSize: PIECE_BYTES };
    this.#engine = compression === 'deflate' ? zlib.createInflateRaw(options) : zlib.createZstdDecompress(options);
    this.#settled = new Promise((resolve) => {
      this.#engine.once('end', () => resolve()).once('close', () => resolve());
      this.#engine.once('error', (error) => {
        this.#fail(error);
        resolve();
      });
      this.#engine.on('data', (chunk: Buffer) => {
        if (this.state !== 'running' && this.state !== 'complete') return;
        try {
          if (sink(chunk)) return;
          this.state = 'spent';
        } catch (error) {
          this.#fail(error);
        }
        this.#engine.destroy();
        resolve();
      });
    });
  }

  get consumedBytes(): number {
    return this.#engine.bytesWritten;
  }

  /** Decodes one piece of input; all of its output has gone to the sink when this is done, unless the state says otherwise. */
  async push(piece: Buffer): Promise<void> {
    this.#pushedBytes += piece.length;
    const written = new Promise<void>((resolve) => {
      this.#engine.write(piece, () => resolve());
    });
    await Promise.race([written, this.#settled]);
    // Input that the decoder leaves alone lies behind the stream's end.
    if (this.state === 'running' && this.consumedBytes < this.#pushedBytes) this.state = 'complete';
  }

  /** Waits for the rest of the output. */
  async end(): Promise<Inflated['end']> {
    if (this.state === 'running') this.#engine.end();
    if (this.state === 'running' || this.state === 'complete') await this.#settled;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.state === 'running') this.state = 'complete';
    return this.state;
  }

  destroy(): void {
    this.#engine.destroy();
  }

  #fail(error: unknown): void {
    if (!isZlibError(error)) this.#failure ??= error;
    // Z_BUF_ERROR: the decoder is content so far, and there is no more input.
    else if (this.state === 'running') this.state = error.code === 'Z_BUF_ERROR' ? 'cut' : 'damaged';
  }
}

/** True for what a decoder says of its input, or of its output being more than asked for. */
export function isZlibError(error: unknown): error is Error & { readonly code: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^Z_|^ZSTD_|^ERR_BUFFER_TOO_LARGE$/.test(code);
}
