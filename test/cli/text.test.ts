import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { formatFields, formatTable } from '../../src/frontends/cli/table.ts';
import { displayWidth, escapeBytes, escapeText, jsonLine, shortenPath } from '../../src/frontends/cli/text.ts';

type Row = [name: string, bytes: string, shown: string];
/** Bytes as latin1. */
const NAMES: readonly Row[] = [
  ['plain text', 'a b-c.txt', 'a b-c.txt'],
  ['letters of other scripts', Buffer.from('ä漢عر').toString('latin1'), 'ä漢عر'],
  ['emoji with joiner', Buffer.from('👩\u200d🔬').toString('latin1'), '👩\u200d🔬'],
  ['a newline cannot forge a line', 'a\nb: OK', 'a\\nb: OK'],
  ['tab and carriage return', 'a\tb\rc', 'a\\tb\\rc'],
  ['an escape sequence cannot drive the terminal', '\x1b[2J', '\\x1b[2J'],
  ['C1 controls', Buffer.from('\u009b2J').toString('latin1'), '\\xc2\\x9b2J'],
  ['DEL', 'a\x7f', 'a\\x7f'],
  ['a bidirectional override', Buffer.from('a\u202egpj.exe').toString('latin1'), 'a\\xe2\\x80\\xaegpj.exe'],
  ['line separator', Buffer.from('\u2028').toString('latin1'), '\\xe2\\x80\\xa8'],
  ['a backslash is told from an escape', 'a\\nb', 'a\\\\nb'],
  ['a stray byte', 'a\xffb', 'a\\xffb'],
  ['a sequence that is cut', 'a\xc3', 'a\\xc3'],
  ['an overlong slash', '\xc0\xaf', '\\xc0\\xaf'],
  ['a surrogate', '\xed\xa0\x80', '\\xed\\xa0\\x80'],
  ['valid text between stray bytes', `\xff${Buffer.from('ä').toString('latin1')}\xfe`, '\\xffä\\xfe'],
  ['nothing', '', ''],
];

for (const [name, bytes, shown] of NAMES) {
  test(`shown harmlessly, and printf %b turns it back: ${name}`, () => {
    const raw = Buffer.from(bytes, 'latin1');
    const escaped = escapeBytes(raw);
    expect(escaped).toBe(shown);
    expect(execFileSync('bash', ['-c', 'printf %b "$1"', '-', escaped])).toEqual(raw);
  });
}

test('text with half a surrogate pair is shown', () => {
  expect(escapeText('a\ud800b')).toBe('a\\xef\\xbf\\xbdb');
});

test('JSON holds nothing that a terminal obeys, and says the same', () => {
  const value = { name: 'a\n\u009b\u202e\u2028\u{e0041}\ud800é\x7f' };
  const line = jsonLine(value);
  expect(line).toMatch(/^[\x20-\x7eé]*$/);
  expect(JSON.parse(line)).toEqual(value);
});

test('width is counted in columns', () => {
  expect(['abc', 'é', 'e\u0301', '漢字', '👍'].map(displayWidth)).toEqual([3, 1, 1, 4, 2]);
});

test('a path is cut at its start and fits', () => {
  expect(shortenPath('/short', 6)).toBe('/short');
  expect(shortenPath('/usr/share/doc/file', 10)).toBe('…/doc/file');
  expect(displayWidth(shortenPath('/漢字漢字漢字', 6))).toBeLessThanOrEqual(6);
});

test('tables are aligned by columns, and 200,000 rows are no problem', () => {
  expect(
    formatTable(
      [{ title: 'Name' }, { title: 'Size', align: 'right' }],
      [
        ['漢', '1'],
        ['abcdef', '12345'],
      ],
    ),
  ).toEqual(['NAME     SIZE', '漢          1', 'abcdef  12345']);
  expect(formatTable([{ title: 'a' }], Array(200_000).fill(['x']))).toHaveLength(200_001);
  expect(
    formatFields([
      ['A', '1'],
      ['Gone', undefined],
      ['Bcd', '2'],
    ]),
  ).toEqual(['A:    1', 'Bcd:  2']);
});
