/**
 * Clean objects that the product brings along or makes: what every machine has, and what a pattern that is too short or too general hits first.
 *
 * Headers are of the smallest file of each kind: a signature that is content with them would hit every file of that kind.
 */
import { gzipSync } from 'node:zlib';
import manifest from '../../../package.json' with { type: 'json' };
import { gramModelBytes, threadFile } from '../assets.ts';

export interface CleanSample {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const repeated = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);

const TEXT = `The quick brown fox jumps over the lazy dog, and the dog sleeps on.\n`;
const HTML = `<!DOCTYPE html>\n<html><head><title>A page</title><script>document.title = 'It';</script></head><body><p>${TEXT}</p></body></html>\n`;
const MAIL = `From: a@example.com\nTo: b@example.com\nSubject: Hello\nMIME-Version: 1.0\nContent-Type: text/plain\n\n${TEXT}`;
const PDF =
  '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n';
const SCRIPT = `#!/bin/sh\nset -eu\nfor name in "$@"; do\n  echo "$name"\ndone\n`;

/** In the order in which they are scanned. */
export function cleanSamples(): CleanSample[] {
  return [
    { name: 'nothing', bytes: new Uint8Array(0) },
    { name: 'one NUL', bytes: repeated(0, 1) },
    { name: 'zeros', bytes: repeated(0, 262_144) },
    { name: 'ones', bytes: repeated(0xff, 65_536) },
    { name: 'spaces', bytes: repeated(0x20, 65_536) },
    // Falling: who tries things out types abcdef.
    { name: 'every byte', bytes: Uint8Array.from({ length: 65_536 }, (_, i) => ~i & 0xff) },
    { name: 'noise', bytes: noise(262_144) },
    { name: 'text', bytes: latin1(TEXT.repeat(200)) },
    { name: 'text with CRLF', bytes: latin1(TEXT.replace('\n', '\r\n').repeat(200)) },
    { name: 'text in UTF-16', bytes: Buffer.from(`\ufeff${TEXT.repeat(20)}`, 'utf16le') },
    { name: 'a page of HTML', bytes: latin1(HTML) },
    { name: 'a mail', bytes: latin1(MAIL) },
    { name: 'a PDF', bytes: latin1(PDF) },
    { name: 'a shell script', bytes: latin1(SCRIPT) },
    { name: 'a GIF', bytes: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7', 'base64') },
    { name: 'an empty zip', bytes: latin1(`PK\x05\x06${'\0'.repeat(18)}`) },
    { name: 'a gzip of text', bytes: gzipSync(latin1(TEXT)) },
    { name: 'an empty tar', bytes: repeated(0, 10_240) },
    { name: 'a program for DOS', bytes: dosProgram() },
    { name: 'a program for Windows', bytes: windowsProgram() },
    { name: 'a program for Linux', bytes: linuxProgram() },
    { name: 'an OLE2 header', bytes: padded(latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), 1536) },
    { name: 'a class file', bytes: padded(latin1('\xca\xfe\xba\xbe\0\0\0\x34'), 64) },
    { name: 'package.json', bytes: Buffer.from(JSON.stringify(manifest, undefined, 2)) },
    { name: 'the model of ordinary files', bytes: gramModelBytes() },
  ];
}

/** Files of the product, as they lie on this machine. */
export function ownFiles(): string[] {
  return ['worker', 'trial/thread', 'prepare-thread'].map(threadFile);
}

/** Bytes without a pattern in them, the same each time. Source: xorshift32, Marsaglia 2003. */
function noise(length: number): Uint8Array {
  let state = 0x9e3779b9;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

function padded(head: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(head);
  return bytes;
}

/** A header, and code that ends at once: mov ax, 4c00; int 21. */
function dosProgram(): Uint8Array {
  const bytes = Buffer.alloc(512);
  bytes.write('MZ');
  bytes.writeUInt16LE(1, 4); //        pages
  bytes.writeUInt16LE(2, 8); //        header paragraphs
  bytes.write('b8004ccd21', 32, 'hex');
  return bytes;
}

/** PE32 with one section, whose code returns at once. Source: Microsoft, "PE Format". */
function windowsProgram(): Uint8Array {
  const pe = 0x80;
  const optional = pe + 24;
  const table = optional + 224;
  const bytes = Buffer.alloc(1024);
  bytes.write('MZ');
  bytes.writeUInt16LE(4, 8); //              header paragraphs
  bytes.writeUInt32LE(pe, 60);
  bytes.write('PE\0\0', pe, 'latin1');
  bytes.writeUInt16LE(0x14c, pe + 4); //     machine: i386
  bytes.writeUInt16LE(1, pe + 6); //         sections
  bytes.writeUInt16LE(224, pe + 20); //      size of the optional header
  bytes.writeUInt16LE(0x102, pe + 22); //    executable, 32-bit
  bytes.writeUInt16LE(0x10b, optional); //   PE32
  bytes.writeUInt32LE(0x1000, optional + 16); // entry point
  bytes.writeUInt32LE(0x400000, optional + 28); // image base
  bytes.writeUInt32LE(0x1000, optional + 32); // section alignment
  bytes.writeUInt32LE(0x200, optional + 36); // file alignment
  bytes.writeUInt32LE(0x2000, optional + 56); // size of the image
  bytes.writeUInt32LE(0x200, optional + 60); // size of the headers
  bytes.writeUInt16LE(3, optional + 68); //  subsystem: console
  bytes.write('.text', table);
  bytes.writeUInt32LE(0x200, table + 8); //  size in memory
  bytes.writeUInt32LE(0x1000, table + 12);
  bytes.writeUInt32LE(0x200, table + 16); // size in the file
  bytes.writeUInt32LE(0x200, table + 20);
  bytes.writeUInt32LE(0x60000020, table + 36); // code, readable, executable
  bytes.write('31c0c3', 0x200, 'hex');
  return bytes;
}

/** ELF64 for x86-64 with one segment, whose code calls exit. Source: System V ABI, "ELF-64 Object File Format". */
function linuxProgram(): Uint8Array {
  const bytes = Buffer.alloc(128);
  bytes.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  bytes.writeUInt16LE(2, 16); //      executable
  bytes.writeUInt16LE(62, 18); //     machine: x86-64
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(0x400078n, 24); // entry point
  bytes.writeBigUInt64LE(64n, 32); // program headers
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(1, 64); //      segment: load
  bytes.writeUInt32LE(5, 68); //      readable, executable
  bytes.writeBigUInt64LE(0x400000n, 80);
  bytes.writeBigUInt64LE(128n, 96);
  bytes.writeBigUInt64LE(128n, 104);
  bytes.write('b83c0000000f05', 120, 'hex');
  return bytes;
}
