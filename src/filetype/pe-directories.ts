/** What the data directories of a PE file are read with: places by their address in memory. */
import type { ByteSource } from '../../native-free-engine/index.ts';

/** One data directory: `address` is relative to the image base. */
export interface Directory {
  readonly address: number;
  readonly size: number;
}

/** A PE file whose headers were read. */
export interface MappedPe {
  readonly source: ByteSource;
  /** PE32+ */
  readonly isWide: boolean;
  /** Offset in the object of the byte at an address; undefined when the object does not hold it. */
  toOffset(address: number): number | undefined;
}

/**
 * Text up to a NUL, with its capital letters made small.
 *
 * @returns undefined when there is no NUL within `limit` bytes or before the end of the object
 */
export function readName({ source }: MappedPe, offset: number, limit: number): string | undefined {
  const bytes = readUpTo(source, offset, limit);
  const end = bytes.indexOf(0);
  return end < 0 ? undefined : smallLetters(bytes.subarray(0, end));
}

/** As `readName`, but cut off at `limit` bytes or at the end of the object. */
export function readCutName({ source }: MappedPe, offset: number, limit: number): string {
  const bytes = readUpTo(source, offset, limit);
  const end = bytes.indexOf(0);
  return smallLetters(end < 0 ? bytes : bytes.subarray(0, end));
}

function readUpTo(source: ByteSource, offset: number, limit: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.min(limit, source.size - offset)));
  return bytes.subarray(0, bytes.length === 0 ? 0 : source.read(offset, bytes));
}

/** Bytes as Latin-1; only letters of ASCII have a small form. */
function smallLetters(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
