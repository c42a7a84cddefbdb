/**
 * gzip: one or more compressed members, whose contents follow each other.
 *
 * Source: RFC 1952. The checksum and the length at a member's end are not compared: what came out is what is looked at.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import type { Container, Items, Means } from './container.ts';
import { decodeName, untilNul } from './names.ts';
import { bytesAt } from './reading.ts';
import { innerName, type Member, streamItems } from './stream.ts';

/** A header is read this far: 64 KB of extra field, and names of some length. */
const MAX_HEADER_BYTES = 128 * 1024;
const SHORT_HEADER_BYTES = 1024;

const HAS_CHECKSUM = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;

export const gzip: Container = {
  items(source: ByteSource, means: Means): Items {
    const name = readHeader(source, 0)?.name;
    return streamItems('gzip', name || innerName(means.name), source, means, (offset) => readHeader(source, offset));
  },
};

interface Header extends Member {
  readonly name: string | undefined;
}

function readHeader(source: ByteSource, offset: number): Header | undefined {
  const short = parseHeader(bytesAt(source, offset, SHORT_HEADER_BYTES), offset);
  return short === 'more' ? asHeader(parseHeader(bytesAt(source, offset, MAX_HEADER_BYTES), offset)) : short;
}

const asHeader = (header: Header | 'more' | undefined): Header | undefined => (header === 'more' ? undefined : header);

/** @returns `more` when the header goes on behind these bytes */
function parseHeader(bytes: Buffer, offset: number): Header | 'more' | undefined {
  // 0  magic, 2 method: 8 is deflate, and there is no other
  if (bytes.length < 3 || bytes.readUIntBE(0, 3) !== 0x1f8b08) return undefined;
  if (bytes.length < 10) return 'more';
  // 3  flags
  const flags = bytes[3];
  // 4  modification time, 8 extra flags, 9 operating system (ignored)
  let at = 10;
  if (flags & HAS_EXTRA) {
    if (at + 2 > bytes.length) return 'more';
    at += 2 + bytes.readUInt16LE(at);
  }
  let name: string | undefined;
  if (flags & HAS_NAME) {
    const end = bytes.indexOf(0, at);
    if (end < 0) return 'more';
    name = decodeName(untilNul(bytes.subarray(at, end)));
    at = end + 1;
  }
  if (flags & HAS_COMMENT) {
    const end = bytes.indexOf(0, at);
    if (end < 0) return 'more';
    at = end + 1;
  }
  if (flags & HAS_CHECKSUM) at += 2;
  // Behind the compressed bytes: checksum and length of the contents.
  return { compression: 'deflate', offset: offset + at, trailerBytes: 8, name };
}
