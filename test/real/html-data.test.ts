/** Files in `data:` addresses of pages: clamscan and ours find the same digests in the same pages. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CLAMSCAN_OPTIONS, readClamscanLines } from '../../bench/scan/clamscan.ts';
import { Engine } from '../../src/scan/engine.ts';
import { HTML_DATA_ROWS } from '../unpack/html-data-rows.ts';

const hasClamscan = spawnSync('clamscan', ['--version']).status === 0;
if (!hasClamscan) process.stderr.write('SKIPPED: clamscan is missing; files in pages are compared with nothing\n');

const directory = mkdtempSync(join(tmpdir(), 'html-data-'));
afterAll(() => rmSync(directory, { recursive: true }));

test.skipIf(!hasClamscan)('files in pages, by their digests', async () => {
  const files = [...new Set(HTML_DATA_ROWS.flatMap(([, , files]) => files))];
  const patterns = join(directory, 'files.hdb');
  const lines = files.map(
    (file, i) => `${createHash('md5').update(file, 'latin1').digest('hex')}:${file.length}:File${i}\n`,
  );
  writeFileSync(patterns, lines.join(''));
  const paths = HTML_DATA_ROWS.map(([, page], i) => {
    const path = join(directory, `${i}`);
    writeFileSync(path, page, 'latin1');
    return path;
  });
  const { stdout } = spawnSync('clamscan', [...CLAMSCAN_OPTIONS, '-d', patterns, ...paths], { encoding: 'utf8' });
  const theirs = readClamscanLines(stdout).names;
  const options = { patterns: [patterns], cacheDirectory: join(directory, 'cache'), threads: 1, allMatches: true };
  const engine = await Engine.open(options);
  try {
    for (const [i, [name]] of HTML_DATA_ROWS.entries()) {
      const verdict = await engine.scanFile(paths[i]);
      const ours = verdict.kind === 'infected' ? verdict.detections.map(({ name }) => name).sort() : [];
      expect({ name, found: ours }).toEqual({ name, found: [...(theirs.get(paths[i]) ?? [])].sort() });
    }
  } finally {
    await engine.close();
  }
});
