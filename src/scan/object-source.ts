/** What is to be scanned, as it is posted to a worker, and how the worker gets at its bytes. */
import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import type { ByteSource } from '../../native-free-engine/index.ts';
import { FileSource, MemorySource } from '../unpack/source.ts';
import { ScanError } from './errors.ts';

export type ScanObject =
  /** `path` is bytes: no file system promises text. */
  | { readonly kind: 'file'; readonly path: Uint8Array }
  /** In shared memory, once it is posted. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** A file that is open in this process and stays so until the answer came. */
  | { readonly kind: 'descriptor'; readonly descriptor: number; readonly size: number };

export interface OpenObject {
  /** Its size is that when it was opened: what is added later is not looked at. */
  readonly source: ByteSource;
  /** For entries that have no name of their own. */
  readonly name: string;
  /** @throws {ScanError} `SCAN_FILE_CHANGED` when there is less now than at the beginning */
  verifySize(): void;
  close(): void;
}

/** Not blocked by a pipe, and no terminal becomes ours. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** @throws {ScanError} `SCAN_FILE_NOT_REGULAR`; errors of the file system */
export function openObject(object: ScanObject): OpenObject {
  switch (object.kind) {
    case 'bytes': {
      const source = new MemorySource(object.bytes);
      return { source, name: '', verifySize() {}, close: () => source.close() };
    }
    case 'descriptor': {
      const { descriptor, size } = object;
      // Not owned: whoever opened it closes it.
      return { source: borrowed(descriptor, size), name: '', verifySize() {}, close() {} };
    }
    case 'file':
      return openFile(Buffer.from(object.path.buffer, object.path.byteOffset, object.path.length));
  }
}

function openFile(path: Buffer): OpenObject {
  // Asked first: to open a device can set something off.
  mustBeRegular(statSync(path));
  const descriptor = openSync(path, OPEN_FLAGS);
  try {
    const stats = fstatSync(descriptor);
    mustBeRegular(stats);
    const { size } = stats;
    const source = new FileSource(descriptor, size);
    return {
      source: new HeadSource(source),
      name: lastName(path),
      verifySize() {
        const now = fstatSync(descriptor).size;
        if (now < size)
          throw new ScanError('SCAN_FILE_CHANGED', `it became shorter while it was read: ${size} bytes, then ${now}`);
      },
      close: () => source.close(),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Bytes of a file that are read at once. */
const HEAD_BYTES = 65_536;
// One for each thread, since a worker has one file at a time open from its path.
const headBuffer = new Uint8Array(HEAD_BYTES);

/**
 * A file whose first bytes are read once: what it is and what is in it are two questions to the same bytes, and each read is a call
 * into the system. 20,000 small files took a tenth less.
 */
class HeadSource implements ByteSource {
  readonly size: number;
  readonly #file: FileSource;
  #head: Uint8Array | undefined;

  constructor(file: FileSource) {
    this.#file = file;
    this.size = file.size;
  }

  read(offset: number, into: Uint8Array): number {
    if (Math.min(offset + into.length, this.size) > HEAD_BYTES) return this.#file.read(offset, into);
    if (this.#head === undefined) {
      const room = headBuffer.subarray(0, Math.min(HEAD_BYTES, this.size));
      this.#head = room.subarray(0, this.#file.read(0, room));
    }
    const part = this.#head.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }
}

function borrowed(descriptor: number, size: number): ByteSource {
  const source = new FileSource(descriptor, size);
  return { size, read: (offset, into) => source.read(offset, into) };
}

function mustBeRegular(stats: Stats): void {
  if (stats.isFile()) return;
  const kind = stats.isDirectory()
    ? 'a directory'
    : stats.isFIFO()
      ? 'a named pipe'
      : stats.isSocket()
        ? 'a socket'
        : 'a device';
  throw new ScanError('SCAN_FILE_NOT_REGULAR', `expected a regular file, got ${kind}`);
}

function lastName(path: Buffer): string {
  return path.toString('utf8', path.lastIndexOf('/'.charCodeAt(0)) + 1);
}
