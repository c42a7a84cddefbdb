/**
 * Containers to plant objects in: zip, gzip and tar, of one entry each.
 */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export const PACKINGS = {
  zip: (name: string, bytes: Uint8Array): Uint8Array => zip(name, bytes),
  gzip: (_: string, bytes: Uint8Array): Uint8Array => gzipSync(bytes),
  tar: (name: string, bytes: Uint8Array): Uint8Array => tar(name, bytes),
  'tar.gz': (name: string, bytes: Uint8Array): Uint8Array => gzipSync(tar(name, bytes)),
  'zip in tar.gz': (name: string, bytes: Uint8Array): Uint8Array => gzipSync(tar('inner.zip', zip(name, bytes))),
} as const;
export type Packing = keyof typeof PACKINGS;

/** An object in the container that a signature asks for; as it is when it asks for none. @returns undefined when that is none of ours */
export function packedIn(container: string | undefined, bytes: Uint8Array): Uint8Array | undefined {
  if (container === undefined || container === 'any') return bytes;
  return container === 'zip' || container === 'gzip' || container === 'tar'
    ? PACKINGS[container]('object.bin', bytes)
    : undefined;
}

/** Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. */
function zip(name: string, bytes: Uint8Array): Uint8Array {
  const packed = deflateRawSync(bytes);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0); //               version needed
  common.writeUInt16LE(8, 4); //                deflate; no flags
  common.writeUInt16LE(0x21, 8); //             1980-01-01; time 0
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed]);
  const entry = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\0', 'latin1'), // made by
    common,
    Buffer.alloc(14), //                          no comment, disk 0, no attributes, offset 0
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(1, 8); //                   entries on this disk, in all
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
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
