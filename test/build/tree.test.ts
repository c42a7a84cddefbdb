/** What a build copies, replaces and removes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyAssets, filesBelow, moveTree } from '../../src/build/tree.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sigwall-tree-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }
}
function read(file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}

describe('moving a tree', () => {
  test('new files arrive, changed ones are replaced, stale ones go', () => {
    write({ 'from/a.js': 'new', 'from/deep/b.js': 'new', 'to/a.js': 'old', 'to/deep/stale.js': 'old' });
    moveTree(join(directory, 'from'), join(directory, 'to'));
    expect(filesBelow(join(directory, 'to')).sort()).toEqual(['a.js', 'deep/b.js']);
    expect(read('to/a.js')).toBe('new');
  });

  test('a file that is the same stays untouched, since somebody may be running it', () => {
    write({ 'from/a.js': 'same', 'to/a.js': 'same' });
    const before = statSync(join(directory, 'to/a.js')).ino;
    moveTree(join(directory, 'from'), join(directory, 'to'));
    expect(statSync(join(directory, 'to/a.js')).ino).toBe(before);
  });

  test('a file of the same length with other bytes is another file', () => {
    write({ 'from/a.js': 'new', 'to/a.js': 'old' });
    moveTree(join(directory, 'from'), join(directory, 'to'));
    expect(read('to/a.js')).toBe('new');
  });
});

test('assets are copied to the same place, sources are not', () => {
  write({
    'native-free-engine/prefilter/grams.bin': 'grams',
    'native-free-engine/prefilter/filter.ts': 'source',
    'src/deep/er/table.bin': 'table',
  });
  copyAssets(directory, join(directory, 'stage'), ['src', 'native-free-engine', 'no-such-room']);
  expect(filesBelow(join(directory, 'stage')).sort()).toEqual([
    'native-free-engine/prefilter/grams.bin',
    'src/deep/er/table.bin',
  ]);
});
