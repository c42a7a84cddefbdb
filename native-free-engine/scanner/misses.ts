/**
 * Where the beginnings of patterns were not, on one object.
 *
 * A family of signatures is one beginning with many ends, and all of them ask at each place of it, one behind the other: the first answer serves all.
 */

/** Number of the beginning that nobody asked for. */
const UNKNOWN = 0;
/** Beginnings that are told apart: ordinary files come near some hundred. */
const MAX_BEGINNINGS = 65_536;

export class Misses {
  /** Numbers by what stands for a beginning. */
  readonly #numbers = new Map<string, number>();
  /** By segment. Zero pages of it take no room. */
  readonly #numberOf: Uint32Array;
  /** By number the last place where it was not. */
  #places = new Float64Array(1024).fill(-1);

  /** @param segments of the image */
  constructor(segments: number) {
    this.#numberOf = new Uint32Array(segments);
  }

  /** Takes up the next object. */
  begin(): void {
    this.#places.fill(-1, 0, this.#numbers.size + 1);
  }

  /** Whether the beginning that ends with this segment was just missed, with the segment at `start`. */
  has(segment: number, start: number): boolean {
    return this.#places[this.#numberOf[segment]!] === start;
  }

  /** @returns false when nobody has said which beginning the segment ends */
  note(segment: number, start: number): boolean {
    const number = this.#numberOf[segment]!;
    if (number === UNKNOWN) return false;
    this.#places[number] = start;
    return true;
  }

  /** @param beginning equal for segments that end equal beginnings */
  name(segment: number, beginning: string): void {
    if (this.#numbers.size === MAX_BEGINNINGS) return;
    const number = this.#numbers.get(beginning) ?? this.#numbers.size + 1;
    this.#numbers.set(beginning, number);
    this.#numberOf[segment] = number;
    if (number === this.#places.length) this.#places = grown(this.#places);
  }
}

function grown(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(numbers.length * 2).fill(-1);
  larger.set(numbers);
  return larger;
}
