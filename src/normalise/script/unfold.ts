/**
 * Calls whose argument is a script: the tokens of that script take their place, or come at the end.
 *
 * What was put in is looked at as well, but for its first token: so a call that is all of an argument stays as it is.
 */
import { decodePercent } from './escapes.ts';
import { findPackedCall, Lookahead, unpack } from './packer.ts';
import { TokenQueue } from './token-queue.ts';
import type { Tables, Tokeniser } from './tokenise.ts';
import { KIND, type Kind, operator, TokenList } from './tokens.ts';

const OPEN = operator('(');
const CLOSE = operator(')');
const SEMICOLON = operator(';');
/** A function is looked at only when so many tokens come behind its keyword. */
const TOKENS_OF_PACKER = 13;
/** The key of dF is a digit: what is subtracted from each character. */
const DIGIT_0 = 0x30;
const NUL = 0;

/** What unfolding one script may cost. clamscan has no such limits; no script that was met comes near them. */
export const UNFOLD_LIMITS = {
  /** Bytes of all the scripts that are unfolded from one, each level of nesting counted: `dF` nests without growing. */
  maxUnfoldedBytes: 16 * 1024 * 1024,
  /** Tokens that are looked at to find where a packer's function ends, for each token of the script. */
  lookaheadPerToken: 16,
} as const;
export type UnfoldLimit = keyof typeof UNFOLD_LIMITS;

export interface Unfolded {
  readonly tokens: TokenList;
  /** The limit that was met: some calls stayed folded. Undefined when there was none. */
  readonly limit: UnfoldLimit | undefined;
}

/**
 * @param tokeniser  what read the script; what is unfolded is read with it
 * @returns the tokens with every `eval("…")`, `dF("…")` and packed script unfolded; the list itself when there is none
 */
export function unfold(tokeniser: Tokeniser, tables: Tables): Unfolded {
  const { tokens } = tokeniser;
  const { names } = tables;
  if (names.find('eval') === undefined && names.find('dF') === undefined && names.find('p') === undefined)
    return { tokens, limit: undefined };
  return new Unfolding(tokeniser, tables).run();
}

class Unfolding {
  readonly #tables: Tables;
  readonly #tokeniser: Tokeniser;
  readonly #queue: TokenQueue;
  readonly #unfolded = new TokenList();
  readonly #lookahead: Lookahead;
  #bytesLeft: number = UNFOLD_LIMITS.maxUnfoldedBytes;

  constructor(tokeniser: Tokeniser, tables: Tables) {
    this.#tables = tables;
    this.#tokeniser = tokeniser;
    this.#queue = new TokenQueue(tokeniser.tokens);
    this.#lookahead = new Lookahead(tokeniser.tokens.length * UNFOLD_LIMITS.lookaheadPerToken);
  }

  run(): Unfolded {
    const { names } = this.#tables;
    // What is unfolded may bring in a name that the script itself does not have.
    const evalName = names.numberOf('eval');
    const shiftName = names.numberOf('dF');
    while (!this.#queue.isEmpty) {
      const kind = this.#queue.kind(0)!;
      if (kind === KIND.function || kind === KIND.scopeEnd) this.#scopeToken(kind);
      else if (isCall(this.#queue, evalName)) this.#eval();
      else if (isCall(this.#queue, shiftName)) this.#shifted();
      this.#queue.moveTo(this.#unfolded, 1);
    }
    return { tokens: this.#unfolded, limit: this.#limit() };
  }

  #limit(): UnfoldLimit | undefined {
    if (this.#bytesLeft < 0) return 'maxUnfoldedBytes';
    return this.#lookahead.isExceeded ? 'lookaheadPerToken' : undefined;
  }

  /** @returns whether a script of so many bytes may be unfolded. After the first that may not, none may: trying costs as well. */
  #takeBytes(count: number): boolean {
    this.#bytesLeft = count > this.#bytesLeft ? -1 : this.#bytesLeft - count;
    return this.#bytesLeft >= 0;
  }

  /**
   * Where a function starts and where it has ended. A name behind it is passed over, and so is what stands behind that: a call there stays
   * as it is. Near the end of the script nothing is passed over; what is unfolded there is declared inside the function.
   */
  #scopeToken(kind: Kind): void {
    const queue = this.#queue;
    if (queue.kind(TOKENS_OF_PACKER) === undefined) {
      this.#tables.scopes.current = queue.value(0);
      return;
    }
    if (kind === KIND.function) this.#unpack();
    queue.moveTo(this.#unfolded, queue.kind(1) === KIND.identifier ? 2 : 1);
  }

  #unpack(): void {
    if (this.#bytesLeft < 0) return;
    const call = findPackedCall(this.#queue, this.#tables.names, this.#lookahead);
    if (call === undefined) return;
    const text = unpack(call, this.#tables.literals, this.#bytesLeft);
    if (!this.#takeBytes(text?.length ?? Number.POSITIVE_INFINITY) || text === undefined) return;
    const end = this.#queue.is(call.end, KIND.operator, SEMICOLON) ? call.end + 1 : call.end;
    this.#queue.replace(call.begin, end, this.#read(text));
  }

  #eval(): void {
    if (!this.#queue.is(3, KIND.operator, CLOSE) || !this.#takeBytes(this.#argument().length)) return;
    const argument = this.#takeCall();
    this.#queue.putFirst(this.#read(argument));
  }

  #shifted(): void {
    if (this.#argument().length === 0 || !this.#takeBytes(this.#argument().length)) return;
    const argument = this.#takeCall();
    this.#queue.putLast(this.#read(shiftedText(argument)));
  }

  /** Takes name, bracket, literal, bracket (or whatever stands there), and a semicolon behind them. @returns the literal */
  #takeCall(): Uint8Array {
    const argument = this.#argument();
    this.#queue.skip(this.#queue.is(4, KIND.operator, SEMICOLON) ? 5 : 4);
    return argument;
  }

  #argument(): Uint8Array {
    return this.#tables.literals.string(this.#queue.value(2));
  }

  #read(script: Uint8Array): TokenList {
    this.#tokeniser.startList();
    this.#tokeniser.add(script);
    return this.#tokeniser.tokens;
  }
}

function isCall(queue: TokenQueue, callee: number): boolean {
  return queue.is(0, KIND.identifier, callee) && queue.is(1, KIND.operator, OPEN) && queue.kind(2) === KIND.string;
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
