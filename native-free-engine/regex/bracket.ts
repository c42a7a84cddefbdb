/** Character classes: [a-z], [^\d.], [[:alpha:]]. Source: pcre2pattern(3), "Square brackets and character classes". */

import { type ByteSet, complement, ofRanges, unite, withBothCases } from './byte-set.ts';
import type { Cursor } from './cursor.ts';
import { syntaxError } from './errors.ts';
import { readClassEscape } from './escape.ts';
import type { Options } from './flags.ts';
import { POSIX_CLASSES } from './named-sets.ts';

/** One item of a class; only a byte can begin or end a range. */
type Item = { readonly kind: 'byte'; readonly byte: number } | { readonly kind: 'set'; readonly set: ByteSet };

/** What opens a POSIX class: the bracket, one of : . = and, before any other bracket, the same with a bracket behind. */
const POSIX = /\[([:.=])((?:\\[\]\\]|(?!\[\1|\]|\1\]).)*)\1\]/sy;

/** @param cursor behind the opening bracket; it is left behind the closing one */
export function readBracket(cursor: Cursor, options: Options): ByteSet {
  const start = cursor.at - 1;
  const isNegated = cursor.takeIf('^');
  const sets: ByteSet[] = [];
  const reader = new BracketReader(cursor, options);
  // A closing bracket that comes first is a member.
  if (reader.isAtBracket()) sets.push(reader.readRange());
  while (!reader.isAtBracket()) {
    if (cursor.isAtEnd) throw syntaxError(cursor.at, `] for the class at ${start}`, 'the end');
    sets.push(reader.readRange());
  }
  cursor.at++;
  const set = options.noCase ? withBothCases(unite(sets)) : unite(sets);
  return isNegated ? complement(set) : set;
}

/** Whether POSIX syntax stands here, outside of a class: PCRE2 refuses it, since it is a mistake. */
export function isPosixOutside(cursor: Cursor): boolean {
  POSIX.lastIndex = cursor.at;
  return POSIX.test(cursor.text);
}

class BracketReader {
  readonly #cursor: Cursor;
  readonly #options: Options;
  /** Between \Q and \E. */
  #isQuoted = false;

  constructor(cursor: Cursor, options: Options) {
    this.#cursor = cursor;
    this.#options = options;
  }

  /** Whether the class ends here. */
  isAtBracket(): boolean {
    this.#skip();
    return !this.#isQuoted && this.#cursor.peek() === ']';
  }

  /** Passes over \Q, \E and, with `xx`, blanks. */
  #skip(): void {
    const cursor = this.#cursor;
    for (;;) {
      if (cursor.takeIf('\\E')) this.#isQuoted = false;
      else if (this.#isQuoted) return;
      else if (cursor.takeIf('\\Q')) this.#isQuoted = true;
      else if (this.#options.extendedClasses && (cursor.peek() === ' ' || cursor.peek() === '\t')) cursor.at++;
      else return;
    }
  }

  /** One item, or a range of them. */
  readRange(): ByteSet {
    const start = this.#cursor.at;
    const low = this.#readItem();
    if (!this.#takeHyphen()) return low.kind === 'set' ? low.set : ofRanges(low.byte, low.byte);
    const high = this.#readItem();
    const range = this.#cursor.text.slice(start, this.#cursor.at);
    if (low.kind === 'set' || high.kind === 'set') throw syntaxError(start, 'a range between two characters', range);
    if (low.byte > high.byte) throw syntaxError(start, 'a range in ascending order', range);
    return ofRanges(low.byte, high.byte);
  }

  /** Takes a hyphen that makes a range; one before the closing bracket is a member. */
  #takeHyphen(): boolean {
    const cursor = this.#cursor;
    this.#skip();
    if (this.#isQuoted || cursor.peek() !== '-') return false;
    const hyphen = cursor.at++;
    if (!this.isAtBracket() && !cursor.isAtEnd) return true;
    cursor.at = hyphen;
    return false;
  }

  #readItem(): Item {
    const cursor = this.#cursor;
    if (!this.#isQuoted) {
      const posix = cursor.takeMatch(POSIX);
      if (posix) return { kind: 'set', set: this.#posixSet(cursor.at - posix[0].length, posix[1]!, posix[2]!) };
      if (cursor.takeIf('\\')) return this.#readEscape();
    }
    return { kind: 'byte', byte: cursor.take().charCodeAt(0) };
  }

  #readEscape(): Item {
    const start = this.#cursor.at - 1;
    const found = readClassEscape(this.#cursor);
    if (found.kind === 'byte' || found.kind === 'set') return found;
    throw syntaxError(start, 'an escape that a class can hold', this.#cursor.text.slice(start, this.#cursor.at));
  }

  #posixSet(start: number, kind: string, text: string): ByteSet {
    if (kind !== ':') throw syntaxError(start, 'a class between colons', `[${kind}`);
    const isNegated = text.startsWith('^');
    const name = isNegated ? text.slice(1) : text;
    const known = POSIX_CLASSES.get(name);
    if (!known) throw syntaxError(start, 'the name of a POSIX class', JSON.stringify(name));
    // Both cases before the complement: [[:^upper:]] with `i` is what is no letter.
    const set = this.#options.noCase && (name === 'upper' || name === 'lower') ? withBothCases(known) : known;
    return isNegated ? complement(set) : set;
  }
}
