/**
 * One line of a source: its fields, and why it was refused if it was.
 *
 * The readers of the formats work on offsets into the source's bytes, so that a line costs nothing until a part of it is kept. They answer
 * `undefined` for a line that they refuse: an exception for each bad line of a hostile 100 MB source would cost minutes.
 */
import type { SkipReason } from './skip.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NUMBER_SIGN = 0x23;

// Bounds kept of one line: an ldb line has three fields and 64 subsignatures, and one more tells that there are too many.
const FIELDS_KEPT = 68;
// What a message quotes of a line.
const QUOTED_BYTES = 24;

/** Why a line is refused, and where: `at` is an offset into the source's bytes. */
export interface Refusal {
  readonly reason: SkipReason;
  readonly at: number;
  readonly message: string;
}

/** The current line of a source. `bytes[start, end)` is the line without its ending. */
export class Line {
  readonly bytes: Uint8Array;
  start = 0;
  end = 0;
  /** Number of fields, counted to the end of the line even where they are not kept. */
  fields = 0;
  /** Set as soon as it is known, so that a refusal can name the signature. */
  name: string | undefined;
  refusal: Refusal | undefined;
  /** Field i is [bounds[i], bounds[i + 1] − 1). */
  readonly #bounds: number[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /**
   * Reads the line that begins at `from` and splits it at each `separator`, in one pass.
   *
   * Lines end with LF or CRLF; the last one may end with the source.
   *
   * @returns where the next line begins
   */
  read(from: number, separator: number): number {
    const { bytes } = this;
    const bounds = this.#bounds;
    let fields = 1;
    let at = from;
    bounds[0] = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === LINE_FEED) break;
      if (byte !== separator) continue;
      if (fields <= FIELDS_KEPT) bounds[fields] = at + 1;
      fields++;
    }
    const next = at + 1;
    if (at > from && bytes[at - 1] === CARRIAGE_RETURN) at--;
    if (fields <= FIELDS_KEPT) bounds[fields] = at + 1;
    this.start = from;
    this.end = at;
    this.fields = fields;
    this.name = undefined;
    this.refusal = undefined;
    return next;
  }

  /** A blank line or a comment. */
  get isEmpty(): boolean {
    return this.start === this.end || this.bytes[this.start] === NUMBER_SIGN;
  }

  /** Offset of field `index`, 0 ≤ index ≤ 67. */
  fieldStart(index: number): number {
    return this.#bounds[index];
  }

  /** Offset behind field `index`. */
  fieldEnd(index: number): number {
    return this.#bounds[index + 1] - 1;
  }

  /** Whether the line has min … max fields; refuses it otherwise. */
  hasFields(min: number, max: number, form: string): boolean {
    if (this.fields >= min && this.fields <= max) return true;
    const at = this.fields < min ? this.end : this.fieldStart(max);
    this.refuse('malformed', at, `line: expected ${form}, got ${this.fields} field${this.fields === 1 ? '' : 's'}`);
    return false;
  }

  /** Notes why the line is refused. */
  refuse(reason: SkipReason, at: number, message: string): undefined {
    this.refusal = { reason, at, message };
    return undefined;
  }

  /** The bytes [start, end) for a message: cut short, and nothing in it that a terminal would obey. */
  quote(start: number, end: number): string {
    if (start >= end) return 'nothing';
    let text = '';
    for (let at = start; at < end && at < start + QUOTED_BYTES; at++) text += printable(this.bytes[at]);
    return `"${text}${end - start > QUOTED_BYTES ? '…' : ''}"`;
  }
}

function printable(byte: number): string {
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
