/**
 * Plans of many signatures in bytes, found by the digest of what each was made of: no object for any of them.
 *
 * ```
 *   0    32   SHA-256 of what must be the same to use it (`kind`), and of all that follows
 *  32     4   n, signatures
 *  36    40n  of each: SHA-256 of its line or record, four characters of the format that it is in, bytes of its plan u32
 *  …          the plans, one behind the other
 * ```
 * Numbers are little-endian.
 */
import { createHash, randomBytes } from 'node:crypto';
import { ENGINE_VERSION } from '../../native-free-engine/index.ts';
import { codeFingerprint } from './code-fingerprint.ts';
import { DIALECT_REVISION } from './source-bytes.ts';

const DIGEST_BYTES = 32;
const ENTRIES = DIGEST_BYTES + 4;
const FORMAT_BYTES = 4;
const KEY_BYTES = DIGEST_BYTES + FORMAT_BYTES;
const ENTRY_BYTES = KEY_BYTES + 4;

/** By `planKey`. */
export type Plans = ReadonlyMap<string, Uint8Array>;

/** @param digest SHA-256, one character for each byte */
export function planKey(digest: string, format: string): string {
  return digest + format.padEnd(FORMAT_BYTES);
}

export class PlanTable {
  readonly length: number;
  readonly #bytes: Buffer<ArrayBufferLike>;
  /** Of each where its plan begins, and where the last ends. */
  readonly #places: Uint32Array;
  /** Open addressing: the number of an entry and 1, 0 in an empty slot. */
  readonly #slots: Uint32Array;
  /** Odd, another pair in each process: whoever makes lines for one slot would have to know them. */
  readonly #seeds = new Uint32Array(new Uint8Array(randomBytes(8)).buffer).map((seed) => seed | 1);

  private constructor(bytes: Buffer<ArrayBufferLike>, length: number) {
    this.#bytes = bytes;
    this.length = length;
    this.#places = new Uint32Array(length + 1);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(length * 2 + 2)));
    this.#places[0] = ENTRIES + length * ENTRY_BYTES;
    for (let i = 0, at = ENTRIES; i < length; i++, at += ENTRY_BYTES) {
      this.#places[i + 1] = this.#places[i]! + bytes.readUInt32LE(at + KEY_BYTES);
      let slot = this.#slotOf(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4));
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = i + 1;
    }
  }

  static empty(): PlanTable {
    return new PlanTable(Buffer.alloc(ENTRIES), 0);
  }

  /** @param encoded by `encodePlans`; kept @returns undefined when it is not whole, or of another engine */
  static open(encoded: Uint8Array): PlanTable | undefined {
    const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length);
    if (bytes.length < ENTRIES || !digestOf(bytes.subarray(DIGEST_BYTES)).equals(bytes.subarray(0, DIGEST_BYTES))) {
      return undefined;
    }
    return new PlanTable(bytes, bytes.readUInt32LE(DIGEST_BYTES));
  }

  /** @param digest one character for each byte @returns the number of the entry, −1 when there is none */
  indexOf(digest: string, format: string): number {
    const last = this.#slots.length - 1;
    for (let slot = this.#slotOf(wordAt(digest, 0), wordAt(digest, 4)); ; slot = (slot + 1) & last) {
      const found = this.#slots[slot]! - 1;
      if (found < 0 || this.#isAt(found, digest, format)) return found;
    }
  }

  keyAt(index: number): string {
    const at = ENTRIES + index * ENTRY_BYTES;
    return this.#bytes.toString('latin1', at, at + KEY_BYTES);
  }

  /** A view, and no Buffer: views of those take three times as long to make, and a plan is read by many. */
  planAt(index: number): Uint8Array {
    const { buffer, byteOffset } = this.#bytes;
    const start = this.#places[index]!;
    return new Uint8Array(buffer, byteOffset + start, this.#places[index + 1]! - start);
  }

  #slotOf(low: number, high: number): number {
    const mixed = Math.imul(low, this.#seeds[0]!) ^ Math.imul(high, this.#seeds[1]!);
    return Math.imul(mixed ^ (mixed >>> 15), this.#seeds[0]!) & (this.#slots.length - 1);
  }

  #isAt(index: number, digest: string, format: string): boolean {
    const bytes = this.#bytes;
    const at = ENTRIES + index * ENTRY_BYTES;
    for (let i = 0; i < DIGEST_BYTES; i++) if (bytes[at + i] !== digest.charCodeAt(i)) return false;
    for (let i = 0; i < FORMAT_BYTES; i++) {
      if (bytes[at + DIGEST_BYTES + i] !== (i < format.length ? format.charCodeAt(i) : 0x20)) return false;
    }
    return true;
  }
}

function wordAt(digest: string, at: number): number {
  return (
    digest.charCodeAt(at) |
    (digest.charCodeAt(at + 1) << 8) |
    (digest.charCodeAt(at + 2) << 16) |
    (digest.charCodeAt(at + 3) << 24)
  );
}

function digestOf(content: Uint8Array): Buffer {
  const kind = `plans/1/${ENGINE_VERSION}/${DIALECT_REVISION}/${codeFingerprint()}\n`;
  return createHash('sha256').update(kind).update(content).digest();
}

export function encodePlans(plans: Plans): Buffer<ArrayBuffer> {
  let length = ENTRIES + plans.size * ENTRY_BYTES;
  for (const plan of plans.values()) length += plan.length;
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = bytes.writeUInt32LE(plans.size, DIGEST_BYTES);
  let planAt = ENTRIES + plans.size * ENTRY_BYTES;
  for (const [key, plan] of plans) {
    bytes.write(key, at, KEY_BYTES, 'latin1');
    bytes.writeUInt32LE(plan.length, at + KEY_BYTES);
    at += ENTRY_BYTES;
    bytes.set(plan, planAt);
    planAt += plan.length;
  }
  digestOf(bytes.subarray(DIGEST_BYTES)).copy(bytes);
  return bytes;
}
