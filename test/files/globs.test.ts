import { expect, test } from 'vitest';
import { pathFilter } from '../../src/files/globs.ts';

type Row = [name: string, glob: string, path: string, matches: boolean];
const ROWS: readonly Row[] = [
  ['a glob without a slash is for the name', '*.iso', '/srv/a.iso', true],
  ['and for nothing but the name', 'srv', '/srv/a.iso', false],
  ['and the whole name', 'a', '/srv/a.iso', false],
  ['hidden files match', '*.iso', '/srv/.hidden.iso', true],
  ['in hidden directories as well', '/srv/**', '/srv/.git/x', true],
  ['an absolute glob is for the absolute path', '/srv/**', '/srv/a/b', true],
  ['also when the path is relative', '/home/me/**', 'a/b', true],
  ['and when it goes up', '/home/**', '../you/b', true],
  ['a relative glob may begin anywhere', 'cache/*', '/srv/x/cache/a', true],
  ['but ends at the end', 'cache/*', '/srv/x/cache/a/b', false],
  ['a leading ./ means nothing', './cache/*', '/srv/x/cache/a', true],
  ['a newline in a name is a character like others', '/srv/**', '/srv/a\nb/c', true],
  ['also for the name', '*.iso', '/srv/a\n.iso', true],
  ['a leading exclamation mark is one', '!a', '/srv/!a', true],
  ['and negates nothing', '!a', '/srv/b', false],
  ['braces and classes', '*.{iso,im[gG]}', '/srv/a.imG', true],
  ['case counts', '*.ISO', '/srv/a.iso', false],
  ['a stray bracket is a character', 'a[b', '/srv/a[b', true],
];

for (const [name, glob, path, matches] of ROWS) {
  test(name, () => {
    const filter = pathFilter({ include: [], exclude: [glob], excludeDirectories: [], workingDirectory: '/home/me' });
    expect(filter?.excludesFile(Buffer.from(path))).toBe(matches);
  });
}

test('a name that is no UTF-8 matches a star and a question mark', () => {
  const path = Buffer.from([0x2f, 0xff, 0x2e, 0x61]);
  for (const glob of ['*.a', '?.a']) {
    expect(pathFilter({ include: [], exclude: [glob], excludeDirectories: [] })?.excludesFile(path)).toBe(true);
  }
});

test('include lets in what matches, exclude takes from that', () => {
  const filter = pathFilter({ include: ['*.exe', '*.dll'], exclude: ['safe*'], excludeDirectories: [] })!;
  const passes = (path: string) => !filter.excludesFile(Buffer.from(path));
  expect(['a.exe', 'a.dll', 'safe.exe', 'a.txt'].map(passes)).toEqual([true, true, false, false]);
  expect(filter.excludesDirectory(Buffer.from('a.txt'))).toBe(false);
});

test('without globs there is no filter', () => {
  expect(pathFilter({ include: [], exclude: [], excludeDirectories: [] })).toBeUndefined();
});
