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
import { Bytes, type ImageWriter } from './writer.ts';

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
  readonly #digestBytes: number;
  readonly #digests = new Bytes();
  /** Three each: size, −1 for any; number of the name; action. */
  readonly #numbers: number[] = [];

  constructor(algorithm: HashAlgorithm) {
    this.#digestBytes = DIGEST_BYTES[algorithm];
  }

  get length(): number {
    return this.#numbers.length / 3;
  }

  /** @param name its number */
  add({ digest, size, action }: HashSignature, name: number): void {
    this.#digests.append(digest);
    this.#numbers.push(size ?? -1, name, action === 'allow' ? 1 : 0);
  }

  digest(index: number): Uint8Array {
    return this.#digests.bytes.subarray(index * this.#digestBytes, (index + 1) * this.#digestBytes);
  }

  size(index: number): number {
    return this.#numbers[index * 3]!;
  }

  name(index: number): number {
    return this.#numbers[index * 3 + 1]!;
  }

  action(index: number): number {
    return this.#numbers[index * 3 + 2]!;
  }
}

/** @param firstName is added to the numbers of names */
export function writeHashTable(writer: ImageWriter, table: number, hashes: HashList, firstName: number): void {
  const prefixOf = Uint32Array.from({ length: hashes.length }, (_, i) => hashPrefix(hashes.digest(i)));
  const order = orderOf(prefixOf);
  const prefixes = Uint32Array.from(order, (i) => prefixOf[i]!);
  const bits = bucketBits(hashes.length);
  const buckets = new Uint32Array(2 ** bits + 1);
  let at = 0;
  for (let bucket = 0; bucket < 2 ** bits; bucket++) {
    while (at < prefixes.length && Math.floor(prefixes[at]! / 2 ** (32 - bits)) < bucket) at++;
    buckets[bucket] = at;
  }
  buckets[2 ** bits] = prefixes.length;
  const records = new Uint8Array(hashes.length * HASH_RECORD_BYTES);
  const view = new DataView(records.buffer);
  const sizes = new Set<number>();
  let anySize = 0;
  order.forEach((i, row) => {
    const size = hashes.size(i);
    const offset = row * HASH_RECORD_BYTES;
    records.set(hashes.digest(i), offset);
    view.setFloat64(offset + 32, size, true);
    view.setUint32(offset + 40, firstName + hashes.name(i), true);
    view.setUint32(offset + 44, hashes.action(i), true);
    if (size === -1) anySize++;
    else sizes.add(size);
  });
  writer.add(SECTION.hashPrefixes, table, prefixes);
  writer.add(SECTION.hashBuckets, table, buckets);
  writer.add(SECTION.hashSizes, table, Float64Array.from(sizes).sort());
  writer.add(SECTION.hashMeta, table, Float64Array.of(hashes.length, writer.addCold(records), anySize));
}

/** Indexes below this fit a number beside 32 bits. */
const MAX_PACKED = 2 ** 21;

/** Indexes in ascending order of their prefixes; equal ones stay in their order. Numbers sort eight times as fast as by a comparison of ours. */
function orderOf(prefixes: Uint32Array): Uint32Array {
  if (prefixes.length > MAX_PACKED)
    return Uint32Array.from(prefixes, (_, i) => i).sort((a, b) => prefixes[a]! - prefixes[b]! || a - b);
  const packed = Float64Array.from(prefixes, (prefix, i) => prefix * MAX_PACKED + i).sort();
  return Uint32Array.from(packed, (value) => value % MAX_PACKED);
}
