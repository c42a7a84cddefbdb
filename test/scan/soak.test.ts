/** Ten thousand scans of mixed objects: what is held after a collection in every thread must not grow with them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { withScene } from './support/scene.ts';
import type { Soaked } from './support/soak-process.ts';

const scene = withScene();
const near = (name: string): string => new URL(`./support/${name}`, import.meta.url).pathname;
const WARM = 1000;
const MEASURED = 10_000;

async function soak(leak: 'leak' | 'none', warm: number, measured: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--import',
    near('collect.ts'),
    near('soak-process.ts'),
    scene().patterns,
    scene().cache,
    String(warm),
    String(measured),
    leak,
  ]);
  const { before, after } = JSON.parse(stdout) as Record<'before' | 'after', Soaked>;
  return (after.held - before.held) / 2 ** 20;
}

test('ten thousand scans leave no more than 5 MB behind', async () => {
  expect(await soak('none', WARM, MEASURED)).toBeLessThan(5);
});

test('ten kilobytes that each scan does not give back are seen after a thousand', async () => {
  expect(await soak('leak', 200, 1000)).toBeGreaterThan(5);
});
