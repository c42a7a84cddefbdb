/**
 * The blocks in which clamscan's HTML reader takes a page. They show: it loses white space that begins one, and a comment `//` of a script ends with
 * its block.
 */

/** Most bytes of a block. */
const BLOCK_BYTES = 8191;

/** True for the six characters that C calls white space. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/**
 * Cuts what it gets, in whatever pieces, after 8,191 bytes when white space follows, else behind the last white space in them that is not the first
 * byte. Drops NUL bytes, and white space that begins a block.
 */
export class HtmlBlocks {
  readonly #bytes = new Uint8Array(BLOCK_BYTES);
  readonly #take: (block: Uint8Array) => void;
  #length = 0;

  /** @param take gets each block; it is valid during the call only */
  constructor(take: (block: Uint8Array) => void) {
    this.#take = take;
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      // Full, and there is more: now it is known that the page goes on.
      if (this.#length === BLOCK_BYTES) this.#cut(bytes[at]);
      const part = bytes.subarray(at, at + BLOCK_BYTES - this.#length);
      this.#bytes.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
    }
  }

  finish(): void {
    this.#pass(this.#length);
    this.#length = 0;
  }

  /** At most every other cut leaves more than half of the block behind, so the copies stay linear. */
  #cut(next: number): void {
    let end = this.#length;
    if (!isSpace(next)) while (end > 1 && !isSpace(this.#bytes[end - 1])) end--;
    if (end === 1) end = this.#length;
    this.#pass(end);
    this.#bytes.copyWithin(0, end, this.#length);
    this.#length -= end;
  }

  #pass(end: number): void {
    let start = 0;
    while (start < end && isSpace(this.#bytes[start])) start++;
    const block = this.#bytes.subarray(start, end);
    this.#take(block.includes(0) ? block.filter((byte) => byte !== 0) : block);
  }
}
