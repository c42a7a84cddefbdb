/** The small parts that lines of all formats have: numbers, names, digests. */
import { SIGNATURE_LIMITS } from '../../../native-free-engine/index.ts';
import type { ByteArena } from './arena.ts';
import type { Line } from './line.ts';

/** Value of a hexadecimal digit in either case; `WILDCARD` for a question mark, `NO_DIGIT` for all else. */
export const DIGIT_VALUE = digitValues();
/** In `DIGIT_VALUE`: a question mark. The one value with just this bit set. */
export const WILDCARD = 0x10;
/** In `DIGIT_VALUE`: neither a digit nor a question mark. */
export const NO_DIGIT = 0x20;

function digitValues(): Uint8Array {
  const values = new Uint8Array(256).fill(0x20);
  for (let digit = 0; digit < 16; digit++) {
    const text = digit.toString(16);
    values[text.charCodeAt(0)] = digit;
    values[text.toUpperCase().charCodeAt(0)] = digit;
  }
  values[0x3f] = 0x10;
  return values;
}

/**
 * The decimal number in bytes [start, end).
 *
 * Digits only: "+5", " 5" and "0x5" are what C's conversions would take, and what nobody means.
 *
 * @returns 0 … 2^53−1, or −1 when it is no such number
 */
export function readDecimal(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
    if (value > Number.MAX_SAFE_INTEGER) return -1;
  }
  return value;
}

// ClamAV's names are ASCII; other makers write UTF-8, and now and then Latin-1. A decoded name is a string of its own, where a slice of the source's text would keep
// all 14 MB of it alive.
const NAME_DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
/** What a decoder makes of bytes that are no UTF-8. */
const REPLACEMENT_CHARACTER = '\ufffd';

/**
 * The name of a signature, from bytes [start, end).
 *
 * @returns the name, also noted as the line's; undefined when the line is refused
 */
export function readName(line: Line, start: number, end: number): string | undefined {
  if (start >= end) return line.refuse('malformed', start, 'name: expected one, got nothing');
  // A UTF-16 code unit takes three bytes at most.
  if (end - start > 3 * SIGNATURE_LIMITS.nameLength) return refuseLongName(line, start);
  let ascii = true;
  for (let at = start; at < end; at++) {
    const byte = line.bytes[at];
    if (byte < 0x20 || byte === 0x7f) {
      return line.refuse('malformed', at, `name: expected no control characters, got ${line.quote(at, at + 1)}`);
    }
    if (byte > 0x7f) ascii = false;
  }
  const text = line.bytes.subarray(start, end);
  const name = ascii ? NAME_DECODER.decode(text) : decodeForeign(text);
  if (name === undefined) return line.refuse('malformed', start, 'name: expected no control characters');
  if (name.length > SIGNATURE_LIMITS.nameLength) return refuseLongName(line, start);
  line.name = name;
  return name;
}

function refuseLongName(line: Line, at: number): undefined {
  return line.refuse('limit', at, `name: expected at most nameLength = ${SIGNATURE_LIMITS.nameLength} characters`);
}

function decodeForeign(text: Uint8Array): string | undefined {
  // Not a fatal decoder: for a hostile source it would throw at each line, 3,200 ns against 70 (Node 24.21, two shared cores, 2026-11).
  const utf8 = NAME_DECODER.decode(text);
  const name = utf8.includes(REPLACEMENT_CHARACTER) ? String.fromCharCode(...text) : utf8;
  return /[\x80-\x9f]/.test(name) ? undefined : name;
}

/**
 * The digest in bytes [start, end), two digits a byte.
 *
 * @returns undefined when it is not all digits; the length is the caller's business
 */
export function readDigest(bytes: Uint8Array, start: number, end: number, arena: ByteArena): Uint8Array | undefined {
  const digest = arena.take((end - start) >> 1);
  let at = start;
  for (let index = 0; index < digest.length; index++, at += 2) {
    const high = DIGIT_VALUE[bytes[at]];
    const low = DIGIT_VALUE[bytes[at + 1]];
    if ((high | low) >= WILDCARD) return undefined;
    digest[index] = (high << 4) | low;
  }
  return digest;
}
