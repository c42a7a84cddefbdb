/**
 * The tokens of one script, side by side in typed arrays: a script may hold as many tokens as bytes, and an object for each would cost
 * fifty times the script.
 *
 * The text of string literals lies in one pool, in the order of the literals, so that a literal that continues the last one ("a" + "b")
 * only makes it longer.
 */

export const KIND = {
  operator: 0,
  identifier: 1,
  /** An identifier behind a point: never renamed, and no function that is unfolded. */
  member: 2,
  keyword: 3,
  integer: 4,
  float: 5,
  string: 6,
  /** The `function` keyword: its value is the scope that it opens. */
  function: 7,
  /** No text: comes behind a `}` that ends the scope of a function. Its value is the scope around it. */
  scopeEnd: 8,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/** @returns the value of an operator token: its 1…4 characters, the first one lowest */
export function operator(text: string): number {
  let packed = 0;
  for (let at = text.length - 1; at >= 0; at--) packed = (packed << 8) | text.charCodeAt(at);
  return packed;
}

/** Names → small integers and back, for one script and what it unfolds to. */
export class Names {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  get size(): number {
    return this.#texts.length;
  }

  /** @returns the number of the name, given when it is first seen */
  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const next = this.#texts.length;
    this.#numbers.set(name, next);
    this.#texts.push(name);
    return next;
  }

  /** @returns the number of the name; undefined when it was never seen */
  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  textOf(number: number): string {
    return this.#texts[number]!;
  }
}

const FIRST_CAPACITY = 256;

/** Bytes that grow at their end; `bytes` is valid up to `length` and until the next call of room(). */
export class TextPool {
  bytes: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  length = 0;

  /** Makes room for more bytes behind `length`. */
  room(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Adds block[start, end) at the end. */
  add(block: Uint8Array, start: number, end: number): void {
    this.room(end - start);
    this.bytes.set(block.subarray(start, end), this.length);
    this.length += end - start;
  }
}

/** String literals and fractions of a script and of what it unfolds to; tokens hold their index. */
export class Literals {
  readonly text: TextPool = new TextPool();
  /** For each string literal: where it starts and ends in `text`. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly floats: number[] = [];

  /** @returns the bytes of string literal `index`: a view that later literals do not change */
  string(index: number): Uint8Array {
    return this.text.bytes.subarray(this.starts[index]!, this.ends[index]!);
  }
}

export class TokenList {
  length = 0;
  kinds: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** By kind: packed operator, number of the name, the integer, index into the literals, a scope. */
  values: Int32Array = new Int32Array(FIRST_CAPACITY);

  add(kind: Kind, value: number): void {
    if (this.length === this.kinds.length) this.#grow();
    this.kinds[this.length] = kind;
    this.values[this.length++] = value;
  }

  is(at: number, kind: Kind, value: number): boolean {
    return at >= 0 && at < this.length && this.kinds[at] === kind && this.values[at] === value;
  }

  #grow(): void {
    const kinds = new Uint8Array(this.kinds.length * 2);
    kinds.set(this.kinds);
    this.kinds = kinds;
    const values = new Int32Array(this.values.length * 2);
    values.set(this.values);
    this.values = values;
  }
}
