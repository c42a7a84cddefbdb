/**
 * Formats that begin with bytes of their own.
 *
 * Two bytes are no proof: where ClamAV is content with them ("BM", "MM", "begin ") a second field must make sense as well,
 * or ordinary text would become a picture and escape its signatures.
 */
import type { FileType } from './file-type.ts';
import { ENCODED_START } from './html-marks.ts';

interface Magic {
  readonly type: FileType;
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** What else must hold. */
  readonly test: ((head: DataView) => boolean) | undefined;
}

const magics: Magic[] = [];
/** By first byte, for those at offset 0: most of the table is never looked at. */
const byFirstByte: Magic[][] = Array.from({ length: 256 }, () => []);

function magic(type: FileType, text: string, test?: (head: DataView) => boolean, offset = 0): void {
  const entry: Magic = { type, offset, bytes: Uint8Array.from(text, (c) => c.charCodeAt(0)), test };
  if (offset === 0) byFirstByte[entry.bytes[0]].push(entry);
  else magics.push(entry);
}

magic('pe', 'MZ', (head) => isPe(head));
magic('dos', 'MZ');
magic('elf', '\x7fELF');
magic('machO', '\xfe\xed\xfa\xce');
magic('machO', '\xfe\xed\xfa\xcf');
magic('machO', '\xce\xfa\xed\xfe');
magic('machO', '\xcf\xfa\xed\xfe');
// A universal file counts its architectures where a class file has its version, which is 45 or more.
magic('machOFat', '\xca\xfe\xba\xbe', (head) => u32(head, 4) < 45);
magic('machOFat', '\xca\xfe\xba\xbf', (head) => u32(head, 4) < 45);
magic('javaClass', '\xca\xfe\xba\xbe');

magic('ole2', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1');
magic('pdf', '%PDF-');
magic('rtf', '{\\rt');
magic('oneNote', '\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3');
magic('postscript', '%!PS-Adobe-');
magic('lnk', '\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46');
for (const letter of 'FCZ') magic('swf', `${letter}WS`, (head) => u8(head, 3) < 64);

magic('graphics', 'GIF8');
magic('graphics', '\x89PNG');
magic('graphics', '\xff\xd8\xff');
magic('graphics', 'II*\0');
magic('graphics', 'MM\0*');
magic('graphics', '\0\0\0\x0cjP  \r\n\x87\n');
// 6  reserved, 0; 14  size of the next header
magic('graphics', 'BM', (head) => u32(head, 6) === 0 && u8(head, 14) <= 128 && u8(head, 15) === 0);
magic('media', 'ID3', (head) => u8(head, 3) < 16);
magic('media', '\xff\xfb\x90');
magic('media', 'OggS');
magic('media', 'RIFF');
magic('media', 'RIFX');

magic('zip', 'PK\x03\x04');
magic('zip', 'PK\x05\x06'); // no entries
for (const marker of ['PK00', 'PK\x07\x08', 'PK\x03\x03']) magic('zip', `${marker}PK\x03\x04`); // split archives
magic('gzip', '\x1f\x8b\x08');
magic('bzip2', 'BZh', (head) => isIn(u8(head, 3), 0x31, 0x39) && (u8(head, 4) === 0x31 || u8(head, 4) === 0x17));
magic('xz', '\xfd7zXZ\0');
magic('zstd', '\x28\xb5\x2f\xfd');
for (let n = 0x50; n < 0x60; n += 1) magic('zstd', `${String.fromCharCode(n)}*M\x18`); // a skippable frame comes first
magic('lz4', '\x04\x22\x4d\x18');
magic('lzip', 'LZIP\x01');
// 5  size of the contents: unknown in all that tools write to a stream
magic('lzma', '\x5d\0\0', (head) => u32(head, 5) === 0xffffffff && u32(head, 9) === 0xffffffff);
magic('lzop', '\x89LZO\0\r\n\x1a\n');
magic('lrzip', 'LRZI');
magic('compress', '\x1f\x9d');
magic('7z', '7z\xbc\xaf\x27\x1c');
magic('rar', 'Rar!\x1a\x07');
magic('cab', 'MSCF\0\0\0\0');
// 2  bytes of the main header, 4 of it before the name
magic('arj', '\x60\xea', (head) => isIn(u8(head, 2) | (u8(head, 3) << 8), 30, 2600));
magic('lha', '-lh', (head) => u8(head, 6) === 0x2d, 2);
magic('lha', '-lz', (head) => u8(head, 6) === 0x2d, 2);
magic('lha', '-pm', (head) => u8(head, 6) === 0x2d, 2);
magic('ace', '**ACE**', undefined, 7);
magic('zoo', '\xdc\xa7\xc4\xfd', undefined, 20);
magic('alz', 'ALZ\x01');
magic('egg', 'EGGA');
magic('ar', '!<arch>\n');
for (const kind of '127') magic('cpio', `07070${kind}`);
// The old binary form, in either byte order: the name's length must make sense.
magic('cpio', '\xc7\x71', (head) => isIn(u8(head, 20) | (u8(head, 21) << 8), 2, 1024));
magic('cpio', '\x71\xc7', (head) => isIn((u8(head, 20) << 8) | u8(head, 21), 2, 1024));
magic('xar', 'xar!');
magic('wim', 'MSWIM\0\0\0');
magic('squashfs', 'hsqs');
magic('squashfs', 'sqsh');
magic('rpm', '\xed\xab\xee\xdb');
magic('chm', 'ITSF');
magic('szdd', 'SZDD\x88\xf0\x27\x33');
magic('kwaj', 'KWAJ\x88\xf0\x27\xd1');
magic('tnef', '\x78\x9f\x3e\x22');
magic('html', ENCODED_START);
magic('binhex', '(This file must be converted with BinHex 4.0)');
magic('uuencode', 'begin ', (head) => isIn(u8(head, 6), 0x30, 0x37) && isIn(u8(head, 8), 0x30, 0x37));

/** The type whose magic bytes the object has; undefined when there is none. */
export function magicType(head: Uint8Array): FileType | undefined {
  if (head.length === 0) return undefined;
  const found = byFirstByte[head[0]].find((entry) => fits(entry, head)) ?? magics.find((entry) => fits(entry, head));
  return found?.type;
}

function fits(entry: Magic, head: Uint8Array): boolean {
  const { bytes, offset, test } = entry;
  if (offset + bytes.length > head.length) return false;
  for (let i = 0; i < bytes.length; i += 1) if (head[offset + i] !== bytes[i]) return false;
  return test === undefined || test(new DataView(head.buffer, head.byteOffset, head.byteLength));
}

function isPe(head: DataView): boolean {
  if (head.byteLength < 64) return false;
  // 60  offset of the PE signature; where the head ends before it, readPe has the last word
  const offset = head.getUint32(60, true);
  return offset + 4 > head.byteLength || head.getUint32(offset) === 0x50450000;
}

// A field beyond the head is as if it had the one value that no test accepts.
const u8 = (head: DataView, at: number): number => (at < head.byteLength ? head.getUint8(at) : Number.NaN);
const u32 = (head: DataView, at: number): number => (at + 4 <= head.byteLength ? head.getUint32(at) : Number.NaN);
const isIn = (value: number, min: number, max: number): boolean => value >= min && value <= max;
