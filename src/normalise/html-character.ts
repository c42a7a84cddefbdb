/**
 * Character references of HTML: what lies between `&` and `;`.
 */
import { codePointOf } from './html-entities.ts';
import { lower } from './html-output.ts';

const AMPERSAND = 0x26;
const HASH = 0x23;
const SEMICOLON = 0x3b;
/** Code points from here on are written as `&#x00ff;`. */
const FIRST_ESCAPED = 0xff;
/** Longest name that is kept: longer than any there is. */
const NAME_CHARACTERS = 1024;

/** What came of a reference. */
export interface Reference {
  readonly text: readonly number[];
  /** The same for the address of a link. */
  readonly value: readonly number[];
  /** False when the byte that ended it does not belong to it. */
  readonly isTaken: boolean;
}

/** Reads one reference byte by byte. */
export class HtmlCharacter {
  #kind: 'start' | 'name' | 'decimal' | 'hexadecimal' = 'start';
  #name: number[] = [];
  #number = 0;

  begin(): void {
    this.#kind = 'start';
    this.#name = [];
    this.#number = 0;
  }

  /** @returns undefined while it goes on */
  add(byte: number): Reference | undefined {
    if (this.#kind === 'start' && byte === HASH) {
      this.#kind = 'decimal';
      return undefined;
    }
    if (this.#kind === 'start') this.#kind = 'name';
    return this.#kind === 'name' ? this.#addToName(byte) : this.#addToNumber(byte);
  }

  /** @returns what is written when the page ends inside it */
  atEnd(): readonly number[] {
    if (this.#kind !== 'name') return [];
    return this.#known() ?? [AMPERSAND, ...this.#name.map(lower)];
  }

  #addToName(byte: number): Reference | undefined {
    if (isNameCharacter(byte) && this.#name.length < NAME_CHARACTERS) {
      this.#name.push(byte);
      return undefined;
    }
    const isTaken = byte === SEMICOLON;
    const known = isTaken ? this.#known() : undefined;
    const text = known ?? [AMPERSAND, ...this.#name.map(lower), ...(isTaken ? [SEMICOLON] : [])];
    return { text, value: text, isTaken };
  }

  #known(): readonly number[] | undefined {
    const codePoint = codePointOf(String.fromCharCode(...this.#name));
    if (codePoint === undefined) return undefined;
    return codePoint < FIRST_ESCAPED ? [codePoint] : escaped(codePoint);
  }

  #addToNumber(byte: number): Reference | undefined {
    // Behind zeros as well.
    if (this.#number === 0 && lower(byte) === 0x78) {
      this.#kind = 'hexadecimal';
      return undefined;
    }
    const base = this.#kind === 'decimal' ? 10 : 16;
    const digit = Number.parseInt(String.fromCharCode(byte), base);
    if (!Number.isNaN(digit)) {
      // 32 bits, whatever overflows.
      this.#number = (Math.imul(this.#number, base) + digit) | 0;
      return undefined;
    }
    const low = this.#number & 0xff;
    if (byte !== SEMICOLON) return { text: [low], value: [], isTaken: false };
    return { text: numbered(this.#number), value: [low], isTaken: true };
  }
}

function numbered(codePoint: number): readonly number[] {
  if (codePoint >= 0 && codePoint < FIRST_ESCAPED) return [lower(codePoint)];
  const wide = codePoint & 0xffff;
  if (wide === 0) return [];
  return wide < FIRST_ESCAPED ? [wide] : escaped(wide);
}

function escaped(codePoint: number): readonly number[] {
  const text = `&#x${codePoint.toString(16).padStart(4, '0')};`;
  return Array.from(text, (character) => character.charCodeAt(0));
}

function isNameCharacter(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x3a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x5f ||
    byte === 0x2d
  );
}
