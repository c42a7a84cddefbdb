/**
 * JScript.Encode and VBScript.Encode: scripts that are written in one of three alphabets at a time.
 *
 * ```
 * #@~^ length of 6 characters, 2 more   text   checksum of 8 characters, 4 more (^#~@)
 * ```
 * The algorithm is public; the alphabets and what becomes of malformed input are those that `sigtool --html-normalise` shows. The length counts the
 * characters of the text but not line ends; the checksum is not looked at.
 */

import { ENCODED_START } from '../filetype/html-marks.ts';

/** What the characters 0x20 … 0x7f stand for, by alphabet. */
const ALPHABETS = [
  '20!)[83=X:5e9\\VsfNEkbYx^}Jmq<`>S@B\'Hru17MR"TjGd- \x7f.L]~loytC&v%$+(#A4\t*D?w;UiacPgQIOFh|6pnz/_KZ,W',
  '.GzVBj/&IA42[vrC89pEhqO\tbD#u<~>^@wJa]"KoN;LPg*}tT+-,0nkf5%!dMRc?{x)(sY3\x7fmUS|:_eFX1ilZH\'\\=$y7`Q 6',
  '-uR`q^I\\b})6 |z\x7fkc3+hQfv1dTC<:>~@E,*t\'7DyY/o&rj9{?8wgSG4x]0#Z[lHUpi.L!$NP\tVs5aKX;W"mM%(FJ2A=_OBe',
];
/** What a tabulator stands for, by alphabet. */
const TABULATORS = '{Wn';
/** Which alphabet is used at which place, modulo 64. */
const ORDER = '1201202002021020102011200210200211020201011201021020112001120102';
/** What stands behind `@`, and for what. */
const ESCAPES = new Map(Array.from('#&!*$', (character, i) => [character.charCodeAt(0), '\r\n<>@'.charCodeAt(i)]));
/** What any other character behind `@` stands for. */
const UNKNOWN_ESCAPE = 0xff;

const TABLES: readonly Uint8Array[] = ALPHABETS.map((alphabet, number) => {
  const table = Uint8Array.from({ length: 128 }, (_, byte) => (byte < 0x20 ? byte : alphabet.charCodeAt(byte - 0x20)));
  table[0x09] = TABULATORS.charCodeAt(number);
  return table;
});
const TABLE_AT: readonly Uint8Array[] = Array.from(ORDER, (digit) => TABLES[Number(digit)]);

const LENGTH_CHARACTERS = 8;
/** Checksum and `^#~@`. */
const TAIL_CHARACTERS = 12;
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** @returns where the mark begins, −1 when it is not there */
export function markIn(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(ENCODED_START, 0, 'latin1');
}

/** Bytes of the mark. */
export const MARK_BYTES = ENCODED_START.length;

/** Decodes what follows a mark block by block; NUL bytes are to be gone already. */
export class ScriptDecoder {
  #state: 'length' | 'text' | 'escape' | 'pair' | 'tail' | 'over' = 'length';
  #head = '';
  /** Characters of the text that are left. */
  #left = 0;
  #place = 0;
  readonly #tail: number[] = [];

  /** True when all that follows is no part of the encoded text any more. */
  get isOver(): boolean {
    return this.#state === 'over';
  }

  /**
   * @param bytes next bytes; not kept
   * @returns what they stand for, at most as many; those behind the end as they are
   */
  add(bytes: Uint8Array): Uint8Array {
    const decoded = new Uint8Array(bytes.length);
    let length = 0;
    for (let i = 0; i < bytes.length; i++) {
      if (this.#state === 'over') {
        decoded.set(bytes.subarray(i), length);
        return decoded.subarray(0, length + bytes.length - i);
      }
      const byte = this.#step(bytes[i]);
      if (byte >= 0) decoded[length++] = byte;
    }
    return decoded.subarray(0, length);
  }

  /** @returns what an escape stands for that nothing follows, or the length or the checksum when it is cut: that is taken for text */
  finish(): Uint8Array {
    if (this.#state === 'length') return Buffer.from(this.#head, 'latin1');
    if (this.#state === 'escape') return Uint8Array.of(UNKNOWN_ESCAPE);
    return Uint8Array.from(this.#state === 'tail' ? this.#tail : []);
  }

  /** @returns what the byte stands for, −1 for nothing */
  #step(byte: number): number {
    switch (this.#state) {
      case 'length':
        this.#head += String.fromCharCode(byte);
        if (this.#head.length === LENGTH_CHARACTERS) this.#begin(lengthOf(this.#head));
        return -1;
      case 'text':
        return this.#decode(byte);
      case 'escape':
        this.#place++;
        this.#spend();
        return ESCAPES.get(byte) ?? UNKNOWN_ESCAPE;
      case 'pair':
        this.#spend();
        return byte;
      case 'tail':
      case 'over':
        this.#tail.push(byte);
        if (this.#tail.length === TAIL_CHARACTERS) this.#state = 'over';
        return -1;
    }
  }

  #begin(length: number): void {
    this.#left = length;
    this.#state = length === 0 ? 'tail' : 'text';
  }

  #decode(byte: number): number {
    if (byte === 0x0a || byte === 0x0d) return -1;
    if (byte >= 0x80) {
      // The first of the two bytes of a character of East Asia: both are as they are, and count once.
      this.#state = 'pair';
      return byte;
    }
    if (byte === 0x40) {
      this.#state = 'escape';
      this.#left--;
      return -1;
    }
    const decoded = TABLE_AT[this.#place++ % TABLE_AT.length][byte];
    this.#spend();
    return decoded;
  }

  #spend(): void {
    this.#left--;
    this.#state = this.#left > 0 ? 'text' : 'tail';
  }
}

/** Little-endian in base64; other characters count as ones that have all bits set. */
function lengthOf(characters: string): number {
  const [a, b, c, d, e, f] = Array.from(characters, (character) => BASE64.indexOf(character) & 0x3f);
  const bytes = [(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d, (e << 2) | (f >> 4)];
  return bytes.reduce((sum, byte, i) => sum + byte * 256 ** i, 0);
}
