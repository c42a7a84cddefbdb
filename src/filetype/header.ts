/**
 * Reading the fields of hostile headers: the bytes that are asked for, or nothing at all.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';

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

/** A 64-bit field. Beyond 2^53 it is rounded, and still far outside any object; a BigInt would take ten times as long. */
export function uint64(view: DataView, at: number, littleEndian: boolean): number {
  const first = view.getUint32(at, littleEndian);
  const second = view.getUint32(at + 4, littleEndian);
  return littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
}

/** A source whose first bytes have been read already: headers lie there, and each read of a file is a call into the system. */
export class HeadedSource implements ByteSource {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #head: Uint8Array;

  /** @param head bytes [0, head.length) of the source */
  constructor(source: ByteSource, head: Uint8Array) {
    this.size = source.size;
    this.#source = source;
    this.#head = head;
  }

  read(offset: number, into: Uint8Array): number {
    if (offset + into.length > this.#head.length) return this.#source.read(offset, into);
    into.set(this.#head.subarray(offset, offset + into.length));
    return into.length;
  }
}
