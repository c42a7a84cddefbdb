/** Random numbers from a seed, so that a failing test can be run again. Source: mulberry32, a 32-bit mixer of period 2^32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 ≤ value < 1 */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Integer 0 … below − 1 */
  below(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  /** Integer min … max, both included */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  bytes(length: number, alphabet?: readonly number[]): Uint8Array {
    return Uint8Array.from({ length }, () => (alphabet ? this.pick(alphabet) : this.below(256)));
  }

  /** A copy in another order. */
  shuffled<T>(values: readonly T[]): T[] {
    const result = [...values];
    for (let i = result.length - 1; i > 0; i--) {
      const k = this.below(i + 1);
      [result[i], result[k]] = [result[k]!, result[i]!];
    }
    return result;
  }
}

/** The seed of a random test: SIGWALL_SEED in the environment, else a fixed one, so that a run says the same twice. */
export function seedOf(test: string): number {
  const given = process.env.SIGWALL_SEED;
  if (given !== undefined) return Number(given);
  let seed = 0;
  for (const character of test) seed = (Math.imul(seed, 31) + character.charCodeAt(0)) >>> 0;
  return seed;
}
