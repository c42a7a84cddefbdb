/** Where the files of a repository come from: a web server, or a directory that somebody carried here. */
import { UpdateError } from './errors.ts';

/** What may be asked for: nothing else is ever fetched, whatever metadata says. */
const NAMES: readonly RegExp[] = [
  /^metadata\/timestamp\.json$/,
  /^metadata\/[1-9]\d{0,15}\.(root|snapshot|targets|patterns)\.json$/,
  /^targets\/pattern\/[1-9]\d{0,15}\.npf$/,
  /^targets\/pattern\/[1-9]\d{0,15}-[1-9]\d{0,15}\.delta$/,
  /^targets\/pattern\/notices-[1-9]\d{0,15}\.json$/,
];

export interface FileRequest {
  /** Bytes to leave out at the beginning, since they are here already. */
  readonly offset: number;
  /** More than this, with what was left out, is refused with `UPDATE_TOO_LONG`. */
  readonly maxBytes: number;
}

export interface OpenedFile {
  /** Where `body` begins: the offset that was asked for, or 0 when the server sends everything. */
  readonly offset: number;
  /** Never yields more than was allowed; throws `UPDATE_TRUNCATED`, `UPDATE_SLOW`, `UPDATE_TIMEOUT`, `UPDATE_NETWORK`. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface RepositorySource {
  /** For messages; without user and password. */
  readonly name: string;
  /**
   * @param path below the repository, one that `verifyPath` lets through
   * @throws {UpdateError} `UPDATE_NOT_FOUND` (there is no such file) and everything else that a network can do
   */
  open(path: string, request: FileRequest): Promise<OpenedFile>;
}

/** @throws {UpdateError} `UPDATE_METADATA` for a name that no repository of ours has */
export function verifyPath(path: string): void {
  if (NAMES.some((name) => name.test(path))) return;
  throw new UpdateError('UPDATE_METADATA', `repository: expected a file that it may have, got ${JSON.stringify(path)}`);
}

/** Reads a file whole. */
export async function readWhole(source: RepositorySource, path: string, maxBytes: number): Promise<Buffer> {
  const { body } = await source.open(path, { offset: 0, maxBytes });
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}
