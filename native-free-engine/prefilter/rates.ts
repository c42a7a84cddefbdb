/**
 * How common single bytes are in binaries: for what the byte-gram model cannot tell, since fewer than four bytes in a row are known.
 *
 * NUL and 0xff come in runs, so a run of one byte counts once. The bytes below are what x86 code, text and UTF-16 are full of; measured on the
 * model's training set, rounded up.
 */

const COMMON = new Float64Array(256).fill(1 / 200);
for (const byte of [
  0x48, 0x89, 0x8b, 0x24, 0x44, 0x45, 0xe8, 0x83, 0x0f, 0x01, 0x20, 0x65, 0x74, 0x10, 0x04, 0x08, 0x02, 0x4c, 0x8d,
  0xc0,
])
  COMMON[byte] = 1 / 60;
COMMON[0x00] = 0.25;
COMMON[0xff] = 0.06;

/** Rate of one byte, unfolded. */
export function byteRate(byte: number): number {
  return COMMON[byte]!;
}

/** Rate of neighbouring positions, each given by the bytes that it can be. */
export function looseRate(options: readonly (readonly number[])[]): number {
  let rate = 1;
  options.forEach((bytes, i) => {
    const before = options[i - 1];
    const run = bytes.length === 1 && before?.length === 1 && before[0] === bytes[0];
    if (!run)
      rate *= Math.min(
        1,
        bytes.reduce((sum, byte) => sum + COMMON[byte]!, 0),
      );
  });
  return rate;
}
