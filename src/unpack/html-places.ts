/**
 * Where a page holds files of its own: values of attributes that begin with `data:`, and `url(data:…;base64,` in its styles.
 *
 * As clamscan 1.4.6 finds them: in tags and styles, neither in scripts nor in comments, in small letters.
 * Source: RFC 2397.
 */

/** Reader of a page: one byte after the other, from any place on. */
export interface PageBytes {
  /** −1 behind the end. */
  at(offset: number): number;
}

export interface DataPlace {
  /** Media type and its parameters, as they are written. */
  readonly head: string;
  /** Where the data begins. */
  readonly offset: number;
  /** Byte that ends it, 0 when white space and `>` do. */
  readonly end: number;
}

/** Longest media type that is read. */
const HEAD_CHARACTERS = 256;
/** White space between `url` and its bracket. */
const LOOK_BACK_BYTES = 8;
const SCHEME = 'data:';
const QUOTE = 0x22;
const COMMA = 0x2c;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const EXCLAMATION = 0x21;
const ROUND = 0x28;
const ROUND_END = 0x29;

export const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
const isQuote = (byte: number): boolean => byte === QUOTE || byte === 0x27;

/** Goes through a page from place to place. */
export class DataPlaces {
  readonly #page: PageBytes;
  #at = 0;
  /** Element whose content is no markup. */
  #raw: 'script' | 'style' | undefined;
  #isInTag = false;

  constructor(page: PageBytes) {
    this.#page = page;
  }

  /** @returns the next place, undefined when there is none; `continueAt` is to be called before the next one is asked for */
  next(): DataPlace | undefined {
    for (;;) {
      const byte = this.#page.at(this.#at);
      if (byte < 0) return undefined;
      const place = this.#isInTag ? this.#inTag(byte) : this.#inText(byte);
      if (place !== undefined) return place;
    }
  }

  /** @param offset where the data of the last place ended */
  continueAt(offset: number): void {
    this.#at = offset;
  }

  #inText(byte: number): DataPlace | undefined {
    this.#at++;
    if (byte === LESS) this.#open();
    else if (byte === ROUND && this.#raw === 'style' && this.#isBehind('url')) return this.#styleValue();
    return undefined;
  }

  #open(): void {
    const isRaw = this.#raw !== undefined;
    this.#skipSpace();
    if (this.#page.at(this.#at) === EXCLAMATION) {
      while (this.#page.at(this.#at) >= 0 && this.#page.at(this.#at) !== GREATER) this.#at++;
      return;
    }
    // In a script `<` is mostly a comparison.
    if (isRaw && this.#page.at(this.#at) !== SLASH) return;
    const name = this.#name();
    if (isRaw) {
      if (name === '/script' || (this.#raw === 'style' && name === '/style')) this.#raw = undefined;
      return;
    }
    if (name === 'script' || name === 'style') this.#raw = name;
    this.#isInTag = true;
  }

  #name(): string {
    const letters: number[] = [];
    for (let byte = this.#page.at(this.#at); byte >= 0 && byte !== GREATER && !isSpace(byte); ) {
      if (letters.length < 8) letters.push(byte);
      byte = this.#page.at(++this.#at);
    }
    return String.fromCharCode(...letters).toLowerCase();
  }

  #inTag(byte: number): DataPlace | undefined {
    this.#at++;
    if (byte === GREATER) this.#isInTag = false;
    if (byte !== EQUALS) return undefined;
    this.#skipSpace();
    const first = this.#page.at(this.#at);
    const quote = isQuote(first) ? first : 0;
    if (quote !== 0) this.#at++;
    return this.#isAhead(SCHEME) ? this.#place(quote) : this.#skipValue(quote);
  }

  /** In quotes the first white space or `>` is part of a value; behind it the value is read as one without. */
  #skipValue(quote: number): undefined {
    let end = quote;
    for (let byte = this.#page.at(this.#at); byte >= 0; byte = this.#page.at(++this.#at)) {
      if (byte === end) break;
      if (!isSpace(byte) && byte !== GREATER) continue;
      if (end === 0) return undefined;
      end = 0;
    }
    if (end !== 0) this.#at++;
    return undefined;
  }

  #styleValue(): DataPlace | undefined {
    this.#skipSpace();
    if (this.#page.at(this.#at) === QUOTE) this.#at++;
    this.#skipSpace();
    if (!this.#isAhead(SCHEME)) return undefined;
    const place = this.#place(ROUND_END);
    return place !== undefined && /^[^;]*;base64$/.test(place.head) ? place : undefined;
  }

  #place(end: number): DataPlace | undefined {
    this.#at += SCHEME.length;
    let head = '';
    for (let byte = this.#page.at(this.#at); byte >= 0 && byte !== end; byte = this.#page.at(++this.#at)) {
      if (byte === COMMA) return { head, offset: ++this.#at, end };
      if (end === 0 && (isSpace(byte) || byte === GREATER)) return undefined;
      if (head.length === HEAD_CHARACTERS) return undefined;
      head += String.fromCharCode(byte);
    }
    return undefined;
  }

  #skipSpace(): void {
    while (isSpace(this.#page.at(this.#at))) this.#at++;
  }

  #isAhead(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#page.at(this.#at + i) !== text.charCodeAt(i)) return false;
    return true;
  }

  /** In front of the bracket that was read; only so much white space is between as the page looks back. */
  #isBehind(word: string): boolean {
    let to = this.#at - 1;
    while (to > this.#at - LOOK_BACK_BYTES && isSpace(this.#page.at(to - 1))) to--;
    for (let i = 0; i < word.length; i++) if (this.#page.at(to - word.length + i) !== word.charCodeAt(i)) return false;
    return true;
  }
}
