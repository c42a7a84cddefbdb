/**
 * Tokens that are still to be read: those of the script, in front of them those of calls that were unfolded in place, behind them those that
 * come at the end.
 */
import type { Kind, TokenList } from './tokens.ts';

interface Part {
  readonly tokens: TokenList;
  at: number;
}

export class TokenQueue {
  /** The last one is read first. */
  readonly #front: Part[] = [];
  /** What comes behind all of `front`, from #backAt on. */
  readonly #back: Part[] = [];
  #backAt = 0;

  constructor(tokens: TokenList) {
    this.putFirst(tokens);
  }

  putFirst(tokens: TokenList): void {
    if (tokens.length > 0) this.#front.push({ tokens, at: 0 });
  }

  putLast(tokens: TokenList): void {
    if (tokens.length > 0) this.#back.push({ tokens, at: 0 });
  }

  get isEmpty(): boolean {
    return this.#part(0) === undefined;
  }

  /** @returns the kind of the token behind `ahead` others; undefined when there are none left */
  kind(ahead: number): Kind | undefined {
    const place = this.#place(ahead);
    return place && (place.tokens.kinds[place.at] as Kind);
  }

  /** @param ahead there is such a token */
  value(ahead: number): number {
    const place = this.#place(ahead)!;
    return place.tokens.values[place.at]!;
  }

  is(ahead: number, kind: Kind, value: number): boolean {
    const place = this.#place(ahead);
    return place?.tokens.is(place.at, kind, value) ?? false;
  }

  skip(count: number): void {
    for (let left = count, part = this.#part(0); left > 0 && part !== undefined; part = this.#part(0)) {
      const step = Math.min(left, part.tokens.length - part.at);
      part.at += step;
      left -= step;
      if (part.at < part.tokens.length) return;
      if (this.#front.length > 0) this.#front.pop();
      else this.#backAt++;
    }
  }

  /** Moves up to `count` tokens to the end of a list. */
  moveTo(list: TokenList, count: number): void {
    for (let left = count; left > 0; left--) {
      const part = this.#part(0);
      if (part === undefined) return;
      list.add(part.tokens.kinds[part.at] as Kind, part.tokens.values[part.at]!);
      this.skip(1);
    }
  }

  /** @returns part `index` in the order of reading */
  #part(index: number): Part | undefined {
    return index < this.#front.length
      ? this.#front[this.#front.length - 1 - index]
      : this.#back[this.#backAt + index - this.#front.length];
  }

  /** No part is empty, so this takes `ahead` + 1 steps at most. */
  #place(ahead: number): Part | undefined {
    let rest = ahead;
    for (let index = 0; ; index++) {
      const part = this.#part(index);
      if (part === undefined) return undefined;
      const left = part.tokens.length - part.at;
      if (rest < left) return { tokens: part.tokens, at: part.at + rest };
      rest -= left;
    }
  }
}
