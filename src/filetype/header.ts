/**
 * Reading the fields of hostile headers: the bytes that are asked for, or nothing at all.
 */
import type { ByteSource, Section } from '../../native-free-engine/index.ts';

/**
 * Bytes [offset, offset + length) of the object, all of them or undefined.
 *
 * @param offset any number: a field that an attacker wrote may be negative, fractional or beyond 2^53
 */
export function viewAt(source: ByteSource, offset: number, length: number): DataView | undefined {
  // Compared before anything is allocated: a header must not make us reserve what the object does not have.
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > source.size) return undefined;
  const bytes = new Uint8Array(length);
  if (source.read(offset, bytes) !== length) return undefined;
  return new DataView(bytes.buffer);
}

/** The part of [offset, offset + size) that the object has; undefined when that is none. */
export function cutToObject(source: ByteSource, offset: number, size: number): Section | undefined {
  if (!Number.isFinite(offset) || offset < 0 || offset >= source.size || !(size > 0)) return undefined;
  return { offset, size: Math.min(size, source.size - offset) };
}
