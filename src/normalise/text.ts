/**
 * Text normalisation: text as signatures for target 7 expect it.
 *
 * Letters become small, runs of white space one space, and what is no printable ASCII goes: control characters, all from 0x80 on, and with the
 * NUL bytes the difference between ASCII and UTF-16. Asked of `sigtool --ascii-normalise` byte by byte; test/real/normalise-text.test.ts asks again.
 */

const SPACE = 0x20;

/** What comes of each byte; 0 for nothing. */
const BECOMES: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === SPACE || (byte >= 0x09 && byte <= 0x0d)) return SPACE;
  if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20;
  // DEL stays: clamscan's table has it among the printable ones.
  return byte > SPACE && byte <= 0x7f ? byte : 0;
});

/** Normalises one text block by block; how it is cut does not change what comes out. */
export class TextNormaliser {
  #last = 0;

  /**
   * @param block next bytes of the text; not kept
   * @param into  at least as long as `block`, may be the same memory
   * @returns number of bytes written, 0 … block.length
   */
  add(block: Uint8Array, into: Uint8Array): number {
    let written = 0;
    let last = this.#last;
    for (let i = 0; i < block.length; i += 1) {
      const byte = BECOMES[block[i]];
      if (byte === 0 || (byte === SPACE && last === SPACE)) continue;
      into[written] = byte;
      written += 1;
      last = byte;
    }
    this.#last = last;
    return written;
  }
}

/** @returns the whole text normalised, at most as long as it is */
export function normaliseText(bytes: Uint8Array): Uint8Array {
  const into = new Uint8Array(bytes.length);
  return into.subarray(0, new TextNormaliser().add(bytes, into));
}
