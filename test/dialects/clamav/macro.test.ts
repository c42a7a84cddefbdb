import { describe, expect, test } from 'vitest';
import { refusalOf, signatureOf } from './read-lines.ts';
import { showElements } from './show.ts';

const PREFIX = 'N;Target:0;0&1;626262;';
// Not as they are written: a template would take them for its own.
const macro = (range: string, group: string): string => `$\{${range}}${group}$`;

const LINES: readonly (readonly [name: string, text: string, group: number, min: number, max: number])[] = [
  ['a range', macro('6-7', '12'), 12, 6, 7],
  ['one distance', macro('5-5', '0'), 0, 5, 5],
  ['the same place', macro('0-0', '31'), 31, 0, 0],
];

describe('macros', () => {
  for (const [name, text, group, min, max] of LINES) {
    test(name, () => {
      const signature = signatureOf(`${PREFIX}${text}`, 'ldb');
      const expected = { kind: 'macro', group, range: { min, max } };
      expect(signature.kind === 'body' && signature.patterns[1]).toEqual(expected);
    });
  }

  test('a member is an ndb line with the group for an offset', () => {
    const signature = signatureOf('M:1:$12$:6161??62:51:255', 'ndb');
    if (signature.kind !== 'macro') throw new Error(signature.kind);
    const { pattern, ...others } = signature;
    expect(others).toEqual({ kind: 'macro', name: 'M', levels: { min: 51, max: 255 }, group: 12, target: 1 });
    expect([pattern.offset.kind, pattern.ascii]).toEqual(['any', true]);
  });

  test('a member has the elements of any pattern', () => {
    const signature = signatureOf('M:0:$0$:6161{2-3}(62|63)6464', 'ndb');
    expect(signature.kind === 'macro' && showElements(signature.pattern.elements)).toBe('6161 {2-3} (62|63) 6464');
  });

  test('a member whose pattern is malformed is refused', () => {
    expect(refusalOf('M:0:$0$:zz', 'ndb')).toEqual(['malformed', 9]);
  });
});

const REFUSALS: readonly (readonly [name: string, text: string, reason: string, column: number])[] = [
  ['one number', macro('5', '3'), 'malformed', 1],
  ['no minimum', macro('-5', '3'), 'malformed', 1],
  ['no maximum', macro('5-', '3'), 'malformed', 1],
  ['a falling range', macro('9-1', '3'), 'malformed', 1],
  ['hexadecimal numbers', macro('0x1-9', '3'), 'malformed', 1],
  ['no group', macro('1-9', ''), 'malformed', 1],
  ['a group of letters', macro('1-9', 'x'), 'malformed', 1],
  ['no range', '$3$', 'malformed', 1],
  ['a range that is not closed', '${1-9', 'malformed', 1],
  ['not closed', macro('1-9', '3').slice(0, -1), 'malformed', 1],
  ['more behind it', `${macro('1-9', '3')}x`, 'malformed', 1],
  ['modifiers', `${macro('1-9', '3')}::i`, 'malformed', 1],
  ['a dollar sign alone', '$', 'malformed', 1],
  ['an opening brace alone', '${', 'malformed', 1],
  ['the thirty-third group', macro('1-9', '32'), 'limit', 7],
  ['very long', `$\{1-${'9'.repeat(100_000)}}3$`, 'malformed', 1],
];

describe('refused macros', () => {
  for (const [name, text, reason, column] of REFUSALS) {
    test(name, () => expect(refusalOf(`${PREFIX}${text}`, 'ldb')).toEqual([reason, PREFIX.length + column]));
  }

  test('one without a subsignature before it', () => {
    expect(refusalOf(`N;Target:0;0&1;${macro('1-9', '3')};626262`, 'ldb')).toEqual(['malformed', 16]);
  });
});
