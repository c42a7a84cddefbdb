/**
 * Text normalisation: text as signatures for target 7 expect it.
 *
 * Letters become small, runs of white space one space, and what is no printable ASCII goes: control characters, all from 0x80 on, and with the
 * NUL bytes the difference between ASCII and UTF-16. Asked of `sigtool --ascii-normalise` byte by byte; test/real/normalise-text.test.ts asks again.
 */

const SPACE = 0x20;

/** Set in a step whose byte is written. */
const WRITTEN_BIT = 7;
/** Set in a step when the last byte written is a space then, and in the index of a step when it was one before. */
const BEHIND_SPACE = 256;

/** What comes of a byte; 0 for nothing. */
function becomes(byte: number): number {
  if (byte === SPACE || (byte >= 0x09 && byte <= 0x0d)) return SPACE;
  if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20;
  // DEL stays: clamscan's table has it among the printable ones.
  return byte > SPACE && byte <= 0x7f ? byte : 0;
}

/**
 * By byte, and again by byte behind a space: what becomes of it in the low seven bits, and the two bits above. Compressed data comes here too
 * (it passes for UTF-16), and there a branch per byte that nobody can foresee costs half of the speed.
 */
const STEPS: Uint16Array = Uint16Array.from({ length: 2 * 256 }, (_, index) => {
  const before = index & BEHIND_SPACE;
  const byte = becomes(index & 0xff);
  if (byte === 0 || (byte === SPACE && before !== 0)) return byte | before;
  return byte | (1 << WRITTEN_BIT) | (byte === SPACE ? BEHIND_SPACE : 0);
});

/** Normalises one text block by block; how it is cut does not change what comes out. */
export class TextNormaliser {
  #behind = 0;

  /**
   * @param block next bytes of the text; not kept
   * @param into  at least as long as `block`, may be the same memory; undefined behind what is written
   * @returns number of bytes written, 0 … block.length
   */
  add(block: Uint8Array, into: Uint8Array): number {
    let written = 0;
    let behind = this.#behind;
    for (let i = 0; i < block.length; i += 1) {
      const step = STEPS[behind | block[i]];
      // Written in any case; what does not stay is overwritten by the next.
      into[written] = step & 0x7f;
      written += (step >> WRITTEN_BIT) & 1;
      behind = step & BEHIND_SPACE;
    }
    this.#behind = behind;
    return written;
  }
}

/** @returns the whole text normalised, at most as long as it is */
export function normaliseText(bytes: Uint8Array): Uint8Array {
  const into = new Uint8Array(bytes.length);
  return into.subarray(0, new TextNormaliser().add(bytes, into));
}
