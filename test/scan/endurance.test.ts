/** What only many scans, or bad luck with time, show. */
import { truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { zipOf } from '../unpack/support.ts';
import { codeOf, EVIL, withScene } from './support/scene.ts';

const scene = withScene();

test('a thousand scans take no more memory than a hundred', async () => {
  const engine = await scene().engine({ threads: 2 });
  const zip = zipOf([
    { name: 'a', bytes: Buffer.alloc(200_000, 'bytes of an entry ') },
    { name: 'b', bytes: EVIL },
  ]);
  const objects = [Buffer.alloc(300_000, 'a plain object '), zip, EVIL];
  const run = async (count: number) => {
    for (let i = 0; i < count; i += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, k) => engine.scanBuffer(objects[(i + k) % 3]!)));
    }
  };
  await run(200);
  const before = residentMegabytes();
  await run(1000);
  expect(residentMegabytes() - before).toBeLessThan(40);
});

test('a file that shrinks under the scan is an error, never clean', async () => {
  const engine = await scene().engine({ threads: 1 });
  const path = scene().write('shrinking', '');
  for (let i = 0, code: unknown; code !== 'SCAN_FILE_CHANGED'; i++) {
    expect(i).toBeLessThan(30);
    truncateSync(path, 512 << 20);
    const scanning = codeOf(engine.scanFile(path));
    await sleep(20);
    truncateSync(path, 1000);
    code = await scanning;
    // It may have been opened after that, or be finished before.
    if (typeof code === 'object') expect(code).toMatchObject({ kind: 'clean' });
    else expect(code).toBe('SCAN_FILE_CHANGED');
  }
});

function residentMegabytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().rss / 2 ** 20;
}
