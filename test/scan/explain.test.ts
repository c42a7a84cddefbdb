/** Why a signature matched, and why it did not. */
import { expect, test } from 'vitest';
import { compilePatternFile } from '../../src/scan/compile.ts';
import { explainFile, testSignature } from '../../src/scan/explain.ts';
import { findSignatures, showSignature } from '../../src/scan/signatures.ts';
import { collect } from '../files/collect.ts';
import { zipOf } from '../unpack/support.ts';
import { EVIL, hashLine, withScene } from './support/scene.ts';

const scene = withScene();
const hex = (text: string) => Buffer.from(text).toString('hex');

test('what matched where, in every layer', async () => {
  const path = scene().write(
    'a.zip',
    zipOf([
      { name: 'x', bytes: `....${EVIL}` },
      { name: 'y', bytes: 'nothing' },
    ]),
  );
  const report = await explainFile(path, { patterns: [scene().patterns], cacheDirectory: scene().cache });
  expect(report.layers.map(({ entry, fileType }) => [fileType, ...entry])).toEqual([
    ['zip'],
    ['text', 'x'],
    ['text', 'y'],
  ]);
  expect(report.verdict.kind).toBe('infected');
  expect(report.detections).toEqual([
    {
      name: 'Test.Evil',
      entry: ['x'],
      fileType: 'text',
      by: 'body',
      summary: '',
      parts: [{ pattern: 0, offset: 4, length: EVIL.length, bytes: new Uint8Array(EVIL) }],
    },
  ]);
  expect(report.missing).toEqual([]);
});

test('a logical signature that lacks a part says which, and how often the others are there', async () => {
  const patterns = { patterns: [scene().patterns] };
  const path = scene().write('half', 'first half, first half');
  const { verdict, detections, missing } = await testSignature(patterns, 'Test.Logic', path);
  expect({ kind: verdict.kind, detections }).toEqual({ kind: 'clean', detections: [] });
  expect(missing).toEqual([
    {
      entry: [],
      signature: 'Test.Logic',
      reasons: [
        'its condition does not hold: 0 & 1',
        `pattern 0 is there 2 times, first at 0: ${hex('first half')}  "first half"`,
        `pattern 1 is not there: ${hex('second half')}  "second half"`,
      ],
    },
  ]);
  const whole = scene().write('whole', 'first half second half');
  expect((await testSignature(patterns, 'Test.Logic', whole)).detections).toMatchObject([
    { name: 'Test.Logic', summary: '2 of its 2 patterns are there', parts: [{ offset: 0 }, { offset: 11 }] },
  ]);
});

test('a number beside a match and a macro of another file are shown where they lie, or said to be missing', async () => {
  scene().writePatterns({
    'own.ldb': `Test.Both;Engine:81-255,Target:0;0&1&2;${hex('HEAD')};0(>>4#db4#>1000,<2000);${hex('tail')}\nTest.Macro;Engine:81-255,Target:0;0&1;${hex('HEAD')};\${10-12}7$\n`,
    'own.ndb': `Member:0:$7$:${hex('member')}\n`,
  });
  const patterns = { patterns: [scene().patterns] };
  const path = scene().write('numbered', '..HEAD1234..member tail');
  const both = await testSignature(patterns, 'Test.Both', path);
  expect(both.detections[0]?.parts.map(({ offset, length }) => [offset, length])).toEqual([
    [2, 4],
    [6, 4],
    [19, 4],
  ]);
  expect((await testSignature(patterns, 'Test.Macro', path)).detections).toHaveLength(1);
  const other = scene().write('other', '..HEAD9234.....member tail');
  expect((await testSignature(patterns, 'Test.Both', other)).missing[0]?.reasons).toContain(
    'pattern 1 is not there: 0(>>4#db4#>1000,<2000)',
  );
  expect((await testSignature(patterns, 'Test.Macro', other)).missing[0]?.reasons).toContain(
    `pattern 1 is not there: $${'{10-12}7$'}`,
  );
});

test('a signature for another type, a hash, an ignored one and one of another level each have their reason', async () => {
  scene().writePatterns({
    'more.ndb': `Test.Pe:1:*:${EVIL.toString('hex')}\nTest.Old:0:*:${EVIL.toString('hex')}:10:20\n`,
    'more.hdb': hashLine('md5', Buffer.from('known'), 'Test.Hash'),
    'more.ign2': 'Test.Off\n',
  });
  const patterns = { patterns: [scene().patterns] };
  const path = scene().write('evil', EVIL);
  const reasonsFor = async (name: string) =>
    (await testSignature(patterns, name, path)).missing.flatMap(({ reasons }) => reasons);
  expect(await reasonsFor('Test.Pe')).toEqual(['it is for pe, and this is text', 'its condition would hold']);
  expect(await reasonsFor('Test.Hash')).toEqual([
    'size: expected 5, got 21',
    expect.stringMatching(/^md5: expected .{32}, got .{32}$/),
  ]);
  expect(await reasonsFor('Test.Off')).toEqual(['an ignore list has that name: signatures of it are switched off']);
  await expect(testSignature(patterns, 'No.Such', path)).rejects.toThrow('No.Such: no signature has that name');
  await expect(testSignature(patterns, 'Test.Evil', '/nowhere')).rejects.toMatchObject({
    code: 'SCAN_FILE_VANISHED',
    message: expect.stringMatching(/^\/nowhere: /),
  });
  const known = scene().write('known', 'known');
  expect((await testSignature(patterns, 'Test.Hash', known)).detections).toMatchObject([
    { name: 'Test.Hash', by: 'hash', parts: [] },
  ]);
});

test('signatures are found by parts of their names, and shown in a notation that can be read', async () => {
  scene().writePatterns({
    'more.ndb': `Test.Gaps:6:EP+4,16:4142??4?{2-5}(4243|4343)4445*ff00\n`,
    'more.ldb': 'Test.Counts;Engine:81-255,Target:1,FileSize:10-99;(0|1)>2,2&(0=1);41424344::iw;0:45464748\n',
  });
  const patterns = { patterns: [scene().patterns] };
  const names = async (query: string) => (await collect(findSignatures(patterns, query))).map(({ name }) => name);
  expect(await names('EVIL')).toEqual(['Test.Evil']);
  expect(await names('t*g')).toEqual(['Test.Logic', 'Test.Gaps']);
  expect(await names('test.?v')).toEqual(['Test.Evil']);
  expect(await names('[a-z]')).toEqual([]);
  expect(await showSignature(patterns, 'Test.Gaps')).toMatchObject([
    { kind: 'body', target: 'elf', patterns: ['EP+4,16:4142??4?{2-5}(4243|4343)4445*ff00'], condition: '0' },
  ]);
  expect(await showSignature(patterns, 'Test.Counts')).toMatchObject([
    { target: 'pe', fields: [['Levels', '81–255']], patterns: ['41424344::iw  "ABCD"', '0:45464748  "EFGH"'] },
  ]);
  expect(await showSignature(patterns, 'test.gaps')).toEqual([]);
});

test('a pattern file reports every line that it left out, and the signatures that cost most', async () => {
  scene().writePatterns({ 'more.ndb': 'Test.Short:0:*:4142\nnothing\nTest.Bad:0:*:4\n' });
  const output = scene().write('1.npf', '');
  const options = { output, number: 1, channel: 'stable', released: '2026-01-01T00:00:00Z' };
  const report = await compilePatternFile([scene().patterns], options);
  expect(report.skipped.map(({ name, line, reason }) => [name, line, reason])).toEqual([
    ['', 2, 'malformed'],
    ['Test.Bad', 3, expect.any(String)],
  ]);
  expect(report.expensive.map(({ name }) => name)).toContain('Test.Short');
  const again = await compilePatternFile([scene().patterns], { ...options, number: 2 });
  expect(again.contentDigest).toBe(report.contentDigest);
  await expect(compilePatternFile([scene().patterns], { ...options, output: '/nowhere/1.npf' })).rejects.toMatchObject({
    code: 'SCAN_PATTERNS',
  });
});
