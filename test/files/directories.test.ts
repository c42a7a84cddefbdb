/** Directories are made whole, or not and with a reason. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeDirectories } from '../../src/files/directories.ts';

const directory = mkdtempSync(join(tmpdir(), 'directories-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('those that are missing are made, the last with the mode', () => {
  const path = join(directory, 'a/b/c');
  makeDirectories(path, 0o700);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, 'a/b')).isDirectory()).toBe(true);
});

test('one that is there is left as it is', () => {
  const path = join(directory, 'there');
  makeDirectories(path, 0o711);
  makeDirectories(path, 0o700);
  expect(statSync(path).mode & 0o777).toBe(0o711);
});

test('a file in the way is an error, as the last and as one above', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  expect(() => makeDirectories(file)).toThrow(/EEXIST/);
  expect(() => makeDirectories(join(file, 'below'))).toThrow(/EEXIST|ENOTDIR/);
});

test.skipIf(process.platform !== 'linux')('a file system that takes none is an error, and no endless loop', () => {
  expect(() => makeDirectories('/proc/no-such-process/a/b')).toThrow(/ENOENT/);
});
