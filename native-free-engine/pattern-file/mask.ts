/**
 * The mask over a payload: no secret; it keeps other scanners from finding in our files what they look for.
 *
 * Byte i is XORed with (167 · i + 13 · (i mod 251) + 0x5a) mod 256. The period is 256 · 251: no run of equal bytes stays one.
 */

const PERIOD = 256 * 251;
const NO_WORDS = new Uint32Array(0);
const MASK = Uint8Array.from({ length: PERIOD }, (_, i) => (i * 167 + (i % 251) * 13 + 0x5a) & 0xff);

/** Of the whole mask, four bytes at a time: its period is a multiple of four. */
const MASK_WORDS = new Uint32Array(MASK.buffer);

/** A masked copy, also of a Buffer, whose `slice` would be a view; masking it again gives the bytes back. */
export function masked(bytes: Uint8Array): Uint8Array {
  return maskInPlace(new Uint8Array(bytes));
}

/** Masks, or unmasks, the bytes themselves. @returns the same bytes */
export function maskInPlace(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  // A view of words must begin at a multiple of four; what does not, which is rare, goes byte by byte.
  const words = bytes.byteOffset % 4 === 0 ? new Uint32Array(bytes.buffer, bytes.byteOffset, length >>> 2) : NO_WORDS;
  const period = PERIOD / 4;
  for (let start = 0; start < words.length; start += period) {
    const end = Math.min(start + period, words.length);
    for (let at = start; at < end; at++) words[at] = words[at]! ^ MASK_WORDS[at - start]!;
  }
  for (let at = words.length * 4; at < length; at++) bytes[at] = bytes[at]! ^ MASK[at % PERIOD]!;
  return bytes;
}
