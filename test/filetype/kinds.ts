/** One file of each kind: name, bytes, type, targets beside 0. Every file holds MARK, which signatures of the oracle look for. */
import { gzipSync } from 'node:zlib';
import type { FileType } from '../../src/filetype/file-type.ts';
import { tarOf, zipOf } from '../unpack/support.ts';
import { elfOf, machOOf, peOf } from './support.ts';

export const MARK = 'sigwallmarker';
/** Where clamscan 1.4.6 answers otherwise, and we mean to; else it must agree. */
export type Deviation = { readonly clamscan: readonly number[]; readonly why: string };
export type Kind = readonly [string, Buffer, FileType, readonly number[], Deviation?];

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
/** Magic bytes, some filling, the mark. The filling is zeros: no text, no UTF-16. */
const head = (magic: string, filling = 60): Buffer =>
  Buffer.concat([latin1(magic), Buffer.alloc(filling), latin1(MARK)]);
const behind = (bytes: Buffer): Buffer => Buffer.concat([bytes, latin1(MARK)]);
/** The mark in UTF-16, too. */
const wide = (text: string): Buffer => Buffer.from(`${text}${MARK}`, 'utf16le');
const html = (text: string): Buffer => latin1(`${text}<body>${MARK}</body></html>\n`);
const NORMALISED: Deviation = {
  clamscan: [3],
  why: 'target 7 sees only scripts there; which views each target has is for normalise',
};
const PARTS: Deviation = { clamscan: [4, 7], why: 'parts of a mail are objects of their own there' };
const MEDIA: Deviation = { clamscan: [], why: 'not even target 0 is looked at there' };
const STRICTER: Deviation = { clamscan: [5], why: 'two bytes are enough there' };
const LOOSER: Deviation = { clamscan: [7], why: 'not a tag that it knows' };

const dosHeader = latin1(`MZ${'\0'.repeat(58)}\x40\0\0\0`);
const oldTar = tarOf([{ name: 'a', bytes: '\x01\x02', magic: '\0\0\0\0\0\0\0\0', type: '\0' }]);

export const KINDS: readonly Kind[] = [
  ['PE', behind(peOf()), 'pe', [1]],
  ['MZ and nothing else', head('MZ', 0), 'dos', [1]],
  ['an NE program', behind(Buffer.concat([dosHeader, latin1('NE'), Buffer.alloc(100)])), 'dos', [1]],
  ['PE headers that end at once', behind(Buffer.concat([dosHeader, latin1('PE\0\0')])), 'pe', [1]],
  ['ELF', behind(elfOf()), 'elf', [6]],
  ['ELF and nothing else', head('\x7fELF', 0), 'elf', [6]],
  ['Mach-O', behind(machOOf()), 'machO', [9]],
  ['Mach-O, 32-bit, big-endian', behind(machOOf({ wide: false, bigEndian: true })), 'machO', [9]],
  ['universal Mach-O', head('\xca\xfe\xba\xbe\0\0\0\x02'), 'machOFat', [9]],
  ['a Java class', head('\xca\xfe\xba\xbe\0\0\0\x34'), 'javaClass', [12]],
  ['OLE2', behind(Buffer.concat([latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), Buffer.alloc(600)])), 'ole2', [2]],
  ['PDF', latin1(`%PDF-1.4\n${MARK}\n%%EOF\n`), 'pdf', [10]],
  ['PDF behind text', latin1(`junk\n%PDF-1.4\n${MARK}\n%%EOF\n`), 'pdf', [10]],
  ['PDF behind data', Buffer.concat([Buffer.alloc(900), latin1(`%PDF-1.4\n${MARK}`)]), 'pdf', [10]],
  ['PDF too far behind data', Buffer.concat([Buffer.alloc(1100), latin1(`%PDF-1.4\n${MARK}`)]), 'data', [14]],
  ['RTF', latin1(`{\\rtf1 ${MARK}}`), 'rtf', []],
  [
    'OneNote',
    behind(Buffer.concat([Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'), Buffer.alloc(99)])),
    'oneNote',
    [],
  ],
  ['PostScript', latin1(`%!PS-Adobe-3.0\n${MARK}\n`), 'postscript', []],
  ['a Windows shortcut', head('\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46'), 'lnk', []],
  ['SWF', head('FWS\x06\x64\0\0\0'), 'swf', [11]],
  ['SWF, zlib', head('CWS\x06\x64\0\0\0'), 'swf', [11]],
  ['SWF, LZMA', head('ZWS\x06\x64\0\0\0'), 'swf', [11]],
  ['GIF', head('GIF89a\x01\0\x01\0'), 'graphics', [5]],
  ['PNG', head('\x89PNG\r\n\x1a\n'), 'graphics', [5]],
  ['JPEG', head('\xff\xd8\xff\xe0\0\x10JFIF\0'), 'graphics', [5]],
  ['JPEG 2000', head('\0\0\0\x0cjP  \r\n\x87\n'), 'graphics', [5]],
  ['TIFF, little-endian', head('II*\0\x08\0\0\0'), 'graphics', [5]],
  ['TIFF, big-endian', head('MM\0*\0\0\0\x08'), 'graphics', [5]],
  ['BMP', head('BM\x64\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0'), 'graphics', [5]],
  ['text that begins with BM', latin1(`BMI is a number. ${MARK}`), 'text', [7], STRICTER],
  ['text that begins with MM', latin1(`MMORPG is a word. ${MARK}`), 'text', [7], STRICTER],
  ['MP3', head('ID3\x03'), 'media', [], MEDIA],
  ['Ogg', head('OggS'), 'media', [], MEDIA],
  ['WebP', head('RIFF\x40\0\0\0WEBPVP8 '), 'media', []],

  ['ASCII', latin1(`some text\n${MARK}\n`), 'text', [7]],
  ['Latin-1', latin1(`h\xe9llo, some text\n${MARK}\n`), 'text', [7]],
  ['UTF-8', Buffer.from(`héllo €\n${MARK}\n`), 'text', [7]],
  ['UTF-8 with a mark', Buffer.from(`\ufeffhello\n${MARK}\n`), 'text', [7]],
  ['a shell script', latin1(`#!/bin/sh\necho ${MARK}\n`), 'text', [7]],
  ['XML', latin1(`<?xml version='1.0'?><a>${MARK}</a>\n`), 'text', [7]],
  ['SVG', latin1(`<svg xmlns='x'>${MARK}</svg>\n`), 'text', [7]],
  ['text, then data', Buffer.concat([latin1('text '.repeat(205)), Buffer.alloc(500), latin1(MARK)]), 'text', [7]],
  [
    'text, then data too early',
    Buffer.concat([latin1('text '.repeat(200)), Buffer.alloc(500), latin1(MARK)]),
    'data',
    [14],
  ],
  ['UTF-16LE with a mark', behind(Buffer.from('\ufeffhello, hello', 'utf16le')), 'utf16', [7]],
  ['UTF-16LE without', behind(Buffer.from('hello, hello', 'utf16le')), 'utf16', [7]],
  ['UTF-16BE', behind(Buffer.from('hello, hello', 'utf16le').swap16()), 'utf16', [7]],
  [
    'bytes from 0 to 255 pass for UTF-16 there',
    behind(Buffer.from(Array.from({ length: 256 }, (_, i) => i))),
    'data',
    [7],
  ],
  [
    'UTF-16 with a mark and a control character',
    behind(Buffer.from('\ufeffhello, \x01 hello', 'utf16le')),
    'utf16',
    [7],
  ],
  ['UTF-16 with its mark turned', behind(Buffer.from('\ufeffhello, \ufffe hello', 'utf16le')), 'utf16', [14]],
  ['zeros', head(''), 'data', [14]],
  ['an icon', head('\0\0\x01\0\x01\0'), 'data', [14]],
  ['WebAssembly', head('\0asm\x01\0\0\0'), 'data', [14]],
  ['ZM is no MZ', head('ZM'), 'data', [14]],

  ['HTML', html('<html><head></head>'), 'html', [3, 7], NORMALISED],
  ['HTML behind white space', html('\n\n  <html>'), 'html', [3, 7], NORMALISED],
  ['HTML behind a page of text', html(`${'text '.repeat(500)}<html>`), 'html', [3, 7], NORMALISED],
  ['HTML in capitals', html('<HTML><HEAD>'), 'html', [3, 7], NORMALISED],
  ['HTML behind data', Buffer.concat([Buffer.alloc(300), html('<html>')]), 'html', [3, 7], NORMALISED],
  ['a script', latin1(`text <script>var x = '${MARK}';</script>\n`), 'html', [3, 7]],
  ['a link', latin1(`text <a href='x'>${MARK}</a>\n`), 'html', [3, 7], NORMALISED],
  ['HTML with attributes', latin1(`<html lang=en>${MARK}</html>\n`), 'html', [3, 7], LOOSER],
  ['a doctype', latin1(`<!DOCTYPE html>\n<p>${MARK}</p>\n`), 'html', [3, 7], LOOSER],
  ['a tag that goes on', latin1(`text <scriptor>${MARK}\n`), 'html', [3, 7], NORMALISED],
  ['a link far behind its tag', latin1(`text <a ${'x'.repeat(500)}>y href ${MARK}\n`), 'html', [3, 7], NORMALISED],
  ['a link behind a tabulator', latin1(`text <a\thref='x'>${MARK}</a>\n`), 'html', [3, 7], LOOSER],
  ['a script in letters of both sizes', latin1(`text <sCrIpT>${MARK}\n`), 'html', [3, 7], LOOSER],
  ['a body', latin1(`text <body>${MARK}\n`), 'html', [3, 7], LOOSER],
  ['a body in data', Buffer.concat([Buffer.alloc(300), latin1(`<body>${MARK}`)]), 'data', [14]],
  ['a server page', latin1(`<%@ LANGUAGE = VBScript %>${MARK}\n`), 'html', [3, 7], NORMALISED],
  ['a server page of data', latin1(`<%@ LANGUAGE =\0\x01${MARK}\n`), 'html', [3, 7], NORMALISED],
  ['a server page behind a space', latin1(` <%@ LANGUAGE = VBScript %>${MARK}\n`), 'text', [7]],
  ['a script in data', Buffer.concat([Buffer.alloc(300), latin1(`<scripts${MARK}`)]), 'html', [3, 7], NORMALISED],
  ['HTML in UTF-16', wide('\ufeff<html>'), 'html', [3, 7], NORMALISED],
  ['HTML in UTF-16 without a mark', wide('a <script>'), 'html', [3, 7], NORMALISED],
  ['HTML in big-endian UTF-16', wide('\ufeff<html>').swap16(), 'html', [3, 7], NORMALISED],
  ['HTML in big-endian UTF-16 without a mark', wide('<html>').swap16(), 'html', [3, 7], LOOSER],
  ['HTML in UTF-16 behind its first 1,024 bytes', wide(`\ufeff${'t '.repeat(300)}<html>`), 'html', [3, 7], LOOSER],
  ['HTML in UTF-16 with attributes', wide('\ufeff<html lang=en>'), 'html', [3, 7], LOOSER],
  ['HTML in UTF-16 among data', Buffer.concat([Buffer.alloc(80), wide('\u0100 <html>')]), 'html', [3, 7], NORMALISED],
  [
    'HTML in UTF-32',
    Buffer.concat([Buffer.from('fffe0000', 'hex'), ...Array.from(`<html>${MARK}`, (c) => latin1(`${c}\0\0\0`))]),
    'html',
    [3, 7],
    NORMALISED,
  ],
  ['a piece of HTML', latin1(`<div><p>${MARK}</p></div>\n`), 'text', [7]],

  [
    'an encoded script',
    latin1(`#@~^${MARK}`),
    'html',
    [3, 7],
    { clamscan: [], why: 'decoded there, nothing is left of it' },
  ],

  ['a mail', latin1(`From: a@b.c\nTo: d@e.f\nSubject: x\n\nhello ${MARK}\n`), 'mail', [4], PARTS],
  ['a mail that was received', latin1(`Received: from x by y\nSubject: x\n\nhello ${MARK}\n`), 'mail', [4], PARTS],
  [
    'a mail with bytes that no text has',
    latin1(`From: a@b.c\nTo: d@e.f\nSubject: \x01\x02\x00\xff\n\nhello ${MARK}\n`),
    'mail',
    [4],
    PARTS,
  ],
  ['an mbox', latin1(`From a@b.c Mon Jan  1 00:00:00 2020\nFrom: a@b.c\n\nhello ${MARK}\n`), 'mail', [4], PARTS],
  [
    'a mail that begins with an unknown header',
    latin1(`X-Foo: 1\nReceived: x\nContent-Type: text/plain\n\n${MARK}\n`),
    'mail',
    [4],
    PARTS,
  ],

  ['a mail in the words of qmail', latin1(`Hi. This is the qmail-send program at x.\n\n${MARK}\n`), 'mail', [4]],
  ['a mail with a page in its subject', latin1(`Subject: <html>\n\n${MARK}\n`), 'mail', [4]],
  ['a mail with a PDF in its subject', latin1(`Subject: %PDF-1.4\n\n${MARK}\n`), 'mail', [4]],
  ['headers of a mail in small letters', latin1(`X: 1\nfrom: a\ncontent-type: b\n\n${MARK}\n`), 'mail', [4], PARTS],
  ['headers of a mail behind a page', latin1(`<html>\nFrom: a\nContent-Type: b\n\n${MARK}\n`), 'mail', [4], PARTS],
  [
    'headers of a mail in data',
    Buffer.concat([Buffer.alloc(300), latin1(`\nReceived: a\nContent-Type: b\n\n${MARK}\n`)]),
    'mail',
    [4],
    PARTS,
  ],
  ['a first header in small letters', latin1(`from: a\n\n${MARK}\n`), 'text', [7]],
  ['a first header in letters of both sizes', latin1(`Envelope-To: a\n\n${MARK}\n`), 'text', [7]],
  ['headers of a mail, the wrong one first', latin1(`X: 1\nContent-Type: b\nFrom: a\n\n${MARK}\n`), 'text', [7]],
  [
    'headers of a mail far behind a page',
    latin1(`<script>${'x'.repeat(1200)}\nReceived: a\nContent-Type: ${MARK}\n</script>`),
    'html',
    [3, 7],
  ],
  ['a mail in UTF-16', wide(`\ufeffFrom: a\n\n`), 'utf16', [7]],

  ['zip', zipOf([{ name: 'a', bytes: '\x01', method: 0 }], { comment: latin1(MARK) }), 'zip', []],
  ['gzip', behind(gzipSync('\x01\x02')), 'gzip', []],
  ['tar', behind(tarOf([{ name: 'a', bytes: '\x01\x02\x03' }])), 'tar', []],
  ['a tar from before POSIX', behind(oldTar), 'tar', []],
  ['7z', head("7z\xbc\xaf'\x1c"), '7z', []],
  ['RAR', head('Rar!\x1a\x07\0'), 'rar', []],
  ['RAR 5', head('Rar!\x1a\x07\x01\0'), 'rar', []],
  ['cabinet', head('MSCF\0\0\0\0'), 'cab', []],
  ['ARJ', head('\x60\xea\x22\0'), 'arj', []],
  ['cpio', head(`070701${'0'.repeat(104)}`), 'cpio', []],
  ['bzip2', head('BZh91AY&SY'), 'bzip2', []],
  [
    'text that begins with BZh',
    latin1(`BZhello ${MARK}`),
    'text',
    [7],
    { clamscan: [], why: 'three bytes are enough there' },
  ],
  ['xz', head('\xfd7zXZ\0'), 'xz', []],
  ['zstd', head('\x28\xb5\x2f\xfd'), 'zstd', [14]],
  ['LZ4', head('\x04\x22\x4d\x18'), 'lz4', [14]],
  ['compress', head('\x1f\x9d\x90'), 'compress', [14]],
  ['RPM', head('\xed\xab\xee\xdb\x03\0'), 'rpm', [14]],
  ['LHA', head('\x20\x20-lh5-'), 'lha', []],
  ['XAR', head('xar!\0\x1c\0\x01'), 'xar', []],
  ['EGG', head('EGGA'), 'egg', []],
  ['CHM', head('ITSF\x03\0\0\0'), 'chm', []],
  ['SZDD', head('SZDD\x88\xf0\x27\x33A'), 'szdd', []],
  ['TNEF', head('\x78\x9f\x3e\x22'), 'tnef', []],
  ['uuencode', latin1(`begin 644 a.exe\n#${MARK}\n\`\nend\n`), 'uuencode', []],
  [
    'text that begins with begin',
    latin1(`begin at the beginning ${MARK}`),
    'text',
    [7],
    { clamscan: [], why: 'one word is enough there' },
  ],
  ['BinHex', latin1(`(This file must be converted with BinHex 4.0)\n:${MARK}:\n`), 'binhex', []],
  [
    'a Debian package',
    latin1(`!<arch>\ndebian-binary   1410122664  0     0     100644  4         \`\n2.0\n${MARK}`),
    'ar',
    [7],
  ],
  [
    'ISO 9660',
    Buffer.concat([Buffer.alloc(32768), latin1('\x01CD001\x01'), Buffer.alloc(2040), latin1(MARK)]),
    'iso',
    [14],
  ],
];
