/**
 * Text, and what can be told only by reading it: HTML, mail, PDF behind a preamble.
 *
 * What counts as text are the byte classes of file(1) (its ascmagic.c), which ClamAV took over: compared with clamscan byte
 * by byte and, for UTF-16, unit by unit.
 */
import type { FileType } from './file-type.ts';
import { ENCODED_START, type HtmlForm, hasHtmlMark, htmlFormOf, latin1, startsAsServerPage } from './html-marks.ts';
import { hasMailHeaders, startsAsMail } from './mail.ts';

/** Bytes that decide whether something is text. */
const TEXT_HEAD_BYTES = 1024;

/** 1 for bytes that text has: BEL BS TAB LF FF CR ESC, and all from space on but DEL. */
const TEXT_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte !== 0x7f) || '\x07\b\t\n\f\r\x1b'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** All that follows begins so: most text is looked through once. */
const MAYBE_HTML = /<(?:html|head|body|script|iframe|img|object|table|a\s|!doctype\s+html)|^<%@ language=/i;
/** What is HTML to people, too. */
const MORE_HTML =
  /<(?:html|head|body|script|iframe|img|object|table)[\s>/]|<a\s[^>]{0,64}href|<!doctype\s+html|^<%@ language=/i;
const PDF = /%pdf-.\./i;

/** The type of an object that no magic bytes gave away. What lies in the first 1,024 bytes goes before what lies behind them. */
export function textType(head: Uint8Array): FileType {
  const bytes = latin1(head.subarray(0, TEXT_HEAD_BYTES));
  if (startsAsMail(bytes) || hasMailHeaders(bytes)) return 'mail';
  if (startsAsServerPage(head) || hasHtmlMark(bytes)) return 'html';
  if (PDF.test(latin1(head.subarray(0, TEXT_HEAD_BYTES + 6)))) return 'pdf';
  return isText(head) ? plainType(latin1(head)) : otherType(head);
}

function plainType(text: string): FileType {
  if (hasMailHeaders(text)) return 'mail';
  return isHtmlToPeople(text) || hasHtmlMark(text) ? 'html' : 'text';
}

function otherType(head: Uint8Array): FileType {
  if (htmlFormOf(head) !== undefined) return 'html';
  const order = utf16Order(head);
  // In other data it takes more than what people write.
  if (order === undefined) return 'data';
  const text = decode(head, order);
  return isHtmlToPeople(text) || hasHtmlMark(text) ? 'html' : 'utf16';
}

function isHtmlToPeople(text: string): boolean {
  return MAYBE_HTML.test(text) && MORE_HTML.test(text);
}

/** How ClamAV, too, takes it for HTML; undefined when it is HTML to people alone: that is text there. */
export function htmlFormThere(head: Uint8Array): HtmlForm | undefined {
  if (latin1(head.subarray(0, ENCODED_START.length)) === ENCODED_START) return 'encoded';
  if (startsAsServerPage(head)) return 'bytes';
  if (!isText(head)) return htmlFormOf(head);
  return hasHtmlMark(latin1(head)) ? 'bytes' : undefined;
}

export function isHtmlThere(head: Uint8Array): boolean {
  return htmlFormThere(head) !== undefined;
}

/** How an object is to be read that is HTML to people alone. */
export function htmlFormForPeople(head: Uint8Array): HtmlForm {
  return !isText(head) && utf16Order(head) === 'utf-16le' ? 'folded' : 'bytes';
}

/** True when the first bytes are all characters of an extension of ASCII. */
export function isText(head: Uint8Array): boolean {
  const end = Math.min(head.length, TEXT_HEAD_BYTES);
  for (let i = 0; i < end; i += 1) if (TEXT_BYTES[head[i]] === 0) return false;
  return end > 0;
}

/**
 * True when the first bytes pass for UTF-16 in ClamAV: behind a byte order mark anything but the mark in the other order, else no control character at
 * the even offsets from 2 on. Most compressed data does, and ClamAV scans it as text.
 */
export function passesForUtf16(head: Uint8Array): boolean {
  const end = Math.min(head.length, TEXT_HEAD_BYTES);
  const littleEndian = head[0] === 0xff && head[1] === 0xfe;
  const isMarked = littleEndian || (head[0] === 0xfe && head[1] === 0xff);
  for (let i = 2; i + 1 < end; i += 2) {
    const unit = littleEndian ? head[i] | (head[i + 1] << 8) : (head[i] << 8) | head[i + 1];
    if (unit === 0xfffe || (!isMarked && unit < 0x80 && TEXT_BYTES[unit] === 0)) return false;
  }
  return end > 2;
}

/** The byte order of what looks like UTF-16 to people: a mark at the start, or half of the units in the range of Latin-1. */
function utf16Order(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const end = Math.min(head.length, TEXT_HEAD_BYTES) & ~1;
  if (end < 4) return undefined;
  const zeros = [0, 0];
  let controls = 0;
  for (let i = 0; i < end; i += 1) {
    if (head[i] === 0) zeros[i & 1] += 1;
    else if (TEXT_BYTES[head[i]] === 0) controls += 1;
  }
  if (zeros[0] > 0 && zeros[1] > 0 && Math.min(zeros[0], zeros[1]) * 8 > Math.max(zeros[0], zeros[1])) return undefined;
  if (head[0] === 0xff && head[1] === 0xfe && passesForUtf16(head)) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff && passesForUtf16(head)) return 'utf-16be';
  if (controls * 16 > end) return undefined;
  if (zeros[1] * 4 > end) return 'utf-16le';
  return zeros[0] * 4 > end ? 'utf-16be' : undefined;
}

const decode = (bytes: Uint8Array, order: string): string => new TextDecoder(order).decode(bytes);
