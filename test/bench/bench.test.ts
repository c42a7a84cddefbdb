/** The parts of the benchmarks whose mistakes would not show in a figure. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { PACKINGS } from '../../bench/plants/pack.ts';
import { plant } from '../../bench/plants.ts';
import { readClamscanLines } from '../../bench/scan/clamscan.ts';
import { differences, whyNotWrong } from '../../bench/scan/compare.ts';
import { readJsonLines } from '../../bench/scan/ours.ts';
import { SEARCH_ENGINES } from '../../bench/search/engines.ts';
import { searchUpTo } from '../../bench/search/reference.ts';
import { benchSearch } from '../../bench/search/run.ts';
import { median } from '../../bench/statistics.ts';

const directory = mkdtempSync(join(tmpdir(), 'bench-test-'));
afterAll(() => rmSync(directory, { recursive: true }));
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Peers that are not on this machine, and cannot be made here, are said; ours and the reference always are. */
const PRESENT = SEARCH_ENGINES.filter((engine) => {
  const missing = engine.whyMissing?.();
  if (missing !== undefined) console.warn(`SKIPPED: ${engine.name}: ${missing}`);
  return missing === undefined;
});

describe('searches', () => {
  const ROWS: readonly (readonly [string, readonly string[], string, number])[] = [
    ['an occurrence in another counts', ['she', 'he'], 'she', 2],
    ['occurrences overlap', ['aa', 'aaaa'], 'aaaaaa', 5 + 3],
    ['the ends of the haystack', ['head', 'tail'], 'head…tail', 2],
    ['NUL and 0xff', ['\0\xff', '\xff\xff\xff\xff\0'], '\xff\xff\xff\xff\0\xff', 2],
    [
      'long literals with one beginning',
      ['abcdefghijklmnop', 'abcdefghijklmnoq'],
      'abcdefghijklmnoqabcdefghijklmnop',
      2,
    ],
    ['none', ['nothing here'], 'something else', 0],
  ];

  test.each(ROWS)('%s: every engine counts the same pairs', async (_, patterns, haystack, matches) => {
    const prepared = await Promise.all(PRESENT.map((engine) => engine.prepare(patterns.map(bytesOf))));
    // Behind filler, so that it lies at every alignment.
    for (let padding = 0; padding < 9; padding++) {
      const padded = bytesOf('.'.repeat(padding) + haystack);
      const answers = await Promise.all(prepared.map((each) => each.search(padded)));
      expect(answers.map((answer) => answer.matches)).toEqual(PRESENT.map(() => matches));
      expect(new Set(answers.map((answer) => answer.checksum)).size).toBe(1);
    }
    for (const each of prepared) each.close?.();
  });

  test('the reference counts what ends within each limit', () => {
    const answers = searchUpTo([bytesOf('abc')], bytesOf('abcabcabc'), [2, 3, 8, 9]);
    expect(answers.map(({ matches }) => matches)).toEqual([0, 1, 2, 3]);
  });

  test('an engine that misses a match fails the benchmark', async () => {
    const liar = { name: 'liar', what: '', prepare: () => ({ search: () => ({ matches: 0, checksum: 0 }) }) };
    const rows: unknown[] = [];
    const options = { patterns: [bytesOf('ab')], haystack: bytesOf('abab'), repeats: 1, maxSeconds: 1 };
    expect(await benchSearch({ ...options, engines: [liar] }, (row) => rows.push(row))).toBe(false);
    expect(rows).toContainEqual(expect.objectContaining({ engine: 'liar', wrong: true, expectedMatches: 2 }));
    expect(await benchSearch({ ...options, engines: PRESENT }, () => {})).toBe(true);
    expect(await benchSearch({ ...options, engines: PRESENT, expected: 3 }, () => {})).toBe(false);
  });
});

describe('scans', () => {
  test('answers are read and held against each other', () => {
    const ours = readJsonLines(
      [
        '{"kind":"infected","path":"/t/a: b","detections":[{"name":"X"},{"name":"X"},{"name":"Y"}],"unscanned":[]}',
        '{"kind":"unscanned","path":"/t/c","unscanned":[{"reason":"encrypted"}]}',
        '{"kind":"summary","files":3,"bytes":10,"unscanned":1}',
      ].join('\n'),
    );
    const peer = readClamscanLines('/t/a: b: X.UNOFFICIAL FOUND\n/t/a: b: Z FOUND\n/t/c: OK\n/t/d: Empty file\n');
    expect([...ours.unscanned]).toEqual([['/t/c', 'encrypted']]);
    expect(peer.files).toBe(3);
    const found = differences(ours, peer);
    expect(found).toEqual([
      { path: '/t/a: b', name: 'Y', foundBy: 'ours' },
      { path: '/t/a: b', name: 'Z', foundBy: 'peer' },
    ]);
    expect(found.map((each) => whyNotWrong(each, ours))).toEqual([undefined, undefined]);
    const unscanned = new Map([['/t/a: b', 'damaged, unsupported']]);
    const reason = 'we say of the file that it is unsupported';
    expect(found.map((each) => whyNotWrong(each, { ...ours, unscanned }))).toEqual([undefined, reason]);
  });

  test('a file that could not be read is no answer', () => {
    expect(() => readJsonLines('{"kind":"error","path":"/x","message":"denied"}')).toThrow(/denied/);
  });

  test('the middle of several figures', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});

describe('planted objects', () => {
  test('a seed gives the same objects again', () => {
    const patterns = join(directory, 'patterns');
    const lines = ['A:0:*:616263??6465{4-9}666768', 'B:1:EP+4:6a6b6c6d', 'C:6:S1+0:(6e|6f)7071'];
    const made = ['one', 'two'].map((name) => {
      const objects = join(directory, name, 'objects');
      writeSource(patterns, 'x.ndb', lines);
      const plants = plant({ patterns, directory: objects, lines: join(directory, name, 'lines'), count: 24, seed: 7 });
      return { plants, contents: readdirSync(objects).map((file) => readFileSync(join(objects, file), 'hex')) };
    });
    expect(made[0]).toEqual(made[1]);
    expect(made[0]!.plants).toHaveLength(24);
  });

  test('packed objects hold the bytes', () => {
    const bytes = bytesOf('packed bytes');
    expect(gunzipSync(PACKINGS.gzip('', bytes))).toEqual(Buffer.from(bytes));
    expect(Buffer.from(PACKINGS.tar('a', bytes)).subarray(512, 512 + bytes.length)).toEqual(Buffer.from(bytes));
  });
});

function writeSource(patterns: string, name: string, lines: readonly string[]): void {
  mkdirSync(patterns, { recursive: true });
  writeFileSync(join(patterns, name), `${lines.join('\n')}\n`);
}
