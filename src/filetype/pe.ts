/**
 * PE headers: where the program starts and which bytes its sections hold.
 *
 * Signatures were written against ClamAV's reading of these headers, which rounds as the Windows loader does; so the
 * rounding here is part of what a signature means. It was compared with the headers that `clamscan --debug` prints.
 * Source: Microsoft, "PE Format" (learn.microsoft.com/windows/win32/debug/pe-format).
 */
import type { ByteSource, ExecutableFacts, Section } from '../../native-free-engine/index.ts';
import { viewAt } from './header.ts';
import type { Directory, MappedPe } from './pe-directories.ts';
import { readImports } from './pe-imports.ts';
import { readVersionInfo } from './pe-version.ts';

const PE_SIGNATURE = 0x00004550; // "PE\0\0"
const FILE_HEADER_BYTES = 24; // signature included
const SECTION_HEADER_BYTES = 40;
const DIRECTORY_BYTES = 8;
/** As in ClamAV; the Windows loader takes no more either. */
const MAX_SECTIONS = 96;
/** Raw data starts at multiples of this, whatever FileAlignment says. */
const RAW_ALIGNMENT = 0x200;

interface SectionHeader {
  readonly virtualSize: number;
  readonly virtualAddress: number;
  readonly rawSize: number;
  readonly rawPointer: number;
}

/** Numbers of the data directories that are read. */
const IMPORTS = 1;
const RESOURCES = 2;

/**
 * Facts of a PE32 or PE32+ file; undefined when its headers cannot be read or contradict themselves.
 *
 * @param later the same object, for what is read when it is asked for
 */
export function readPe(source: ByteSource, later: ByteSource = source): ExecutableFacts | undefined {
  // 60  offset of the PE signature (e_lfanew); nothing else of the DOS header is used
  const peOffset = viewAt(source, 60, 4)?.getUint32(0, true);
  if (peOffset === undefined || peOffset === 0) return undefined;

  const file = viewAt(source, peOffset, FILE_HEADER_BYTES);
  //  0  signature
  if (file?.getUint32(0, true) !== PE_SIGNATURE) return undefined;
  //  4  machine (ignored)
  //  6  number of sections
  const sectionCount = file.getUint16(6, true);
  if (sectionCount < 1 || sectionCount > MAX_SECTIONS) return undefined;
  //  8  time stamp, 12 symbol table, 16 number of symbols (ignored)
  // 20  size of the optional header
  const optionalBytes = file.getUint16(20, true);
  // 22  characteristics (ignored)

  const optionalOffset = peOffset + FILE_HEADER_BYTES;
  const optional = viewAt(source, optionalOffset, 112);
  if (optional === undefined) return undefined;
  //  0  magic: 0x10b PE32, 0x20b PE32+; all but the last of the fields below lie at the same place in both
  const isWide = optional.getUint16(0, true) === 0x20b;
  const fixedBytes = isWide ? 112 : 96;
  // 16  address of the entry point
  const entryAddress = optional.getUint32(16, true);
  // 32  section alignment
  const sectionAlignment = optional.getUint32(32, true);
  // 36  file alignment
  const fileAlignment = optional.getUint32(36, true);
  // 60  size of headers
  // (cut to 32 bits after rounding, as ClamAV's is)
  const headerBytes = roundUp(optional.getUint32(60, true), sectionAlignment) >>> 0;
  // 92  or 108 in PE32+: number of data directories, of 8 bytes each
  const directories = Math.min(optional.getUint32(fixedBytes - 4, true), 16);
  if (optionalBytes < fixedBytes + directories * DIRECTORY_BYTES) return undefined;

  const headers = readSectionHeaders(source, optionalOffset + optionalBytes, sectionCount);
  if (headers === undefined) return undefined;
  const sections = toRaw(source, headers, sectionAlignment, fileAlignment);
  if (sections === undefined) return undefined;
  // Where no section holds the entry point, ClamAV calls the file broken and tests neither section offsets nor section
  // hashes; here only the entry point is missing.
  const toOffset = (address: number) => offsetOf(source.size, address, headerBytes, sections);
  const pe: MappedPe = { source: later, isWide, toOffset };
  const directoryOf = (index: number) =>
    index < directories ? readDirectory(later, optionalOffset + fixedBytes + index * DIRECTORY_BYTES) : undefined;
  return {
    entryPoint: toOffset(entryAddress),
    sections,
    versionInfo: () => {
      const directory = directoryOf(RESOURCES);
      return directory === undefined ? [] : readVersionInfo(pe, directory);
    },
    imports: () => {
      const directory = directoryOf(IMPORTS);
      return directory && readImports(pe, directory);
    },
  };
}

function readDirectory(source: ByteSource, offset: number): Directory | undefined {
  const entry = viewAt(source, offset, DIRECTORY_BYTES);
  //  0  address, 4 size
  return entry && { address: entry.getUint32(0, true), size: entry.getUint32(4, true) };
}

function readSectionHeaders(source: ByteSource, offset: number, count: number): SectionHeader[] | undefined {
  const table = viewAt(source, offset, count * SECTION_HEADER_BYTES);
  if (table === undefined) return undefined;
  const headers: SectionHeader[] = [];
  for (let at = 0; at < table.byteLength; at += SECTION_HEADER_BYTES) {
    headers.push({
      //  0  name (ignored)
      virtualSize: table.getUint32(at + 8, true),
      virtualAddress: table.getUint32(at + 12, true),
      rawSize: table.getUint32(at + 16, true),
      rawPointer: table.getUint32(at + 20, true),
      // 24  relocations, line numbers, characteristics (ignored)
    });
  }
  return headers;
}

interface MappedSection extends Section {
  /** Address, relative to the image base, of the first byte. */
  readonly address: number;
}

/** Undefined when a field has its sign bit set: neither ClamAV nor the loader takes such a file. */
function toRaw(
  source: ByteSource,
  headers: readonly SectionHeader[],
  sectionAlignment: number,
  fileAlignment: number,
): MappedSection[] | undefined {
  // The loader reads from multiples of 512: an offset that is one shows that a larger alignment is not meant.
  const isKept = headers.every(
    ({ rawPointer }) => roundDown(rawPointer, fileAlignment) === rawPointer || rawPointer % RAW_ALIGNMENT !== 0,
  );
  const alignment = isKept ? fileAlignment : RAW_ALIGNMENT;
  const sections: MappedSection[] = [];
  for (const header of headers) {
    const address = roundDown(header.virtualAddress, sectionAlignment);
    const offset = roundDown(header.rawPointer, alignment);
    const size = roundUp(header.rawSize, alignment);
    if (size > 0xffffffff) return undefined;
    const isOutside = size > 0 && header.rawPointer >= source.size;
    // A section outside the file keeps its number, and nothing else of it is looked at.
    if (!isOutside && Math.max(header.virtualSize, header.virtualAddress) > 0x7fffffff) return undefined;
    sections.push({ address, offset, size: isOutside ? 0 : Math.min(size, Math.max(0, source.size - offset)) });
  }
  return sections;
}

/** Where an address lies in the object, if it does. */
function offsetOf(
  objectBytes: number,
  address: number,
  headerBytes: number,
  sections: readonly MappedSection[],
): number | undefined {
  if (address < headerBytes) return address < objectBytes ? address : undefined;
  // Backwards: where sections overlap, the loader's last mapping wins.
  const section = sections.findLast((s) => address >= s.address && address < s.address + s.size);
  return section && address - section.address + section.offset;
}

const roundDown = (value: number, to: number): number => (to === 0 ? value : value - (value % to));
const roundUp = (value: number, to: number): number => (to === 0 ? value : Math.ceil(value / to) * to);
