/**
 * The files in a database: a tar without directories. Stricter than an unpacker, which makes the best of what it gets: a database is as it was built, or
 * it is refused.
 */
import { DatabaseError } from './errors.ts';

const BLOCK_BYTES = 512;
/** bytecode.cvd has the most: some hundreds, one for each program. */
const MAX_MEMBERS = 16_384;
/** Regular files, as POSIX and as old tars have them. */
const REGULAR = ['0', '\0'];

/** Name → bytes, views on `bytes`, in their order. @throws {DatabaseError} `DATABASE_MALFORMED`, `DATABASE_LIMIT` */
export function readTarMembers(bytes: Uint8Array): Map<string, Uint8Array> {
  const members = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length; ) {
    const block = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(BLOCK_BYTES, bytes.length - at));
    if (block.every((byte) => byte === 0)) break;
    if (block.length < BLOCK_BYTES || !hasChecksum(block)) throw malformed(at, 'expected a header with its checksum');
    const { name, size } = readHeader(block, at);
    const start = at + BLOCK_BYTES;
    if (start + size > bytes.length) {
      throw malformed(at, `${name}: expected ${size} bytes, got ${bytes.length - start}`);
    }
    if (members.has(name)) throw malformed(at, `${name} is there twice`);
    if (members.size === MAX_MEMBERS) {
      throw new DatabaseError('DATABASE_LIMIT', `tar: expected at most ${MAX_MEMBERS} files`);
    }
    members.set(name, bytes.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return members;
}

function readHeader(block: Buffer, at: number): { name: string; size: number } {
  //   0  name (100 bytes), 100 mode, 108 user, 116 group (ignored)
  const name = untilNul(block.toString('latin1', 0, 100));
  // 124  size (12 octal digits), 136 time (ignored), 148 checksum
  const digits = untilNul(block.toString('latin1', 124, 136)).trim();
  // 156  type; the rest tells of links, users and prefixes (ignored)
  const type = block.toString('latin1', 156, 157);
  if (!REGULAR.includes(type)) throw malformed(at, 'expected regular files alone');
  // Of a path nothing good could come: what is named here is never written anywhere, but the name says how the bytes are read.
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name))
    throw malformed(at, 'expected a name of letters, digits, ".", "_", "-"');
  if (!/^[0-7]{1,12}$/.test(digits)) throw malformed(at, `${name}: expected its size in octal digits`);
  return { name, size: Number.parseInt(digits, 8) };
}

function hasChecksum(block: Buffer): boolean {
  const written = Number.parseInt(block.toString('latin1', 148, 156), 8);
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK_BYTES; i++) if (i < 148 || i >= 156) sum += block[i]!;
  return sum === written;
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function malformed(at: number, message: string): DatabaseError {
  return new DatabaseError('DATABASE_MALFORMED', `tar, byte ${at}: ${message}`);
}
