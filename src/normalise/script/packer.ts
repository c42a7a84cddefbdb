/**
 * Scripts packed with Dean Edwards' packer: `function(p,a,c,k,e,d){…}('payload',radix,count,'word|word|…'.split('|'),0,{})`.
 *
 * Words of the payload are numbers in the radix, and stand for the words of the list. Recognised by the first four parameters alone; what is
 * called is taken from the commas behind the function, loosely.
 */
import type { TokenQueue } from './token-queue.ts';
import { KIND, type Literals, type Names, operator, TextPool } from './tokens.ts';

const OPEN = operator('(');
const CLOSE = operator(')');
const OPEN_BRACE = operator('{');
const CLOSE_BRACE = operator('}');
const COMMA = operator(',');
const BAR = 0x7c;
const PARAMETERS: readonly string[] = ['p', 'a', 'c', 'k'];
/** What stands for a radix that is no integer. */
const NO_RADIX = -1;

/** A call of a packer: the payload's text, and the tokens [begin, end) of the queue that it takes the place of. */
export interface PackedCall {
  readonly begin: number;
  readonly end: number;
  /** Undefined when payload or words are no literals: the call then unfolds to nothing. */
  readonly payload: number | undefined;
  readonly words: number | undefined;
  readonly radix: number;
}

/** Tokens that one script may look ahead, over all its functions: hostile ones nest functions that never end. */
export class Lookahead {
  #left: number;

  constructor(tokens: number) {
    this.#left = tokens;
  }

  /** Whether a look ahead ended before its time. */
  get isExceeded(): boolean {
    return this.#left < 0;
  }

  /** @returns false when nothing is left */
  take(): boolean {
    if (this.#left >= 0) this.#left--;
    return this.#left >= 0;
  }
}

/** @returns the packed call that the function at the head of the queue makes, or undefined */
export function findPackedCall(queue: TokenQueue, names: Names, lookahead: Lookahead): PackedCall | undefined {
  if (!hasParameters(queue, names)) return undefined;
  const end = endOfFunction(queue, lookahead);
  const open = end && findOperator(queue, end + 1, OPEN, lookahead);
  if (open === undefined) return undefined;
  // Arguments start at their commas: p , a , c , k … , … , and two tokens more.
  const starts = [open + 1];
  for (let each = 0; each < 5; each++) {
    const comma = findOperator(queue, starts.at(-1)!, COMMA, lookahead);
    if (comma === undefined) return undefined;
    starts.push(comma + 1);
  }
  const last = starts.at(-1)!;
  if (queue.kind(last + 1) === undefined) return undefined;
  const isBracketed = queue.is(open + 1, KIND.operator, OPEN) || queue.is(open + 1, KIND.operator, CLOSE);
  return {
    begin: isBracketed ? open + 2 : open + 1,
    end: last + 2,
    payload: literalAt(queue, starts[0]!),
    words: literalAt(queue, starts[3]!),
    radix: queue.kind(starts[1]!) === KIND.integer ? queue.value(starts[1]!) : NO_RADIX,
  };
}

function literalAt(queue: TokenQueue, at: number): number | undefined {
  return queue.kind(at) === KIND.string ? queue.value(at) : undefined;
}

/** `function ( p , a , c , k` */
function hasParameters(queue: TokenQueue, names: Names): boolean {
  if (!queue.is(1, KIND.operator, OPEN)) return false;
  return PARAMETERS.every((parameter, index) => {
    const name = names.find(parameter);
    const at = 2 + 2 * index;
    return (
      name !== undefined &&
      queue.is(at, KIND.identifier, name) &&
      (index === PARAMETERS.length - 1 || queue.is(at + 1, KIND.operator, COMMA))
    );
  });
}

/** @returns the place of the brace that ends the function; undefined when there is none */
function endOfFunction(queue: TokenQueue, lookahead: Lookahead): number | undefined {
  let depth = 0;
  for (let at = 1; queue.kind(at) !== undefined && lookahead.take(); at++) {
    if (queue.is(at, KIND.operator, OPEN_BRACE)) depth++;
    else if (queue.is(at, KIND.operator, CLOSE_BRACE)) {
      if (--depth <= 0) return at;
    }
  }
  return undefined;
}

function findOperator(queue: TokenQueue, start: number, value: number, lookahead: Lookahead): number | undefined {
  for (let at = start; queue.kind(at) !== undefined && lookahead.take(); at++) {
    if (queue.is(at, KIND.operator, value)) return at;
  }
  return undefined;
}

/**
 * @param maxBytes  of the text
 * @returns the text that the call stands for; undefined when it is longer
 */
export function unpack(call: PackedCall, literals: Literals, maxBytes: number): Uint8Array | undefined {
  if (call.payload === undefined || call.words === undefined) return new Uint8Array(0);
  const payload = literals.string(call.payload);
  const list = literals.string(call.words);
  const starts = wordStarts(list);
  const text = new TextPool();
  for (let at = 0; at < payload.length; ) {
    const start = at;
    let index = 0;
    for (let digit = digitOf(payload[at]!); digit >= 0; digit = digitOf(payload[at]!)) {
      index = (Math.imul(index, call.radix) + digit) | 0;
      if (++at === payload.length) break;
    }
    // Each word ends with the bar before the next one; numbers without a word, or with an empty one, stay.
    const word = at > start && index >= 0 && index + 1 < starts.length ? index : -1;
    if (word >= 0 && starts[word + 1]! - 1 > starts[word]!) text.add(list, starts[word]!, starts[word + 1]! - 1);
    else text.add(payload, start, Math.max(at, start + 1));
    if (at === start) at++;
    if (text.length > maxBytes) return undefined;
  }
  return text.bytes.subarray(0, text.length);
}

/** @returns where each word starts, and one behind the end: a list may be of bars alone, so there is no object for each word */
function wordStarts(list: Uint8Array): Int32Array {
  let bars = 0;
  for (const byte of list) if (byte === BAR) bars++;
  const starts = new Int32Array(bars + 2);
  let words = 1;
  for (let at = 0; at < list.length; at++) if (list[at] === BAR) starts[words++] = at + 1;
  starts[words] = list.length + 1;
  return starts;
}

/** @returns 0…61 for 0-9, a-z, A-Z, in every radix; -1 for other bytes */
function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x61 + 10;
  return byte >= 0x41 && byte <= 0x5a ? byte - 0x41 + 36 : -1;
}
