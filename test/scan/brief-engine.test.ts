/** One small file in the caller's thread: the answers of workers, and their help where that is no place to be. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readImageHeader } from '../../native-free-engine/index.ts';
import { BriefEngine } from '../../src/scan/brief-engine.ts';
import { zipOf } from '../unpack/support.ts';
import { codeOf, EVIL, summary, withScene } from './support/scene.ts';

const scene = withScene();

async function open(briefMs?: number): Promise<BriefEngine> {
  const { patterns, cache } = scene();
  return BriefEngine.open({ patterns: [patterns], cacheDirectory: cache }, briefMs);
}

const OBJECTS: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
  ['evil', EVIL, ['infected', 'Test.Evil']],
  ['evil in a zip', zipOf([{ name: 'evil', bytes: EVIL }]), ['infected', 'Test.Evil > evil']],
  ['nothing', Buffer.from('nothing'), ['clean']],
  ['no bytes', Buffer.alloc(0), ['clean']],
];
for (const [name, briefMs] of [
  ['in its own thread', undefined],
  ['by workers, when the time is up at once', -1],
] as const) {
  test(`what is found in a small file is found ${name}`, async () => {
    const engine = await open(briefMs);
    for (const [object, bytes, expected] of OBJECTS) {
      const verdict = await engine.scanFile(Buffer.from(scene().write('object', bytes)));
      expect([object, ...summary(verdict)]).toEqual([object, ...expected]);
    }
    expect(engine.info.signatures).toBeGreaterThan(0);
    await engine.close();
  });
}

test('a file that is not there, a directory and an aborted scan are told by their codes, and a stream goes to workers', async () => {
  const engine = await open();
  expect(await codeOf(engine.scanFile(Buffer.from(join(scene().patterns, 'no'))))).toBe('SCAN_FILE_VANISHED');
  expect(await codeOf(engine.scanFile(Buffer.from(scene().patterns)))).toBe('SCAN_FILE_NOT_REGULAR');
  const path = Buffer.from(scene().write('object', EVIL));
  expect(await codeOf(engine.scanFile(path, { signal: AbortSignal.abort() }))).toBe('SCAN_ABORTED');
  async function* chunks() {
    yield EVIL;
  }
  expect(summary(await engine.scanStream(chunks()))).toEqual(['infected', 'Test.Evil']);
  await engine.close();
  await engine.close();
});

test('an image whose names are damaged is made again for a small file too', async () => {
  const engine = await open();
  const [image] = readdirSync(scene().cache).filter((name) => name.endsWith('.img'));
  const path = join(scene().cache, image!);
  const bytes = readFileSync(path);
  const { hotBytes, coldBytes } = readImageHeader(bytes);
  bytes.fill(0xa5, hotBytes, hotBytes + coldBytes);
  // In place, since opening looked at all of an image whose sources are as new as these.
  writeFileSync(path, bytes);
  const verdict = await engine.scanFile(Buffer.from(scene().write('object', EVIL)));
  expect(summary(verdict)).toEqual(['infected', 'Test.Evil']);
  await engine.close();
});
