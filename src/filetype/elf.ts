/**
 * ELF headers: where the program starts and which bytes its sections hold.
 *
 * Source: System V ABI, "ELF header", "Sections" and "Program header"; both classes and both byte orders.
 */
import type { ByteSource, ExecutableFacts, Section } from '../../native-free-engine/index.ts';
import { uint64, viewAt } from './header.ts';

/** ClamAV gives up above 128 and 256; objects of a compiler that puts each function into a section of its own have thousands. */
const MAX_PROGRAM_HEADERS = 1024;
const MAX_SECTIONS = 16384;

/** Reads one field; `word` is 8 bytes in the 64-bit class, 4 in the other. */
interface Fields {
  readonly byteLength: number;
  half(at: number): number;
  word(at: number): number;
}

/** Where the fields lie, in bytes, for one class. */
interface Layout {
  /** Header: entry address, program header table, section header table, and the counts behind them. */
  readonly headerBytes: number;
  readonly entry: number;
  readonly programs: number;
  readonly sections: number;
  readonly counts: number;
  /** Program header: file offset, address, bytes in memory. */
  readonly program: {
    readonly bytes: number;
    readonly offset: number;
    readonly address: number;
    readonly size: number;
  };
  /** Section header: file offset, size. */
  readonly section: { readonly bytes: number; readonly offset: number; readonly size: number };
}
// Header, both classes:  0 magic, 4 class, 5 byte order, 6 version, 7 padding, 16 type, 18 machine, 20 version; then
//   32  64
//   24  24  entry address
//   28  32  offset of the program headers
//   32  40  offset of the section headers
//   36  48  flags (ignored)
//   40  52  size of this header (ignored)
//   42  54  size of one program header
//   44  56  number of program headers
//   46  58  size of one section header
//   48  60  number of section headers
//   50  62  section with the names (ignored)
const LAYOUT_32: Layout = {
  headerBytes: 52,
  entry: 24,
  programs: 28,
  sections: 32,
  counts: 42,
  // 0 type, 4 offset, 8 address, 12 physical address, 16 size in file, 20 size in memory, 24 flags, 28 alignment
  program: { bytes: 32, offset: 4, address: 8, size: 20 },
  // 0 name, 4 type, 8 flags, 12 address, 16 offset, 20 size, 24 link, 28 info, 32 alignment, 36 entry size
  section: { bytes: 40, offset: 16, size: 20 },
};
const LAYOUT_64: Layout = {
  headerBytes: 64,
  entry: 24,
  programs: 32,
  sections: 40,
  counts: 54,
  // 0 type, 4 flags, 8 offset, 16 address, 24 physical address, 32 size in file, 40 size in memory, 48 alignment
  program: { bytes: 56, offset: 8, address: 16, size: 40 },
  // 0 name, 4 type, 8 flags, 16 address, 24 offset, 32 size, 40 link, 44 info, 48 alignment, 56 entry size
  section: { bytes: 64, offset: 24, size: 32 },
};

/** Facts of an ELF file; undefined when its headers cannot be read or contradict themselves. */
export function readElf(source: ByteSource): ExecutableFacts | undefined {
  const ident = viewAt(source, 0, 16);
  // 4  class: 1 is 32-bit, 2 is 64-bit
  const elfClass = ident?.getUint8(4);
  if (ident === undefined || (elfClass !== 1 && elfClass !== 2)) return undefined;
  const layout = elfClass === 2 ? LAYOUT_64 : LAYOUT_32;
  // 5  byte order: 1 is little-endian, 2 is big-endian
  const fieldsOf = (view: DataView): Fields => readFields(view, ident.getUint8(5) === 1, elfClass === 2);

  const view = viewAt(source, 0, layout.headerBytes);
  if (view === undefined) return undefined;
  const header = fieldsOf(view);
  const programCount = header.half(layout.counts + 2);
  const sectionCount = header.half(layout.counts + 6);
  if (programCount > MAX_PROGRAM_HEADERS || sectionCount > MAX_SECTIONS) return undefined;

  const programs = viewAt(source, header.word(layout.programs), programCount * layout.program.bytes);
  // The kernel never reads the section headers, so packers break them: the entry point stands without them.
  const table = viewAt(source, header.word(layout.sections), sectionCount * layout.section.bytes);
  const entry = header.word(layout.entry);
  return {
    // Zero where nothing starts (libraries, unlinked objects), as ClamAV has it.
    entryPoint: entry === 0 ? 0 : programs && entryOffset(fieldsOf(programs), layout.program, entry),
    sections: table === undefined ? [] : readSections(source, fieldsOf(table), layout.section),
  };
}

function readFields(view: DataView, littleEndian: boolean, wide: boolean): Fields {
  return {
    byteLength: view.byteLength,
    half: (at) => view.getUint16(at, littleEndian),
    word: (at) => (wide ? uint64(view, at, littleEndian) : view.getUint32(at, littleEndian)),
  };
}

/** The first segment that maps the address decides, whatever its type. */
function entryOffset(fields: Fields, layout: Layout['program'], entry: number): number | undefined {
  for (let at = 0; at < fields.byteLength; at += layout.bytes) {
    const address = fields.word(at + layout.address);
    if (address <= entry && entry < address + fields.word(at + layout.size)) {
      return entry - address + fields.word(at + layout.offset);
    }
  }
  return undefined;
}

function readSections(source: ByteSource, fields: Fields, layout: Layout['section']): Section[] {
  const sections: Section[] = [];
  for (let at = 0; at < fields.byteLength; at += layout.bytes) {
    const offset = fields.word(at + layout.offset);
    const size = fields.word(at + layout.size);
    sections.push({ offset, size: Math.min(size, Math.max(0, source.size - offset)) });
  }
  return sections;
}
