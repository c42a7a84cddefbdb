/** Sets of bytes: a bitmap of eight words. A set is never changed once it is made, so that sets can be shared. */

export type ByteSet = Uint32Array;

/** The bytes of closed ranges, given as pairs: `ofRanges(0x30, 0x39)` are the digits. */
export function ofRanges(...ends: readonly number[]): ByteSet {
  const set = new Uint32Array(8);
  for (let i = 0; i < ends.length; i += 2) {
    for (let byte = ends[i]!; byte <= ends[i + 1]!; byte++) set[byte >>> 5]! |= 1 << (byte & 31);
  }
  return set;
}

const SINGLES: ByteSet[] = [];

/** The set of one byte. */
export function single(byte: number): ByteSet {
  SINGLES[byte] ??= ofRanges(byte, byte);
  return SINGLES[byte];
}

export function hasByte(set: ByteSet, byte: number): boolean {
  return ((set[byte >>> 5]! >>> (byte & 31)) & 1) !== 0;
}

export function unite(sets: readonly ByteSet[]): ByteSet {
  const result = new Uint32Array(8);
  for (const set of sets) for (let i = 0; i < 8; i++) result[i]! |= set[i]!;
  return result;
}

export function complement(set: ByteSet): ByteSet {
  return set.map((word) => ~word);
}

export function areDisjoint(a: ByteSet, b: ByteSet): boolean {
  return a.every((word, i) => (word & b[i]!) === 0);
}

export function isEmpty(set: ByteSet): boolean {
  return set.every((word) => word === 0);
}

/** Adds the other case of every ASCII letter: PCRE2's built-in tables know no other letters. */
export function withBothCases(set: ByteSet): ByteSet {
  // Letters are bits 1 … 26 of word 2 (upper case) and of word 3 (lower case).
  const letters = (set[2]! | set[3]!) & 0x07fffffe;
  const result = set.slice();
  result[2]! |= letters;
  result[3]! |= letters;
  return result;
}

/** The members, ascending. */
export function bytesOf(set: ByteSet): number[] {
  const bytes: number[] = [];
  for (let byte = 0; byte < 256; byte++) if (hasByte(set, byte)) bytes.push(byte);
  return bytes;
}

/** A text that equal sets have in common. */
export function keyOf(set: ByteSet): string {
  return set.join();
}
