/** What each declared difference from clamscan explains, and its neighbours that it must not. */
import { describe, expect, test } from 'vitest';
import { DECLARED, type Difference, declaredFor, labelOf } from '../../bench/conformance/deviations.ts';
import { latin1, readText } from '../dialects/clamav/read-lines.ts';

type Format = 'ldb' | 'ndb';
type Side = Difference['foundBy'];
type Row = readonly [name: string, foundBy: Side, line: string, object: string | undefined, kind: string | undefined];

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const ldb = (rest: string, attributes = 'Target:0'): string => `Test;Engine:81-255,${attributes};${rest}`;

function difference(foundBy: Side, text: string, object: string | undefined, agreesAlone = false): Difference {
  const format: Format = text.includes(';') ? 'ldb' : 'ndb';
  const { signatures, skipped } = readText(text, format);
  const [signature] = signatures;
  const [originalName = ''] = text.split(/[;:]/);
  const line = {
    ...{ id: 'Test', source: `test.${format}`, line: 1, format, text, originalName },
    signature: signature?.kind === 'body' ? signature : undefined,
    skipped: skipped[0]?.reason,
  };
  return { line, foundBy, bytes: object === undefined ? undefined : latin1(object), agreesAlone };
}

/** A PE header with an entry point or without one, and `ustar` where a tar has it when that is wanted. */
function program(entryPoint: number, magic = ''): string {
  const bytes = Buffer.alloc(1024);
  bytes.write('MZ', 'latin1');
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write('PE', 0x80, 'latin1');
  bytes.writeUInt32LE(entryPoint, 0x80 + 0x28);
  bytes.write(magic, 257, 'latin1');
  return bytes.toString('latin1');
}

const PAGE = `<html><p>Hello</p>${'some text '.repeat(20)}`;
const ODD_PAGE = `<body><p>Hello</p>${'some text '.repeat(20)}`;
const HELLO = hex('Hello');

const ROWS: readonly Row[] = [
  ['nine candidates of a part', 'ours', ldb('0;6162*6364'), `${'ab'.repeat(9)}cd`, 'D1'],
  ['eight candidates of a part', 'ours', ldb('0;6162*6364'), `${'ab'.repeat(8)}cd`, undefined],
  ['nine candidates, found by clamscan alone', 'peer', ldb('0;6162*6364'), `${'ab'.repeat(9)}cd`, undefined],
  ['nine matches of a pattern of one part', 'ours', ldb('0;6162'), 'ab'.repeat(9), undefined],

  ['options of different lengths at the start', 'ours', ldb('0;(61|6263)6465'), 'ade', 'D2'],
  ['options of different lengths at the start, clamscan alone', 'peer', ldb('0;(61|6263)6465'), 'ade', undefined],
  ['options of one length at the start', 'ours', ldb('0;(61|62)6465'), 'ade', undefined],
  ['options of different lengths behind the start', 'ours', ldb('0;6465(61|6263)'), 'dea', undefined],
  ['options of different lengths before a gap', 'ours', ldb('0;6465(61|6263)*6667'), 'deafg', 'D2'],
  ['a negated boundary at the start', 'ours', ldb('0;!(B)6162'), 'xab', 'D2'],
  ['a boundary at the start', 'ours', ldb('0;(B)6162'), ' ab', undefined],
  ['a bracket with an offset', 'peer', ldb('0;3:616263[1-2]64'), 'xxxabcxd', 'D2'],
  ['a bracket with a nibble', 'peer', ldb('0;6162636?[1-2]64'), 'abcdxd', 'D2'],
  ['a bracket without either', 'peer', ldb('0;616263[1-2]64'), 'abcxd', undefined],
  ['a bracket beside a pattern with an offset', 'peer', ldb('0&1;616263[1-2]64;0:616263'), 'abcxd', undefined],
  ['a gap with an offset', 'peer', ldb('0;3:616263{1-2}64'), 'xxxabcxd', undefined],

  ['a wildcard behind the end, clamscan alone', 'peer', ldb('0;6162??'), 'xab', 'D3'],
  ['two wildcards, one of them behind the end', 'peer', ldb('0;6162????'), 'xabc', 'D3'],
  ['a wildcard behind the end, here alone', 'ours', ldb('0;6162??'), 'xab', undefined],
  ['a wildcard at the end of a pattern, in the object', 'peer', ldb('0;6162??'), 'xabc', undefined],
  ['a wildcard in the middle', 'peer', ldb('0;6162??63'), 'abxc', undefined],
  ['an end one byte in front of the object', 'peer', ldb('0;EOF-5:6162'), 'xxab', 'D3'],
  ['an end at the start of the object', 'peer', ldb('0;EOF-4:6162'), 'xxab', undefined],
  ['an end two bytes in front of the object', 'peer', ldb('0;EOF-6:6162'), 'xxab', undefined],

  ['different ones of counted blocks inside', 'ours', ldb('((0|1)>1|0)>1,2;6162;6364'), 'abcd', 'D4'],
  ['different ones of a block', 'ours', ldb('(0|1)>1,2;6162;6364'), 'abcd', undefined],
  ['a byte comparison', 'ours', ldb('0&1;6162;0(>>2#de1#=5)'), 'ab5', undefined],
  ['a line boundary and CR', 'ours', ldb('0;6162(L)'), 'ab\r', undefined],
  ['a pattern of two bytes', 'ours', 'Test:0:*:6162', undefined, undefined],
  ['a name in Latin-1', 'ours', 'T\xe9st:0:*:61626364', undefined, undefined],
  ['Engine behind the target', 'ours', 'Test;Target:0,Engine:81-255;0;61626364', undefined, undefined],

  ['text behind modifiers', 'peer', ldb('0;61626364::i*65666768'), undefined, 'D7'],
  ['text behind modifiers, taken here alone', 'ours', ldb('0;61626364::i*65666768'), undefined, undefined],
  ['modifiers alone', 'peer', ldb('0;61626364::iw'), undefined, undefined],
  ['a malformed line without modifiers', 'peer', ldb('0;6162636'), undefined, undefined],
  ['a malformed line with a sign of modifiers in its expression', 'peer', ldb('0&9;0/::i=/'), undefined, undefined],

  ['an expression that is not searched for here', 'peer', ldb('0&1;61626364;0/(a)(?1)/'), undefined, undefined],

  ['a page as it is, target 0', 'ours', ldb(`0;${HELLO}`), PAGE, 'D9'],
  [
    'a page as it is, target 0, that is in its normalised form too',
    'ours',
    ldb(`0;${hex('some text')}`),
    PAGE,
    undefined,
  ],
  ['a page as it is, target 0, that is not in it', 'ours', ldb(`0;${hex('Missing')}`), PAGE, undefined],
  ['a page as it is, target 0, clamscan alone', 'peer', ldb(`0;${HELLO}`), PAGE, undefined],
  ['a page that is text to clamscan, target 0', 'ours', ldb(`0;${HELLO}`), ODD_PAGE, undefined],
  ['a text as it is, target 0', 'ours', ldb(`0;${HELLO}`), 'Hello, some text', undefined],

  ['a page that is text to clamscan, target 3', 'ours', ldb(`0;${HELLO}`, 'Target:3'), ODD_PAGE, 'D8'],
  ['a page that both take for one, target 3', 'ours', ldb(`0;${HELLO}`, 'Target:3'), PAGE, undefined],
  ['version information', 'ours', ldb('0;VI:61626364', 'Target:1'), program(1), undefined],
  ['version information, clamscan alone', 'peer', ldb('0;VI:61626364', 'Target:1'), program(1), undefined],
  ['a section without an entry point', 'ours', ldb('0;S0+0:61626364', 'Target:1'), program(0), 'D10'],
  ['a section with an entry point', 'ours', ldb('0;S0+0:61626364', 'Target:1'), program(1), undefined],
  ['an entry point without one', 'ours', ldb('0;EP+0:61626364', 'Target:1'), program(0), undefined],
  [
    'a section without an entry point, clamscan alone',
    'peer',
    ldb('0;S0+0:61626364', 'Target:1'),
    program(0),
    undefined,
  ],
  ['a place from the start without an entry point', 'ours', ldb('0;4:61626364', 'Target:1'), program(0), undefined],
  ['a program with the magic of a tar', 'ours', ldb('0;61626364', 'Target:1'), program(1, 'ustar'), 'D8'],
  ['a program without it', 'ours', ldb('0;61626364', 'Target:1'), program(1), undefined],
  ['a program with the magic of a tar, target 0', 'ours', ldb('0;61626364'), program(1, 'ustar'), undefined],
];

const numberOf = (each: Difference): string | undefined => declaredFor(each)?.split(':')[0];

describe('a declared kind', () => {
  test.each(ROWS)('is told: %s', (_name, foundBy, line, object, kind) => {
    expect(numberOf(difference(foundBy, line, object))).toBe(kind);
  });

  test.each([
    ['finds it', 'ours', true, 'D1'],
    ['does not find it either', 'ours', false, undefined],
    ['does not find it, as we do', 'peer', true, undefined],
  ] as const)('is D1 when clamscan, asked of the signature alone, %s', (_name, foundBy, agreesAlone, kind) => {
    expect(numberOf(difference(foundBy, ldb('0;61626364'), 'abcd', agreesAlone))).toBe(kind);
  });

  test('is one of ten at most, with a label of its own for each way in which it shows itself', () => {
    const labels = DECLARED.flatMap((kind) => kind.ways.map((way) => labelOf(kind, way)));
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels.every((label) => /^D(?:[1-9]|10): ./.test(label))).toBe(true);
    expect(new Set(DECLARED.map(({ number }) => number)).size).toBe(DECLARED.length);
    expect(DECLARED.length).toBeLessThanOrEqual(10);
  });

  test('stands in the table for every number', () => {
    const numbers = new Set(ROWS.flatMap(([, , , , kind]) => kind ?? []));
    expect([...numbers].sort()).toEqual(DECLARED.map(({ number }) => number).sort());
  });
});
