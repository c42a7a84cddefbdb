/**
 * What lies between the patterns, and must not matter: zeros, noise or letters.
 *
 * Control characters are strewn in, the first ones at the start, so that the object is no text: ClamAV searches text, UTF-16 too, and HTML in a normalised
 * form (of HTML nothing else), which is not done here yet.
 */
import type { Random } from './random.ts';

/** Bytes that no text has, UTF-16 of neither order. */
const NO_TEXT = Uint8Array.of(0, 1, 1, 0);
/** Free bytes at the start of an object, where types are told by. */
export const START_BYTES = 16;
/** Noise repeats after this many bytes. */
const PERIOD_BYTES = 65_537;

export function fillerOf(size: number, random: Random): Uint8Array {
  const bytes = new Uint8Array(size);
  const kind = random.below(3);
  if (kind > 0) {
    const period =
      kind === 1 ? random.bytes(Math.min(size, PERIOD_BYTES)) : letters(Math.min(size, PERIOD_BYTES), random);
    for (let at = 0; at < size; at += PERIOD_BYTES) bytes.set(period.subarray(0, size - at), at);
  }
  for (let at = 0; at < size; at += 8) bytes.set(NO_TEXT.subarray(0, size - at), at);
  return bytes;
}

/** Lines of small letters: text. */
export function lettersOf(size: number, random: Random): Uint8Array {
  const bytes = letters(size, random);
  for (let at = 31; at < size; at += 32) bytes[at] = 0x0a;
  return bytes;
}

function letters(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => 97 + random.below(26));
}
