/**
 * Entry names, decoded for people.
 *
 * Formats say less about the encoding than their writers do, so the bytes decide: valid UTF-8 is taken for it, the rest for
 * code page 437, which gives every byte a character. Names are shown and logged, never opened; whoever prints them escapes them.
 */

/** Bytes of a name that are kept. Formats allow gigabytes. */
const MAX_NAME_BYTES = 4096;

const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** Characters of bytes 0x80 … 0xff in code page 437. Source: unicode.org, CP437.TXT. */
const CP437_UPPER =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
  '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** The name that these bytes spell. */
export function decodeName(bytes: Uint8Array): string {
  const kept = bytes.subarray(0, MAX_NAME_BYTES);
  try {
    return UTF8.decode(kept);
  } catch {
    return Array.from(kept, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : CP437_UPPER[byte - 0x80])).join('');
  }
}

/** The bytes before the first NUL. */
export function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
