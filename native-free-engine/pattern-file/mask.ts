/**
 * The mask over a payload: no secret; it keeps other scanners from finding in our files what they look for.
 *
 * Byte i is XORed with (167 · i + 13 · (i mod 251) + 0x5a) mod 256. The period is 256 · 251: no run of equal bytes stays one.
 */

const PERIOD = 256 * 251;
const MASK = Uint8Array.from({ length: PERIOD }, (_, i) => (i * 167 + (i % 251) * 13 + 0x5a) & 0xff);

/** A masked copy; masking it again gives the bytes back. */
export function masked(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += PERIOD) {
    const end = Math.min(start + PERIOD, bytes.length);
    for (let at = start; at < end; at++) result[at] = bytes[at]! ^ MASK[at - start]!;
  }
  return result;
}
