/**
 * A stream, collected until it ends: zip directories, offsets from the end and hashes by size need the whole object.
 *
 * In memory while it is small, then in an unlinked private file. The next chunk is asked for when the last one is written: that is the back-pressure.
 */
import { close as closeFile, write as writeFile } from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { openUnlinked } from '../unpack/spool.ts';
import { ScanError } from './errors.ts';
import type { ScanObject } from './object-source.ts';

const write = promisify(writeFile);
const close = promisify(closeFile);

/** Bytes of one stream that are kept in memory. */
export const STREAM_MEMORY_BYTES = 8 * 1024 * 1024;

/** Anything that gives bytes piece by piece: a Readable, a ReadableStream, an array of buffers. */
export type ByteStream = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface Spooled {
  readonly object: ScanObject;
  /** To be called once the answer is there. */
  release(): Promise<void>;
}

/**
 * Reads the stream to its end. Stops reading, and lets go of everything, when the signal is aborted.
 *
 * @throws {ScanError} `SCAN_ABORTED`, `SCAN_SPOOL`; what the stream throws
 */
export async function spoolStream(
  stream: ByteStream,
  options: { signal?: AbortSignal | undefined; directory?: string | undefined } = {},
): Promise<Spooled> {
  const spool = new StreamSpool(options.directory ?? tmpdir());
  try {
    await readAll(stream, spool, options.signal);
    return spool.finish();
  } catch (error) {
    await spool.discard();
    throw error;
  }
}

async function readAll(stream: ByteStream, spool: StreamSpool, signal: AbortSignal | undefined): Promise<void> {
  const iterator = iteratorOf(stream);
  const aborted = signal && abortion(signal);
  try {
    for (;;) {
      // A stream that never answers must not keep the caller from giving up.
      const next = await (aborted ? Promise.race([iterator.next(), aborted.promise]) : iterator.next());
      if (next.done) return;
      await spool.write(next.value);
    }
  } catch (error) {
    // Not awaited: a stream that does not answer does not answer this either.
    Promise.resolve(iterator.return?.()).catch(() => {});
    throw error;
  } finally {
    aborted?.forget();
  }
}

function iteratorOf(stream: ByteStream): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  if (typeof stream === 'object' && stream !== null) {
    if (Symbol.asyncIterator in stream) return stream[Symbol.asyncIterator]();
    if (Symbol.iterator in stream) return stream[Symbol.iterator]();
  }
  throw new ScanError(
    'SCAN_OPTION',
    `stream: expected something that gives bytes piece by piece, got ${typeof stream}`,
  );
}

function abortion(signal: AbortSignal): { promise: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(new ScanError('SCAN_ABORTED', 'the scan was aborted', { cause: signal.reason }));
  promise.catch(() => {});
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return { promise, forget: () => signal.removeEventListener('abort', onAbort) };
}

class StreamSpool {
  readonly #directory: string;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #descriptor: number | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (!(chunk instanceof Uint8Array)) {
      throw new ScanError('SCAN_OPTION', `stream: expected chunks of bytes, got ${typeof chunk}`);
    }
    this.#size += chunk.length;
    if (this.#descriptor === undefined && this.#size <= STREAM_MEMORY_BYTES) {
      // A copy: what gives the chunks may use their memory again.
      this.#chunks.push(Uint8Array.from(chunk));
      return;
    }
    try {
      this.#descriptor ??= openUnlinked(this.#directory);
      for (const kept of this.#chunks) await writeAll(this.#descriptor, kept);
      this.#chunks = [];
      await writeAll(this.#descriptor, chunk);
    } catch (cause) {
      throw new ScanError('SCAN_SPOOL', `temporary file in ${this.#directory}: cannot be written`, { cause });
    }
  }

  finish(): Spooled {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) {
      const object: ScanObject = { kind: 'descriptor', descriptor, size: this.#size };
      return { object, release: () => close(descriptor) };
    }
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [];
    return { object: { kind: 'bytes', bytes }, release: async () => {} };
  }

  async discard(): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    this.#chunks = [];
    if (descriptor !== undefined) await close(descriptor);
  }
}

async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await write(descriptor, bytes, at)).bytesWritten;
}
