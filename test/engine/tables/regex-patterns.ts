/** Regular expressions as patterns of a signature: what their trigger, their offset and their flags make of them. */
import type { Condition, ObjectFacts, OffsetRule, RegexPattern } from '../../../native-free-engine/index.ts';
import { ANYWHERE } from '../../support/engine/notation.ts';

export const match = (pattern: number): Condition => ({ kind: 'match', pattern });
export const absent = (pattern: number): Condition => counted(match(pattern), 'equal', 0);

export function counted(of: Condition, comparison: 'equal' | 'less' | 'greater', count: number): Condition {
  return { kind: 'count', of, comparison, count, distinct: 0 };
}

export function regex(
  source: string,
  flags = '',
  offset: OffsetRule = ANYWHERE,
  trigger: Condition = match(0),
): RegexPattern {
  return { kind: 'regex', source, flags, offset, trigger };
}

type Base = Extract<OffsetRule, { kind: 'at' }>['base'];
export const at = (base: Base, offset: number, shift = 0, section = 0): OffsetRule => ({
  kind: 'at',
  base,
  section,
  offset,
  shift,
});
const section = (number: number): OffsetRule => ({ kind: 'section', section: number });

/** Sections [0, 8), [8, 20), [20, 24) and the entry point at 10. */
export const PROGRAM: ObjectFacts = {
  targets: 0,
  executable: {
    entryPoint: 10,
    sections: [
      { offset: 0, size: 8 },
      { offset: 8, size: 12 },
      { offset: 20, size: 4 },
    ],
  },
  containers: [],
};

/** Name, expression, flags, offset, object, matches, offset of the first. The object holds what triggers behind a `|`. */
export type PlaceRow = readonly [
  name: string,
  source: string,
  flags: string,
  offset: OffsetRule,
  object: string,
  count: number,
  first?: number,
];

export const PLACES: readonly PlaceRow[] = [
  ['anywhere', 'b+c', '', ANYWHERE, 'aabbc|', 1, 2],
  ['nowhere', 'b+d', '', ANYWHERE, 'aabbc|', 0],
  ['one match is one, however many there are', 'b', '', ANYWHERE, 'abbb|', 1, 1],
  ['a caret is the start of the object', '^b', '', ANYWHERE, 'abb|', 0],
  ['a caret at the start', '^a', '', ANYWHERE, 'abb|', 1, 0],
  ['a dollar is its end', '\\|$', '', ANYWHERE, 'abb|', 1, 3],
  ['bytes beyond ASCII', '\xe9\\xff', '', ANYWHERE, 'a\xe9\xff|', 1, 1],
  ['NUL', '\\x00b', '', ANYWHERE, 'a\0b|', 1, 1],
  ['either case', 'ABC', 'i', ANYWHERE, '..aBc|', 1, 2],
  ['at an offset', 'bc', '', at('start', 2), 'bcbc|', 1, 2],
  ['not behind an offset', 'bc', '', at('start', 1), 'bcbc|', 0],
  ['not before an offset', 'bc', '', at('start', 3), 'bcbc|', 0],
  ['a caret holds at an offset', '^bc', '', at('start', 2), 'bcbc|', 1, 2],
  ['\\A holds at an offset', '\\Abc', '', at('start', 2), 'bcbc|', 1, 2],
  ['a look behind sees nothing in front of an offset', '(?<!a)bc', '', at('start', 1), 'abc|', 1, 1],
  ['rolling: behind an offset too', 'bc', 'r', at('start', 1), 'bcbc|', 1, 2],
  ['rolling: not before an offset', 'bc', 'r', at('start', 3), 'bcbc|', 0],
  ['rolling without an offset', 'bc', 'r', ANYWHERE, '..bc|', 1, 2],
  ['a shift: at its last place', 'bc', '', at('start', 1, 2), 'a..bc|', 1, 3],
  ['a shift: behind its last place', 'bc', '', at('start', 1, 2), 'a...bc|', 0],
  ['a shift: at its first place', 'bc', '', at('start', 1, 2), 'abc..bc|', 1, 1],
  ['a shift: it may end anywhere', 'b.*c', '', at('start', 0, 1), '.b.....c|', 1, 1],
  ['a shift beyond the object', 'bc', '', at('start', 1, 2 ** 40), 'a...bc|', 1, 4],
  ['encompassed: it may not end behind the window', 'b.*c', 'e', at('start', 0, 4), '.b.....c|', 0],
  ['encompassed: it ends with the window', 'b.*c', 'e', at('start', 0, 8), '.b.....c|', 1, 1],
  ['encompassed: one byte short', 'b.*c', 'e', at('start', 0, 7), '.b.....c|', 0],
  ['encompassed: the window is all there is', 'c$', 'e', at('start', 1, 2), '.bcd|', 1, 2],
  ['encompassed: a window beyond the object', 'c', 'e', at('start', 1, 200), '.bcd|', 1, 2],
  ['encompassed without a shift says nothing', 'bc', 'e', at('start', 1), '.bcbc|', 1, 1],
  ['an offset at the end of the object', 'x*', '', at('start', 4), 'abc|', 0],
  ['an offset behind the end of the object', 'x*', '', at('start', 400), 'abc|', 0],
  ['the last byte', '\\|', '', at('start', 3), 'abc|', 1, 3],
  ['before the end', 'c\\|', '', at('end', -2), 'abc|', 1, 2],
  ['before the end, elsewhere', 'b', '', at('end', -2), 'abc|', 0],
  ['before the end, rolling', '\\|', 'r', at('end', -3), 'abc|', 1, 3],
  ['further before the end than the start', 'a', 'r', at('end', -5), 'abc|', 0],
  ['further before the end than the start, with a shift', 'a', '', at('end', -5, 9), 'abc|', 0],
  ['the entry point', 'bc', '', at('entryPoint', 0), '0123456789bc............|', 1, 10],
  ['before the entry point', 'bc', '', at('entryPoint', -2), '01234567bc..............|', 1, 8],
  ['behind the entry point, with a shift', 'bc', '', at('entryPoint', 1, 3), '0123456789....bc........|', 1, 14],
  ['a section', 'bc', '', at('section', 2, 0, 1), '0123456789bc............|', 1, 10],
  ['a section that there is not', 'bc', 'r', at('section', 0, 0, 7), '0123456789bc............|', 0],
  ['the last section', 'bc', '', at('lastSection', 1), '.....................bc.|', 1, 21],
  ['anywhere in a section', 'bc', '', section(1), '.bc............bc.......|', 1, 15],
  ['before a section', 'bc', '', section(1), '.bc.....................|', 0],
  ['it may end behind its section', 'b.*c', '', section(0), '.......b...........c....|', 1, 7],
  ['encompassed by a section', 'b.*c', 'e', section(0), '.......b...........c....|', 0],
  ['encompassed by a section, and in it', 'b.*c', 'e', section(1), 'bc.........b....c.......|', 1, 11],
  ['a caret is the start of a section', '^bc', '', section(1), '........bc..............|', 1, 8],
  ['a section that there is not, anywhere in it', 'b', '', section(7), 'b.......................|', 0],
  ['all matches', 'b+', 'g', ANYWHERE, 'ab.bb.bbb|', 3, 1],
  ['all matches, none over another', 'aa', 'g', ANYWHERE, 'aaaaa|', 2, 0],
  ['all matches of single bytes', '\\w', 'g', ANYWHERE, 'abc.de|', 5, 0],
  ['all matches behind an offset', 'b', 'gr', at('start', 2), 'bbbb|', 2, 2],
  ['all matches at an offset: the one', 'b', 'g', at('start', 1), 'bbbb|', 1, 1],
  ['all matches within a shift', 'b', 'g', at('start', 1, 2), 'bbbbbb|', 3, 1],
  ['all matches within a window', 'b', 'ge', at('start', 1, 2), 'bbbbbb|', 2, 1],
  ['all matches look at what was before them', '\\Bb', 'g', ANYWHERE, 'bbbb|', 3, 1],
  ['all matches, a caret once', '^b', 'g', ANYWHERE, 'bbb|', 1, 0],
  ['all matches of lines', '^b', 'gm', ANYWHERE, 'b\nb\nab|', 2, 0],
  ['all matches, each where the last ended', '\\Gb', 'g', ANYWHERE, 'bb.b|', 2, 0],
  ['all matches, anchored', 'b', 'gA', ANYWHERE, 'bb.b|', 2, 0],
  ['all empty matches', 'x*', 'g', ANYWHERE, 'axb|', 5, 0],
];

/** The expression that follows a pattern `'trigger'` and a pattern `'other'`. Object, trigger, whether `b+` is looked for. */
export type TriggerRow = readonly [name: string, trigger: Condition, object: string, isSearched: boolean];

export const TRIGGERS: readonly TriggerRow[] = [
  ['that is there', match(0), 'trigger', true],
  ['that is not', match(0), 'nothing', false],
  ['of two, both', { kind: 'and', of: [match(0), match(1)] }, 'trigger other', true],
  ['of two, one of both', { kind: 'and', of: [match(0), match(1)] }, 'trigger', false],
  ['of either', { kind: 'or', of: [match(0), match(1)] }, 'other', true],
  ['of more than one', counted(match(0), 'greater', 1), 'trigger trigger', true],
  ['of more than one, but one', counted(match(0), 'greater', 1), 'trigger', false],
  ['of absence', absent(0), 'other', true],
  ['of absence, but it is there', absent(0), 'trigger', false],
  ['of a size', { kind: 'fileSize', range: { min: 0, max: 20 } }, '', true],
  ['of another size', { kind: 'fileSize', range: { min: 100, max: 200 } }, '', false],
];
