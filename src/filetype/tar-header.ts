/**
 * Is this a tar header?
 *
 * Source: POSIX.1-2017, pax, "ustar Interchange Format". Old tar files have no magic number, only the checksum.
 */
export const TAR_BLOCK_BYTES = 512;

/** @param head at least one block, or the answer is false */
export function isTarHeader(head: Uint8Array): boolean {
  if (head.length < TAR_BLOCK_BYTES) return false;
  // 257  magic
  const hasMagic = String.fromCharCode(...head.subarray(257, 262)) === 'ustar';
  // An old header starts with a name; without this, a block of zeros with a zero checksum would do.
  return hasMagic || (head[0] !== 0 && hasTarChecksum(head));
}

/** Compares the checksum of the block's header with the one that is written in it. */
export function hasTarChecksum(block: Uint8Array): boolean {
  // 148  checksum, octal digits: the sum of all bytes with these eight taken as spaces
  const written = parseOctal(block.subarray(148, 156));
  if (written === undefined) return false;
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let i = 0; i < TAR_BLOCK_BYTES; i += 1) {
    if (i >= 148 && i < 156) continue;
    unsigned += block[i];
    signed += (block[i] << 24) >> 24; // some old writers summed signed bytes
  }
  return written === unsigned || written === signed;
}

/** Octal digits between spaces and NULs, as tar headers have them; undefined when there is anything else, or no digit. */
export function parseOctal(field: Uint8Array): number | undefined {
  const text = String.fromCharCode(...field)
    .replace(/\0.*$/s, '')
    .trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}
