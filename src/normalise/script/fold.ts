/**
 * `unescape("%61")` → `"a"`.
 */
import { decodePercent } from './escapes.ts';
import { KIND, type Literals, type Names, operator, type TokenList } from './tokens.ts';

const OPEN = operator('(');

/** Replaces, in place, every call of unescape with a literal. What stands behind the literal goes with the call, bracket or not. */
export function foldUnescape(tokens: TokenList, names: Names, literals: Literals): void {
  const callee = names.find('unescape');
  if (callee === undefined) return;
  const { kinds, values } = tokens;
  let to = 0;
  for (let at = 0; at < tokens.length; at++, to++) {
    const isCall =
      tokens.is(at, KIND.identifier, callee) &&
      tokens.is(at + 1, KIND.operator, OPEN) &&
      at + 2 < tokens.length &&
      kinds[at + 2] === KIND.string;
    if (isCall) {
      unescapeLiteral(literals, values[at + 2]!);
      kinds[to] = KIND.string;
      values[to] = values[at + 2]!;
      at += 3;
    } else {
      kinds[to] = kinds[at]!;
      values[to] = values[at]!;
    }
  }
  tokens.length = to;
}

function unescapeLiteral({ text, starts, ends }: Literals, index: number): void {
  ends[index] = decodePercent(text.bytes, starts[index]!, ends[index]!);
}
