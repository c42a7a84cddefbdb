/** Lines of one file replaced, deleted, added or taken out, in one pass over its bytes. */
import { DatabaseError } from './errors.ts';

/** What becomes of a line that begins with `start`: another line, or (undefined) nothing. */
export interface Edit {
  readonly start: Uint8Array;
  readonly line: Uint8Array | undefined;
}

/** Lines `first` … `last`, counted from 1, and how they begin. */
export interface LineSpan {
  readonly first: number;
  readonly firstStart: Uint8Array;
  readonly last: number;
  readonly lastStart: Uint8Array;
}

const LINE_FEED = 0x0a;
const END_OF_LINE = Buffer.from('\n');

/**
 * @param edits by line number, counted from 1
 * @param added lines for the end
 * @param name of the file, for messages
 * @throws {DatabaseError} `DATABASE_UPDATE` when a line is not there or begins otherwise
 */
export function editLines(
  file: Uint8Array,
  edits: ReadonlyMap<number, Edit>,
  added: readonly Uint8Array[],
  name: string,
): Uint8Array {
  const bytes = asBuffer(file);
  const lines = new LineCursor(bytes);
  const pieces: Uint8Array[] = [];
  let kept = 0;
  for (const number of [...edits.keys()].sort((a, b) => a - b)) {
    const { start, line } = edits.get(number)!;
    const { from, to } = lines.seek(number, start, name);
    pieces.push(bytes.subarray(kept, from));
    if (line !== undefined) pieces.push(line, END_OF_LINE);
    kept = to;
  }
  pieces.push(bytes.subarray(kept));
  // A last line without an end would swallow the first that is added.
  if (added.length > 0 && bytes.length > kept && bytes.at(-1) !== LINE_FEED) pieces.push(END_OF_LINE);
  for (const line of added) pieces.push(line, END_OF_LINE);
  return Buffer.concat(pieces);
}

/** @throws {DatabaseError} `DATABASE_UPDATE` when the lines are not there or begin otherwise */
export function takeLines(file: Uint8Array, span: LineSpan): { taken: Uint8Array; rest: Uint8Array } {
  const bytes = asBuffer(file);
  if (span.last < span.first) {
    throw new DatabaseError('DATABASE_UPDATE', `expected a last line from ${span.first}, got ${span.last}`);
  }
  const lines = new LineCursor(bytes);
  const { from } = lines.seek(span.first, span.firstStart, 'the file');
  const { to } = lines.seek(span.last, span.lastStart, 'the file');
  const taken = bytes.subarray(from, to);
  const whole = taken.at(-1) === LINE_FEED ? taken : Buffer.concat([taken, END_OF_LINE]);
  return { taken: whole, rest: Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]) };
}

/** Goes from line to line, forwards alone: all edits of a file cost one pass. */
class LineCursor {
  readonly #bytes: Buffer;
  /** The line that begins at `#at`. */
  #number = 1;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @returns the bytes of a line, its end included */
  seek(number: number, start: Uint8Array, name: string): { from: number; to: number } {
    const bytes = this.#bytes;
    while (this.#number < number && this.#at < bytes.length) {
      const end = bytes.indexOf(LINE_FEED, this.#at);
      this.#at = end < 0 ? bytes.length : end + 1;
      this.#number++;
    }
    const from = this.#at;
    if (from >= bytes.length) {
      throw new DatabaseError('DATABASE_UPDATE', `expected a line ${number} in ${name}, which has ${this.#number - 1}`);
    }
    const end = bytes.indexOf(LINE_FEED, from);
    const to = end < 0 ? bytes.length : end + 1;
    const found = bytes.subarray(from, Math.min(end < 0 ? bytes.length : end, from + start.length));
    if (!found.equals(start)) {
      throw new DatabaseError('DATABASE_UPDATE', `expected line ${number} of ${name} to begin otherwise`);
    }
    return { from, to };
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
