/**
 * Hostile text on its way to a terminal: file names, entry names, names of signatures.
 *
 * A file name may hold a newline (and forge a line of ours), an escape sequence (and drive the terminal), a bidirectional override
 * (and read backwards) or bytes that are no UTF-8. Whatever is not plainly printable is written as its bytes, `\xHH`; newline,
 * tab and carriage return as `\n`, `\t`, `\r`; the backslash itself is doubled. `printf '%b'` turns it back.
 */
import { isUtf8 } from 'node:buffer';

// Controls (C0, DEL, C1), format characters (bidirectional overrides, tags) but the two joiners that Persian and emoji need, lone surrogates, line and
// paragraph separators.
const UNPRINTABLE = '(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]';
const UNSAFE = new RegExp(`\\\\|${UNPRINTABLE}`, 'u');
const EACH_UNSAFE = new RegExp(UNSAFE, 'gu');
const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu');
const SHORT: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Bytes of a file name as one line of harmless text. */
export function escapeBytes(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return escapeText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = validSequenceLength(bytes, at);
    text +=
      length === 0
        ? hexBytes(bytes.subarray(at, at + 1))
        : escapeText(Buffer.from(bytes.subarray(at, at + length)).toString());
    at += Math.max(1, length);
  }
  return text;
}

/** The same for text that was decoded already (names in archives, messages). */
export function escapeText(text: string): string {
  return UNSAFE.test(text)
    ? text.replace(EACH_UNSAFE, (character) => SHORT.get(character) ?? hexBytes(Buffer.from(character)))
    : text;
}

/** JSON on one line. What JSON.stringify leaves as it is and a terminal obeys (C1 controls, bidirectional overrides) becomes `\uHHHH` as well. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(EACH_UNPRINTABLE, unicodeEscapes);
}

/** The same with null in the place of what is undefined, so that every field is always there. */
export function completeJsonLine(value: unknown): string {
  return JSON.stringify(value, (_key, field) => (field === undefined ? null : field)).replace(
    EACH_UNPRINTABLE,
    unicodeEscapes,
  );
}

/** Columns that the text takes on a terminal, near enough to cut a line: wide East Asian and emoji count 2, combining marks 0. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Cuts the start of a path, so that its name stays readable: `…/share/doc/file`. */
export function shortenPath(path: string, columns: number): string {
  if (displayWidth(path) <= columns) return path;
  const characters = [...path];
  let width = 1;
  let from = characters.length;
  while (from > 0 && width + characterWidth(characters[from - 1]) <= columns)
    width += characterWidth(characters[--from]);
  return `…${characters.slice(from).join('')}`;
}

/** Pads on the right to that many columns. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/** Pads on the left to that many columns. */
export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - displayWidth(text))) + text;
}

function unicodeEscapes(character: string): string {
  let escapes = '';
  for (let at = 0; at < character.length; at++)
    escapes += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escapes;
}

function hexBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += `\\x${byte.toString(16).padStart(2, '0')}`;
  return text;
}

/** Length of the UTF-8 sequence at `at`, or 0 when there is none. */
function validSequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at];
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // isUtf8 refuses overlong forms, surrogates and stray continuation bytes for us.
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

function characterWidth(character: string): number {
  if (character <= '\u02ff') return 1;
  if (/\p{M}/u.test(character)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
    character,
  )
    ? 2
    : 1;
}
