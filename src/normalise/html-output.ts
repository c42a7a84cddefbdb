/**
 * The texts that come of a page, written block by block.
 */

const BLOCK_BYTES = 32 * 1024;
const SPACE = 0x20;

export type Sink = (block: Uint8Array) => void;

/** Letters of ASCII become small; everything else stays. */
export function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** Gathers bytes, and hands them on a block at a time. */
export class Output {
  readonly #sink: Sink;
  #block = new Uint8Array(BLOCK_BYTES);
  #length = 0;

  /** @param sink gets blocks that are its own */
  constructor(sink: Sink) {
    this.#sink = sink;
  }

  put(byte: number): void {
    if (this.#length === BLOCK_BYTES) this.finish();
    this.#block[this.#length++] = byte;
  }

  finish(): void {
    if (this.#length === 0) return;
    this.#sink(this.#block.slice(0, this.#length));
    this.#length = 0;
  }
}

/** The text of a page without its tags: never two spaces in a row, but where a link or a character beyond ASCII is between. */
export class TextOutput extends Output {
  #last = 0;

  space(): void {
    if (this.#last === SPACE) return;
    this.#last = SPACE;
    this.put(SPACE);
  }

  /** Control characters are written as spaces. */
  character(byte: number): void {
    if (byte < SPACE) {
      this.space();
      return;
    }
    this.#last = lower(byte);
    this.put(this.#last);
  }

  /** The address of a link, in its own case, and a space. */
  link(address: readonly number[]): void {
    for (const byte of address) this.put(byte);
    this.put(SPACE);
    this.#last = SPACE;
  }
}
