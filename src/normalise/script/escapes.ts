/**
 * Escapes of string literals (`\n`, `\x41`, `\u0041`) and of `unescape()` (`%41`, `%u0041`), with the answers of clamscan for broken ones.
 *
 * Both work in place: what is written is never longer than what was read.
 */

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const SMALL_U = 0x75;
const SMALL_X = 0x78;

/** What a backslash and this letter stand for; every other character stands for itself. NUL cannot be in a text and becomes 1. */
const LETTERS: ReadonlyMap<number, number> = new Map([
  [0x30, 1],
  [0x62, 8],
  [0x66, 12],
  [0x6e, 10],
  [0x72, 13],
  [0x74, 9],
  [0x76, 11],
]);

/** Decodes the escapes of a string literal in bytes[start, end), in place. @returns the new end */
export function decodeLiteral(bytes: Uint8Array, start: number, end: number): number {
  // Not beyond the end: what lies behind may be as long as all that was read.
  let to = start;
  while (to < end && bytes[to] !== BACKSLASH) to++;
  if (to === end) return end;
  let at = to;
  while (at < end) {
    const byte = bytes[at++]!;
    if (byte !== BACKSLASH || at === end) {
      bytes[to++] = byte;
      continue;
    }
    const letter = bytes[at++]!;
    if (letter === SMALL_X) {
      if (end - at < 2) {
        // Too short: the backslash stays, the rest is lost.
        bytes[to++] = BACKSLASH;
        break;
      }
      bytes[to++] = loose(bytes, at, 2) & 0xff || 1;
      at += 2;
    } else if (letter === SMALL_U) {
      if (end - at < 4) {
        bytes[to++] = BACKSLASH;
        continue;
      }
      to = writeUtf8(bytes, to, loose(bytes, at, 4) & 0xffff);
      at += 4;
    } else {
      bytes[to++] = LETTERS.get(letter) ?? letter;
    }
  }
  return to;
}

/** Decodes `%xx` and `%uxxxx` in bytes[start, end), in place; what is no escape stays. @returns the new end */
export function decodePercent(bytes: Uint8Array, start: number, end: number): number {
  let to = start;
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte === PERCENT) {
      const isLong = bytes[at + 1] === SMALL_U && at + 1 < end;
      const first = at + (isLong ? 2 : 1);
      const length = isLong ? 4 : 2;
      const value = first + length <= end ? strict(bytes, first, length) : -1;
      if (value >= 0) {
        if (isLong) to = writeUtf8(bytes, to, value);
        else bytes[to++] = value || 1;
        at = first + length;
        continue;
      }
    }
    bytes[to++] = byte;
    at++;
  }
  return to;
}

/** A wrong digit counts as 0, the last one makes every bit a one. */
function loose(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let digit = 0; digit < length; digit++) {
    const next = hexDigit(bytes[at + digit]!);
    value = digit === length - 1 ? (value << 4) | next : (value << 4) | Math.max(next, 0);
  }
  return value;
}

function strict(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let digit = 0; digit < length; digit++) {
    const next = hexDigit(bytes[at + digit]!);
    if (next < 0) return -1;
    value = (value << 4) | next;
  }
  return value;
}

/** @returns 0…15; -1 when the byte is no hexadecimal digit */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Writes a code unit, 0…0xffff; a surrogate is written alone, as it is found. @returns the new end */
function writeUtf8(bytes: Uint8Array, to: number, unit: number): number {
  if (unit < 0x80) {
    bytes[to++] = unit || 1;
  } else if (unit < 0x800) {
    bytes[to++] = 0xc0 | (unit >> 6);
    bytes[to++] = 0x80 | (unit & 0x3f);
  } else {
    bytes[to++] = 0xe0 | (unit >> 12);
    bytes[to++] = 0x80 | ((unit >> 6) & 0x3f);
    bytes[to++] = 0x80 | (unit & 0x3f);
  }
  return to;
}
