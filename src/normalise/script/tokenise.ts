/**
 * Bytes of a script → tokens, block by block.
 *
 * Reads as clamscan does, which is not quite as a browser does: no regular expression literals, no templates, a comment `//` ends at a
 * space as well, a string runs over lines, bytes above 0x7f separate. A block matters in one place: a comment `//` ends with it.
 */
import { BYTE_CLASS, CLASS, KEYWORDS, operatorLength } from './alphabet.ts';
import { decodeLiteral } from './escapes.ts';
import { floatOf, integerOf } from './numbers.ts';
import type { Scopes } from './scopes.ts';
import { KIND, type Literals, type Names, operator, TokenList } from './tokens.ts';

const MODE = { between: 0, identifier: 1, integer: 2, float: 3, string: 4, comment: 5 } as const;
type Mode = (typeof MODE)[keyof typeof MODE];

const BACKSLASH = 0x5c;
const SLASH = 0x2f;
const STAR = 0x2a;
const POINT = 0x2e;
const SMALL_U = 0x75;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const PLUS = operator('+');
const OPEN = operator('(');
const CLOSE = operator(')');

/** What the tokens of a script and of everything that it unfolds to point to. */
export interface Tables {
  readonly names: Names;
  readonly literals: Literals;
  readonly scopes: Scopes;
}

export class Tokeniser {
  tokens: TokenList = new TokenList();
  readonly #literals: Literals;
  readonly #scopes: Scopes;
  readonly #names: Names;
  #mode: Mode = MODE.between;
  /** What the last block had of the identifier or number that is being read. */
  #pending = '';
  #quote = 0;
  /** The last byte was a backslash, itself escaped or not. */
  #isBehindBackslash = false;
  /** Where the literal that is being read starts in the pool of texts. */
  #literalStart = 0;
  #openParentheses = 0;

  constructor(tables: Tables) {
    this.#literals = tables.literals;
    this.#scopes = tables.scopes;
    this.#names = tables.names;
  }

  /** Tokens that come go to a new list. What is unfinished goes on: a name that the script left open continues in what it unfolds to. */
  startList(): void {
    this.tokens = new TokenList();
  }

  /** Reads the next block; not kept after the call. */
  add(block: Uint8Array): void {
    let at = 0;
    while (at < block.length) at = this.#step(block, at);
  }

  /** Ends the literal that is being read and closes parentheses; a name or number that nothing ended is dropped. */
  close(): void {
    if (this.#mode === MODE.string) this.#endLiteral();
    for (; this.#openParentheses > 0; this.#openParentheses--) this.tokens.add(KIND.operator, CLOSE);
  }

  #step(block: Uint8Array, at: number): number {
    switch (this.#mode) {
      case MODE.between:
        return this.#start(block, at);
      case MODE.identifier:
        return this.#identifier(block, at);
      case MODE.integer:
        return this.#integer(block, at);
      case MODE.float:
        return this.#float(block, at);
      case MODE.string:
        return this.#literal(block, at);
      case MODE.comment:
        return this.#comment(block, at);
    }
  }

  #start(block: Uint8Array, at: number): number {
    const byte = block[at]!;
    switch (BYTE_CLASS[byte]) {
      case CLASS.name:
        this.#mode = MODE.identifier;
        return at;
      case CLASS.digit:
        this.#mode = MODE.integer;
        return at;
      case CLASS.quote:
        this.#mode = MODE.string;
        this.#quote = byte;
        this.#isBehindBackslash = false;
        this.#literalStart = this.#literals.text.length;
        return at + 1;
      case CLASS.operator:
        return this.#operator(block, at);
      default:
        return at + 1;
    }
  }

  #operator(block: Uint8Array, at: number): number {
    if (block[at] === SLASH && block[at + 1] === SLASH) return endOfLineComment(block, at + 2);
    if (block[at] === SLASH && block[at + 1] === STAR) {
      this.#mode = MODE.comment;
      return at + 2;
    }
    const length = operatorLength(block, at);
    let value = 0;
    for (let index = length - 1; index >= 0; index--) value = (value << 8) | block[at + index]!;
    if (value === OPEN) this.#openParentheses++;
    else if (value === CLOSE && this.#openParentheses > 0) this.#openParentheses--;
    this.#scopes.add(this.tokens, KIND.operator, value);
    return at + length;
  }

  #comment(block: Uint8Array, at: number): number {
    const star = block.indexOf(STAR, at);
    if (star < 0) return block.length;
    if (block[star + 1] !== SLASH) return star + 1;
    this.#mode = MODE.between;
    return star + 2;
  }

  #identifier(block: Uint8Array, start: number): number {
    let at = start;
    while (at < block.length) {
      const byte = block[at]!;
      if (byte === BACKSLASH) return this.#backslash(block, start, at);
      const kind = BYTE_CLASS[byte];
      if (kind !== CLASS.name && kind !== CLASS.digit) {
        this.#pending += latin1(block, start, at);
        this.#endIdentifier();
        return at;
      }
      at++;
    }
    this.#pending += latin1(block, start, at);
    return at;
  }

  /** A backslash ends a name, or it stays and an `u` behind it does not. */
  #backslash(block: Uint8Array, start: number, at: number): number {
    this.#pending += latin1(block, start, at);
    if (block[at + 1] === SMALL_U) {
      this.#pending += '\\';
      return at + 2;
    }
    this.#endIdentifier();
    return at + 1;
  }

  #endIdentifier(): void {
    const name = this.#pending;
    this.#pending = '';
    this.#mode = MODE.between;
    const number = this.#names.numberOf(name);
    if (!KEYWORDS.has(name)) {
      this.#scopes.add(this.tokens, KIND.identifier, number);
    } else if (name === 'function') {
      this.#scopes.add(this.tokens, KIND.function, number);
    } else {
      if (name === 'var') this.#scopes.startVariables();
      this.#scopes.add(this.tokens, KIND.keyword, number);
    }
  }

  #integer(block: Uint8Array, start: number): number {
    let at = start;
    while (at < block.length && BYTE_CLASS[block[at]!] === CLASS.digit) at++;
    this.#pending += latin1(block, start, at);
    if (at === block.length) return at;
    if (block[at] === POINT) {
      this.#pending += '.';
      this.#mode = MODE.float;
      return at + 1;
    }
    this.#scopes.add(this.tokens, KIND.integer, integerOf(this.#pending));
    this.#pending = '';
    this.#mode = MODE.between;
    return at;
  }

  #float(block: Uint8Array, start: number): number {
    let at = start;
    while (at < block.length && isOfFloat(block, at)) at++;
    this.#pending += latin1(block, start, at);
    if (at === block.length) return at;
    const index = this.#literals.floats.push(floatOf(this.#pending)) - 1;
    this.#scopes.add(this.tokens, KIND.float, index);
    this.#pending = '';
    this.#mode = MODE.between;
    return at;
  }

  #literal(block: Uint8Array, start: number): number {
    for (let at = start; at < block.length; at++) {
      const byte = block[at]!;
      if (byte === this.#quote && !this.#isBehindBackslash) {
        this.#literals.text.add(block, start, at);
        this.#endLiteral();
        return at + 1;
      }
      this.#isBehindBackslash = byte === BACKSLASH;
    }
    this.#literals.text.add(block, start, block.length);
    return block.length;
  }

  #endLiteral(): void {
    const { tokens } = this;
    const { text, starts, ends } = this.#literals;
    text.length = decodeLiteral(text.bytes, this.#literalStart, text.length);
    this.#mode = MODE.between;
    const before = tokens.length - 2;
    if (tokens.is(before + 1, KIND.operator, PLUS) && before >= 0 && tokens.kinds[before] === KIND.string) {
      // No literal came between: the pool holds the two side by side.
      tokens.length = before + 1;
      ends[tokens.values[before]!] = text.length;
    } else {
      starts.push(this.#literalStart);
      this.#scopes.add(tokens, KIND.string, ends.push(text.length) - 1);
    }
  }
}

/** Names and numbers are of ASCII, and short but for hostile ones. */
function latin1(block: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(block[at]!);
  return text;
}

/** @returns where the comment ends: behind a space or line feed, or with the block */
function endOfLineComment(block: Uint8Array, start: number): number {
  let at = start;
  while (at < block.length && block[at] !== SPACE && block[at] !== NEWLINE) at++;
  return at;
}

/** Digits, an exponent's letter, and a sign behind that letter. */
function isOfFloat(block: Uint8Array, at: number): boolean {
  const byte = block[at]!;
  if (BYTE_CLASS[byte] === CLASS.digit || (byte | 0x20) === 0x65) return true;
  return (byte === 0x2b || byte === 0x2d) && at > 0 && (block[at - 1]! | 0x20) === 0x65;
}
