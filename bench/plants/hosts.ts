/**
 * Executables for patterns to lie in: headers written field by field, sections of the sizes asked for.
 *
 * Every byte between the fields is 0, so that a signature that wants a byte there may have it; of the DOS header only the two fields count that lead to the PE.
 * Sources: Microsoft, "PE Format"; System V ABI, "ELF-64 Object File Format".
 */
import { versionResource } from './version-info.ts';

export interface HostSpec {
  /** Raw bytes of each section. */
  readonly sections: readonly number[];
  /** Bytes from the start of the first section to the entry point. */
  readonly entry: number;
  /** Where the header of a PE lies, the tables of an ELF: at least 0x40 and even (default 0x80 and 0x40). */
  readonly headerAt?: number;
  /** Keys with their values, in UTF-16, to stand in the version information of a PE. */
  readonly versionStrings?: readonly Uint8Array[];
}

export interface Host {
  readonly bytes: Buffer;
  readonly headerBytes: number;
  /** Of the bytes of the headers, 1 for each that must stay as it is. */
  readonly taken: Uint8Array;
  readonly sectionOffsets: readonly number[];
  readonly entryPoint: number;
  /** Further bytes that must stay as they are: [offset, length]. */
  readonly fixed?: readonly (readonly [number, number])[];
  /** Of a PE with version information: the places of its strings. */
  readonly versionOffsets?: readonly number[];
}

const SECTION_ALIGNMENT = 0x1000;
const FILE_ALIGNMENT = 0x200;

/** PE32 for x86. */
export function peHost({ sections: ordinary, entry, headerAt: peOffset = 0x80, versionStrings = [] }: HostSpec): Host {
  const version = versionStrings.length === 0 ? undefined : versionResource(versionStrings);
  const sections = version === undefined ? ordinary : [...ordinary, version.bytes.length];
  const optional = peOffset + 24;
  const table = optional + 224;
  const headerBytes = table + sections.length * 40;
  const { offsets, addresses, sizes, end, endAddress } = place(sections, roundUp(headerBytes, FILE_ALIGNMENT));
  const bytes = Buffer.alloc(end);
  bytes.write('MZ', 0);
  bytes.writeUInt16LE(0x90, 2); //                    bytes on the last page
  bytes.writeUInt16LE(3, 4); //                       pages
  bytes.writeUInt16LE(4, 8); //                       header paragraphs
  bytes.writeUInt16LE(0x40, 24); //                   relocation table: a new executable
  bytes.writeUInt32LE(peOffset, 60);
  bytes.write('PE\0\0', peOffset, 'latin1');
  bytes.writeUInt16LE(0x14c, peOffset + 4); //        machine: i386
  bytes.writeUInt16LE(sections.length, peOffset + 6);
  bytes.writeUInt16LE(224, peOffset + 20); //         size of the optional header
  bytes.writeUInt16LE(0x102, peOffset + 22); //       executable, 32-bit
  bytes.writeUInt16LE(0x10b, optional); //            PE32
  bytes.writeUInt32LE(addresses[0]! + entry, optional + 16);
  bytes.writeUInt32LE(addresses[0]!, optional + 20);
  bytes.writeUInt32LE(0x400000, optional + 28); //    image base
  bytes.writeUInt32LE(SECTION_ALIGNMENT, optional + 32);
  bytes.writeUInt32LE(FILE_ALIGNMENT, optional + 36);
  bytes.writeUInt16LE(4, optional + 48); //           subsystem version
  bytes.writeUInt32LE(endAddress, optional + 56); //  size of the image
  bytes.writeUInt32LE(offsets[0]!, optional + 60); // size of the headers
  bytes.writeUInt16LE(3, optional + 68); //           subsystem: console
  bytes.writeUInt32LE(16, optional + 92); //          data directories
  sections.forEach((_, i) => {
    const at = table + 40 * i;
    bytes.write(`.s${i}`, at);
    bytes.writeUInt32LE(sizes[i]!, at + 8); //        size in memory
    bytes.writeUInt32LE(addresses[i]!, at + 12);
    bytes.writeUInt32LE(sizes[i]!, at + 16); //       size in the file
    bytes.writeUInt32LE(offsets[i]!, at + 20);
    bytes.writeUInt32LE(0xe0000020, at + 36); //      code, readable, writable, executable
  });
  const taken = new Uint8Array(headerBytes).fill(1, peOffset);
  taken.set([1, 1]);
  taken.fill(1, 60, 64);
  const host = { bytes, headerBytes, taken, sectionOffsets: offsets, entryPoint: offsets[0]! + entry };
  if (version === undefined) return host;
  bytes.writeUInt32LE(addresses.at(-1)!, optional + 112);
  bytes.writeUInt32LE(version.bytes.length, optional + 116);
  bytes.set(version.at(addresses.at(-1)!), offsets.at(-1));
  const fixed = [[offsets.at(-1)!, version.bytes.length]] as const;
  return { ...host, fixed, versionOffsets: version.places.map((place) => offsets.at(-1)! + place) };
}

/** ELF64 for x86-64, one segment that maps the whole file. */
export function elfHost({ sections, entry, headerAt: segment = 64 }: HostSpec): Host {
  const table = segment + 56;
  const headerBytes = table + sections.length * 64;
  const { offsets, sizes, end } = place(sections, roundUp(headerBytes, FILE_ALIGNMENT));
  const base = 0x400000n;
  const bytes = Buffer.alloc(end);
  bytes.write('\x7fELF\x02\x01\x01', 0, 'latin1'); // 64-bit, little-endian
  bytes.writeUInt16LE(2, 16); //                      executable
  bytes.writeUInt16LE(62, 18); //                     machine: x86-64
  bytes.writeUInt32LE(1, 20); //                      version
  bytes.writeBigUInt64LE(base + BigInt(offsets[0]! + entry), 24);
  bytes.writeBigUInt64LE(BigInt(segment), 32); //                 program headers
  bytes.writeBigUInt64LE(BigInt(table), 40); //       section headers
  bytes.writeUInt16LE(64, 52); //                     bytes of this header
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56); //                      program headers
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt16LE(sections.length, 60);
  bytes.writeUInt32LE(1, segment); //                      segment: load
  bytes.writeUInt32LE(7, segment + 4);
  bytes.writeBigUInt64LE(base, segment + 16); //                address; the offset before it is 0
  bytes.writeBigUInt64LE(base, segment + 24);
  bytes.writeBigUInt64LE(BigInt(end), segment + 32); //         bytes in the file, in memory
  bytes.writeBigUInt64LE(BigInt(end), segment + 40);
  bytes.writeBigUInt64LE(4096n, segment + 48);
  sections.forEach((_, i) => {
    const at = table + 64 * i;
    bytes.writeUInt32LE(1, at + 4); //                program bits
    bytes.writeBigUInt64LE(6n, at + 8); //            in memory, executable
    bytes.writeBigUInt64LE(base + BigInt(offsets[i]!), at + 16);
    bytes.writeBigUInt64LE(BigInt(offsets[i]!), at + 24);
    bytes.writeBigUInt64LE(BigInt(sizes[i]!), at + 32);
  });
  const taken = takenOf(bytes.subarray(0, headerBytes)).fill(0, 64, segment);
  return { bytes, headerBytes, taken, sectionOffsets: offsets, entryPoint: offsets[0]! + entry };
}

/** What begins with these bytes, and nothing else. */
export function plainHost(magic: Uint8Array, headerBytes = magic.length): Host {
  const taken = takenOf(magic.subarray(0, headerBytes));
  return { bytes: Buffer.from(magic), headerBytes, taken, sectionOffsets: [], entryPoint: 0 };
}

/** A DOS program: without a PE header it has neither sections nor an entry point. */
export function dosHost(): Host {
  return plainHost(Buffer.from('MZ'));
}

/** Up to 64 bytes a 0 is nothing that was meant; behind them a 0 is a value. */
function takenOf(header: Uint8Array): Uint8Array {
  return header.map((byte, at) => (byte !== 0 || at >= 64 ? 1 : 0));
}

/** Mach-O for x86-64 with one segment and one section behind it. Source: Apple, "mach-o/loader.h". */
export function machOHeader(): Buffer {
  const bytes = Buffer.alloc(32 + 72);
  bytes.writeUInt32LE(0xfeedfacf, 0); //              64-bit
  bytes.writeUInt32LE(0x01000007, 4); //              x86-64
  bytes.writeUInt32LE(3, 8); //                       any such processor
  bytes.writeUInt32LE(2, 12); //                      an executable
  bytes.writeUInt32LE(1, 16); //                      load commands, their bytes, no flags
  bytes.writeUInt32LE(72, 20);
  bytes.writeUInt32LE(0x19, 32); //                   a segment, its bytes
  bytes.writeUInt32LE(72, 36);
  bytes.write('__TEXT', 40);
  bytes.writeBigUInt64LE(0x1_0000_0000n, 56); //      address, size in memory; the place in the file is 0
  bytes.writeBigUInt64LE(0x1000n, 64);
  bytes.writeBigUInt64LE(0x1000n, 80); //             bytes in the file
  bytes.writeUInt32LE(7, 88); //                      protection at most, at first; no sections
  bytes.writeUInt32LE(7, 92);
  return bytes;
}

function place(sections: readonly number[], from: number) {
  const sizes = sections.map((size) => roundUp(Math.max(1, size), FILE_ALIGNMENT));
  const offsets: number[] = [];
  const addresses: number[] = [];
  let end = from;
  let endAddress = SECTION_ALIGNMENT;
  for (const size of sizes) {
    offsets.push(end);
    addresses.push(endAddress);
    end += size;
    endAddress += roundUp(size, SECTION_ALIGNMENT);
  }
  return { sizes, offsets, addresses, end, endAddress };
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
