/** What only many scans, or bad luck with time, show. */
import { readdirSync, readFileSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { zipOf } from '../unpack/support.ts';
import { nameIn, writeTestPattern } from './support/pattern-store.ts';
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

test('fifty switches leave two memories, two open images and no more memory than two', async () => {
  const numbers = [1001, 1002, 1003];
  const contents = numbers.map((number) => readFileSync(writeTestPattern(scene(), number)));
  const path = scene().write('active/own.npf', contents[0]!);
  const engine = await scene().engine({ patterns: [path], threads: 2 });
  const switchTo = async (i: number) => {
    writeFileSync(path, contents[i % 3]!);
    await engine.reload();
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => engine.scanBuffer(EVIL)));
    const names = verdicts.map((verdict) => verdict.kind === 'infected' && verdict.detections[0].name);
    expect(new Set(names)).toEqual(new Set([nameIn(numbers[i % 3]!)]));
  };
  for (let i = 1; i <= 5; i++) await switchTo(i);
  const before = { resident: residentMegabytes(), reserved: reservedGigabytes() };
  for (let i = 6; i <= 55; i++) await switchTo(i);
  // A memory reserves some ten gigabytes of addresses and gives them back when the collector has run everywhere.
  // The last thread that filled one may be on its way out.
  await expect.poll(() => reservedGigabytes() - before.reserved).toBeLessThan(5);
  expect(residentMegabytes() - before.resident).toBeLessThan(30);
  expect(openDescriptors('.img')).toHaveLength(2);
});

function openDescriptors(ending: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.startsWith(scene().directory) && target.includes(ending) ? [target] : [];
    } catch {
      // The one that listed them.
      return [];
    }
  });
}

function reservedGigabytes(): number {
  return Number(/^VmSize:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 2 ** 20;
}

function residentMegabytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().rss / 2 ** 20;
}
