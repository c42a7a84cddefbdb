import { describe, expect, test } from 'vitest';
import { formatOfName } from '../../../src/dialects/clamav/formats.ts';
import { latin1, readBytes, readText, refusalOf, signatureOf } from './read-lines.ts';

describe('formats', () => {
  const names: readonly (readonly [fileName: string, format: string | undefined])[] = [
    ['main.ndb', 'ndb'],
    ['/var/lib/clamav/MAIN.LDB', 'ldb'],
    ['known-fp.ign2', 'ign2'],
    ['a.b.sfp', 'sfp'],
    ['main.cvd', undefined],
    ['bytecode.cbc', 'cbc'],
    ['daily.ftm', 'ftm'],
    ['daily.imp', 'imp'],
    ['notes.txt', undefined],
    ['ndb', 'ndb'],
    ['.db', 'db'],
    ['main.', undefined],
    ['', undefined],
    ['a.constructor', undefined],
  ];
  for (const [fileName, format] of names) {
    test(`${JSON.stringify(fileName)} is ${format}`, () => expect(formatOfName(fileName)).toBe(format));
  }
});

describe('lines', () => {
  test('end with LF, CRLF or the source', () => {
    const { signatures, skipped, lines } = readText('A:0:*:616161\nB:0:*:626262\r\nC:0:*:636363', 'ndb');
    expect(signatures.map(({ name }) => name)).toEqual(['A', 'B', 'C']);
    expect([skipped.length, lines]).toEqual([0, 3]);
  });

  test('that are blank or comments are neither signatures nor skipped', () => {
    const { signatures, skipped, lines, places } = readText('\n\r\n# A:0:*:zz\n#\nA:0:*:616161\n\n', 'ndb');
    expect([signatures.length, skipped.length, lines]).toEqual([1, 0, 6]);
    expect(places[0][0]).toBe(5);
  });

  test('that are bad do not keep others from being read', () => {
    const { signatures, skipped } = readText('A:0:*:616161\nB:0:*:zz\n\0\xff\nC:99:*:636363\nD:0:*:646464\n', 'ndb');
    expect(signatures.map(({ name }) => name)).toEqual(['A', 'D']);
    expect(skipped.map(({ line, column, reason, name }) => [line, column, reason, name])).toEqual([
      [2, 7, 'malformed', 'B'],
      [3, 3, 'malformed', undefined],
      [4, 3, 'unknown-target', 'C'],
    ]);
    expect(skipped[0].source).toBe('test.ndb');
  });

  test('none is in an empty source', () => {
    expect(readText('', 'ndb')).toEqual({ signatures: [], skipped: [], lines: 0, places: [] });
  });

  test('may be long: 10 MB of digits', () => {
    const digits = '6'.repeat(10 << 20);
    expect(refusalOf(`N:0:*:${digits}`, 'ndb')).toEqual(['limit', 7 + 2 * 16384]);
    expect(refusalOf(digits, 'hdb')).toEqual(['malformed', (10 << 20) + 1]);
    expect(refusalOf(`N;Target:0;${digits};616161`, 'ldb')).toEqual(['malformed', 12]);
  });
});

describe('names', () => {
  const nameOf = (bytes: string) => signatureOf(`${bytes}:0:*:616161`, 'ndb').name;
  const refusedAt = (bytes: string) => refusalOf(`${bytes}:0:*:616161`, 'ndb');

  test('are UTF-8, or else Latin-1', () => {
    expect(nameOf(Buffer.from('Wörm.Ω-1 ✓ 🐛').toString('latin1'))).toBe('Wörm.Ω-1 ✓ 🐛');
    expect(nameOf('W\xf6rm')).toBe('Wörm');
  });

  test('have no control characters', () => {
    expect(refusedAt('A\tB')).toEqual(['malformed', 2]);
    expect(refusedAt('A\x7f')).toEqual(['malformed', 2]);
    expect(refusedAt('\0')).toEqual(['malformed', 1]);
    expect(refusedAt(Buffer.from('A\u0085').toString('latin1'))).toEqual(['malformed', 1]);
    expect(refusedAt('A\x85')).toEqual(['malformed', 1]);
  });

  test('have up to 1024 UTF-16 code units', () => {
    expect(nameOf('A'.repeat(1024)).length).toBe(1024);
    expect(nameOf(Buffer.from('✓'.repeat(1024)).toString('latin1')).length).toBe(1024);
    expect(refusedAt('A'.repeat(1025))).toEqual(['limit', 1]);
    expect(refusedAt(Buffer.from('🐛'.repeat(513)).toString('latin1'))).toEqual(['limit', 1]);
    expect(refusedAt('A'.repeat(1 << 20))).toEqual(['limit', 1]);
  });
});

describe('messages', () => {
  const messageOf = (line: string) => readText(line, 'ndb').skipped[0].message;

  test('say where, what was expected and what came', () => {
    expect(messageOf('A:0:5,x:616161')).toBe('offset: expected a shift, got "x"');
    expect(messageOf('A:0:*:61616')).toBe('pattern: expected two hexadecimal digits, got the end');
    expect(messageOf('A:0:*')).toBe('line: expected name:target:offset:pattern and up to two levels, got 3 fields');
  });

  test('hold nothing that a terminal obeys, and no more than a few characters of the line', () => {
    expect(messageOf('A:0:\x1b[31m\x9b\u00ad:616161')).toBe('offset: expected one, got "\\x1b[31m\\x9b\\xad"');
    expect(messageOf(`A:0:${'x'.repeat(100)}:616161`)).toBe(`offset: expected one, got "${'x'.repeat(24)}…"`);
  });
});

test('what is read does not refer to the source', () => {
  const bytes = latin1('A:0:*:616161\n');
  const { signatures } = readBytes(bytes, 'ndb');
  const before = JSON.stringify(signatures);
  bytes.fill(0);
  expect(JSON.stringify(signatures)).toBe(before);
});
