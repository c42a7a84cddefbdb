/**
 * Recalls what the same text was read as before.
 *
 * Of 38,889 real logical signatures all but a few hundred share their attributes and their logic with others (`Engine:51-255,Target:1`,
 * `0&1&2&3&4`): read once, they are the same objects in all of them, which saves most of the conditions' memory.
 */

const SLOTS = 1024;
// Longer ones seldom come twice.
const LONGEST = 64;

/** What was read from parts of one source; a slot for each hash, and the latest stays. */
export class Recall<Value> {
  readonly #bytes: Uint8Array;
  readonly #starts = new Array<number>(SLOTS).fill(0);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #values = new Array<Value | undefined>(SLOTS).fill(undefined);

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * What bytes [start, end) were read as before, or what `read` makes of them now.
   *
   * @param read must depend on these bytes alone; undefined is not kept
   */
  get(start: number, end: number, read: () => Value | undefined): Value | undefined {
    const length = end - start;
    if (length > LONGEST || length <= 0) return read();
    const slot = this.#slotOf(start, end);
    if (this.#lengths[slot] === length && this.#isSame(this.#starts[slot], start, length)) return this.#values[slot];
    const value = read();
    if (value === undefined) return undefined;
    this.#starts[slot] = start;
    this.#lengths[slot] = length;
    this.#values[slot] = value;
    return value;
  }

  /** FNV-1a. A source that aims at one slot only makes us read what we would read without this. */
  #slotOf(start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ this.#bytes[at], 0x01000193);
    return (hash ^ (hash >>> 16)) & (SLOTS - 1);
  }

  #isSame(one: number, other: number, length: number): boolean {
    for (let index = 0; index < length; index++) {
      if (this.#bytes[one + index] !== this.#bytes[other + index]) return false;
    }
    return true;
  }
}
