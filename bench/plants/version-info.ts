/**
 * The resources of a PE that has version information and nothing else.
 *
 * ```
 * directories: type 16 ─► name 1 ─► language ─► leaf ─► VS_VERSIONINFO ─► StringFileInfo ─► table ─► strings
 * ```
 * Source: Microsoft, "PE Format", The .rsrc Section; "VS_VERSIONINFO structure".
 */

export interface VersionResource {
  readonly bytes: Buffer;
  /** The same when it lies at this address in memory. */
  readonly at: (address: number) => Buffer;
  /** Offsets of the strings' keys. */
  readonly places: readonly number[];
}

const DIRECTORY_BYTES = 24; //  with one entry
const LEAF = 3 * DIRECTORY_BYTES;
const INFO = LEAF + 16;
const IS_DIRECTORY = 0x80000000;
const TYPE_VERSION = 16;
const ENGLISH = 0x409;
const FIXED_INFO_BYTES = 52;
const BLOCK_HEADER_BYTES = 6;

/** @param strings key, NUL, padding and value of each, in UTF-16 */
export function versionResource(strings: readonly Uint8Array[]): VersionResource {
  const table = block('040904b0', Buffer.alloc(0), strings.map(stringBlock));
  const file = block('StringFileInfo', Buffer.alloc(0), [table]);
  const info = block('VS_VERSION_INFO', fixedInfo(), [file]);
  const tree = Buffer.alloc(INFO);
  [TYPE_VERSION, 1, ENGLISH].forEach((id, level) => {
    const at = level * DIRECTORY_BYTES;
    tree.writeUInt16LE(1, at + 14); //            entries with a number
    tree.writeUInt32LE(id, at + 16);
    tree.writeUInt32LE(level < 2 ? IS_DIRECTORY + at + DIRECTORY_BYTES : LEAF, at + 20);
  });
  tree.writeUInt32LE(info.length, LEAF + 4);
  const bytes = Buffer.concat([tree, info]);
  const places: number[] = [];
  let at = bytes.length - strings.reduce((sum, each) => sum + stringBlock(each).length, 0);
  for (const each of strings) {
    places.push(at + BLOCK_HEADER_BYTES);
    at += stringBlock(each).length;
  }
  const atAddress = (address: number): Buffer => {
    const moved = Buffer.from(bytes);
    moved.writeUInt32LE(address + INFO, LEAF);
    return moved;
  };
  return { bytes, at: atAddress, places };
}

/** The name behind the header, the value on a multiple of 4, the blocks in it behind that. */
function block(name: string, value: Uint8Array, children: readonly Buffer[]): Buffer {
  const head = padded(Buffer.concat([Buffer.alloc(BLOCK_HEADER_BYTES), Buffer.from(`${name}\0`, 'utf16le')]));
  const whole = Buffer.concat([head, padded(value), ...children]);
  whole.writeUInt16LE(whole.length, 0);
  whole.writeUInt16LE(value.length, 2);
  return whole;
}

function stringBlock(content: Uint8Array): Buffer {
  const whole = padded(Buffer.concat([Buffer.alloc(BLOCK_HEADER_BYTES), content, Buffer.alloc(4)]));
  whole.writeUInt16LE(whole.length, 0);
  whole.writeUInt16LE(content.length >> 2, 2); //  characters of the value: some
  whole.writeUInt16LE(1, 4); //                    text
  return whole;
}

function fixedInfo(): Buffer {
  const info = Buffer.alloc(FIXED_INFO_BYTES);
  info.writeUInt32LE(0xfeef04bd, 0);
  info.writeUInt32LE(0x10000, 4);
  return info;
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
