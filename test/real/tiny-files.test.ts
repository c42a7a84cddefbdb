/**
 * Objects of one to five bytes: clamscan looks at none of them, whatever its databases list. Ours are looked at; this says when that changes there.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { CLAMSCAN_OPTIONS, readClamscanLines } from '../../bench/scan/clamscan.ts';
import { Engine } from '../../src/scan/engine.ts';
import { zipOf } from '../unpack/support.ts';

const hasClamscan = spawnSync('clamscan', ['--version']).status === 0;
if (!hasClamscan) process.stderr.write('SKIPPED: clamscan is missing; tiny files are compared with nothing\n');

const directory = mkdtempSync(join(tmpdir(), 'tiny-files-'));
afterAll(() => rmSync(directory, { recursive: true }));

const SIZES = [1, 2, 3, 4, 5, 6, 7];
const bytesOf = (size: number): Buffer => Buffer.from('abcdefg'.slice(0, size));

test.skipIf(!hasClamscan)('clamscan begins at six bytes, files and members alike; we begin at one', async () => {
  const patterns = join(directory, 'tiny.hdb');
  const lines = SIZES.map((size) => `${createHash('md5').update(bytesOf(size)).digest('hex')}:${size}:Tiny${size}\n`);
  writeFileSync(patterns, lines.join(''));
  const paths = SIZES.flatMap((size) => {
    const bytes = bytesOf(size);
    return [bytes, zipOf([{ name: 'm', bytes, method: 8 }]), gzipSync(bytes)].map((object, i) => {
      const path = join(directory, `${size}-${i}`);
      writeFileSync(path, object);
      return path;
    });
  });
  const { stdout } = spawnSync('clamscan', [...CLAMSCAN_OPTIONS, '-d', patterns, ...paths], { encoding: 'utf8' });
  const theirs = readClamscanLines(stdout).names;
  expect(paths.filter((path) => theirs.has(path))).toEqual(paths.slice(15));
  const engine = await Engine.open({ patterns: [patterns], cacheDirectory: join(directory, 'cache'), threads: 1 });
  try {
    for (const path of paths) expect((await engine.scanFile(path)).kind, path).toBe('infected');
  } finally {
    await engine.close();
  }
});
