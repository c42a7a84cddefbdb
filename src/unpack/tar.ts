/**
 * tar, in all its dialects: entries as slices of the archive, which costs no copy.
 *
 * Sources: POSIX.1-2017, pax; GNU tar manual, "Basic Tar Format". Our own reading and not tar-stream's: a stream would copy every entry
 * out of the archive, and it ends at the first bad header, behind which an archive can hide the rest. Here reading goes on at
 * the next block that has a valid checksum, also behind the end mark.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import { hasTarChecksum, parseOctal, TAR_BLOCK_BYTES } from '../filetype/tar-header.ts';
import { type Container, type Contents, type Item, type Means, nothing, obstacle } from './container.ts';
import { decodeName, untilNul } from './names.ts';
import { bytesAt } from './reading.ts';
import { SliceSource } from './source.ts';

/** Extended headers are read this far, in bytes. */
const MAX_EXTENDED_BYTES = 64 * 1024;
/** Blocks that are read at once when a header is sought. */
const SEARCH_BYTES = 128 * TAR_BLOCK_BYTES;

/** What extended headers say about the next entry. */
interface Overrides {
  name?: string;
  size?: number;
}

export const tar: Container = {
  *items(source: ByteSource, means: Means): Generator<Item, void> {
    let overrides: Overrides = {};
    let isEnded = false;
    let at = 0;
    while (at < source.size && means.budget.check()) {
      const block = bytesAt(source, at, TAR_BLOCK_BYTES);
      if (isZero(block)) {
        isEnded = true;
        at = nextHeader(source, at + TAR_BLOCK_BYTES, means, isUsed);
        continue;
      }
      if (block.length < TAR_BLOCK_BYTES || !hasTarChecksum(block)) {
        // Behind the end mark anything may follow; before it, something is missing.
        if (!isEnded) yield obstacle('damaged', `tar: no header at ${at}`);
        at = nextHeader(source, at + TAR_BLOCK_BYTES, means, hasTarChecksum);
        continue;
      }
      const header = readHeader(source, block, at, overrides);
      if (header.kind === 'extended') {
        overrides = { ...overrides, ...readExtended(source, header) };
      } else {
        overrides = {};
        yield { kind: 'entry', name: header.name, open: () => openEntry(source, header, means) };
      }
      at = header.end;
    }
  },
};

interface Header {
  readonly kind: 'file' | 'extended';
  readonly type: string;
  readonly name: string;
  /** Where its bytes begin, how many it says there are, and where the next header begins. */
  readonly start: number;
  readonly size: number;
  readonly end: number;
}

function readHeader(source: ByteSource, block: Buffer, at: number, overrides: Overrides): Header {
  //   0  name (100 bytes), 100 mode, 108 user, 116 group
  // 124  size (12 bytes)
  const ownSize = parseSize(block.subarray(124, 136));
  // 136  time, 148 checksum
  // 156  type
  const type = String.fromCharCode(block[156]);
  // 157  link, 257 magic, 265 user, 297 group, 329 device
  // 345  prefix of the name in POSIX archives; GNU and star have other things here
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? untilNul(block.subarray(345, 500)) : Buffer.alloc(0);
  const path = untilNul(block.subarray(0, 100));
  const name =
    overrides.name ?? decodeName(prefix.length === 0 ? path : Buffer.concat([prefix, Buffer.from('/'), path]));

  const kind = 'xgXLK'.includes(type) ? 'extended' : 'file';
  // An extended header's own size is never overridden.
  const size = kind === 'extended' ? ownSize : (overrides.size ?? ownSize);
  const start = at + TAR_BLOCK_BYTES * (1 + (type === 'S' ? sparseBlocks(source, block, at) : 0));
  const stored = '123456'.includes(type) && isHeaderOrEnd(source, start) ? 0 : size;
  return { kind, type, name, start, size: stored, end: start + Math.ceil(stored / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES };
}

/** Octal digits, or (GNU) a big-endian number behind a set top bit. Nonsense counts as 0: the next header is sought then. */
function parseSize(field: Uint8Array): number {
  if ((field[0] & 0x80) === 0) return parseOctal(field) ?? 0;
  let size = field[0] & 0x7f;
  for (const byte of field.subarray(1)) size = size * 256 + byte;
  return Number.isSafeInteger(size) ? size : 0;
}

/** GNU sparse files: blocks that continue the list of holes. 482 says that there are some, 504 in each that there are more. */
function sparseBlocks(source: ByteSource, block: Buffer, at: number): number {
  let count = 0;
  let isContinued = block[482] !== 0;
  while (isContinued) {
    count += 1;
    const next = bytesAt(source, at + count * TAR_BLOCK_BYTES, TAR_BLOCK_BYTES);
    isContinued = next.length === TAR_BLOCK_BYTES && next[504] !== 0;
  }
  return count;
}

/** Links and directories have a size in some archives and no bytes: so the block behind the header decides. */
function isHeaderOrEnd(source: ByteSource, at: number): boolean {
  const block = bytesAt(source, at, TAR_BLOCK_BYTES);
  return block.length < TAR_BLOCK_BYTES || isZero(block) || hasTarChecksum(block);
}

function readExtended(source: ByteSource, header: Header): Overrides {
  const bytes = bytesAt(source, header.start, Math.min(header.size, MAX_EXTENDED_BYTES));
  if (header.type === 'L') return { name: decodeName(untilNul(bytes)) };
  return header.type === 'x' || header.type === 'X' ? parsePax(bytes) : {};
}

/** Records "length key=value\n", the length in decimal digits and counting itself. */
function parsePax(bytes: Buffer): Overrides {
  const overrides: Overrides = {};
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString('latin1', at, Math.max(at, space)));
    // Also ends at a length of 0, of which there may be as many as the attacker likes.
    if (space < 0 || !Number.isInteger(length) || length <= space - at) break;
    const record = bytes.subarray(space + 1, Math.min(at + length - 1, bytes.length));
    const equals = record.indexOf(0x3d);
    const key = record.toString('latin1', 0, Math.max(0, equals));
    const value = record.subarray(equals + 1);
    if (key === 'path') overrides.name = decodeName(value);
    if (key === 'size' && /^\d{1,15}$/.test(value.toString('latin1')))
      overrides.size = Number(value.toString('latin1'));
    at += length;
  }
  return overrides;
}

function openEntry(source: ByteSource, header: Header, { budget }: Means): Contents {
  if (header.size === 0) return nothing();
  const slice = new SliceSource(source, header.start, header.size);
  if (!budget.spendBytes(slice.size)) return nothing(budget.overrun);
  if (slice.size === header.size) return { source: slice, obstacle: undefined };
  const why = obstacle('damaged', `tar: ${header.size} bytes at ${header.start} end after ${slice.size}`);
  return { source: slice.size > 0 ? slice : undefined, obstacle: why };
}

/** The first block at or behind `at` that passes, or the end of the archive. */
function nextHeader(source: ByteSource, at: number, { budget }: Means, passes: (block: Buffer) => boolean): number {
  for (let start = at; start < source.size && budget.check(); start += SEARCH_BYTES) {
    const blocks = bytesAt(source, start, SEARCH_BYTES);
    for (let i = 0; i + TAR_BLOCK_BYTES <= blocks.length; i += TAR_BLOCK_BYTES) {
      if (passes(blocks.subarray(i, i + TAR_BLOCK_BYTES))) return start + i;
    }
  }
  return source.size;
}

const ZEROS = Buffer.alloc(TAR_BLOCK_BYTES);
const isZero = (block: Buffer): boolean => block.equals(ZEROS.subarray(0, block.length));
const isUsed = (block: Buffer): boolean => !isZero(block);
