/** Builders of executables, field by field, and a source over bytes. */
import type { ByteSource } from '../../native-free-engine/index.ts';

export function sourceOf(bytes: Uint8Array, failAt = Number.POSITIVE_INFINITY): ByteSource & { reads: number } {
  return {
    size: bytes.length,
    reads: 0,
    read(offset, into) {
      if (this.reads === failAt) throw new Error(`read ${failAt}`);
      this.reads += 1;
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/** Fields to write over the headers: [offset, value], 4 bytes little-endian. */
export type Patches = readonly (readonly [number, number])[];

function patch(bytes: Buffer, base: number, patches: Patches = []): void {
  for (const [offset, value] of patches) bytes.writeUInt32LE(value >>> 0, base + offset);
}

/** Marks that sections begin with, so that a signature can ask where they are. */
export const MARKS = ['SECTIONMARK00!', 'SECTIONMARK01!', 'SECTIONMARK02!', 'SECTIONMARK03!'] as const;

export interface PeSpec {
  readonly wide?: boolean;
  readonly entry?: number;
  /** Over the optional header. */
  readonly optional?: Patches;
  /** Over the section table; each header is 40 bytes: 8 virtual size, 12 address, 16 raw size, 20 raw offset. */
  readonly sections?: Patches;
  /** 16-bit fields over the file header: [offset, value]. */
  readonly file?: Patches;
}

/** Four sections of 512 bytes at 1024, 1536, 2048 and 2560, mapped at 0x1000, 0x2000, 0x3000 and 0x4000. */
export function peOf(spec: PeSpec = {}): Buffer {
  const optionalBytes = spec.wide ? 240 : 224;
  const bytes = Buffer.alloc(1024 + 4 * 512);
  bytes.write('MZ');
  bytes.writeUInt32LE(64, 60);
  bytes.write('PE', 64);
  bytes.writeUInt16LE(spec.wide ? 0x8664 : 0x14c, 68);
  bytes.writeUInt16LE(4, 70);
  bytes.writeUInt16LE(optionalBytes, 84);
  bytes.writeUInt16LE(0x102, 86);
  for (const [offset, value] of spec.file ?? []) bytes.writeUInt16LE(value, 64 + offset);
  const optional = 88;
  bytes.writeUInt16LE(spec.wide ? 0x20b : 0x10b, optional);
  bytes.writeUInt32LE(spec.entry ?? 0x1000, optional + 16);
  bytes.writeUInt32LE(0x1000, optional + 32);
  bytes.writeUInt32LE(0x200, optional + 36);
  bytes.writeUInt32LE(0x5000, optional + 56);
  bytes.writeUInt32LE(0x400, optional + 60);
  bytes.writeUInt16LE(2, optional + 68);
  bytes.writeUInt32LE(16, optional + (spec.wide ? 108 : 92));
  patch(bytes, optional, spec.optional);
  const table = optional + optionalBytes;
  MARKS.forEach((mark, i) => {
    const at = table + 40 * i;
    bytes.write(`.s${i}`, at);
    bytes.writeUInt32LE(0x200, at + 8);
    bytes.writeUInt32LE(0x1000 * (i + 1), at + 12);
    bytes.writeUInt32LE(0x200, at + 16);
    bytes.writeUInt32LE(1024 + 512 * i, at + 20);
    bytes.writeUInt32LE(0xe0000020, at + 36);
    bytes.fill(65 + i, 1024 + 512 * i, 1536 + 512 * i);
    bytes.write(mark, 1024 + 512 * i);
  });
  patch(bytes, table, spec.sections);
  return bytes;
}

export interface ElfSpec {
  readonly wide?: boolean;
  readonly bigEndian?: boolean;
  readonly entry?: number;
  readonly programCount?: number;
  readonly sectionCount?: number;
  readonly programOffset?: number;
  readonly sectionOffset?: number;
  /** Offset in the object of the second section. */
  readonly secondOffset?: number;
  readonly memoryBytes?: number;
}

/** One segment of 1024 bytes at 1024, mapped at 0x401000; sections: the empty one, then 512 bytes at 1024 and at 1536. */
export function elfOf(spec: ElfSpec = {}): Buffer {
  const { wide = true, bigEndian = false } = spec;
  const bytes = Buffer.alloc(2048 + 3 * 64);
  const half = (value: number, at: number) =>
    bigEndian ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
  const full = (value: number, at: number) =>
    bigEndian ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  const word = (value: number, at: number) => full(value, wide && bigEndian ? at + 4 : at);
  bytes.write('\x7fELF', 'latin1');
  bytes.set([wide ? 2 : 1, bigEndian ? 2 : 1, 1], 4);
  half(2, 16);
  half(wide ? 62 : 3, 18);
  full(1, 20);
  const [programs, sections, counts] = wide ? [32, 40, 54] : [28, 32, 42];
  word(spec.entry ?? 0x401000, 24);
  word(spec.programOffset ?? 64, programs);
  word(spec.sectionOffset ?? 2048, sections);
  half(wide ? 64 : 52, counts - 2);
  [wide ? 56 : 32, spec.programCount ?? 1, wide ? 64 : 40, spec.sectionCount ?? 3, 0].forEach((value, i) => {
    half(value, counts + 2 * i);
  });
  // Segment: type, then offset, address and size in memory.
  full(1, 64);
  const program = wide ? [8, 16, 40, 32] : [4, 8, 20, 16];
  [0x400, 0x401000, spec.memoryBytes ?? 0x1000, 0x400].forEach((value, i) => {
    word(value, 64 + program[i]);
  });
  const section = wide ? [64, 24, 32] : [40, 16, 20];
  [1024, spec.secondOffset ?? 1536].forEach((offset, i) => {
    const at = 2048 + (i + 1) * section[0];
    full(1, at + 4);
    word(offset, at + section[1]);
    word(512, at + section[2]);
    bytes.fill(65 + i, 1024 + 512 * i, 1536 + 512 * i);
    bytes.write(MARKS[i], 1024 + 512 * i);
  });
  return bytes;
}

export interface MachOSection {
  readonly address: number;
  readonly size: number;
  readonly offset: number;
  readonly alignment: number;
}

export interface MachOSpec {
  readonly wide?: boolean;
  readonly bigEndian?: boolean;
  readonly cpu?: number;
  /** What the header says of the number of commands. */
  readonly count?: number;
  readonly sections?: readonly MachOSection[];
  /** LC_MAIN with this offset. */
  readonly main?: number;
  /** LC_UNIXTHREAD: number of register words, index of the counter, its value. */
  readonly thread?: readonly [number, number, number];
}

export const MACH_O_SECTIONS: readonly MachOSection[] = [
  { address: 0x1400, size: 512, offset: 1024, alignment: 4 },
  { address: 0x1600, size: 497, offset: 1536, alignment: 4 },
];

/** Two sections at 1024 and 1536, mapped at 0x1400 and 0x1600. */
export function machOOf(spec: MachOSpec = {}): Buffer {
  const { wide = true, bigEndian = false, sections = MACH_O_SECTIONS } = spec;
  const bytes = Buffer.alloc(2560);
  const full = (value: number, at: number) =>
    bigEndian ? bytes.writeUInt32BE(value >>> 0, at) : bytes.writeUInt32LE(value >>> 0, at);
  const word = (value: number, at: number) => full(value, wide && bigEndian ? at + 4 : at);
  let at = wide ? 32 : 28;
  let count = 0;
  const segmentBytes = (wide ? 72 : 56) + sections.length * (wide ? 80 : 68);
  full(wide ? 0x19 : 1, at);
  full(segmentBytes, at + 4);
  full(sections.length, at + (wide ? 64 : 48));
  sections.forEach((section, i) => {
    const start = at + (wide ? 72 + 80 * i : 56 + 68 * i);
    word(section.address, start + 32);
    word(section.size, start + (wide ? 40 : 36));
    full(section.offset, start + (wide ? 48 : 40));
    full(section.alignment, start + (wide ? 52 : 44));
  });
  at += segmentBytes;
  count += 1;
  if (spec.main !== undefined) {
    full(0x80000028, at);
    full(24, at + 4);
    full(spec.main, bigEndian ? at + 12 : at + 8);
    at += 24;
    count += 1;
  }
  if (spec.thread !== undefined) {
    const [words, index, value] = spec.thread;
    const size = wide ? 8 : 4;
    full(5, at);
    full(16 + words * size, at + 4);
    full(1, at + 8);
    full(words, at + 12);
    word(value, at + 16 + index * size);
    at += 16 + words * size;
    count += 1;
  }
  full(wide ? 0xfeedfacf : 0xfeedface, 0);
  full(spec.cpu ?? (wide ? 0x1000007 : 7), 4);
  full(2, 12);
  full(spec.count ?? count, 16);
  full(at - (wide ? 32 : 28), 20);
  MARKS.slice(0, 3).forEach((mark, i) => {
    bytes.write(mark, 1024 + 512 * i);
  });
  return bytes;
}
