/** The cold part of an image: pages that are read from the file on a hit, each checked against its digest, a few kept. */

import { ImageError } from '../errors.ts';
import { type ColdReader, type Digester, digestOf } from '../host.ts';
import { PAGE_BYTES } from '../layout.ts';

/** Pages kept in memory. */
const KEPT = 8;

export class ColdPages {
  readonly #reader: ColdReader;
  readonly #start: number;
  readonly #bytes: number;
  readonly #digests: Uint8Array;
  readonly #digester: Digester;
  readonly #kept = new Map<number, Uint8Array>();

  constructor(
    reader: ColdReader,
    header: { hotBytes: number; coldBytes: number },
    digests: Uint8Array,
    digester: Digester,
  ) {
    this.#reader = reader;
    this.#start = header.hotBytes;
    this.#bytes = header.coldBytes;
    this.#digests = digests;
    this.#digester = digester;
  }

  /** @param offset from the start of the cold part @returns a copy of [offset, offset + length) */
  read(offset: number, length: number): Uint8Array {
    if (offset < 0 || length < 0 || offset + length > this.#bytes) {
      throw new ImageError(
        'IMAGE_MALFORMED',
        `image: expected cold bytes within ${this.#bytes}, got ${length} at ${offset}`,
      );
    }
    const result = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const page = this.#page(Math.floor(at / PAGE_BYTES));
      const part = page.subarray(at % PAGE_BYTES, (at % PAGE_BYTES) + length - done);
      result.set(part, done);
      done += part.length;
    }
    return result;
  }

  #page(number: number): Uint8Array {
    const kept = this.#kept.get(number);
    if (kept) return kept;
    const page = new Uint8Array(PAGE_BYTES);
    const got = this.#reader.read(this.#start + number * PAGE_BYTES, page);
    if (got !== PAGE_BYTES)
      throw new ImageError('IMAGE_TRUNCATED', `image cold page ${number}: expected ${PAGE_BYTES} bytes, got ${got}`);
    const digest = digestOf(this.#digester, 'sha256', page);
    for (let i = 0; i < 16; i++) {
      if (digest[i] !== this.#digests[number * 16 + i]) {
        throw new ImageError(
          'IMAGE_CHECKSUM_MISMATCH',
          `image cold page ${number}: expected the digest that the hot part gives, got another`,
        );
      }
    }
    // The oldest goes: hits come in bursts on few pages.
    if (this.#kept.size === KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(number, page);
    return page;
  }
}
