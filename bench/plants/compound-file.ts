/**
 * OLE2 compound files of a few streams, all of them in the root storage.
 *
 * ```
 * header ─► FAT sectors ─► directory ─► mini FAT ─► mini stream ─► streams of 4,096 bytes and more
 * ```
 * Source: Microsoft, [MS-CFB] "Compound File Binary File Format", version 3: sectors of 512 bytes.
 */

export interface Stream {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const SECTOR_BYTES = 512;
const MINI_SECTOR_BYTES = 64;
/** Smaller streams lie in the mini stream. */
const MINI_LIMIT = 4096;
const ENTRY_BYTES = 128;
const ENTRIES_PER_SECTOR = SECTOR_BYTES / 4;
/** FAT sectors that the header itself lists. */
const MAX_FAT_SECTORS = 109;

const FREE = 0xffffffff;
const END_OF_CHAIN = 0xfffffffe;
const FAT_SECTOR = 0xfffffffd;
const STORAGE_ROOT = 5;
const STREAM = 2;

/** @returns undefined when they are too large for this layout, some 7 MB */
export function compoundFile(streams: readonly Stream[]): Buffer | undefined {
  const mini = new Sectors(MINI_SECTOR_BYTES);
  const small = streams.map(({ bytes }) => (bytes.length < MINI_LIMIT ? mini.add(bytes) : undefined));
  const directorySectors = Math.ceil(((streams.length + 1) * ENTRY_BYTES) / SECTOR_BYTES);
  const content = new Sectors(SECTOR_BYTES);
  content.add(Buffer.alloc(directorySectors * SECTOR_BYTES));
  const miniFat = content.add(tableOf(mini.chains));
  const miniStream = content.add(mini.bytes());
  const starts = streams.map(({ bytes }, i) => small[i] ?? content.add(bytes));
  const fatSectors = Math.ceil(content.chains.length / (ENTRIES_PER_SECTOR - 1));
  if (fatSectors > MAX_FAT_SECTORS) return undefined;
  // The FAT comes first: all others move behind it.
  const moved = (sector: number): number => (sector < FAT_SECTOR ? sector + fatSectors : sector);
  const fat = tableOf([...Array.from({ length: fatSectors }, () => FAT_SECTOR), ...content.chains.map(moved)]);
  const whole = content.bytes();
  whole.set(entry('Root Entry', STORAGE_ROOT, moved(miniStream), mini.chains.length * MINI_SECTOR_BYTES, 1, FREE));
  streams.forEach(({ name, bytes }, i) => {
    const start = small[i] === undefined ? moved(starts[i]!) : starts[i]!;
    // Each one is the right child of the one before.
    const next = i + 1 < streams.length ? i + 2 : FREE;
    whole.set(entry(name, STREAM, start, bytes.length, FREE, next), (i + 1) * ENTRY_BYTES);
  });
  const header = headerOf(fatSectors, moved(0), mini.chains.length === 0 ? END_OF_CHAIN : moved(miniFat));
  return Buffer.concat([header, fat, whole]);
}

/** Sectors behind each other, with the number of the next one for each. */
class Sectors {
  readonly chains: number[] = [];
  readonly #size: number;
  readonly #parts: Uint8Array[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** @returns the first sector */
  add(bytes: Uint8Array): number {
    const first = this.chains.length;
    const count = Math.ceil(bytes.length / this.#size);
    if (count === 0) return END_OF_CHAIN;
    for (let i = 1; i < count; i++) this.chains.push(first + i);
    this.chains.push(END_OF_CHAIN);
    this.#parts.push(bytes, Buffer.alloc(count * this.#size - bytes.length));
    return first;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Whole sectors of numbers. */
function tableOf(values: readonly number[]): Buffer {
  const sectors = Math.ceil(values.length / ENTRIES_PER_SECTOR);
  const table = Buffer.alloc(sectors * SECTOR_BYTES, 0xff);
  for (const [i, value] of values.entries()) table.writeUInt32LE(value, i * 4);
  return table;
}

function headerOf(fatSectors: number, directory: number, miniFat: number): Buffer {
  const header = Buffer.alloc(SECTOR_BYTES);
  header.write('d0cf11e0a1b11ae1', 0, 'hex');
  header.writeUInt16LE(0x3e, 24); //                  minor version
  header.writeUInt16LE(3, 26); //                     major version
  header.writeUInt16LE(0xfffe, 28); //                little-endian
  header.writeUInt16LE(9, 30); //                     log2 of the bytes of a sector, of a mini sector
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(fatSectors, 44);
  header.writeUInt32LE(directory, 48);
  header.writeUInt32LE(MINI_LIMIT, 56);
  header.writeUInt32LE(miniFat, 60);
  header.writeUInt32LE(miniFat === END_OF_CHAIN ? 0 : 1, 64);
  header.writeUInt32LE(END_OF_CHAIN, 68); //          no further lists of FAT sectors
  for (let i = 0; i < MAX_FAT_SECTORS; i++) header.writeUInt32LE(i < fatSectors ? i : FREE, 76 + i * 4);
  return header;
}

function entry(name: string, type: number, start: number, size: number, child: number, right: number): Buffer {
  const bytes = Buffer.alloc(ENTRY_BYTES);
  bytes.write(name, 0, 'utf16le');
  bytes.writeUInt16LE((name.length + 1) * 2, 64);
  bytes[66] = type;
  bytes[67] = 1; //                                   black
  bytes.writeUInt32LE(FREE, 68); //                   no left child
  bytes.writeUInt32LE(right, 72);
  bytes.writeUInt32LE(child, 76);
  bytes.writeUInt32LE(start, 116);
  bytes.writeUInt32LE(size, 120);
  return bytes;
}
