/** Word sequences of an image, each kept once: many signatures have the same condition, and the same rule. */

import { Words } from './writer.ts';

export class Interner {
  readonly #words = new Words();
  readonly #places = new Map<string, number>();

  /** @returns place of the sequence, in words */
  add(sequence: readonly number[]): number {
    const key = sequence.join();
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#words.length;
    this.#words.push(...sequence);
    this.#places.set(key, place);
    return place;
  }

  view(): Int32Array {
    const words = this.#words.view();
    return new Int32Array(words.buffer, words.byteOffset, words.length);
  }
}
