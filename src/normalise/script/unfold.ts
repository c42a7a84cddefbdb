/**
 * Calls whose argument is a script: their place is taken by the tokens of that script.
 *
 * What was put in is looked at as well, but for its first token: so a call that is all of an argument stays as it is.
 */
import { type Tables, Tokeniser } from './tokenise.ts';
import { KIND, type Kind, operator, TokenList } from './tokens.ts';

const OPEN = operator('(');
const CLOSE = operator(')');
const SEMICOLON = operator(';');

/** Tokens that are still to be read: those of the script, and in front of them those of calls that were unfolded. */
class Source {
  readonly #lists: { readonly tokens: TokenList; at: number }[] = [];

  push(tokens: TokenList): void {
    if (tokens.length > 0) this.#lists.push({ tokens, at: 0 });
  }

  get isEmpty(): boolean {
    return this.#lists.length === 0;
  }

  /** @returns the kind of the token that comes after `ahead` others; undefined when there are none left */
  kind(ahead: number): Kind | undefined {
    const place = this.#place(ahead);
    return place && (place.tokens.kinds[place.at] as Kind);
  }

  value(ahead: number): number {
    const place = this.#place(ahead)!;
    return place.tokens.values[place.at]!;
  }

  is(ahead: number, kind: Kind, value: number): boolean {
    const place = this.#place(ahead);
    return place?.tokens.is(place.at, kind, value) ?? false;
  }

  skip(count: number): void {
    while (count > 0) {
      const top = this.#lists.at(-1);
      if (top === undefined) return;
      const step = Math.min(count, top.tokens.length - top.at);
      top.at += step;
      count -= step;
      if (top.at === top.tokens.length) this.#lists.pop();
    }
  }

  #place(ahead: number): { readonly tokens: TokenList; readonly at: number } | undefined {
    for (let level = this.#lists.length - 1; level >= 0; level--) {
      const { tokens, at } = this.#lists[level]!;
      if (ahead < tokens.length - at) return { tokens, at: at + ahead };
      ahead -= tokens.length - at;
    }
    return undefined;
  }
}

/** @returns the tokens with every `eval("…")` unfolded; the list itself when there is none */
export function unfold(tokens: TokenList, tables: Tables): TokenList {
  const { literals, names, scopes } = tables;
  const evalName = names.find('eval');
  if (evalName === undefined) return tokens;
  const source = new Source();
  source.push(tokens);
  const unfolded = new TokenList();
  const scope = scopes.current;
  while (!source.isEmpty) {
    if (isEval(source, evalName)) {
      const argument = literals.string(source.value(2));
      source.skip(source.is(4, KIND.operator, SEMICOLON) ? 5 : 4);
      source.push(read(argument, tables));
      scopes.current = scope;
      if (source.isEmpty) break;
    }
    unfolded.add(source.kind(0)!, source.value(0));
    source.skip(1);
  }
  return unfolded;
}

function isEval(source: Source, evalName: number): boolean {
  return (
    source.is(0, KIND.identifier, evalName) &&
    source.is(1, KIND.operator, OPEN) &&
    source.kind(2) === KIND.string &&
    source.is(3, KIND.operator, CLOSE)
  );
}

function read(script: Uint8Array, tables: Tables): TokenList {
  const tokeniser = new Tokeniser(tables);
  tokeniser.add(script);
  return tokeniser.tokens;
}
