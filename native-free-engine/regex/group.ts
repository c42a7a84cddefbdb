/** What stands behind an opening parenthesis. Source: pcre2syntax(3). */

import type { Cursor } from './cursor.ts';
import { type Feature, syntaxError, unsupported } from './errors.ts';
import type { Options } from './flags.ts';

export type GroupHead =
  | { readonly kind: 'capture'; readonly name: string | undefined }
  /** (?P=name) */
  | { readonly kind: 'reference'; readonly name: string }
  | { readonly kind: 'plain'; readonly options: Options }
  | { readonly kind: 'atomic' }
  /** (?i): no group; the options hold to the end of the one around it. */
  | { readonly kind: 'options'; readonly options: Options }
  | { readonly kind: 'look'; readonly isBehind: boolean; readonly isNegated: boolean };

const NAME_LENGTH = 32;
/** Heads that are understood, and refused. The order matters: the first that fits. */
const REFUSED: readonly [RegExp, Feature][] = [
  [/\(\*/y, 'verb'],
  [/\(\?(?:R|[+-]?\d|&|P>)/y, 'recursion'],
  [/\(\?\(/y, 'conditional'],
  [/\(\?C/y, 'callout'],
  [/\(\?\*/y, 'look-ahead'],
  [/\(\?<\*/y, 'look-behind'],
];
const OPTION_LETTERS = /\^?[A-Za-z]*(?:-[A-Za-z]*)?/y;

/** @param cursor at the parenthesis; it is left where the group's body begins, or behind (?i) */
export function readGroupHead(cursor: Cursor, options: Options): GroupHead {
  const start = cursor.at;
  for (const [head, feature] of REFUSED) {
    head.lastIndex = start;
    if (head.test(cursor.text)) throw unsupported(start, feature);
  }
  cursor.at++;
  if (!cursor.takeIf('?')) return { kind: 'capture', name: undefined };
  // (?|…) counts its captures anew in each option, and (?n) captures nothing: parse.ts refuses them beside references.
  if (cursor.takeIf(':') || cursor.takeIf('|')) return { kind: 'plain', options };
  if (cursor.takeIf('>')) return { kind: 'atomic' };
  if (cursor.takeIf('=')) return { kind: 'look', isBehind: false, isNegated: false };
  if (cursor.takeIf('!')) return { kind: 'look', isBehind: false, isNegated: true };
  if (cursor.takeIf('<=')) return { kind: 'look', isBehind: true, isNegated: false };
  if (cursor.takeIf('<!')) return { kind: 'look', isBehind: true, isNegated: true };
  if (cursor.takeIf('P=')) return { kind: 'reference', name: readName(cursor, ')') };
  if (cursor.takeIf('<') || cursor.takeIf('P<')) return { kind: 'capture', name: readName(cursor, '>') };
  if (cursor.takeIf("'")) return { kind: 'capture', name: readName(cursor, "'") };
  return readOptions(cursor, options);
}

function readName(cursor: Cursor, end: string): string {
  const start = cursor.at;
  const name = cursor.takeMatch(/[A-Za-z_][A-Za-z0-9_]*/y)?.[0] ?? '';
  if (name === '' || name.length > NAME_LENGTH || !cursor.takeIf(end)) {
    throw syntaxError(start, `a name of 1 to ${NAME_LENGTH} letters and ${end}`, `${name} and ${cursor.describe()}`);
  }
  return name;
}

function readOptions(cursor: Cursor, options: Options): GroupHead {
  const start = cursor.at;
  const [letters] = cursor.takeMatch(OPTION_LETTERS)!;
  const changed = applyOptions(letters, options, start);
  if (cursor.takeIf(')')) return { kind: 'options', options: changed };
  if (cursor.takeIf(':')) return { kind: 'plain', options: changed };
  throw syntaxError(cursor.at, 'an option, : or )', cursor.describe());
}

/** @param letters such as `im-sx`, or `^` for none of i m n s x, with more behind it */
function applyOptions(letters: string, options: Options, start: number): Options {
  const isReset = letters.startsWith('^');
  if (isReset && letters.includes('-')) throw syntaxError(start, 'no hyphen behind ^', letters);
  const [set, unset = ''] = letters.slice(isReset ? 1 : 0).split('-');
  const none = { noCase: false, multiline: false, dotAll: false, extended: false, extendedClasses: false };
  let result = isReset ? { ...options, ...none } : options;
  for (const letter of set!) result = { ...result, ...optionOf(letter, true, start) };
  // One x leaves the classes as they are otherwise.
  if (set!.includes('x')) result = { ...result, extendedClasses: set!.includes('xx') };
  for (const letter of unset) result = { ...result, ...optionOf(letter, false, start) };
  return result;
}

function optionOf(letter: string, isOn: boolean, start: number): Partial<Options> {
  switch (letter) {
    case 'i':
      return { noCase: isOn };
    case 'm':
      return { multiline: isOn };
    case 's':
      return { dotAll: isOn };
    case 'x':
      return isOn ? { extended: true } : { extended: false, extendedClasses: false };
    case 'U':
      return { ungreedy: isOn };
    case 'J':
      return { duplicateNames: isOn };
    case 'n':
      return {};
    default:
      throw syntaxError(start, 'options out of i, m, s, x, n, U and J', letter);
  }
}
