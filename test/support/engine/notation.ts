/**
 * Patterns as short text, so that a table can hold them: the notation that test/dialects/clamav/show.ts writes.
 *
 * Bytes as digits and `?` (`4d5a??9?`), text in quotes (`'abc'`), gaps as `{1-3}` and `{2-}`, groups as `(61|6263)` and `!(61)`, `<word>` a test
 * between bytes, `[line]` one of a byte, `!<word>` its opposite. Spaces separate.
 */
import type { Boundary, BytesPattern, OffsetRule, PatternElement } from '../../../native-free-engine/index.ts';

export type PatternOptions = Partial<Pick<BytesPattern, 'noCase' | 'wide' | 'ascii' | 'fullWord' | 'offset'>>;

export const ANYWHERE: OffsetRule = { kind: 'any' };

/** @param text see above @throws {Error} at what is not of the notation */
export function pattern(text: string, options: PatternOptions = {}): BytesPattern {
  const reader = { text, at: 0 };
  const elements = readElements(reader);
  if (reader.at !== text.length) throw new Error(`pattern ${text}: expected its end at ${reader.at}`);
  return {
    kind: 'bytes',
    elements,
    offset: ANYWHERE,
    noCase: false,
    wide: false,
    ascii: false,
    fullWord: false,
    ...options,
  };
}

interface Reader {
  readonly text: string;
  at: number;
}

function take(reader: Reader, expression: RegExp): RegExpExecArray | undefined {
  const sticky = new RegExp(expression.source, 'y');
  sticky.lastIndex = reader.at;
  const found = sticky.exec(reader.text);
  if (found) reader.at = sticky.lastIndex;
  return found ?? undefined;
}

function readElements(reader: Reader): PatternElement[] {
  const elements: PatternElement[] = [];
  for (;;) {
    take(reader, / +/);
    const element = readElement(reader);
    if (!element) return elements;
    elements.push(element);
  }
}

function readElement(reader: Reader): PatternElement | undefined {
  const text = take(reader, /'([^']*)'/);
  if (text) return literal(Uint8Array.from(text[1]!, (character) => character.charCodeAt(0)));
  const digits = take(reader, /(?:[0-9a-f?]{2})+/);
  if (digits) return masked(digits[0]);
  const gap = take(reader, /\{(\d+)-(\d*)\}/);
  if (gap) {
    return { kind: 'gap', min: Number(gap[1]), max: gap[2] === '' ? Number.POSITIVE_INFINITY : Number(gap[2]) };
  }
  const boundary = take(reader, /(!?)([<[])(word|line|nonAlphanumeric)[>\]]/);
  if (boundary) {
    return {
      kind: 'boundary',
      boundary: boundary[3] as Boundary,
      consumes: boundary[2] === '[',
      negated: boundary[1] === '!',
    };
  }
  const group = take(reader, /(!?)\(/);
  return group ? readGroup(reader, group[1] === '!') : undefined;
}

function readGroup(reader: Reader, negated: boolean): PatternElement {
  const options: PatternElement[][] = [readElements(reader)];
  while (take(reader, /\|/)) options.push(readElements(reader));
  if (!take(reader, /\)/)) throw new Error(`pattern ${reader.text}: expected ) at ${reader.at}`);
  return { kind: 'alternatives', negated, options };
}

function literal(values: Uint8Array): PatternElement {
  return { kind: 'bytes', values, masks: new Uint8Array(values.length).fill(0xff) };
}

function masked(digits: string): PatternElement {
  const pairs = digits.match(/../g)!;
  const values = Uint8Array.from(pairs, (pair) => Number.parseInt(pair.replaceAll('?', '0'), 16));
  const masks = Uint8Array.from(pairs, (pair) => (pair[0] === '?' ? 0 : 0xf0) | (pair[1] === '?' ? 0 : 0x0f));
  return { kind: 'bytes', values, masks };
}

/** Bytes of a text in Latin-1. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
