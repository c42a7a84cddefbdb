/**
 * A repository in a directory: a CD, a USB stick, a share. Believed as little as a server.
 *
 * Links are followed inside the directory only: a medium must not be able to make the updater, which may be root, read something else. Pipes and devices are
 * refused before they can block.
 */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { UpdateError } from './errors.ts';
import { type FileRequest, type OpenedFile, type RepositorySource, verifyPath } from './source.ts';

const CHUNK_BYTES = 1 << 20;

export class DirectorySource implements RepositorySource {
  readonly name: string;
  requests = 0;
  receivedBytes = 0;
  readonly #real: string;

  /** @throws {UpdateError} `UPDATE_FILE` when it is no directory */
  constructor(directory: string) {
    this.name = resolve(directory);
    try {
      this.#real = realpathSync(directory);
      if (statSync(this.#real).isDirectory()) return;
    } catch (cause) {
      throw new UpdateError('UPDATE_FILE', `${directory}: cannot be read: ${(cause as Error).message}`, { cause });
    }
    throw new UpdateError('UPDATE_FILE', `${directory}: expected a directory with metadata/ and targets/ in it`);
  }

  async open(path: string, { offset, maxBytes }: FileRequest): Promise<OpenedFile> {
    verifyPath(path);
    const where = join(this.name, path);
    const descriptor = this.#descriptor(path, where);
    const { size } = fstatSync(descriptor);
    if (size > maxBytes) {
      closeSync(descriptor);
      throw new UpdateError('UPDATE_TOO_LONG', `${where}: expected at most ${maxBytes} bytes, got ${size}`);
    }
    this.requests++;
    const start = offset <= size ? offset : 0;
    return { offset: start, body: this.#read(descriptor, start, maxBytes, where) };
  }

  #descriptor(path: string, where: string): number {
    let descriptor: number;
    try {
      const real = realpathSync(join(this.#real, path));
      if (isOutside(this.#real, real))
        throw new UpdateError(
          'UPDATE_FILE',
          `${where}: expected a file of the directory, got a link that leads out of it`,
        );
      // NOFOLLOW and NONBLOCK: what was looked at may have been replaced meanwhile.
      descriptor = openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (cause) {
      throw cause instanceof UpdateError ? cause : fileError(where, cause as NodeJS.ErrnoException);
    }
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
    throw new UpdateError('UPDATE_FILE', `${where}: expected a file`);
  }

  async *#read(descriptor: number, start: number, maxBytes: number, where: string) {
    try {
      for (let at = start; ; ) {
        const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, maxBytes - at + 1));
        const length = readSync(descriptor, chunk, 0, chunk.length, at);
        if (length === 0) return;
        at += length;
        this.receivedBytes += length;
        // It grew since it was looked at.
        if (at > maxBytes)
          throw new UpdateError('UPDATE_TOO_LONG', `${where}: expected at most ${maxBytes} bytes, got more`);
        yield chunk.subarray(0, length);
      }
    } catch (thrown) {
      throw thrown instanceof UpdateError ? thrown : fileError(where, thrown as NodeJS.ErrnoException);
    } finally {
      closeSync(descriptor);
    }
  }
}

function isOutside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '' || way === '..' || way.startsWith(`..${sep}`);
}

function fileError(where: string, cause: NodeJS.ErrnoException): UpdateError {
  return cause.code === 'ENOENT' || cause.code === 'ENOTDIR'
    ? new UpdateError('UPDATE_NOT_FOUND', `${where}: there is no such file`, { cause })
    : new UpdateError('UPDATE_FILE', `${where}: cannot be read: ${cause.message}`, { cause });
}
