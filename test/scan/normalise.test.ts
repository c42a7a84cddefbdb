/** Text is looked at as it is with target 0, and normalised with targets 0 and 7. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { normaliseText } from '../../src/normalise/text.ts';
import { explainFile, testSignature } from '../../src/scan/explain.ts';
import { zipOf } from '../unpack/support.ts';
import { withScene } from './support/scene.ts';

const scene = withScene();
const hex = (text: string | Buffer): string => Buffer.from(text as string, 'latin1').toString('hex');
const TEXT = 'HELLO   WORLD';
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

function writePatterns(): void {
  const view = normaliseText(Buffer.from(TEXT));
  scene().writePatterns({
    'text.ndb': [
      `Small.Any:0:*:${hex('hello world')}`,
      `Small.Text:7:*:${hex('hello world')}`,
      `Large.Any:0:*:${hex(TEXT)}`,
      `Large.Text:7:*:${hex(TEXT)}`,
      `Both.Any:0:*:${hex('same')}`,
      `Both.Text:7:*:${hex('same')}`,
      `Small.Mail:4:*:${hex('hello world')}`,
      '',
    ].join('\n'),
    'text.hdb': `${createHash('md5').update(view).digest('hex')}:${view.length}:View.Hash\n`,
  });
}

test.each<readonly [string, Buffer | string, readonly string[]]>([
  [
    'small letters are found in large ones, and large ones only as they are',
    TEXT,
    ['Large.Any', 'Small.Any', 'Small.Text'],
  ],
  ['what is in both is said once', 'the same', ['Both.Any', 'Both.Text']],
  ['UTF-16 is normalised as well', utf16(TEXT), ['Small.Any', 'Small.Text']],
  ['a match across blocks', `${'x'.repeat(65_530)}${TEXT}`, ['Large.Any', 'Small.Any', 'Small.Text']],
  ['text in a container', zipOf([{ name: 'x', bytes: TEXT }]), ['Large.Any', 'Small.Any', 'Small.Text']],
  ['other data is not normalised', Buffer.from(`\x01\x02\0\x03\0\x04${TEXT}`), ['Large.Any']],
])('%s', async (_name, bytes, names) => {
  writePatterns();
  const engine = await scene().engine({ allMatches: true });
  const verdict = await engine.scanBuffer(Buffer.from(bytes as string));
  expect(verdict.kind === 'infected' && verdict.detections.map(({ name }) => name).sort()).toEqual(names);
});

test('the digest of the normalised text is nobody’s', async () => {
  writePatterns();
  const engine = await scene().engine({ allMatches: true });
  const verdict = await engine.scanBuffer(Buffer.from(TEXT));
  expect(JSON.stringify(verdict)).not.toContain('View.Hash');
});

test('one detection is enough where one is asked for', async () => {
  writePatterns();
  const verdict = await (await scene().engine({ allMatches: false })).scanBuffer(Buffer.from('hello world'));
  expect(verdict).toMatchObject({
    kind: 'infected',
    detections: [{ name: 'Small.Any' }],
    objects: 1,
    scannedBytes: 11,
  });
});

test('what only the normalised text has is explained there', async () => {
  writePatterns();
  const path = scene().write('a', TEXT);
  const { layers, detections } = await explainFile(path, {
    patterns: [scene().patterns],
    cacheDirectory: scene().cache,
  });
  expect(layers).toEqual([
    { entry: [], fileType: 'text', size: 13, view: undefined },
    { entry: [], fileType: 'text', size: 11, view: 'text' },
  ]);
  expect(detections.map(({ name, view }) => [name, view])).toEqual([
    ['Large.Any', undefined],
    ['Small.Any', 'text'],
    ['Small.Text', 'text'],
  ]);
});

test('of a signature for text that is not there, the normalised text says why', async () => {
  writePatterns();
  const { missing } = await testSignature({ patterns: [scene().patterns] }, 'Large.Text', scene().write('a', TEXT));
  expect(missing.map(({ reasons }) => reasons[0])).toEqual(['its condition does not hold: 0']);
});
