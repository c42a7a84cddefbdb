/** When it is looked whether patterns changed. */
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { PatternChoice } from '../../src/scan/options.ts';
import { SourceWatch, type WatchTimes } from '../../src/scan/source-watch.ts';
import { withScene } from './support/scene.ts';

const scene = withScene();
const NEVER = 3_600_000;
const TIMES: WatchTimes = { quietMs: 20, patienceMs: 300, pollMs: NEVER };

/** Counts looks; the first one, which is for what changed before, is over. */
async function watching(choice: PatternChoice, times: Partial<WatchTimes> = {}) {
  let looks = 0;
  const complete = { patterns: [], store: scene().store, ...choice };
  const watch = new SourceWatch(complete, () => looks++, { ...TIMES, ...times });
  await expect.poll(() => looks).toBeGreaterThan(0);
  return { watch, looks: () => looks };
}

test('a file in a directory that is named, and a named file that is replaced, are noticed', async () => {
  const file = scene().write('somewhere/own.ndb', 'x');
  const { watch, looks } = await watching({ patterns: [scene().patterns, file] });
  scene().writePatterns({ 'more.ndb': 'x' });
  await expect.poll(looks).toBeGreaterThan(1);
  await sleep(200);
  const before = looks();
  renameSync(scene().write('somewhere/new', 'y'), file);
  await expect.poll(looks).toBeGreaterThan(before);
  await sleep(200);
  const after = looks();
  scene().write('somewhere/else', 'z');
  await sleep(200);
  expect(looks()).toBe(after);
  watch.close();
  scene().writePatterns({ 'more.ndb': 'y' });
  await sleep(200);
  expect(looks()).toBe(after);
});

test('a directory that comes, goes and comes again is noticed', async () => {
  const { store } = scene();
  const { watch, looks } = await watching({});
  for (let round = 0; round < 2; round++) {
    let before = looks();
    mkdirSync(store);
    await expect.poll(looks).toBeGreaterThan(before);
    before = looks();
    writeFileSync(join(store, 'state.json'), '{}');
    await expect.poll(looks).toBeGreaterThan(before);
    before = looks();
    rmSync(store, { recursive: true });
    await expect.poll(looks).toBeGreaterThan(before);
  }
  watch.close();
});

test('what changes all the time is looked at now and then, not each time', async () => {
  const { watch, looks } = await watching({ patterns: [scene().patterns] }, { quietMs: 200, patienceMs: 600 });
  const path = join(scene().patterns, 'evil.ndb');
  const writing = setInterval(() => appendFileSync(path, 'x\n'), 5);
  await expect.poll(looks).toBeGreaterThan(2);
  clearInterval(writing);
  watch.close();
  expect(looks()).toBeLessThan(10);
});

test('where nothing is heard the clock has to do', async () => {
  const { watch, looks } = await watching({ store: '/nowhere/at/all' }, { pollMs: 30 });
  await expect.poll(looks).toBeGreaterThan(3);
  watch.close();
  const after = looks();
  await sleep(100);
  expect(looks()).toBe(after);
});
