/** What an attacker gives a scanner: pieces that look like many beginnings. */

/** Bytes as digits of a pattern. */
export const digits = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** `piece` again and again, to `size` bytes. */
export function repeat(piece: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += piece.length) bytes.set(piece.subarray(0, size - at), at);
  return bytes;
}

/** Every sequence of n letters once: no place looks like another, and each looks like many beginnings. */
export function deBruijn(letters: readonly number[], n: number): Uint8Array {
  const sequence: number[] = [];
  const a = new Uint8Array(letters.length * n);
  const extend = (t: number, p: number): void => {
    if (t > n) {
      if (n % p === 0) for (let j = 1; j <= p; j++) sequence.push(letters[a[j]!]!);
      return;
    }
    a[t] = a[t - p]!;
    extend(t + 1, p);
    for (let j = a[t - p]! + 1; j < letters.length; j++) {
      a[t] = j;
      extend(t + 1, t);
    }
  };
  extend(1, 1);
  return Uint8Array.from(sequence);
}
