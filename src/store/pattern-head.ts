/**
 * The header of a pattern file, read without the engine.
 *
 * Each scan looks whether the active pattern is whole before it knows what it will scan with; to load the engine for that would cost it 35 ms. The format is drawn in
 * native-free-engine/pattern-file/file.ts; a test holds both readers against each other. The payload is not looked at: `PatternStore.verify` does that.
 */
import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type Fields, isCount, isDigest, isFields, isText } from './fields.ts';
import { isPatternNumber } from './numbers.ts';

export interface PatternHead {
  readonly number: number;
  readonly released: string;
  readonly channel: string;
  readonly engineRange: string;
  /** Body and hash signatures. */
  readonly signatures: number;
  /** Of the whole file. */
  readonly bytes: number;
  readonly contentDigest: string;
}

const MAGIC = 'SIGWALL\n';
const FORMAT = 1;
/** Magic, format, bytes of the header text. */
const FIXED_BYTES = 16;
const DIGEST_BYTES = 32;
const MAX_TEXT_BYTES = 1 << 20;
/** Holds the header of a file with some twenty sources. */
const FIRST_READ_BYTES = 4096;
const MAX_FIELD_LENGTH = 1024;

/** @returns undefined when the file is not there, no regular file, or its header is damaged */
export function readPatternHead(path: string): PatternHead | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = fstatSync(descriptor);
    return stats.isFile() ? readHead(descriptor, stats.size) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** @param bytes the whole file, or its first bytes @param size of the whole file */
export function decodePatternHead(bytes: Uint8Array, size: number): PatternHead | undefined {
  const needed = headBytes(bytes);
  if (needed === undefined || bytes.length < needed) return undefined;
  const text = bytes.subarray(0, needed - DIGEST_BYTES);
  const digest = Buffer.from(bytes.buffer, bytes.byteOffset + text.length, DIGEST_BYTES);
  if (hash('sha256', text, 'hex') !== digest.toString('hex')) return undefined;
  try {
    const json = Buffer.from(text.buffer, text.byteOffset + FIXED_BYTES, text.length - FIXED_BYTES);
    return headOf(JSON.parse(json.toString()), size);
  } catch {
    return undefined;
  }
}

function readHead(descriptor: number, size: number): PatternHead | undefined {
  const first = new Uint8Array(Math.min(size, FIRST_READ_BYTES));
  const bytes = first.subarray(0, readSync(descriptor, first, 0, first.length, 0));
  const needed = headBytes(bytes);
  if (needed === undefined || needed > size) return undefined;
  if (needed <= bytes.length) return decodePatternHead(bytes, size);
  const all = new Uint8Array(needed);
  return decodePatternHead(all.subarray(0, readSync(descriptor, all, 0, needed, 0)), size);
}

/** @returns bytes in front of the payload; undefined when no pattern file begins like that */
function headBytes(bytes: Uint8Array): number | undefined {
  if (bytes.length < FIXED_BYTES) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.toString('latin1', 0, MAGIC.length) !== MAGIC || view.readUInt32LE(8) !== FORMAT) return undefined;
  const textBytes = view.readUInt32LE(12);
  return textBytes > MAX_TEXT_BYTES ? undefined : FIXED_BYTES + textBytes + DIGEST_BYTES;
}

function headOf(value: unknown, bytes: number): PatternHead | undefined {
  if (!isFields(value)) return undefined;
  const { number, released, channel, engineRange, contentDigest } = value;
  const signatures = isFields(value.counts) ? signaturesOf(value.counts) : undefined;
  if (!isPatternNumber(number) || signatures === undefined || !isDigest(contentDigest)) return undefined;
  if (!isField(released) || !isField(channel) || !isField(engineRange)) return undefined;
  return { number, released, channel, engineRange, signatures, bytes, contentDigest };
}

function signaturesOf({ body, hash: hashes }: Fields): number | undefined {
  return isCount(body) && isCount(hashes) ? body + hashes : undefined;
}

const isField = (value: unknown): value is string => isText(value, MAX_FIELD_LENGTH);
