/**
 * Tokens that are still to be read: those of the script, in front of them those of calls that were unfolded in place, behind them those that
 * come at the end.
 */
import { type Kind, TokenList } from './tokens.ts';

interface Part {
  readonly tokens: TokenList;
  at: number;
}

export class TokenQueue {
  /** The last one is read first; none is empty. */
  readonly #front: Part[] = [];
  /** What comes behind all of `front`: one list that grows. */
  readonly #back: Part = { tokens: new TokenList(), at: 0 };

  constructor(tokens: TokenList) {
    this.putFirst(tokens);
  }

  putFirst(tokens: TokenList): void {
    if (tokens.length > 0) this.#front.push({ tokens, at: 0 });
  }

  putLast(tokens: TokenList): void {
    for (let at = 0; at < tokens.length; at++) this.#back.tokens.add(tokens.kinds[at] as Kind, tokens.values[at]!);
  }

  get isEmpty(): boolean {
    return this.kind(0) === undefined;
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
    let left = count;
    while (left > 0) {
      const part = this.#front.at(-1) ?? this.#back;
      const step = Math.min(left, part.tokens.length - part.at);
      if (step === 0) return;
      part.at += step;
      left -= step;
      if (part.at === part.tokens.length && part !== this.#back) this.#front.pop();
    }
  }

  /** Moves up to `count` tokens to the end of a list. */
  moveTo(list: TokenList, count: number): void {
    for (let left = count; left > 0; left--) {
      const place = this.#place(0);
      if (place === undefined) return;
      list.add(place.tokens.kinds[place.at] as Kind, place.tokens.values[place.at]!);
      this.skip(1);
    }
  }

  /** Puts a list in the place of the tokens [begin, end). */
  replace(begin: number, end: number, tokens: TokenList): void {
    const before = new TokenList();
    this.moveTo(before, begin);
    this.skip(end - begin);
    this.putFirst(tokens);
    this.putFirst(before);
  }

  /** Parts in front lie one in another as the literals did that they come from, so there are few: escapes double with each level. */
  #place(ahead: number): Part | undefined {
    let rest = ahead;
    for (let index = this.#front.length - 1; index >= -1; index--) {
      const part = index < 0 ? this.#back : this.#front[index]!;
      const left = part.tokens.length - part.at;
      if (rest < left) return { tokens: part.tokens, at: part.at + rest };
      rest -= left;
    }
    return undefined;
  }
}
