/**
 * The value of an attribute, as far as it says something: the address of a link, and whether it is one of `data:`.
 */

/** Longest address that is kept. */
const VALUE_BYTES = 1024;
const NONE: readonly number[] = [];
const DATA = [0x64, 0x61, 0x74, 0x61];

export class HtmlValue {
  /** Quotation mark that ends it, 0 for none. */
  quote = 0;
  /** White space or `>` came in its quotes: from there on it is read as one without, and its last byte is taken for the quotation mark. */
  #isInterrupted = false;
  #bytes: number[] = [];
  /** Up to three bytes from 0x80 on: they wait for what follows, if need be in the next value. */
  #wide: number[] = [];

  begin(quote: number): void {
    this.quote = quote;
    this.#isInterrupted = false;
    this.#bytes = [];
  }

  push(byte: number): void {
    if (this.#bytes.length < VALUE_BYTES) this.#bytes.push(byte);
  }

  /** A byte from 0x80 on. @returns those that are written now */
  addWide(byte: number): readonly number[] {
    const written = this.#wide.length === 3 ? this.takeWide() : NONE;
    this.#wide.push(byte);
    return written;
  }

  /** Before any other byte. @returns those that are written now */
  takeWide(): readonly number[] {
    if (this.#wide.length === 0) return NONE;
    const written = this.#wide;
    this.#wide = [];
    for (const byte of written) this.push(byte);
    return written;
  }

  /** Says whether white space or `>` ends it; where it does not, the next one will. */
  isEndedBySpace(): boolean {
    if (this.quote === 0) return true;
    this.#isInterrupted = true;
    this.quote = 0;
    return false;
  }

  isData(): boolean {
    return this.#bytes.length === DATA.length && DATA.every((byte, i) => byte === this.#bytes[i]);
  }

  bytes(): readonly number[] {
    return this.#isInterrupted ? this.#bytes.slice(0, -1) : this.#bytes;
  }
}
