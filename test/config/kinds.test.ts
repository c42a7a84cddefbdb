import { expect, test } from 'vitest';
import {
  formatValue,
  type Kind,
  parseText,
  type Value,
  valueOfText,
  withoutPasswords,
} from '../../src/config/kinds.ts';

const THREADS: Kind = { kind: 'integer', min: 1, max: 256 };
type Row = [kind: Kind, text: string, value: Value | undefined];
const ROWS: readonly Row[] = [
  [THREADS, '1', 1],
  [THREADS, '256', 256],
  [THREADS, '0', undefined],
  [THREADS, '257', undefined],
  [THREADS, '-1', undefined],
  [THREADS, '1e1', undefined],
  [THREADS, '0x10', undefined],
  [THREADS, ' 7', undefined],
  [THREADS, '', undefined],
  [{ kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER }, '9007199254740992', undefined],
  [{ kind: 'size' }, '500', 500],
  [{ kind: 'size' }, '0', 0],
  [{ kind: 'size' }, '64MiB', 64 * 2 ** 20],
  [{ kind: 'size' }, '64m', 64 * 2 ** 20],
  [{ kind: 'size' }, '2 GB', 2e9],
  [{ kind: 'size' }, '1.5k', 1536],
  [{ kind: 'size' }, '1Q', undefined],
  [{ kind: 'size' }, '-1', undefined],
  [{ kind: 'size' }, '9007199254740991T', undefined],
  [{ kind: 'duration' }, '500ms', 500],
  [{ kind: 'duration' }, '1.5s', 1500],
  [{ kind: 'duration' }, '2m', 120_000],
  [{ kind: 'duration' }, '30', undefined], // seconds or milliseconds? Nobody knows.
  [{ kind: 'duration' }, '7d', 7 * 86_400_000],
  [{ kind: 'age' }, '36h', 36 * 3_600_000],
  [{ kind: 'age' }, '7', undefined],
  [{ kind: 'choice', of: ['stable', 'canary'] }, 'canary', 'canary'],
  [{ kind: 'choice', of: ['stable', 'canary'] }, 'canari', undefined],
  [{ kind: 'choice', of: ['stable', 'canary'] }, '', undefined],
  [{ kind: 'url' }, 'https://ada:pw@a.test:8443/x', 'https://ada:pw@a.test:8443/x'],
  [{ kind: 'url' }, 'ftp://a.test', undefined],
  [{ kind: 'url' }, 'https://', undefined],
  [{ kind: 'url' }, 'a.test', undefined],
  [{ kind: 'urls' }, ' http://a.test  http://b.test ', ['http://a.test', 'http://b.test']],
  [{ kind: 'urls' }, 'http://a.test b.test', undefined],
  [{ kind: 'boolean' }, 'yes', true],
  [{ kind: 'boolean' }, 'FALSE', false],
  [{ kind: 'boolean' }, 'maybe', undefined],
  [{ kind: 'paths' }, '/a:/b:', ['/a', '/b']],
  [{ kind: 'path' }, '', undefined],
];

for (const [kind, text, value] of ROWS) {
  test(`${kind.kind} ${JSON.stringify(text)} is ${JSON.stringify(value) ?? 'refused'}`, () => {
    expect(valueOfText(kind, text)).toEqual(value);
  });
}

test('a refusal says what was expected and what came', () => {
  expect(() => parseText(THREADS, 'many')).toThrow('expected an integer 1 … 256, got "many"');
});

test('values are shown as a person would write them, and read back the same', () => {
  const rows: [Kind, Value, string][] = [
    [{ kind: 'size' }, 2 ** 30, '1GiB'],
    [{ kind: 'size' }, 1000, '1000'],
    [{ kind: 'size' }, 0, '0'],
    [{ kind: 'duration' }, 120_000, '2m'],
    [{ kind: 'duration' }, 1, '1ms'],
    [{ kind: 'duration' }, 0, '0ms'],
  ];
  for (const [kind, value, text] of rows) {
    expect(formatValue(kind, value)).toBe(text);
    expect(valueOfText(kind, text)).toBe(value);
  }
  expect(formatValue({ kind: 'globs' }, ['a', 'b'])).toBe('a, b');
  expect(formatValue({ kind: 'age' }, 7 * 86_400_000)).toBe('7d');
  expect(formatValue({ kind: 'age' }, 0)).toBe('none');
});

test('a password in a URL is never shown', () => {
  expect(formatValue({ kind: 'url' }, 'http://ada:secret@proxy.test/')).toBe('http://ada:***@proxy.test/');
  expect(formatValue({ kind: 'urls' }, ['http://a.test', 'http://ada:secret@b.test/'])).toBe(
    'http://a.test, http://ada:***@b.test/',
  );
  expect(withoutPasswords(7)).toBe(7);
});
