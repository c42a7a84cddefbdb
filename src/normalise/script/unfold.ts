/**
 * Calls whose argument is a script: the tokens of that script take their place, or come at the end.
 *
 * What was put in is looked at as well, but for its first token: so a call that is all of an argument stays as it is.
 */
import { decodePercent } from './escapes.ts';
import { TokenQueue } from './token-queue.ts';
import type { Tables, Tokeniser } from './tokenise.ts';
import { KIND, operator, TokenList } from './tokens.ts';

const OPEN = operator('(');
const CLOSE = operator(')');
const SEMICOLON = operator(';');
/** A function is looked at only when so many tokens come behind its keyword. */
const TOKENS_OF_PACKER = 13;
/** The key of dF is a digit: what is subtracted from each character. */
const DIGIT_0 = 0x30;
const NUL = 0;

/**
 * @param tokeniser  what read the script; what is unfolded is read with it
 * @returns the tokens with every `eval("…")` and `dF("…")` unfolded; the list itself when there is none
 */
export function unfold(tokeniser: Tokeniser, tables: Tables): TokenList {
  const { tokens } = tokeniser;
  const callees = { eval: tables.names.find('eval'), dF: tables.names.find('dF') };
  if (callees.eval === undefined && callees.dF === undefined) return tokens;
  const queue = new TokenQueue(tokens);
  const unfolded = new TokenList();
  const { scopes, literals } = tables;
  const scope = scopes.current;
  const read = (script: Uint8Array): TokenList => {
    scopes.current = scope;
    tokeniser.startList();
    tokeniser.add(script);
    return tokeniser.tokens;
  };
  while (!queue.isEmpty) {
    const kind = queue.kind(0)!;
    if (kind === KIND.function || kind === KIND.scopeEnd) {
      // A name behind it is passed over, and one token more, a call or not.
      if (queue.kind(TOKENS_OF_PACKER) !== undefined && queue.kind(1) === KIND.identifier) queue.moveTo(unfolded, 2);
    } else if (isCall(queue, callees.eval) && queue.is(3, KIND.operator, CLOSE)) {
      const argument = literals.string(queue.value(2));
      skipCall(queue);
      queue.putFirst(read(argument));
    } else if (isCall(queue, callees.dF) && literals.string(queue.value(2)).length > 0) {
      const argument = literals.string(queue.value(2));
      skipCall(queue);
      queue.putLast(read(shiftedText(argument)));
    }
    queue.moveTo(unfolded, 1);
  }
  return unfolded;
}

function isCall(queue: TokenQueue, callee: number | undefined): boolean {
  return (
    callee !== undefined &&
    queue.is(0, KIND.identifier, callee) &&
    queue.is(1, KIND.operator, OPEN) &&
    queue.kind(2) === KIND.string
  );
}

/** Name, bracket, literal, bracket (or whatever stands there), and a semicolon behind them. */
function skipCall(queue: TokenQueue): void {
  queue.skip(queue.is(4, KIND.operator, SEMICOLON) ? 5 : 4);
}

/** The text that `dF` of a family of droppers writes: unescaped, each character less the digit at the end, unescaped again. */
function shiftedText(argument: Uint8Array): Uint8Array {
  const text = argument.slice(0, -1);
  const shift = argument[argument.length - 1]! - DIGIT_0;
  let end = decodePercent(text, 0, text.length);
  for (let at = 0; at < end; at++) text[at] = text[at]! - shift;
  const nul = text.indexOf(NUL);
  if (nul >= 0 && nul < end) end = nul;
  return text.subarray(0, decodePercent(text, 0, end));
}
