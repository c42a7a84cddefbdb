/**
 * The late part of an image: what is searched for in Windows programs alone. It is read for the first of them, into the place that was left for it.
 *
 * Half of the real set's image: reading and checking it is half of what a start costs, and memory that a process without such objects need not have.
 */

import { ImageError } from '../errors.ts';
import { type ColdReader, type Digester, digestOf } from '../host.ts';
import { PAGE_BYTES } from '../layout.ts';
import { TARGET } from '../signature.ts';

/** Targets whose own matcher and bodies are late. */
export const LATE_TARGETS = 1 << TARGET.pe;

export class LatePages {
  readonly #hot: Uint8Array;
  readonly #from: number;
  readonly #digests: Uint8Array;
  readonly #digester: Digester;

  /** @param hot  the hot part @param from  where the late part begins in it @param digests  first 16 bytes of the SHA-256 of each of its pages */
  constructor(hot: Uint8Array, from: number, digests: Uint8Array, digester: Digester) {
    this.#hot = hot;
    this.#from = from;
    this.#digests = digests;
    this.#digester = digester;
  }

  /** Checks what is there. @throws {ImageError} `IMAGE_CHECKSUM_MISMATCH` */
  verify(): void {
    for (let at = this.#from; at < this.#hot.length; at += PAGE_BYTES)
      this.#verifyPage(at, this.#hot.subarray(at, at + PAGE_BYTES));
  }

  /**
   * Reads what is not there. Threads may do so at the same time: each writes nothing but what it has checked, which are the same bytes.
   *
   * @param image  reads the image file, from its first byte
   * @param isThere  one word that all threads share: not 0 once the part is there
   * @throws {ImageError} `IMAGE_CHECKSUM_MISMATCH`, `IMAGE_TRUNCATED`
   */
  load(image: ColdReader, isThere: Int32Array): void {
    if (Atomics.load(isThere, 0) !== 0) return;
    const page = new Uint8Array(PAGE_BYTES);
    for (let at = this.#from; at < this.#hot.length; at += PAGE_BYTES) {
      const got = image.read(at, page);
      if (got !== PAGE_BYTES)
        throw new ImageError('IMAGE_TRUNCATED', `image page at ${at}: expected ${PAGE_BYTES} bytes, got ${got}`);
      this.#verifyPage(at, page);
      this.#hot.set(page, at);
    }
    Atomics.store(isThere, 0, 1);
  }

  #verifyPage(at: number, page: Uint8Array): void {
    const digest = digestOf(this.#digester, 'sha256', page);
    const expected = ((at - this.#from) / PAGE_BYTES) * 16;
    for (let i = 0; i < 16; i++) {
      if (digest[i] !== this.#digests[expected + i]) {
        throw new ImageError(
          'IMAGE_CHECKSUM_MISMATCH',
          `image page at ${at}: expected the digest that the image gives, got another: the file is damaged`,
        );
      }
    }
  }
}
