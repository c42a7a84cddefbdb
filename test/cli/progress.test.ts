import { expect, test } from 'vitest';
import { progressLine } from '../../src/frontends/cli/scan/progress.ts';
import { displayWidth } from '../../src/frontends/cli/text.ts';

const DONE = { files: 1204, bytes: 1_200_000_000, path: '/usr/share/libwine/x86_64-windows/kernel32.dll' };
const TOTAL = { files: 9910, bytes: 8_100_000_000, complete: true };

test('all of it', () => {
  expect(progressLine(DONE, TOTAL, 4000, 22_000, 120)).toBe(
    '1,204 of 9,910 files · 1.2 GB of 8.1 GB · 14 % · 300.0 MB/s · 0:22 left · …sr/share/libwine/x86_64-windows/kernel32.dll',
  );
});

test('while the tree is still being counted there is no share and no time left', () => {
  const line = progressLine(DONE, { ...TOTAL, complete: false }, 4000, undefined, 120);
  expect(line).toMatch(/^1,204 files · 1\.2 GB · 300\.0 MB\/s · /);
});

test.each([10, 20, 40, 60, 80, 100, 200])('fits in %i columns', (columns) => {
  const wide = { ...DONE, path: '/漢字/漢字/漢字/漢字/漢字/漢字/漢字/漢字/漢字/漢字' };
  for (const done of [DONE, wide]) {
    expect(displayWidth(progressLine(done, TOTAL, 4000, 22_000, columns))).toBeLessThan(columns);
  }
});

test('a growing tree is never more than done', () => {
  expect(progressLine({ ...DONE, files: 99_999, bytes: 9e9 }, TOTAL, 4000, 0, 120)).toContain('· 100 % ·');
});
