/**
 * Where the strings of a PE file's version information lie.
 *
 * Resources are a tree of three levels (type, name, language) whose leaves point to data. A leaf below type 16 is a VS_VERSIONINFO, a tree of blocks of its own:
 * in it StringFileInfo, in that tables, in these the strings. A place is the first byte of a key such as `CompanyName`; signatures hold key and value as they
 * stand in the file, in UTF-16. Source: Microsoft, "PE Format", "VS_VERSIONINFO structure"; compared with the places that `clamscan --debug` prints.
 */
import { viewAt } from './header.ts';
import type { Directory, MappedPe } from './pe-directories.ts';

const TYPE_VERSION = 16;
const IS_DIRECTORY = 0x80000000;
const LEVELS = 3;
const DIRECTORY_BYTES = 16;
const ENTRY_BYTES = 8;
const LEAF_BYTES = 16;

/** Entries looked at in all directories together: they can point to each other without end. */
const MAX_ENTRIES = 4096;
/** Blocks of version information; one is usual. */
const MAX_LEAVES = 16;
/** A block counts its bytes in 16 bits. */
const MAX_BLOCK_BYTES = 0xffff;

/** Length, length of the value and type of a block. */
const BLOCK_HEADER_BYTES = 6;
const FIXED_INFO_BYTES = 0x34;
const FIXED_INFO_MAGIC = 0xfeef04bd;

/**
 * @param directory of the resources
 * @returns offsets in the object, ascending
 * @throws what `source.read` throws
 */
export function readVersionInfo(pe: MappedPe, directory: Directory): readonly number[] {
  const places = new Set<number>();
  if (directory.address === 0) return [];
  for (const leaf of leavesOf(pe, directory.address)) addStrings(pe, leaf, places);
  return [...places].sort((a, b) => a - b);
}

interface Leaf {
  readonly offset: number;
  readonly size: number;
}

function leavesOf(pe: MappedPe, root: number): Leaf[] {
  const leaves: Leaf[] = [];
  const directories: [address: number, level: number][] = [[root, 0]];
  let left = MAX_ENTRIES;
  while (directories.length > 0 && leaves.length < MAX_LEAVES) {
    const [address, level] = directories.pop()!;
    for (const [id, target] of entriesAt(pe, address, left)) {
      left--;
      if (level === 0 && id !== TYPE_VERSION) continue;
      if (target < IS_DIRECTORY) {
        const leaf = level === LEVELS - 1 ? leafAt(pe, root + target) : undefined;
        if (leaf !== undefined && leaves.length < MAX_LEAVES) leaves.push(leaf);
      } else if (level < LEVELS - 1) directories.push([root + (target - IS_DIRECTORY), level + 1]);
    }
  }
  return leaves;
}

/** Number or name, and target, of each entry of a directory. */
function entriesAt(pe: MappedPe, address: number, limit: number): [id: number, target: number][] {
  const offset = pe.toOffset(address);
  const header = offset === undefined ? undefined : viewAt(pe.source, offset, DIRECTORY_BYTES);
  if (offset === undefined || header === undefined) return [];
  //  0  characteristics, 4 time stamp, 8 version (ignored)
  // 12  number of entries with a name, 14 of those with a number, which stand behind them
  const count = Math.min(header.getUint16(12, true) + header.getUint16(14, true), limit);
  const table = viewAt(pe.source, offset + DIRECTORY_BYTES, count * ENTRY_BYTES);
  if (table === undefined) return [];
  return Array.from({ length: count }, (_, i) => [
    table.getUint32(i * ENTRY_BYTES, true),
    table.getUint32(i * ENTRY_BYTES + 4, true),
  ]);
}

function leafAt(pe: MappedPe, address: number): Leaf | undefined {
  const at = pe.toOffset(address);
  const entry = at === undefined ? undefined : viewAt(pe.source, at, LEAF_BYTES);
  //  0  address of the data, 4 its size
  //  8  code page, 12 reserved (ignored)
  const offset = entry && pe.toOffset(entry.getUint32(0, true));
  return entry && offset !== undefined ? { offset, size: entry.getUint32(4, true) } : undefined;
}

/** A block [start, end) of the view, and where its value and its children begin. */
interface Block {
  readonly start: number;
  readonly end: number;
  readonly value: number;
  readonly valueUnits: number;
}

function addStrings({ source }: MappedPe, { offset, size }: Leaf, places: Set<number>): void {
  const length = Math.min(size, MAX_BLOCK_BYTES, source.size - offset);
  const view = length > 0 ? viewAt(source, offset, length) : undefined;
  const root = view && blockAt(view, 0, view.byteLength);
  if (view === undefined || root === undefined || keyAt(view, root) !== 'VS_VERSION_INFO') return;
  if (root.valueUnits < FIXED_INFO_BYTES || root.value + FIXED_INFO_BYTES > root.end) return;
  if (view.getUint32(root.value, true) !== FIXED_INFO_MAGIC) return;
  for (const info of childrenOf(view, aligned(root.value + root.valueUnits), root.end)) {
    if (keyAt(view, info) !== 'StringFileInfo') continue;
    for (const table of childrenOf(view, info.value, info.end)) {
      for (const text of childrenOf(view, table.value, table.end)) places.add(offset + text.start + BLOCK_HEADER_BYTES);
    }
  }
}

function* childrenOf(view: DataView, from: number, end: number): Generator<Block> {
  for (let at = from; at < end; ) {
    const block = blockAt(view, at, end);
    if (block === undefined) return;
    yield block;
    at = aligned(block.end);
  }
}

/** The block that begins at `start`; undefined when it does not fit before `limit` or has no key. */
function blockAt(view: DataView, start: number, limit: number): Block | undefined {
  if (start + BLOCK_HEADER_BYTES > limit) return undefined;
  //  0  bytes of the block
  const end = start + view.getUint16(start, true);
  //  2  length of the value, 4 what it is counted in
  const valueUnits = view.getUint16(start + 2, true);
  //  6  key, ended by NUL and filled up to a multiple of 4
  if (end > limit) return undefined;
  for (let at = start + BLOCK_HEADER_BYTES; at + 2 <= end; at += 2) {
    if (view.getUint16(at, true) === 0) return { start, end, value: aligned(at + 2), valueUnits };
  }
  return undefined;
}

/** At most as many characters as the keys that are asked for have. */
function keyAt(view: DataView, { start, end }: Block): string {
  let key = '';
  for (let at = start + BLOCK_HEADER_BYTES; at + 2 <= end && key.length < 32; at += 2) {
    const unit = view.getUint16(at, true);
    if (unit === 0) break;
    key += String.fromCharCode(unit);
  }
  return key;
}

const aligned = (offset: number): number => Math.ceil(offset / 4) * 4;
