/** What each declared kind explains, and its neighbours that it must not. */
import { expect, test } from 'vitest';
import { latin1 } from '../support/engine/notation.ts';
import { declaredKind } from './declared.ts';

type Row = readonly [name: string, subsignatures: string, object: string, kind: string | undefined];
const MANY = 'a part has more candidates than are remembered';
const UNEVEN = 'options of different lengths at the start of a pattern or before a gap';
const EDGE = 'a negated boundary at the start of a part';
const VERSION = 'several parts at a string of version information';
const BRACKET = 'places beside a bracket are measured from the main piece';

const ROWS: readonly Row[] = [
  ['nine candidates of a part', '6162*6364', `${'ab'.repeat(9)}cd`, MANY],
  ['eight candidates of a part', '6162*6364', `${'ab'.repeat(8)}cd`, undefined],
  ['nine matches of one part', '6162', 'ab'.repeat(9), undefined],
  ['options of different lengths at the start', '(61|6263)6465', 'ade', UNEVEN],
  ['options of one length at the start', '(61|62)6465', 'ade', undefined],
  ['options of different lengths behind the start', '6465(61|6263)', 'dea', undefined],
  ['a negated boundary at the start', '!(B)6162', 'xab', EDGE],
  ['a boundary at the start', '(B)6162', ' ab', undefined],
  ['a line boundary beside CR', '(L)6162', '\rab', '(L): CR and CRLF'],
  ['a line boundary beside LF', '(L)6162', '\nab', undefined],
  ['a bracket with an offset', '3:616263[1-2]64', 'xxxabcxd', BRACKET],
  ['a bracket without one', '616263[1-2]64', 'abcxd', undefined],
  ['two parts at version information', 'VI:6162*6364', 'abcd', VERSION],
  ['one part at version information', 'VI:61626364', 'abcd', undefined],
  ['a boundary in a full word', '6162(B)::f', 'ab ', 'a boundary in a wide pattern or a full word'],
  ['a boundary without case', '6162(B)::i', 'ab ', undefined],
  ['both forms of two parts', '616263*646566::wa', 'abcdef', 'both forms of several parts, counted'],
  ['one form of two parts', '616263*646566::w', 'abcdef', undefined],
  ['both forms of one part', '616263::wa', 'abcdef', undefined],
  ['a wildcard at the end', '6162??', 'ab', 'what lies behind the end of a file'],
  ['a wildcard in the middle', '6162??63', 'abxc', undefined],
];

test.each(ROWS)('%s', (_name, subsignature, object, kind) => {
  const line = { name: 'X', format: 'ldb', text: `X;Engine:81-255,Target:0;0;${subsignature}` } as const;
  expect(declaredKind(line, { name: 'o', bytes: latin1(object), target: 14 })).toBe(kind);
});

test.each([
  ['a counted block in a block of different ones', '((0|1)>1|0)>1,2', 'different ones of a counted block'],
  ['a block of different ones alone', '(0|1)>1,2', undefined],
])('%s', (_name, logic, kind) => {
  const line = { name: 'X', format: 'ldb', text: `X;Engine:81-255,Target:0;${logic};6162;6364` } as const;
  expect(declaredKind(line, { name: 'o', bytes: latin1('abcd'), target: 14 })).toBe(kind);
});

test.each([
  ['a member that no other match follows', 'abcd', 'a macro whose member no other match follows'],
  ['a member that another match follows', 'abcdab', undefined],
  ['no member', 'abab', undefined],
])('%s', (_name, object, kind) => {
  const text = `X;Engine:81-255,Target:0;0&1;6162;\${2-2}3$`;
  const line = { name: 'X', format: 'ldb', text, members: ['M:0:$3$:6364'] } as const;
  expect(declaredKind(line, { name: 'o', bytes: latin1(object), target: 14 })).toBe(kind);
});
