/**
 * Tokens → text: white space only where two words would run into each other, lower case, identifiers that are declared as n000, n001, …
 */
import { formatFloat } from './numbers.ts';
import type { Tables } from './tokenise.ts';
import { KIND, TextPool, type TokenList } from './tokens.ts';

const OPENING = '<script>';
const CLOSING = '</script>';
const SPACE = 0x20;
const QUOTE = 0x22;

/**
 * @param declarations  for each token, the declaration that it means, or -1
 * @returns `<script>…</script>`; the script's own end serves when it is the last thing written
 */
export function writeScript(tokens: TokenList, tables: Tables, declarations: Int32Array): Uint8Array {
  const text = new TextPool();
  writeText(text, OPENING);
  let isBehindWord = false;
  for (let at = 0; at < tokens.length; at++) {
    const kind = tokens.kinds[at]!;
    if (kind === KIND.scopeEnd) continue;
    const isWord = writesWord(kind);
    if (isWord && isBehindWord) writeText(text, ' ');
    writeToken(text, tokens, at, tables, declarations[at]!);
    // A member that ends with $ or _ runs into the next word.
    isBehindWord = isWord && (kind !== KIND.member || isAlphanumeric(text.bytes[text.length - 1]!));
  }
  if (!endsWith(text, CLOSING)) writeText(text, CLOSING);
  return text.bytes.slice(0, text.length);
}

function writesWord(kind: number): boolean {
  return kind !== KIND.operator && kind !== KIND.string;
}

/** @param byte in lower case */
function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a);
}

function writeToken(text: TextPool, tokens: TokenList, at: number, tables: Tables, declaration: number): void {
  const value = tokens.values[at]!;
  switch (tokens.kinds[at]) {
    case KIND.operator:
      writeOperator(text, value);
      break;
    case KIND.identifier:
      writeText(text, declaration < 0 ? tables.names.textOf(value) : `n${String(declaration).padStart(3, '0')}`);
      break;
    case KIND.member:
    case KIND.keyword:
      writeText(text, tables.names.textOf(value));
      break;
    case KIND.integer:
      writeText(text, String(value));
      break;
    case KIND.float:
      writeText(text, formatFloat(tables.literals.floats[value]!));
      break;
    case KIND.string:
      writeLiteral(text, tables.literals.string(value));
      break;
    case KIND.function:
      writeText(text, 'function');
      break;
  }
}

function writeOperator(text: TextPool, packed: number): void {
  text.room(4);
  for (let rest = packed; rest > 0; rest >>= 8) text.bytes[text.length++] = rest & 0xff;
}

/** @param characters ASCII */
function writeText(text: TextPool, characters: string): void {
  text.room(characters.length);
  for (let at = 0; at < characters.length; at++) text.bytes[text.length++] = lowered(characters.charCodeAt(at));
}

/** Quotes and backslashes inside stay as they are, white space becomes spaces. */
function writeLiteral(text: TextPool, literal: Uint8Array): void {
  text.room(literal.length + 2);
  text.bytes[text.length++] = QUOTE;
  for (const byte of literal) text.bytes[text.length++] = byte >= 0x09 && byte <= 0x0d ? SPACE : lowered(byte);
  text.bytes[text.length++] = QUOTE;
}

function lowered(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function endsWith({ bytes, length }: TextPool, ending: string): boolean {
  if (length < OPENING.length + ending.length) return false;
  for (let at = 0; at < ending.length; at++) {
    if (bytes[length - ending.length + at] !== ending.charCodeAt(at)) return false;
  }
  return true;
}
