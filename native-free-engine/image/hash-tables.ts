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
import type { HashSignature } from '../signature.ts';
import type { ImageWriter } from './writer.ts';

export const HASH_RECORD_BYTES = 48;
export const HASH_ALGORITHMS: readonly HashAlgorithm[] = ['md5', 'sha1', 'sha256'];
export const DIGEST_BYTES: Readonly<Record<HashAlgorithm, number>> = { md5: 16, sha1: 20, sha256: 32 };

/** Number of a table, 0 … 5. */
export function hashTableIndex(algorithm: HashAlgorithm, scope: 'object' | 'section'): number {
  return HASH_ALGORITHMS.indexOf(algorithm) * 2 + (scope === 'object' ? 0 : 1);
}

/** First four bytes as a number whose order is that of the digests. */
export function hashPrefix(digest: Uint8Array): number {
  return ((digest[0]! << 24) | (digest[1]! << 16) | (digest[2]! << 8) | digest[3]!) >>> 0;
}

/** Buckets for n prefixes, as a power of two: about four prefixes each. */
export function bucketBits(count: number): number {
  return Math.max(0, Math.min(24, Math.ceil(Math.log2(Math.max(1, count / 4)))));
}

export interface NamedHash {
  readonly signature: HashSignature;
  readonly name: number;
}

export function writeHashTable(writer: ImageWriter, table: number, hashes: NamedHash[]): void {
  const prefixOf = Uint32Array.from(hashes, (hash) => hashPrefix(hash.signature.digest));
  const order = Uint32Array.from(hashes, (_, i) => i).sort((a, b) => prefixOf[a]! - prefixOf[b]! || a - b);
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
    const { signature, name } = hashes[i]!;
    const offset = row * HASH_RECORD_BYTES;
    records.set(signature.digest, offset);
    view.setFloat64(offset + 32, signature.size ?? -1, true);
    view.setUint32(offset + 40, name, true);
    view.setUint32(offset + 44, signature.action === 'allow' ? 1 : 0, true);
    if (signature.size === undefined) anySize++;
    else sizes.add(signature.size);
  });
  writer.add(SECTION.hashPrefixes, table, prefixes);
  writer.add(SECTION.hashBuckets, table, buckets);
  writer.add(SECTION.hashSizes, table, Float64Array.from(sizes).sort());
  writer.add(SECTION.hashMeta, table, Float64Array.of(hashes.length, writer.addCold(records), anySize));
}
