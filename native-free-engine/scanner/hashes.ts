/** Digests of objects and of their sections: only those that some signature asks for. */

import { ScannerError } from '../errors.ts';
import type { Digest, Digester } from '../host.ts';
import type { HashHit, HashTable } from '../image/hash-lookup.ts';
import { HASH_ALGORITHMS, hashTableIndex } from '../image/hash-tables.ts';
import type { Image } from '../image/open.ts';
import type { HashScope } from '../signature.ts';
import type { ExecutableFacts, Section } from './object.ts';
import type { Window } from './window.ts';

/** Bytes of a section that are hashed at a time; a window gives half a page at least. */
const PIECE_BYTES = 32768;

/** A digest over an object that is being read. */
export interface RunningDigest {
  readonly table: HashTable;
  readonly digest: Digest;
}

export class ObjectHashes {
  readonly #image: Image;
  readonly #digester: Digester;

  constructor(image: Image, digester: Digester) {
    this.#image = image;
    this.#digester = digester;
  }

  /** Digests to be made of an object of `size` bytes: an algorithm that no signature of that size asks for is left out. */
  begin(size: number): RunningDigest[] {
    return this.#wanted('object', size);
  }

  /** Signatures of the whole object. */
  finish(running: readonly RunningDigest[], size: number): HashHit[] {
    return running.flatMap(({ table, digest }) => table.find(digest.finish(), size));
  }

  /**
   * Signatures of one section.
   *
   * @param checkTime called between pieces
   */
  ofSection(section: Section, window: Window, checkTime: () => void): HashHit[] {
    const running = section.size === 0 ? [] : this.#wanted('section', section.size);
    if (running.length === 0) return [];
    const end = section.offset + section.size;
    for (let at = section.offset; at < end; at += PIECE_BYTES) {
      checkTime();
      const bytes = window.span(at, Math.min(PIECE_BYTES, end - at));
      if (!bytes) {
        throw new ScannerError(
          'SCANNER_SHORT_READ',
          `section: expected bytes up to ${end}, got an object of ${window.size}`,
        );
      }
      for (const { digest } of running) digest.update(bytes);
    }
    return this.finish(running, section.size);
  }

  /** Signatures of a program's imports. They are put together only when some signature asks for them. */
  ofImports(executable: ExecutableFacts | undefined): HashHit[] {
    if (!executable?.imports || !this.#hasScope('imports')) return [];
    const text = executable.imports();
    if (text === undefined) return [];
    const running = this.#wanted('imports', text.length);
    for (const { digest } of running) digest.update(text);
    return this.finish(running, text.length);
  }

  #hasScope(scope: HashScope): boolean {
    return HASH_ALGORITHMS.some((algorithm) => this.#image.hashTables.has(hashTableIndex(algorithm, scope)));
  }

  #wanted(scope: HashScope, size: number): RunningDigest[] {
    return HASH_ALGORITHMS.flatMap((algorithm) => {
      const table = this.#image.hashTables.get(hashTableIndex(algorithm, scope));
      return table?.wants(size) ? [{ table, digest: this.#digester.create(algorithm) }] : [];
    });
  }
}
