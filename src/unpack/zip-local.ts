/** Entries of a zip file that its central directory does not list, by their local headers. */
import type { ByteSource } from '../../native-free-engine/index.ts';
import type { Budget } from './budget.ts';
import { type Item, type Means, nothing } from './container.ts';
import { decodeName } from './names.ts';
import { bytesAt } from './reading.ts';
import { expandZipEntry, type ZipEntry } from './zip-entry.ts';

const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER = 'PK\x03\x04';
/** What may follow the bytes of a stored entry whose size is not known: its descriptor, an entry, the directory, its end. */
const AFTER_ENTRY = ['PK\x07\x08', LOCAL_HEADER, 'PK\x01\x02', 'PK\x05\x06'];
/** What is sought mostly lies right here. */
const FIRST_SEARCH_BYTES = 1024;
const SEARCH_BYTES = 256 * 1024;
/** Signatures are four bytes; one may lie across two reads. */
const OVERLAP_BYTES = 3;

/** Bytes [start, end) of the object. */
export interface Extent {
  start: number;
  end: number;
}

/**
 * Searches the gaps between the listed entries.
 *
 * @param isGuess  true when the directory was read to its end: four bytes that look like a header may then be anything, so what
 *                 does not open is no loss and not reported
 */
export async function* searchLocalEntries(
  source: ByteSource,
  listed: readonly Extent[],
  isGuess: boolean,
  means: Means,
): AsyncGenerator<Item, void> {
  for (const gap of gaps(listed, source.size)) {
    let at = gap.start;
    for (;;) {
      const headerOffset = search(source, at, gap.end, [LOCAL_HEADER], means.budget);
      if (headerOffset === undefined) break;
      at = headerOffset + LOCAL_HEADER.length;
      const entry = localEntry(source, headerOffset, gap.end, means.budget);
      if (entry === undefined) continue;
      const open = async () => {
        const expanded = await expandZipEntry(source, entry, means);
        at = Math.max(at, entry.dataOffset + expanded.consumedBytes);
        if (!isGuess) return expanded;
        return { ...expanded, obstacle: means.budget.overrun };
      };
      yield { kind: 'entry', name: entry.name, open: isGuess && entry.isEncrypted ? () => nothing() : open };
    }
  }
}

function gaps(listed: readonly Extent[], size: number): Extent[] {
  const found: Extent[] = [];
  let at = 0;
  for (const extent of [...listed].sort((a, b) => a.start - b.start)) {
    // A directory may place its entries 2^63 bytes behind the object.
    const start = Math.min(extent.start, size);
    const end = Math.min(extent.end, size);
    if (start - at > LOCAL_HEADER_BYTES) found.push({ start: at, end: start });
    at = Math.max(at, end);
  }
  if (size - at > LOCAL_HEADER_BYTES) found.push({ start: at, end: size });
  return found;
}

export interface LocalHeader extends ZipEntry {
  /** Sizes are in a descriptor behind the entry. */
  readonly hasDescriptor: boolean;
}

/** The local header at an offset; undefined when there is none. */
export function readLocalHeader(source: ByteSource, offset: number): LocalHeader | undefined {
  const header = bytesAt(source, offset, LOCAL_HEADER_BYTES);
  //  0  signature
  if (header.length < LOCAL_HEADER_BYTES || header.toString('latin1', 0, 4) !== LOCAL_HEADER) return undefined;
  //  4  version needed
  //  6  flags
  const flags = header.readUInt16LE(6);
  //  8  method
  const method = header.readUInt16LE(8);
  // 10  time, 12 date, 14 checksum
  // 18  compressed size, 22 expanded size
  // 26  length of the name, 28 of the extra field
  const nameBytes = header.readUInt16LE(26);
  const extraBytes = header.readUInt16LE(28);
  const tail = bytesAt(source, offset + LOCAL_HEADER_BYTES, nameBytes + extraBytes);
  const sizes = zip64Sizes(header.readUInt32LE(18), header.readUInt32LE(22), tail.subarray(nameBytes));
  return {
    ...sizes,
    name: decodeName(tail.subarray(0, nameBytes)),
    dataOffset: offset + LOCAL_HEADER_BYTES + nameBytes + extraBytes,
    method,
    isEncrypted: (flags & 1) !== 0,
    hasDescriptor: (flags & 8) !== 0,
  };
}

/** Sizes of 2^32 − 1 stand in extra field 1: 0 expanded size, 8 compressed size. */
function zip64Sizes(
  compressedBytes: number,
  expandedBytes: number,
  extra: Buffer,
): { compressedBytes: number; expandedBytes: number } {
  if (compressedBytes !== 0xffffffff && expandedBytes !== 0xffffffff) return { compressedBytes, expandedBytes };
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1 || at + 20 > extra.length) continue;
    const expanded = Number(extra.readBigUInt64LE(at + 4));
    return { compressedBytes: Number(extra.readBigUInt64LE(at + 12)), expandedBytes: expanded };
  }
  return { compressedBytes, expandedBytes };
}

/** What lies behind a header that no directory vouches for. */
function localEntry(source: ByteSource, offset: number, end: number, budget: Budget): ZipEntry | undefined {
  const header = readLocalHeader(source, offset);
  // No method above 99 exists: this is not a header.
  if (header === undefined || header.method > 99 || header.dataOffset >= end) return undefined;
  if (!header.hasDescriptor || header.compressedBytes !== 0) return header;
  if (header.method !== 0) return { ...header, compressedBytes: undefined };
  const compressedBytes = (search(source, header.dataOffset, end, AFTER_ENTRY, budget) ?? end) - header.dataOffset;
  return { ...header, compressedBytes, expandedBytes: compressedBytes };
}

/** Offset of the first of these signatures that begins in [from, to). */
function search(
  source: ByteSource,
  from: number,
  to: number,
  signatures: readonly string[],
  budget: Budget,
): number | undefined {
  let length = FIRST_SEARCH_BYTES;
  for (let at = from; at < to && budget.check(); at += length, length = SEARCH_BYTES) {
    const end = Math.min(length, to - at);
    const bytes = bytesAt(source, at, end + OVERLAP_BYTES);
    const hits = signatures.map((signature) => bytes.indexOf(signature, 0, 'latin1')).filter((hit) => hit >= 0);
    const first = Math.min(...hits);
    if (first < end) return at + first;
  }
  return undefined;
}
