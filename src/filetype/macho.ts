/**
 * Mach-O headers: where the program starts and which bytes its sections hold.
 *
 * Source: Apple, mach-o/loader.h and mach/machine/thread_status.h; both widths and both byte orders. A universal file is a
 * container of these (unpack/macho-fat.ts).
 */
import type { ByteSource, ExecutableFacts, Section } from '../../native-free-engine/index.ts';
import { uint64, viewAt } from './header.ts';

/** Bytes of load commands that are read at most; linkers write a few KB. */
const MAX_COMMAND_BYTES = 1024 * 1024;
const MAX_SECTIONS = 2048;

const LC_SEGMENT = 0x1;
const LC_UNIXTHREAD = 0x5;
const LC_SEGMENT_64 = 0x19;
const LC_MAIN = 0x80000028;

/** Where the program counter lies in the registers of LC_UNIXTHREAD, by CPU type; `wide` is 8 bytes. */
const PROGRAM_COUNTERS: ReadonlyMap<number, { readonly at: number; readonly wide: boolean }> = new Map([
  [0x7, { at: 10 * 4, wide: false }], // i386: eax … gs, eip is the 11th of 16
  [0x1000007, { at: 16 * 8, wide: true }], // x86-64: rip is the 17th of 21
  [0xc, { at: 15 * 4, wide: false }], // ARM: r15
  [0x100000c, { at: 32 * 8, wide: true }], // ARM64: x0 … x28, fp, lr, sp, pc
  [0x12, { at: 0, wide: false }], // PowerPC: srr0
  [0x1000012, { at: 0, wide: true }],
]);

/** A section, with the address it is mapped to. */
interface MappedSection extends Section {
  readonly address: number;
}

/** Facts of a Mach-O file of one architecture; undefined when its headers cannot be read or contradict themselves. */
export function readMachO(source: ByteSource): ExecutableFacts | undefined {
  const header = viewAt(source, 0, 28);
  if (header === undefined) return undefined;
  //  0  magic: feedface 32-bit, feedfacf 64-bit, in the file's byte order
  const littleEndian = header.getUint8(3) === 0xfe;
  const wide = header.getUint32(0, littleEndian) === 0xfeedfacf;
  //  4  CPU type
  const cpuType = header.getUint32(4, littleEndian);
  //  8  CPU subtype, 12 file type (ignored)
  // 16  number of load commands
  const commandCount = header.getUint32(16, littleEndian);
  // 20  bytes of load commands
  const commandBytes = Math.min(header.getUint32(20, littleEndian), MAX_COMMAND_BYTES);
  // 24  flags, 28 reserved (64-bit only)
  const start = wide ? 32 : 28;
  const commands = viewAt(source, start, Math.min(commandBytes, Math.max(0, source.size - start)));
  if (commands === undefined || commandCount === 0) return undefined;
  return readCommands(source, commands, commandCount, cpuType, littleEndian);
}

function readCommands(
  source: ByteSource,
  view: DataView,
  count: number,
  cpuType: number,
  littleEndian: boolean,
): ExecutableFacts | undefined {
  const sections: MappedSection[] = [];
  let entryAddress: number | undefined;
  let entryPoint: number | undefined;
  let at = 0;
  for (let left = count; left > 0 && at + 8 <= view.byteLength; left -= 1) {
    // 0  command, 4 its size in bytes
    const command = view.getUint32(at, littleEndian);
    const size = view.getUint32(at + 4, littleEndian);
    if (size < 8 || at + size > view.byteLength) break;
    if (command === LC_SEGMENT || command === LC_SEGMENT_64) {
      const layout = command === LC_SEGMENT_64 ? SEGMENT_64 : SEGMENT_32;
      if (!readSegment(source, new DataView(view.buffer, at, size), layout, littleEndian, sections)) return undefined;
    } else if (command === LC_MAIN && size >= 16) {
      // 8  offset of main in the object
      entryPoint ??= uint64(view, at + 8, littleEndian);
    } else if (command === LC_UNIXTHREAD) {
      entryAddress ??= programCounter(new DataView(view.buffer, at, size), cpuType, littleEndian);
    }
    at += size;
  }
  // Zero where nothing starts (libraries), as ClamAV has it.
  return { entryPoint: entryPoint ?? offsetOf(sections, entryAddress) ?? 0, sections };
}

interface SegmentLayout {
  /** Bytes of the command before its sections, and where it counts them. */
  readonly bytes: number;
  readonly count: number;
  /** Bytes of one section, and where its fields lie. */
  readonly sectionBytes: number;
  readonly address: number;
  readonly size: number;
  readonly offset: number;
  readonly alignment: number;
}
// Segment: 0 command, 4 size, 8 name, 24 address, size, file offset, file size, protections, number of sections, flags.
// Section: 0 name, 16 segment name, 32 address, size, offset, alignment (power of two), relocations, flags, reserved.
const SEGMENT_32: SegmentLayout = {
  bytes: 56,
  count: 48,
  sectionBytes: 68,
  address: 32,
  size: 36,
  offset: 40,
  alignment: 44,
};
const SEGMENT_64: SegmentLayout = {
  bytes: 72,
  count: 64,
  sectionBytes: 80,
  address: 32,
  size: 40,
  offset: 48,
  alignment: 52,
};

/** Adds the segment's sections; false when one contradicts itself. */
function readSegment(
  source: ByteSource,
  view: DataView,
  layout: SegmentLayout,
  littleEndian: boolean,
  into: MappedSection[],
): boolean {
  if (view.byteLength < layout.bytes) return false;
  const wide = layout === SEGMENT_64;
  const word = (at: number): number => (wide ? uint64(view, at, littleEndian) : view.getUint32(at, littleEndian));
  const end = layout.bytes + view.getUint32(layout.count, littleEndian) * layout.sectionBytes;
  if (end > view.byteLength) return false;
  for (let at = layout.bytes; at < end; at += layout.sectionBytes) {
    const offset = view.getUint32(at + layout.offset, littleEndian);
    const alignment = view.getUint32(at + layout.alignment, littleEndian);
    if (alignment > 31 || into.length >= MAX_SECTIONS) return false;
    // Offset 0 means that the loader fills the section with zeros. The others are rounded up to their alignment, as in ClamAV.
    const size = offset === 0 ? 0 : Math.ceil(word(at + layout.size) / 2 ** alignment) * 2 ** alignment;
    const room = Math.max(0, source.size - offset);
    into.push({ address: word(at + layout.address), offset, size: Math.min(size, room) });
  }
  return true;
}

function programCounter(thread: DataView, cpuType: number, littleEndian: boolean): number | undefined {
  // 8  flavour of the registers, 12 their number in words, 16 the registers
  const counter = PROGRAM_COUNTERS.get(cpuType);
  if (counter === undefined || 16 + counter.at + 8 > thread.byteLength) return undefined;
  const at = 16 + counter.at;
  return counter.wide ? uint64(thread, at, littleEndian) : thread.getUint32(at, littleEndian);
}

function offsetOf(sections: readonly MappedSection[], address: number | undefined): number | undefined {
  if (address === undefined) return undefined;
  const section = sections.find((s) => address >= s.address && address < s.address + s.size);
  return section && address - section.address + section.offset;
}
