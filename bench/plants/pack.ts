/**
 * Containers to plant objects in.
 */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { mailWith, ole2With, pdfWith, programWith, rtfWith } from './documents.ts';
import { WORD_MACRO, wordMacro } from './word-macro.ts';

export const PACKINGS = {
  zip: (name: string, bytes: Uint8Array): Uint8Array => zipOf([[name, bytes]]),
  gzip: (_: string, bytes: Uint8Array): Uint8Array => gzipSync(bytes),
  tar: (name: string, bytes: Uint8Array): Uint8Array => tar(name, bytes),
  'tar.gz': (name: string, bytes: Uint8Array): Uint8Array => gzipSync(tar(name, bytes)),
  'zip in tar.gz': (name: string, bytes: Uint8Array): Uint8Array => gzipSync(tar('inner.zip', zipOf([[name, bytes]]))),
} as const;
export type Packing = keyof typeof PACKINGS;

const CONTENT_TYPES = Buffer.from(
  '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
);
const office = (name: string) => (bytes: Uint8Array) =>
  zipOf([
    ['[Content_Types].xml', CONTENT_TYPES],
    [name, bytes],
  ]);

/** By the type that a signature asks for. */
const WRAPPERS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | undefined>> = {
  any: (bytes) => bytes, //                     in none
  zip: (bytes) => PACKINGS.zip('object.bin', bytes),
  gzip: (bytes) => PACKINGS.gzip('object.bin', bytes),
  tar: (bytes) => PACKINGS.tar('object.bin', bytes),
  mail: mailWith,
  pdf: pdfWith,
  rtf: rtfWith,
  ole2: ole2With,
  pe: programWith,
  [WORD_MACRO]: wordMacro,
  'ooxml-word': office('word/document.xml'),
  'ooxml-xl': office('xl/workbook.xml'),
  'ooxml-ppt': office('ppt/presentation.xml'),
};
/** What the engine opens, or what is nothing around an object. */
const OPENED: ReadonlySet<string> = new Set(['any', 'zip', 'gzip', 'tar']);

/** An object in the container that a signature asks for; as it is when it asks for none. @returns undefined when that is none of ours */
export function packedIn(container: string | undefined, bytes: Uint8Array): Uint8Array | undefined {
  if (container === undefined) return bytes;
  return Object.hasOwn(WRAPPERS, container) ? WRAPPERS[container]!(bytes) : undefined;
}

/** The unpacker that an object in this container waits for; undefined when the engine opens it. */
export function waitsFor(container: string | undefined): string | undefined {
  if (container === undefined || OPENED.has(container)) return undefined;
  return container === WORD_MACRO ? 'ole2' : container;
}

/** Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. */
export function zipOf(entries: readonly (readonly [name: string, bytes: Uint8Array])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, bytes] of entries) {
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); //               version needed
    common.writeUInt16LE(8, 4); //                deflate; no flags
    common.writeUInt16LE(0x21, 8); //             1980-01-01; time 0
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14); //             no comment, disk 0, no attributes, the offset
    rest.writeUInt32LE(at, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed]);
    // Made by version 2.0.
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, rest, Buffer.from(name));
    parts.push(local);
    at += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8); //        entries on this disk, in all
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** Source: POSIX.1-2024, pax, ustar Interchange Format. */
function tar(name: string, bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148); //             the checksum counts itself as blanks
  header.write('0', 156); //                    a regular file
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512), Buffer.alloc(1024)]);
}
