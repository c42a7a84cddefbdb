/**
 * Runs the script of an update over the files of a database.
 *
 * ```
 * OPEN file                                  which must be closed before the next one is opened
 * ADD line                                   at the end
 * DEL number start                           the line must begin with `start`
 * XCHG number start line                     the same, and another line in its place
 * CLOSE                                      now all of that is done; numbers are those of before, from 1
 * MOVE from to number start number start     lines from the first to the second, at the end of another file
 * UNLINK file
 * ```
 * Asked of sigtool --run-cdiff 1.4.6: numbers come in any order, a second command for the same line replaces the first, a file that is opened and not
 * there begins empty, lines that begin with # are passed over; everything else that is odd ends the run.
 *
 * *Differs*: a single line can be moved (there it fails), a file that is left open fails (there it stays as it was), and what fails changes nothing.
 */
import { DatabaseError } from './errors.ts';
import { type Edit, editLines, takeLines } from './line-edits.ts';

export interface ScriptLimits {
  /** Bytes of files that may be written anew: an update opens each file once or twice, a hostile one again and again. */
  readonly maxRewrittenBytes: number;
}

const LIMITS: ScriptLimits = { maxRewrittenBytes: 8 * 1024 * 1024 * 1024 };
const LINE_FEED = 0x0a;
const NOTHING = new Uint8Array(0);

interface OpenFile {
  readonly name: string;
  readonly edits: Map<number, Edit>;
  readonly added: Buffer[];
}

/** @returns the files afterwards; those given stay as they are @throws {DatabaseError} `DATABASE_UPDATE`, `DATABASE_LIMIT` */
export function applyScript(
  members: ReadonlyMap<string, Uint8Array>,
  script: Uint8Array,
  { maxRewrittenBytes }: ScriptLimits = LIMITS,
): Map<string, Uint8Array> {
  const run = new ScriptRun(members, maxRewrittenBytes);
  const bytes = Buffer.from(script.buffer, script.byteOffset, script.length);
  let number = 1;
  for (let at = 0; at < bytes.length; number++) {
    const found = bytes.indexOf(LINE_FEED, at);
    const end = found < 0 ? bytes.length : found;
    try {
      run.command(bytes.subarray(at, end));
    } catch (cause) {
      if (!(cause instanceof DatabaseError)) throw cause;
      throw new DatabaseError(cause.code, `script, line ${number}: ${cause.message}`, { cause });
    }
    at = end + 1;
  }
  return run.finish();
}

class ScriptRun {
  readonly #members: Map<string, Uint8Array>;
  #open: OpenFile | undefined;
  readonly #maxRewrittenBytes: number;
  #rewrittenBytes = 0;

  constructor(members: ReadonlyMap<string, Uint8Array>, maxRewrittenBytes: number) {
    this.#members = new Map(members);
    this.#maxRewrittenBytes = maxRewrittenBytes;
  }

  finish(): Map<string, Uint8Array> {
    if (this.#open !== undefined) throw failure(`expected CLOSE of ${this.#open.name} before the end`);
    return this.#members;
  }

  command(line: Buffer): void {
    if (line[0] === 0x23) return;
    const space = line.indexOf(0x20);
    const word = line.toString('latin1', 0, space < 0 ? line.length : space);
    const rest = space < 0 ? NOTHING_LEFT : line.subarray(space + 1);
    switch (word) {
      case 'OPEN':
        this.#openFile(rest);
        return;
      case 'ADD':
        this.#opened(word).added.push(rest);
        return;
      case 'DEL':
        this.#edit(word, rest);
        return;
      case 'XCHG':
        this.#edit(word, rest);
        return;
      case 'CLOSE':
        this.#close();
        return;
      case 'MOVE':
        this.#move(rest);
        return;
      case 'UNLINK':
        this.#unlink(rest);
        return;
      default:
        throw failure(`expected a command, got ${JSON.stringify(word.slice(0, 16))}`);
    }
  }

  #openFile(rest: Buffer): void {
    this.#expectClosed('OPEN');
    this.#open = { name: fileName(rest.toString('latin1')), edits: new Map(), added: [] };
  }

  #edit(word: 'DEL' | 'XCHG', rest: Buffer): void {
    const { edits } = this.#opened(word);
    const [number, afterNumber] = nextWord(rest);
    const [start, line] = nextWord(afterNumber);
    if (start.length === 0) throw failure(`${word}: expected a line number and the start of that line`);
    if (word === 'XCHG' && line.length === 0) throw failure('XCHG: expected the line to put there');
    edits.set(lineNumber(number), { start, line: word === 'XCHG' ? line : undefined });
  }

  #close(): void {
    const { name, edits, added } = this.#opened('CLOSE');
    const before = this.#members.get(name) ?? NOTHING;
    this.#spend(before.length);
    this.#members.set(name, editLines(before, edits, added, name));
    this.#open = undefined;
  }

  #move(rest: Buffer): void {
    this.#expectClosed('MOVE');
    const words = rest.toString('latin1').split(' ');
    if (words.length !== 6)
      throw failure('MOVE: expected two files, and twice a line number and the start of that line');
    const [from, to, first, firstStart, last, lastStart] = words as [string, string, string, string, string, string];
    const { taken, rest: left } = takeLines(this.#file(from), {
      first: lineNumber(Buffer.from(first)),
      firstStart: Buffer.from(firstStart, 'latin1'),
      last: lineNumber(Buffer.from(last)),
      lastStart: Buffer.from(lastStart, 'latin1'),
    });
    this.#members.set(from, left);
    const target = this.#file(to);
    this.#spend(left.length + target.length + taken.length);
    this.#members.set(to, Buffer.concat([target, taken]));
  }

  #unlink(rest: Buffer): void {
    this.#expectClosed('UNLINK');
    const name = rest.toString('latin1');
    this.#file(name);
    this.#members.delete(name);
  }

  #file(name: string): Uint8Array {
    const bytes = this.#members.get(fileName(name));
    if (bytes === undefined) throw failure(`expected the file ${name} in the database, got none`);
    return bytes;
  }

  #opened(word: string): OpenFile {
    if (this.#open === undefined) throw failure(`${word}: expected OPEN before it`);
    return this.#open;
  }

  #expectClosed(word: string): void {
    if (this.#open !== undefined) throw failure(`${word}: expected CLOSE of ${this.#open.name} before it`);
  }

  #spend(bytes: number): void {
    this.#rewrittenBytes += bytes;
    if (this.#rewrittenBytes <= this.#maxRewrittenBytes) return;
    throw new DatabaseError('DATABASE_LIMIT', `expected at most ${this.#maxRewrittenBytes} bytes to be written anew`);
  }
}

const NOTHING_LEFT = Buffer.alloc(0);

/** The bytes before the first blank, and those behind it. */
function nextWord(rest: Buffer): [word: Buffer, rest: Buffer] {
  const space = rest.indexOf(0x20);
  return space < 0 ? [rest, NOTHING_LEFT] : [rest.subarray(0, space), rest.subarray(space + 1)];
}

function lineNumber(word: Buffer): number {
  const text = word.toString('latin1');
  if (!/^[1-9]\d{0,12}$/.test(text))
    throw failure(`expected a line number from 1, got ${JSON.stringify(text.slice(0, 16))}`);
  return Number(text);
}

function fileName(name: string): string {
  if (/^[A-Za-z0-9.]{1,64}$/.test(name)) return name;
  throw failure('expected a file name of letters, digits and "."');
}

function failure(message: string): DatabaseError {
  return new DatabaseError('DATABASE_UPDATE', message);
}
