/**
 * Lists of paths, one a line or one before each NUL, read as bytes and as a stream: a list may be longer than memory.
 */
import { FileError } from './errors.ts';

export type ListSeparator = 'newline' | 'nul';

/** Longest path that a list may hold, in bytes; PATH_MAX is 4096 on Linux. What is longer is a binary file given by mistake. */
export const MAX_LISTED_PATH_BYTES = 65_536;

/**
 * Paths of a list, in its order; empty ones are skipped. With `newline` a CR at the end of a line belongs to the line end, as
 * clamscan reads it; names that end in CR need `nul`.
 *
 * @throws {FileError} `FILE_LIST_LINE` when a path is longer than MAX_LISTED_PATH_BYTES
 */
export async function* readPathList(
  chunks: AsyncIterable<Uint8Array>,
  separator: ListSeparator,
): AsyncGenerator<Buffer, void, void> {
  const end = separator === 'nul' ? 0x00 : 0x0a;
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = bytes.indexOf(end); at !== -1; at = bytes.indexOf(end, from)) {
      yield* onePath(bytes.subarray(from, at), separator, line++);
      from = at + 1;
    }
    rest = bytes.subarray(from);
    refuseLong(rest, line);
  }
  yield* onePath(rest, separator, line);
}

function* onePath(bytes: Buffer, separator: ListSeparator, line: number): Generator<Buffer, void, void> {
  refuseLong(bytes, line);
  const path = separator === 'newline' && bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
  if (path.length > 0) yield Buffer.from(path);
}

function refuseLong(path: Buffer, line: number): void {
  if (path.length <= MAX_LISTED_PATH_BYTES) return;
  throw new FileError(
    'FILE_LIST_LINE',
    `entry ${line}: expected a path of at most ${MAX_LISTED_PATH_BYTES} bytes, got ${path.length}`,
  );
}
