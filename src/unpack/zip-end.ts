/**
 * Where in an object a zip archive lies: it may have other bytes before it (self-extracting archives) and behind it.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import { bytesAt } from './reading.ts';

const END_BYTES = 22;
/** A comment of 64 KB, and as much again of what was appended. */
const SEARCH_BYTES = END_BYTES + 2 * 65536;
const END = 'PK\x05\x06';
const DIRECTORY_ENTRY = 0x02014b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_BYTES = 56;

/** An archive behind other bytes is noticed when its end record begins in the last so many bytes. */
const APPENDED_BYTES = 1024;

/**
 * True when a zip archive is appended to an object of another type: self-extracting programs, pictures that are archives too.
 *
 * *Limits*: not with a comment of more than 1,000 bytes, or as many bytes behind it; every file pays for this look.
 */
export function hasAppendedZip(source: ByteSource): boolean {
  const tail = bytesAt(source, Math.max(0, source.size - APPENDED_BYTES), APPENDED_BYTES);
  return tail.lastIndexOf(END, undefined, 'latin1') >= 0 && locateZip(source).isSure;
}

export interface ZipSpan {
  readonly start: number;
  readonly end: number;
  /** True when a directory lies where the end record says. */
  readonly isSure: boolean;
}

/** Span [start, end) whose offsets are those that the archive uses; all of the object when there is no end record. */
export function locateZip(source: ByteSource): ZipSpan {
  const tailOffset = Math.max(0, source.size - SEARCH_BYTES);
  const tail = bytesAt(source, tailOffset, SEARCH_BYTES);
  for (let at = tail.lastIndexOf(END, undefined, 'latin1'); at >= 0; at = lastBefore(tail, at)) {
    if (at + END_BYTES > tail.length) continue;
    // 20  bytes of comment; an end record whose comment ends behind the object lies in a comment itself
    const end = tailOffset + at + END_BYTES + tail.readUInt16LE(at + 20);
    if (end > source.size) continue;
    const start = archiveStart(source, tailOffset + at, tail.subarray(at, at + END_BYTES));
    return { start: start ?? 0, end, isSure: start !== undefined };
  }
  return { start: 0, end: source.size, isSure: false };
}

const lastBefore = (tail: Buffer, at: number): number => (at === 0 ? -1 : tail.lastIndexOf(END, at - 1, 'latin1'));

/** Offset 0 of the archive: the directory lies before its end record, and says how far from the start that is. */
function archiveStart(source: ByteSource, endOffset: number, record: Buffer): number | undefined {
  //  4  disks, 8 entries (ignored)
  // 12  bytes of the directory, 16 its offset
  const directoryBytes = record.readUInt32LE(12);
  const directoryOffset = record.readUInt32LE(16);
  if (directoryOffset === 0xffffffff) return zip64Start(source, endOffset);
  const start = endOffset - directoryBytes - directoryOffset;
  return start >= 0 && signatureAt(source, start + directoryOffset) === DIRECTORY_ENTRY ? start : undefined;
}

function zip64Start(source: ByteSource, endOffset: number): number | undefined {
  const locatorOffset = endOffset - ZIP64_LOCATOR_BYTES;
  const locator = bytesAt(source, locatorOffset, ZIP64_LOCATOR_BYTES);
  if (locator.length < ZIP64_LOCATOR_BYTES || locator.readUInt32LE(0) !== ZIP64_LOCATOR) return undefined;
  // 8  offset of the end record; it lies right before the locator unless it has extra fields, which none has
  const start = locatorOffset - ZIP64_END_BYTES - Number(locator.readBigUInt64LE(8));
  return start >= 0 && signatureAt(source, locatorOffset - ZIP64_END_BYTES) === ZIP64_END ? start : undefined;
}

function signatureAt(source: ByteSource, offset: number): number | undefined {
  const bytes = bytesAt(source, offset, 4);
  return bytes.length === 4 ? bytes.readUInt32LE(0) : undefined;
}
