/**
 * Byte sequences of an image, each kept once: bodies of segments, conditions, offset rules. Equal ones are known as equal by their place.
 *
 * Of the real set's 240,000 segments one in six has the body of another: families of signatures are one beginning with many ends.
 */
import { Bytes } from './writer.ts';

const FIRST_SLOTS = 1 << 12;

export class Interner {
  readonly #bytes = new Bytes();
  /** Open addressing: the place of a sequence and 1, 0 in an empty slot; and its hash. */
  #places = new Uint32Array(FIRST_SLOTS);
  #hashes = new Uint32Array(FIRST_SLOTS);
  #count = 0;

  /** @param sequence none may be the beginning of another: each tells its own length; copied @returns its place */
  add(sequence: Uint8Array): number {
    const hash = hashOf(sequence);
    const slot = this.#slotOf(sequence, hash);
    const known = this.#places[slot]!;
    if (known !== 0) return known - 1;
    const place = this.#bytes.length;
    this.#bytes.append(sequence);
    this.#places[slot] = place + 1;
    this.#hashes[slot] = hash;
    if (++this.#count * 2 > this.#places.length) this.#grow();
    return place;
  }

  view(): Uint8Array {
    return this.#bytes.view();
  }

  /** That of the sequence, or the empty one where it belongs. */
  #slotOf(sequence: Uint8Array, hash: number): number {
    const last = this.#places.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const place = this.#places[slot]!;
      if (place === 0 || (this.#hashes[slot] === hash && this.#isAt(place - 1, sequence))) return slot;
    }
  }

  #isAt(place: number, sequence: Uint8Array): boolean {
    const { bytes } = this.#bytes;
    for (let i = 0; i < sequence.length; i++) if (bytes[place + i] !== sequence[i]) return false;
    return true;
  }

  #grow(): void {
    const places = this.#places;
    const hashes = this.#hashes;
    this.#places = new Uint32Array(places.length * 2);
    this.#hashes = new Uint32Array(places.length * 2);
    const last = this.#places.length - 1;
    for (let i = 0; i < places.length; i++) {
      if (places[i] === 0) continue;
      let slot = hashes[i]! & last;
      while (this.#places[slot] !== 0) slot = (slot + 1) & last;
      this.#places[slot] = places[i]!;
      this.#hashes[slot] = hashes[i]!;
    }
  }
}

/** FNV-1a, mixed. Sequences that are made to meet in one slot cost whoever wrote them their own compile time, as more signatures would. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 0;
}
