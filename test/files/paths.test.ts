import { expect, test } from 'vitest';
import { absolutePath, childPath, exactString, lastName } from '../../src/files/paths.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const text = (path: Buffer) => path.toString('latin1');

test('a child is one slash away', () => {
  expect(text(childPath(bytes('/a'), bytes('b\xff')))).toBe('/a/b\xff');
  expect(text(childPath(bytes('/'), bytes('b')))).toBe('/b');
  expect(text(childPath(bytes('a/'), bytes('b')))).toBe('a/b');
});

test('the last name is what stands behind the last slash', () => {
  const rows = [
    ['/a/b', 'b'],
    ['b', 'b'],
    ['/a/b/', 'b'],
    ['/', ''],
    ['/\xff', '\xff'],
  ] as const;
  for (const [path, name] of rows) expect(text(lastName(bytes(path)))).toBe(name);
});

test('absolute paths have no dots and keep their bytes', () => {
  expect(text(absolutePath(bytes('../\xff/./b'), '/home/me'))).toBe('/home/\xff/b');
  expect(absolutePath(bytes('a'), '/hömé').toString()).toBe('/hömé/a');
});

test('a path is a string only when nothing is lost', () => {
  expect(exactString(Buffer.from('ä'))).toBe('ä');
  expect(exactString(bytes('\xff'))).toBeUndefined();
});
