/**
 * Hash signatures in the image: four bytes of each digest resident, the rest cold.
 *
 * A table holds the digests of one algorithm and scope, ascending. Resident: the first four bytes of each, and where each of 2^k buckets begins. On a
 * match of those four bytes the record is read and compared whole: about n / 2^32 objects pay for that read in vain.
 *
 * Cold record, 48 bytes: digest 32 (zero-padded), size f64 (−1: any), name u32, action u32 (0 detect, 1 allow).
 */

import type { HashAlgorithm } from '../host.ts';
import { SECTION } from '../layout.ts';
import type { HashScope, HashSignature } from '../signature.ts';
import { Bytes, type ImageWriter, Words } from './writer.ts';

export const HASH_RECORD_BYTES = 48;
export const HASH_ALGORITHMS: readonly HashAlgorithm[] = ['md5', 'sha1', 'sha256'];
export const DIGEST_BYTES: Readonly<Record<HashAlgorithm, number>> = { md5: 16, sha1: 20, sha256: 32 };

/** Order of the tables of an algorithm. */
const SCOPES: readonly HashScope[] = ['object', 'section', 'imports'];

/** Number of a table, 0 … 8. */
export function hashTableIndex(algorithm: HashAlgorithm, scope: HashScope): number {
  return HASH_ALGORITHMS.indexOf(algorithm) * SCOPES.length + SCOPES.indexOf(scope);
}

/** First four bytes as a number whose order is that of the digests. */
export function hashPrefix(digest: Uint8Array): number {
  return ((digest[0]! << 24) | (digest[1]! << 16) | (digest[2]! << 8) | digest[3]!) >>> 0;
}

/** Buckets for n prefixes, as a power of two: about four prefixes each. */
export function bucketBits(count: number): number {
  return Math.max(0, Math.min(24, Math.ceil(Math.log2(Math.max(1, count / 4)))));
}

/** Hashes of one table, on their way there: flat, since an object for each of 256,000 keeps the collector busy. */
export class HashList {
  readonly digestBytes: number;
  /** One behind the other. */
  readonly digests = new Bytes();
  /** Two each: number of the name; action. */
  readonly numbers = new Words();
  #sizes = new Float64Array(1024);

  constructor(algorithm: HashAlgorithm) {
    this.digestBytes = DIGEST_BYTES[algorithm];
  }

  get length(): number {
    return this.numbers.length / 2;
  }

  /** −1 for any. */
  get sizes(): Float64Array {
    return this.#sizes.subarray(0, this.length);
  }

  /** @param name its number */
  add({ digest, size, action }: HashSignature, name: number): void {
    const { length } = this;
    if (length === this.#sizes.length) {
      const grown = new Float64Array(length * 2);
      grown.set(this.#sizes);
      this.#sizes = grown;
    }
    this.#sizes[length] = size ?? -1;
    this.digests.append(digest);
    this.numbers.push(name, action === 'allow' ? 1 : 0);
  }
}

/** @param firstName is added to the numbers of names */
export function writeHashTable(writer: ImageWriter, table: number, hashes: HashList, firstName: number): void {
  const prefixOf = prefixesOf(hashes);
  const order = orderOf(prefixOf);
  const prefixes = order.map((i) => prefixOf[i]!);
  const bits = bucketBits(hashes.length);
  const buckets = new Uint32Array(2 ** bits + 1);
  let at = 0;
  for (let bucket = 0; bucket < 2 ** bits; bucket++) {
    while (at < prefixes.length && Math.floor(prefixes[at]! / 2 ** (32 - bits)) < bucket) at++;
    buckets[bucket] = at;
  }
  buckets[2 ** bits] = prefixes.length;
  const sizes = hashes.sizes.filter((size) => size !== -1).sort();
  const anySize = hashes.length - sizes.length;
  writer.add(SECTION.hashPrefixes, table, prefixes);
  writer.add(SECTION.hashBuckets, table, buckets);
  writer.add(
    SECTION.hashSizes,
    table,
    sizes.filter((size, i) => size !== sizes[i - 1]),
  );
  const records = writer.addCold(recordsOf(hashes, order, firstName));
  writer.add(SECTION.hashMeta, table, Float64Array.of(hashes.length, records, anySize));
}

function prefixesOf({ digests, digestBytes, length }: HashList): Uint32Array {
  const prefixes = new Uint32Array(length);
  const { bytes } = digests;
  for (let i = 0, at = 0; i < length; i++, at += digestBytes)
    prefixes[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  return prefixes;
}

/** The cold records, in that order. A fill of typed arrays: a view of each digest took a tenth of the time of a small compilation. */
function recordsOf(
  { digests, digestBytes, sizes, numbers }: HashList,
  order: Uint32Array,
  firstName: number,
): Uint8Array {
  const records = new Uint8Array(order.length * HASH_RECORD_BYTES);
  const floats = new Float64Array(records.buffer);
  const words = new Uint32Array(records.buffer);
  const { bytes } = digests;
  const named = numbers.view();
  for (let row = 0; row < order.length; row++) {
    const i = order[row]!;
    const at = row * HASH_RECORD_BYTES;
    for (let k = 0; k < digestBytes; k++) records[at + k] = bytes[i * digestBytes + k]!;
    floats[at / 8 + 4] = sizes[i]!;
    words[at / 4 + 10] = firstName + named[i * 2]!;
    words[at / 4 + 11] = named[i * 2 + 1]!;
  }
  return records;
}

/** Indexes below this fit a number beside 32 bits. */
const MAX_PACKED = 2 ** 21;

/** Indexes in ascending order of their prefixes; equal ones stay in their order. Numbers sort eight times as fast as by a comparison of ours. */
function orderOf(prefixes: Uint32Array): Uint32Array {
  if (prefixes.length > MAX_PACKED)
    return Uint32Array.from(prefixes, (_, i) => i).sort((a, b) => prefixes[a]! - prefixes[b]! || a - b);
  const packed = new Float64Array(prefixes.length);
  for (let i = 0; i < packed.length; i++) packed[i] = prefixes[i]! * MAX_PACKED + i;
  packed.sort();
  const order = new Uint32Array(packed.length);
  for (let i = 0; i < order.length; i++) order[i] = packed[i]! % MAX_PACKED;
  return order;
}
