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
import { readGroupHead } from './group.ts';
import type { RegexLimits } from './limits.ts';
import { ANY_BYTE, CARRIAGE_RETURN, LINE_ENDS, NEWLINE, NOT_NEWLINE, SPACE } from './named-sets.ts';
import { EMPTY, type Greed, type Syntax, type Written } from './syntax.ts';

/** What one step of the parser found: something that a quantifier may follow, something that it may not, or new options. */
type Atom =
  | { readonly kind: 'item'; readonly syntax: Written }
  | { readonly kind: 'fixed'; readonly syntax: Written }
  | { readonly kind: 'options'; readonly options: Options };

const LINE_END_SEQUENCE: Written = {
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
/** (?|…), and (?n). */
const OTHER_NUMBERS = /\(\?(?:\||\^?[A-Za-z]*n)/;
const COMMENT = /#[^\n]*\n?/y;

/**
 * @param source one character per byte, 0 … 0xff
 * @throws {RegexError}
 */
export function parseRegex(source: string, options: Options, limits: RegexLimits): Written {
  if (source.length > limits.sourceLength)
    throw limitExceeded(limits.sourceLength, 'sourceLength', limits.sourceLength);
  const foreign = /[^\0-\xff]/.exec(source);
  if (foreign) throw syntaxError(foreign.index, 'bytes', JSON.stringify(foreign[0]));
  return new Parser(source, limits).parse(options);
}

class Parser {
  readonly #cursor: Cursor;
  readonly #limits: RegexLimits;
  /** Groups by name; of two that have one name the first. */
  readonly #names = new Map<string, number>();
  #hasDuplicateNames = false;
  /** Places of references, and the highest group that they ask for. */
  #references: number[] = [];
  #highestReference = 0;
  /** Capturing groups opened so far. */
  #groups = 0;
  /** Between \Q and \E. */
  #isQuoted = false;

  constructor(source: string, limits: RegexLimits) {
    this.#cursor = new Cursor(source);
    this.#limits = limits;
  }

  parse(options: Options): Written {
    const syntax = this.#choice(options, 0);
    if (!this.#cursor.isAtEnd) throw syntaxError(this.#cursor.at, 'no ) without its (', ')');
    const [reference] = this.#references;
    if (reference === undefined) return syntax;
    if (this.#highestReference > this.#groups) {
      throw syntaxError(reference, `a reference to one of ${this.#groups} groups`, String(this.#highestReference));
    }
    // Which group a number or a name stands for is another matter there.
    if (this.#hasDuplicateNames || OTHER_NUMBERS.test(this.#cursor.text))
      throw unsupported(reference, 'back-reference');
    return syntax;
  }

  /** Options of a choice, up to the parenthesis that closes the group or to the end. */
  #choice(options: Options, depth: number): Written {
    if (depth > this.#limits.nesting) throw limitExceeded(this.#cursor.at, 'nesting', this.#limits.nesting);
    const cursor = this.#cursor;
    const branches: Written[] = [];
    let branch: Written[] = [];
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
    const start = this.#cursor.at++;
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
      case 'reference':
        return this.#reference(found.to, start, options);
    }
  }

  #reference(to: string | number, start: number, { noCase }: Options): Atom {
    const group = typeof to === 'string' ? this.#names.get(to) : to < 0 ? this.#groups + 1 + to : to;
    // A name may also belong to a group behind this place; who means that has not been seen.
    if (group === undefined) throw unsupported(start, 'back-reference');
    if (group < 1) throw syntaxError(start, 'a reference to a group', String(to));
    this.#references.push(start);
    this.#highestReference = Math.max(this.#highestReference, group);
    return item({ kind: 'reference', group, noCase, offset: start });
  }

  #group(options: Options, depth: number): Atom {
    const start = this.#cursor.at;
    const head = readGroupHead(this.#cursor, options);
    if (head.kind === 'options') return head;
    if (head.kind === 'reference') return this.#reference(head.name, start, options);
    const group = head.kind === 'capture' ? this.#capture(head.name, start, options) : 0;
    const body = this.#choice(head.kind === 'plain' ? head.options : options, depth + 1);
    if (!this.#cursor.takeIf(')')) throw syntaxError(this.#cursor.at, `) for the group at ${start}`, 'the end');
    if (head.kind === 'atomic') return item({ kind: 'atomic', of: body, offset: start });
    if (head.kind === 'capture') return item({ kind: 'capture', of: body, group });
    if (head.kind !== 'look') return item(body);
    return item({ kind: 'look', of: body, isBehind: head.isBehind, isNegated: head.isNegated, offset: start });
  }

  /** @returns number of the group */
  #capture(name: string | undefined, start: number, options: Options): number {
    const group = ++this.#groups;
    if (name === undefined) return group;
    if (this.#names.has(name)) {
      if (!options.duplicateNames) throw syntaxError(start, 'a new name of a group', name);
      this.#hasDuplicateNames = true;
    } else this.#names.set(name, group);
    return group;
  }

  /** Takes the quantifier behind an item, if there is one. @param start where the item begins */
  #quantified(of: Written, start: number, options: Options): Written {
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

function one(set: ByteSet): Syntax & Written {
  return { kind: 'set', set };
}

function item(syntax: Written): Atom {
  return { kind: 'item', syntax };
}

function fixed(assertion: Assertion): Atom {
  return { kind: 'fixed', syntax: { kind: 'assertion', assertion } };
}

function sequenceOf(items: readonly Written[]): Written {
  return items.length === 1 ? items[0]! : items.length === 0 ? EMPTY : { kind: 'sequence', of: items };
}

const LITERALS: (Syntax & Written)[] = [];
const LITERALS_IN_BOTH_CASES: (Syntax & Written)[] = [];

function literal(character: string, { noCase }: Options): Written {
  const byte = character.charCodeAt(0);
  const known = noCase ? LITERALS_IN_BOTH_CASES : LITERALS;
  known[byte] ??= one(noCase ? withBothCases(single(byte)) : single(byte));
  return known[byte];
}
