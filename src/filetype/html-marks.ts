/**
 * HTML, as clamscan 1.4.6 tells it: by marks, in the object's bytes or in one of the ways in which two or four bytes are a character.
 *
 * Asked with each way of writing. In its first 1,024 bytes any object is looked through, a text up to its end.
 */

/** Bytes in which a mark must end where the object is no text. */
export const MARK_HEAD_BYTES = 1024;

/** Beside `<a …href`: in these letters, the text behind it does not matter. */
const MARK =
  /<(?:[Hh]tml>|HTML>|[Hh]ead>|HEAD>|[Ss]cript|SCRIPT|[Ii]mg|IMG|[Oo]bject|OBJECT|iframe|IFRAME|table|TABLE)/;
const LINK = /<a /i;
const HREF = /href/i;
const MARK_CHARACTERS = 7;
const LESS = 0x3c;

/** How a page is to be read: byte by byte without NUL, folded (`foldWide`), or as a script that is encoded (JScript.Encode) from the first byte on. */
export type HtmlForm = 'bytes' | 'folded' | 'encoded';

/** First bytes of an encoded script. */
export const ENCODED_START = '#@~^';

/** First bytes of a page of Active Server Pages: HTML there in these letters, with a space before the equals sign and at the start alone. */
const SERVER_PAGE_START = '<%@ LANGUAGE =';

/** @param head of any object */
export function startsAsServerPage(head: Uint8Array): boolean {
  return latin1(head.subarray(0, SERVER_PAGE_START.length)) === SERVER_PAGE_START;
}

/** Objects whose characters are of two or four bytes, by their first four: byte order marks, and `<` or `<?` written so. */
const WIDE_STARTS: readonly (readonly [start: string, width: 2 | 4, isLittle: boolean])[] = [
  ['0000feff', 4, false],
  ['0000fffe', 4, false],
  ['fffe0000', 4, true],
  ['0000003c', 4, false],
  ['00003c00', 4, false],
  ['3c000000', 4, true],
  ['003c003f', 2, false],
  ['3c003f00', 2, true],
  ['feff', 2, false],
  ['fffe', 2, true],
];

/** Looks for marks in a text block by block; how it is cut does not matter. */
export class HtmlMarkSearch {
  /** Marks are shorter, so one that lies in two blocks is in this and the next. */
  #tail = '';
  #hasLink = false;
  isFound = false;

  /** @param block next bytes of the text; not kept */
  add(block: Uint8Array): void {
    if (this.isFound) return;
    // Most text has no `<` at all, and to find that out takes a tenth of the time.
    if (!this.#hasLink && this.#tail === '' && !block.includes(LESS)) return;
    const text = this.#tail + latin1(block);
    const link = this.#hasLink ? 0 : text.search(LINK);
    this.#hasLink ||= link >= 0;
    this.isFound = MARK.test(text) || (this.#hasLink && HREF.test(text.slice(link)));
    const tail = text.slice(-MARK_CHARACTERS);
    this.#tail = this.#hasLink || tail.includes('<') ? tail : '';
  }
}

/** @param text one character for each byte */
export function hasHtmlMark(text: string): boolean {
  if (MARK.test(text)) return true;
  // Not in one expression: `<a ` a thousand times would cost a search each.
  const link = LINK.exec(text);
  return link !== null && HREF.test(text.slice(link.index));
}

/** The form in which an object that is no text is HTML; undefined when it is none. */
export function htmlFormOf(head: Uint8Array): HtmlForm | undefined {
  const bytes = head.subarray(0, MARK_HEAD_BYTES);
  if (hasHtmlMark(latin1(bytes))) return 'bytes';
  if (hasHtmlMark(latin1(foldWide(bytes)))) return 'folded';
  const decoded = decodedWide(bytes);
  return decoded !== undefined && hasHtmlMark(decoded) ? 'bytes' : undefined;
}

/**
 * Characters of two bytes, the low one first, made one byte each: ASCII stays what it is, others become something.
 *
 * @returns half as many bytes; a last odd one goes
 */
export function foldWide(bytes: Uint8Array): Uint8Array {
  const folded = new Uint8Array(bytes.length >> 1);
  for (let i = 0; i < folded.length; i++) folded[i] = bytes[2 * i] + (bytes[2 * i + 1] << 4);
  return folded;
}

/** ASCII of wide characters, in whatever order the start tells, and `?` for all others; undefined when it tells none. */
function decodedWide(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  const way = WIDE_STARTS.find(([known]) => start.startsWith(known));
  if (way === undefined) return undefined;
  const [, width, isLittle] = way;
  const characters: string[] = [];
  for (let at = 0; at + width <= bytes.length; at += width) {
    const unit = bytes.subarray(at, at + width);
    const low = isLittle ? unit[0] : unit[width - 1];
    const isAscii = low < 0x80 && unit.every((byte, i) => byte === 0 || i === (isLittle ? 0 : width - 1));
    characters.push(isAscii ? String.fromCharCode(low) : '?');
  }
  return characters.join('');
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
