/**
 * The value of an attribute, as far as it says something: the address of a link, and whether it is one of `data:`.
 */

/** Longest address that is kept. */
const VALUE_BYTES = 1024;
const DATA = [0x64, 0x61, 0x74, 0x61];

export class HtmlValue {
  /** Quotation mark around it, 0 for none. */
  quote = 0;
  isInterrupted = false;
  #isCut = false;
  #bytes: number[] = [];

  begin(quote: number): void {
    this.quote = quote;
    this.isInterrupted = false;
    this.#isCut = false;
    this.#bytes = [];
  }

  push(byte: number): void {
    if (this.#bytes.length < VALUE_BYTES) this.#bytes.push(byte);
  }

  /** Says whether white space or `>` ends it, and remembers that there was one. */
  isEndedBy(): boolean {
    if (this.quote === 0) return true;
    if (this.isInterrupted) {
      this.#isCut = true;
      return true;
    }
    this.isInterrupted = true;
    return false;
  }

  isData(): boolean {
    return this.#bytes.length === DATA.length && DATA.every((byte, i) => byte === this.#bytes[i]);
  }

  /** @returns the value; without its last byte when it ended inside its quotes */
  bytes(): readonly number[] {
    return this.#isCut ? this.#bytes.slice(0, -1) : this.#bytes;
  }
}
