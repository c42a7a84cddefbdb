/** Looks a digest up in one hash table of an image; see hash-tables.ts for the layout. */

import type { ColdPages } from './cold.ts';
import { bucketBits, HASH_RECORD_BYTES, hashPrefix } from './hash-tables.ts';

/** A hash signature that is confirmed: the whole digest and the size are equal. */
export interface HashHit {
  /** Index of its name. */
  readonly name: number;
  readonly allow: boolean;
}

export class HashTable {
  readonly table: number;
  readonly #prefixes: Uint32Array;
  readonly #buckets: Uint32Array;
  readonly #sizes: Float64Array;
  readonly #records: number;
  readonly #anySize: boolean;
  readonly #bits: number;
  readonly #pages: ColdPages;

  constructor(
    table: number,
    prefixes: Uint32Array,
    buckets: Uint32Array,
    sizes: Float64Array,
    meta: Float64Array,
    pages: ColdPages,
  ) {
    this.table = table;
    this.#prefixes = prefixes;
    this.#buckets = buckets;
    this.#sizes = sizes;
    this.#records = meta[1]!;
    this.#anySize = meta[2]! > 0;
    this.#bits = bucketBits(prefixes.length);
    this.#pages = pages;
  }

  /** Whether any signature asks for the digest of so many bytes: nothing is hashed that none asks for. */
  wants(size: number): boolean {
    if (this.#anySize) return true;
    let low = 0;
    let high = this.#sizes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sizes[middle]! < size) low = middle + 1;
      else high = middle;
    }
    return low < this.#sizes.length && this.#sizes[low] === size;
  }

  /** All signatures with this digest and size. */
  find(digest: Uint8Array, size: number): HashHit[] {
    const prefix = hashPrefix(digest);
    const bucket = Math.floor(prefix / 2 ** (32 - this.#bits));
    const hits: HashHit[] = [];
    const end = this.#buckets[bucket + 1]!;
    for (let row = this.#buckets[bucket]!; row < end; row++) {
      if (this.#prefixes[row] === prefix) this.#confirm(row, digest, size, hits);
    }
    return hits;
  }

  #confirm(row: number, digest: Uint8Array, size: number, hits: HashHit[]): void {
    const record = this.#pages.read(this.#records + row * HASH_RECORD_BYTES, HASH_RECORD_BYTES);
    for (let i = 0; i < digest.length; i++) if (record[i] !== digest[i]) return;
    const view = new DataView(record.buffer);
    const wanted = view.getFloat64(32, true);
    if (wanted !== -1 && wanted !== size) return;
    hits.push({ name: view.getUint32(40, true), allow: view.getUint32(44, true) === 1 });
  }
}
