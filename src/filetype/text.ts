/**
 * Text, and what can be told only by reading it: HTML, mail, PDF behind a preamble.
 *
 * What counts as text are the byte classes of file(1) (its ascmagic.c), which ClamAV took over: compared with clamscan byte
 * by byte and, for UTF-16, unit by unit.
 */
import type { FileType } from './file-type.ts';

/** Bytes that decide whether something is text. */
const TEXT_HEAD_BYTES = 1024;
/** Headers of a mail that starts with others are sought here. */
const MAIL_HEAD_BYTES = 2048;

/** 1 for bytes that text has: BEL BS TAB LF FF CR ESC, and all from space on but DEL. */
const TEXT_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte !== 0x7f) || '\x07\b\t\n\f\r\x1b'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** All that follows begins so: most text is looked through once. */
const MAYBE_HTML = /<(?:html|head|body|script|iframe|img|object|table|a\s|!doctype\s+html)|^<%@ language=/i;
/** What ClamAV takes for HTML wherever it stands, beside `<a …href`: in these letters, the text behind it does not matter. */
const HTML_MARK =
  /<(?:[Hh]tml>|HTML>|[Hh]ead>|HEAD>|[Ss]cript|SCRIPT|[Ii]mg|IMG|[Oo]bject|OBJECT|iframe|IFRAME|table|TABLE)/;
/** What is HTML to people, too. */
const MORE_HTML =
  /<(?:html|head|body|script|iframe|img|object|table)[\s>/]|<a\s[^>]{0,64}href|<!doctype\s+html|^<%@ language=/i;
const PDF = /%pdf-.\./i;
/** Any of these as the very first line makes it a mail, as in ClamAV. */
const MAIL_START =
  /^(?:>?From |(?:From|To|For|Date|Subject|Received(?:-SPF)?|Return-Path|Delivered-To|Delivery-Date|Envelope-To|Message-ID|X-Apparently-To|X-Envelope-From|X-Original-To|X-Real-To|X-Sieve|X-UIDL): |X-EVS|X-Symantec-)/i;
/** Behind other headers, two of these kinds are needed. */
const MAIL_ORIGIN = /^(?:From|Received|Message-ID|MIME-Version|Delivered-To): /im;
const MAIL_CONTENT = /^Content-Type: /im;

/** The type of an object that no magic bytes gave away. */
export function textType(head: Uint8Array): FileType {
  const { text, isPlain, order } = readable(head);
  if (PDF.test(text.slice(0, TEXT_HEAD_BYTES + 6))) return 'pdf';
  if (isMail(isPlain ? text : latin1(head.subarray(0, MAIL_HEAD_BYTES)), isPlain)) return 'mail';
  // In other data it takes more than what people write.
  if (MAYBE_HTML.test(text) && (hasHtmlMark(text) || ((isPlain || order !== undefined) && MORE_HTML.test(text)))) {
    return 'html';
  }
  return isPlain ? 'text' : order === undefined ? 'data' : 'utf16';
}

/** True when ClamAV, too, takes it for HTML; what is HTML to people alone is text there. */
export function isHtmlThere(head: Uint8Array): boolean {
  return hasHtmlMark(readable(head).text);
}

function hasHtmlMark(text: string): boolean {
  if (HTML_MARK.test(text)) return true;
  // Not in one expression: `<a ` a thousand times would cost a search each.
  const link = /<a /i.exec(text);
  return link !== null && /href/i.test(text.slice(link.index));
}

interface Readable {
  /** What is looked through: all of a text, the beginning of other data. */
  readonly text: string;
  readonly isPlain: boolean;
  readonly order: ReturnType<typeof utf16Order>;
}

function readable(head: Uint8Array): Readable {
  const isPlain = isText(head);
  const order = isPlain ? undefined : utf16Order(head);
  const text = order === undefined ? latin1(isPlain ? head : head.subarray(0, TEXT_HEAD_BYTES)) : decode(head, order);
  return { text, isPlain, order };
}

/** A mail may hold bytes of any kind: its first line is enough, as in ClamAV. */
function isMail(text: string, isPlain: boolean): boolean {
  const start = text.slice(0, MAIL_HEAD_BYTES);
  return MAIL_START.test(start) || (isPlain && MAIL_ORIGIN.test(start) && MAIL_CONTENT.test(start));
}

/** True when the first bytes are all characters of an extension of ASCII. */
export function isText(head: Uint8Array): boolean {
  const end = Math.min(head.length, TEXT_HEAD_BYTES);
  for (let i = 0; i < end; i += 1) if (TEXT_BYTES[head[i]] === 0) return false;
  return end > 0;
}

/**
 * True when the first bytes pass for UTF-16 in ClamAV: no control character at the even offsets from 2 on. Most compressed
 * data does, and ClamAV scans it as text.
 */
export function passesForUtf16(head: Uint8Array): boolean {
  const end = Math.min(head.length, TEXT_HEAD_BYTES);
  const littleEndian = head[0] === 0xff && head[1] === 0xfe;
  for (let i = 2; i + 1 < end; i += 2) {
    const unit = littleEndian ? head[i] | (head[i + 1] << 8) : (head[i] << 8) | head[i + 1];
    if (unit === 0xfffe || (unit < 0x80 && TEXT_BYTES[unit] === 0)) return false;
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

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
const decode = (bytes: Uint8Array, order: string): string => new TextDecoder(order).decode(bytes);
