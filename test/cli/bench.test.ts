/** `engine bench`: the throughput of the user's own files. */
import { expect, test } from 'vitest';
import { barLines } from '../../src/frontends/cli/bench/bars.ts';
import { benchLines } from '../../src/frontends/cli/bench/report.ts';
import { Tree } from '../files/tree.ts';
import { jsonLines, run } from './support/fake-io.ts';
import { FACTORY_INFO } from './support/fake-operations.ts';

test('every file is measured with one thread, then with all', async () => {
  const tree = new Tree().file('a.so.1', 'x'.repeat(1000)).file('sub/b.txt', 'EVIL').file('encrypted', 'x');
  const { code, out, operations } = await run(['bench', '--json', '--seconds', '1', '--threads', '3', tree.path]);
  expect(code).toBe(0);
  const [report] = jsonLines(out);
  expect(report).toMatchObject({
    kind: 'bench',
    files: 3,
    bytes: 1005,
    leftOut: 0,
    infected: 1,
    unscanned: 1,
    signatures: 3,
  });
  expect(report).toMatchObject({ costs: [{ threads: 1 }, { threads: 3 }] });
  const kinds = (report as { kinds: { kind: string; files: number }[] }).kinds.map(({ kind, files }) => [kind, files]);
  expect(kinds.sort()).toEqual([
    ['', 1],
    ['.so', 1],
    ['.txt', 1],
  ]);
  const opened = operations.calls.filter(([name]) => name === 'openEngine').map(([, options]) => options);
  expect(opened).toMatchObject([{ threads: 1 }, { threads: 3 }]);
  expect(operations.calls.filter(([name]) => name === 'close')).toHaveLength(2);
});

test('a file that cannot be read is left out, and none at all is said', async () => {
  const tree = new Tree().file('good', 'x').file('dies', 'x');
  const { out } = await run(['bench', '--json', '--seconds', '1', '--threads', '1', tree.path]);
  expect(jsonLines(out)[0]).toMatchObject({ files: 1, leftOut: 1 });
  const none = await run(['bench', new Tree().path]);
  expect(none).toMatchObject({
    code: 2,
    out: '',
    err: 'engine: bench: expected files that can be scanned, got none\n',
  });
});

test('the plot', () => {
  const report = {
    info: FACTORY_INFO,
    files: 3,
    bytes: 4e6,
    leftOut: 1,
    infected: 1,
    unscanned: 0,
    costs: [
      { threads: 1, passes: 3, passMs: [21, 20, 19] },
      { threads: 2, passes: 1, passMs: [10] },
    ],
    kinds: [
      { kind: '.so', files: 2, bytes: 3e6, elapsedMs: 14.8 },
      { kind: '', files: 1, bytes: 1e6, elapsedMs: 5 },
      { kind: '.conf', files: 3, bytes: 200, elapsedMs: 0.15 },
      { kind: '.d', files: 2, bytes: 100, elapsedMs: 0.05 },
    ],
  };
  expect(benchLines(report, 80)).toEqual([
    'Files:       3, 4.0 MB; 1 left out (the time was up, or not readable)',
    'Signatures:  3, loaded in 0.01 s',
    'Infected:    1 file',
    '',
    'Throughput, files in the page cache, median of the passes:',
    '  1 thread   ████████████              200.0 MB/s  150 files/s  1.00 ×  3 passes',
    '  2 threads  ████████████████████████  400.0 MB/s  300 files/s  2.00 ×    1 pass',
    '',
    'Where the time goes, one thread:',
    '  .so            ████████████████████████████  74 %  2 files  3.0 MB  202.7 MB/s',
    '  no extension   █████████▌                    25 %   1 file  1.0 MB  200.0 MB/s',
    '  2 other kinds  ▍                              1 %  5 files   300 B',
  ]);
});

test('a path that is not there is told at once', async () => {
  const { path } = new Tree();
  const { code, err, operations } = await run(['bench', path, `${path}/gone`]);
  expect([code, err]).toEqual([2, `engine: ${path}/gone: no such file or directory\n`]);
  expect(operations.calls).toEqual([]);
});

test('bars fit the terminal, and nothing is no bar', () => {
  const bars = [1, 0.5, 0].map((value) => ({ label: 'x', value, shown: ['1 MB/s'] }));
  for (const columns of [40, 80]) {
    const lines = barLines(bars, columns);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.map((line) => [...line].filter((sign) => sign === '█').length > 0)).toEqual([true, true, false]);
  }
});
