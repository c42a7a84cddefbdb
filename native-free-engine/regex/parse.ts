/**
 * Source → syntax tree. What PCRE2 10.42 refuses is refused; what it takes and we cannot is refused by name.
 *
 * Source: pcre2pattern(3) and pcre2syntax(3); odd cases as libpcre2 has them.
 */

import {
  type Assertion,
  LINE_END,
  LINE_START,
  NEAR_END,
  next,
  previous,
  SUBJECT_END,
  SUBJECT_START,
  WORD_END,
  WORD_START,
} from './assertion.ts';
import { isPosixOutside, readBracket } from './bracket.ts';
import { type ByteSet, hasByte, single, withBothCases } from './byte-set.ts';
import { Cursor } from './cursor.ts';
import { limitExceeded, syntaxError, unsupported } from './errors.ts';
import { readEscape } from './escape.ts';
import type { Options } from './flags.ts';
import { type GroupHead, readGroupHead } from './group.ts';
import type { RegexLimits } from './limits.ts';
import { ANY_BYTE, CARRIAGE_RETURN, LINE_ENDS, NEWLINE, NO_BYTE, NOT_NEWLINE, SPACE } from './named-sets.ts';
import { asSet, EMPTY, type Greed, type Syntax } from './syntax.ts';

/** What one step of the parser found: something that a quantifier may follow, something that it may not, or new options. */
type Atom =
  | { readonly kind: 'item'; readonly syntax: Syntax }
  | { readonly kind: 'fixed'; readonly syntax: Syntax }
  | { readonly kind: 'options'; readonly options: Options };

const LINE_END_SEQUENCE: Syntax = {
  // Atomic in PCRE2: a CR before LF is never a line end of its own.
  kind: 'choice',
  of: [
    { kind: 'sequence', of: [one(single(CARRIAGE_RETURN)), one(single(NEWLINE))] },
    {
      kind: 'sequence',
      of: [one(single(CARRIAGE_RETURN)), { kind: 'assertion', assertion: next(single(NEWLINE), true) }],
    },
    one(LINE_ENDS),
  ],
};
const COUNTED = /\{(\d+)(?:(,)(\d*))?\}/y;
const COMMENT = /#[^\n]*\n?/y;

/**
 * @param source one character per byte, 0 … 0xff
 * @throws {RegexError}
 */
export function parseRegex(source: string, options: Options, limits: RegexLimits): Syntax {
  if (source.length > limits.sourceLength)
    throw limitExceeded(limits.sourceLength, 'sourceLength', limits.sourceLength);
  const foreign = /[^\0-\xff]/.exec(source);
  if (foreign) throw syntaxError(foreign.index, 'bytes', JSON.stringify(foreign[0]));
  return new Parser(source, limits).parse(options);
}

class Parser {
  readonly #cursor: Cursor;
  readonly #limits: RegexLimits;
  readonly #names = new Set<string>();
  /** Capturing groups opened so far. */
  #groups = 0;
  /** Between \Q and \E. */
  #isQuoted = false;

  constructor(source: string, limits: RegexLimits) {
    this.#cursor = new Cursor(source);
    this.#limits = limits;
  }

  parse(options: Options): Syntax {
    const syntax = this.#choice(options, 0);
    if (!this.#cursor.isAtEnd) throw syntaxError(this.#cursor.at, 'no ) without its (', ')');
    return syntax;
  }

  /** Options of a choice, up to the parenthesis that closes the group or to the end. */
  #choice(options: Options, depth: number): Syntax {
    if (depth > this.#limits.nesting) throw limitExceeded(this.#cursor.at, 'nesting', this.#limits.nesting);
    const cursor = this.#cursor;
    const branches: Syntax[] = [];
    let branch: Syntax[] = [];
    let current = options;
    for (;;) {
      this.#skip(current);
      if (cursor.isAtEnd || (!this.#isQuoted && cursor.peek() === ')')) break;
      if (!this.#isQuoted && cursor.takeIf('|')) {
        branches.push(sequenceOf(branch));
        branch = [];
        continue;
      }
      const start = cursor.at;
      const atom = this.#atom(current, depth);
      // (?i) holds to the end of the group, in the branches that follow too.
      if (atom.kind === 'options') current = atom.options;
      else branch.push(atom.kind === 'item' ? this.#quantified(atom.syntax, start, current) : atom.syntax);
    }
    branches.push(sequenceOf(branch));
    return branches.length === 1 ? branches[0]! : { kind: 'choice', of: branches };
  }

  /** Passes over what means nothing: comments, \E, an empty \Q\E, and with `x` white space; begins a quotation at \Q. */
  #skip(options: Options): void {
    const cursor = this.#cursor;
    for (;;) {
      if (cursor.takeIf('\\E')) this.#isQuoted = false;
      else if (this.#isQuoted) return;
      else if (cursor.takeIf('\\Q')) this.#isQuoted = true;
      else if (cursor.startsWith('(?#')) this.#skipComment();
      else if (options.extended && !cursor.isAtEnd && hasByte(SPACE, cursor.peek().charCodeAt(0))) cursor.at++;
      else if (!options.extended || !cursor.takeMatch(COMMENT)) return;
    }
  }

  #skipComment(): void {
    const end = this.#cursor.text.indexOf(')', this.#cursor.at);
    if (end < 0) throw syntaxError(this.#cursor.text.length, ') behind the comment', 'the end');
    this.#cursor.at = end + 1;
  }

  #atom(options: Options, depth: number): Atom {
    const cursor = this.#cursor;
    const start = cursor.at;
    if (this.#isQuoted) return item(literal(cursor.take(), options));
    switch (cursor.peek()) {
      case '(':
        return this.#group(options, depth);
      case '[':
        return this.#bracket(options);
      case '\\':
        return this.#escape(options);
      case '*':
      case '+':
      case '?':
        throw syntaxError(start, 'something to repeat', cursor.peek());
      case '{':
        if (this.#counted()) throw syntaxError(start, 'something to repeat', '{');
        break;
      case '.':
        cursor.at++;
        return item(one(options.dotAll ? ANY_BYTE : NOT_NEWLINE));
      case '^':
        cursor.at++;
        return fixed(options.multiline ? LINE_START : SUBJECT_START);
      case '$':
        cursor.at++;
        return fixed(options.multiline ? LINE_END : options.dollarEndOnly ? SUBJECT_END : NEAR_END);
    }
    return item(literal(cursor.take(), options));
  }

  #bracket(options: Options): Atom {
    const cursor = this.#cursor;
    // Two forms that stand alone, and that Perl has not.
    if (cursor.takeIf('[[:<:]]')) return fixed(WORD_START);
    if (cursor.takeIf('[[:>:]]')) return fixed(WORD_END);
    if (isPosixOutside(cursor)) throw syntaxError(cursor.at, 'a POSIX class inside of another class', '[:');
    cursor.at++;
    return item(one(readBracket(cursor, options)));
  }

  #escape(options: Options): Atom {
    this.#cursor.at++;
    const found = readEscape(this.#cursor, this.#groups);
    switch (found.kind) {
      case 'byte':
        return item(literal(String.fromCharCode(found.byte), options));
      case 'set':
        return item(one(found.set));
      case 'assertion':
        return fixed(found.assertion);
      case 'lineEnd':
        return item(LINE_END_SEQUENCE);
    }
  }

  #group(options: Options, depth: number): Atom {
    const start = this.#cursor.at;
    const head = readGroupHead(this.#cursor, options);
    if (head.kind === 'options') return head;
    if (head.kind === 'capture') this.#capture(head.name, start, options);
    const body = this.#choice(head.kind === 'plain' ? head.options : options, depth + 1);
    if (!this.#cursor.takeIf(')')) throw syntaxError(this.#cursor.at, `) for the group at ${start}`, 'the end');
    if (head.kind === 'atomic') return item({ kind: 'atomic', of: body, offset: start });
    return item(head.kind === 'look' ? look(head, body, start) : body);
  }

  #capture(name: string | undefined, start: number, options: Options): void {
    this.#groups++;
    if (name === undefined) return;
    if (this.#names.has(name) && !options.duplicateNames) throw syntaxError(start, 'a new name of a group', name);
    this.#names.add(name);
  }

  /** Takes the quantifier behind an item, if there is one. @param start where the item begins */
  #quantified(of: Syntax, start: number, options: Options): Syntax {
    this.#skip(options);
    if (this.#isQuoted) return of;
    const counts = this.#simpleQuantifier() ?? this.#counted();
    if (!counts) return of;
    this.#skip(options);
    return { kind: 'repeat', of, ...counts, greed: this.#greed(options), offset: start };
  }

  /** Takes the mark behind a quantifier, if there is one. */
  #greed(options: Options): Greed {
    if (!this.#isQuoted && this.#cursor.takeIf('+')) return 'possessive';
    const hasMark = !this.#isQuoted && this.#cursor.takeIf('?');
    return hasMark !== options.ungreedy ? 'lazy' : 'greedy';
  }

  #simpleQuantifier(): { min: number; max: number } | undefined {
    if (this.#cursor.takeIf('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#cursor.takeIf('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    return this.#cursor.takeIf('?') ? { min: 0, max: 1 } : undefined;
  }

  /** {2}, {2,} or {2,3}; anything else in braces is literal. */
  #counted(): { min: number; max: number } | undefined {
    const start = this.#cursor.at;
    const match = this.#cursor.takeMatch(COUNTED);
    if (!match) return undefined;
    const min = this.#repetition(match[1]!, start);
    if (match[2] === undefined) return { min, max: min };
    const max = match[3] === '' ? Number.POSITIVE_INFINITY : this.#repetition(match[3]!, start);
    if (min > max) throw syntaxError(start, 'a quantifier in ascending order', match[0]);
    return { min, max };
  }

  #repetition(digits: string, start: number): number {
    const { repetition } = this.#limits;
    // Digits without end are Infinity here, which must not become a repetition without one.
    if (Number(digits) > repetition) throw limitExceeded(start, 'repetition', repetition);
    return Number(digits);
  }
}

function one(set: ByteSet): Syntax {
  return { kind: 'set', set };
}

function item(syntax: Syntax): Atom {
  return { kind: 'item', syntax };
}

function fixed(assertion: Assertion): Atom {
  return { kind: 'fixed', syntax: { kind: 'assertion', assertion } };
}

function sequenceOf(items: readonly Syntax[]): Syntax {
  return items.length === 1 ? items[0]! : items.length === 0 ? EMPTY : { kind: 'sequence', of: items };
}

const LITERALS: Syntax[] = [];
const LITERALS_IN_BOTH_CASES: Syntax[] = [];

function literal(character: string, { noCase }: Options): Syntax {
  const byte = character.charCodeAt(0);
  const known = noCase ? LITERALS_IN_BOTH_CASES : LITERALS;
  known[byte] ??= one(noCase ? withBothCases(single(byte)) : single(byte));
  return known[byte];
}

/** Look-around over one byte is an assertion like any other; longer ones are no matter of one pass. */
function look({ isBehind, isNegated }: Extract<GroupHead, { kind: 'look' }>, body: Syntax, start: number): Syntax {
  // (?!) never holds.
  if (body === EMPTY) return isNegated ? one(NO_BYTE) : EMPTY;
  const set = asSet(body);
  if (!set) throw unsupported(start, isBehind ? 'look-behind' : 'look-ahead');
  return { kind: 'assertion', assertion: (isBehind ? previous : next)(set, isNegated) };
}
