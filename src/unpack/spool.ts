/**
 * Bytes in, a `ByteSource` out: in memory while there is room, then in a file of our own.
 *
 * Zip directories, offsets from the end and hashes by size need the whole object, and what is being unpacked may be larger
 * than memory. The file is private (0600), new (O_EXCL, so nobody can put a link in our way), named at random and unlinked
 * before its first byte is written: nothing is left behind, whatever happens to the process. No name out of an archive
 * ever touches the disk.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenSource } from './container.ts';
import { UnpackError } from './errors.ts';
import { FileSource, MemorySource } from './source.ts';

/** Memory that all open spools of one scan share by default, in bytes. */
export const SPOOL_MEMORY_BYTES = 32 * 1024 * 1024;

export interface SpoolOptions {
  /** Bytes of memory for all spools together, an integer ≥ 0. */
  readonly memoryBytes?: number;
  /** Where temporary files are made; default os.tmpdir(). */
  readonly directory?: string;
}

/** The room that spools have. One per scan, so that nesting does not multiply memory. */
export class SpoolPool {
  readonly #directory: string | undefined;
  #memoryBytes: number;

  constructor(options: SpoolOptions = {}) {
    this.#memoryBytes = options.memoryBytes ?? SPOOL_MEMORY_BYTES;
    this.#directory = options.directory;
  }

  /** Where temporary files are made. Asked for late: the lookup takes longer than most of what a small file costs. */
  get directory(): string {
    return this.#directory ?? tmpdir();
  }

  /** False when there is not that much memory left. */
  take(bytes: number): boolean {
    if (bytes > this.#memoryBytes) return false;
    this.#memoryBytes -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#memoryBytes += bytes;
  }
}

/** Collects the bytes of one object. Ends with `finish` or `discard`. */
export class Spool {
  readonly #pool: SpoolPool;
  #chunks: Uint8Array[] = [];
  #takenBytes = 0;
  #size = 0;
  #descriptor: number | undefined;

  constructor(pool: SpoolPool) {
    this.#pool = pool;
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#size;
  }

  /**
   * @param chunk kept as it is: the caller must not write to it again
   * @throws {UnpackError} `UNPACK_SPOOL` when the file cannot be made or written
   */
  write(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#descriptor === undefined && this.#pool.take(chunk.length)) {
      this.#takenBytes += chunk.length;
      this.#chunks.push(chunk);
      return;
    }
    try {
      this.#descriptor ??= openUnlinked(this.#pool.directory);
      for (const kept of this.#chunks) writeAll(this.#descriptor, kept);
      writeAll(this.#descriptor, chunk);
    } catch (cause) {
      this.discard();
      throw new UnpackError('UNPACK_SPOOL', `temporary file in ${this.#pool.directory}: cannot be written`, { cause });
    }
    this.#dropChunks();
  }

  /** The bytes, for the caller to close. The spool is empty then. */
  finish(): OpenSource {
    if (this.#descriptor !== undefined) {
      const source = new FileSource(this.#descriptor, this.#size);
      this.#descriptor = undefined;
      return source;
    }
    const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#size);
    const takenBytes = this.#takenBytes;
    this.#chunks = [];
    this.#takenBytes = 0;
    return new MemorySource(bytes, () => this.#pool.giveBack(takenBytes));
  }

  /** Lets everything go. */
  discard(): void {
    this.#dropChunks();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #dropChunks(): void {
    this.#chunks = [];
    this.#pool.giveBack(this.#takenBytes);
    this.#takenBytes = 0;
  }
}

/** A file of our own that has no name any more: see above. @returns its descriptor */
export function openUnlinked(directory: string): number {
  const path = join(directory, `sigwall-${randomBytes(16).toString('hex')}`);
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    unlinkSync(path);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
