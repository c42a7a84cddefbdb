/** The real publisher and the updater, over its own server: what one signs the other takes. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { setLifecycle, withdraw } from '../../src/publish/notices.ts';
import { refresh } from '../../src/publish/refresh.ts';
import { rotateKey } from '../../src/publish/rotate.ts';
import { serveRepository } from '../../src/publish/serve.ts';
import type { ImportOptions, UpdateOptions } from '../../src/update/options.ts';
import { importRepository, updateOnce } from '../../src/update/update.ts';
import { DAY_MS, lines, type Scene, withScene } from '../publish/support/scene.ts';
import { PASSED, resultOf } from './support/scene.ts';

const publisher = withScene();
let server: { url: string; close(): Promise<void> } | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function served(): Promise<Scene> {
  await publisher().init();
  server = await serveRepository(publisher().directory, { port: 0, host: '127.0.0.1' });
  return publisher();
}

function common() {
  const scene = publisher();
  return {
    store: scene.path('store'),
    rootFile: scene.shown('root.json'),
    engineVersion: '1.0.0',
    machineId: 'machine',
    clock: () => scene.now.getTime() + 60_000,
    trial: async () => PASSED,
  };
}

const update = (more: Partial<UpdateOptions> = {}) =>
  updateOnce({ ...common(), url: server!.url, environment: {}, limits: { retries: 0 }, ...more });
const result = (more: Partial<UpdateOptions> = {}) => resultOf(() => update(more));
const carry = (more: Partial<ImportOptions> = {}) =>
  importRepository({ ...common(), directory: publisher().publicDirectory, ...more });

describe('a publisher and a consumer', () => {
  test('an empty repository is trusted and offers nothing', async () => {
    await served();
    expect(await update()).toMatchObject({ kind: 'current', newest: undefined, active: undefined });
  });

  test('a month of daily releases comes by deltas', async () => {
    const scene = await served();
    await scene.release(lines(300));
    expect(await result()).toBe('updated 1001');
    for (let day = 1; day <= 30; day++) {
      scene.pass(DAY_MS);
      await scene.release(lines(300 + day));
      const outcome = await update();
      expect(outcome).toMatchObject({
        kind: 'updated',
        number: 1001 + day,
        by: 'delta',
        fallback: undefined,
      });
    }
  });

  test('who was away for a week takes the cheapest path', async () => {
    const scene = await served();
    await scene.release(lines(2000));
    await update();
    for (let day = 1; day <= 7; day++) {
      scene.pass(DAY_MS);
      await scene.release(lines(2000 + day));
    }
    const outcome = await update();
    expect(outcome).toMatchObject({ kind: 'updated', number: 1008, by: 'delta' });
  });

  test('two requests and less than 1 kB without news', async () => {
    const scene = await served();
    await scene.release(lines(10));
    await update();
    await refresh(scene.directory, { now: scene.now });
    const outcome = await update();
    expect(outcome).toMatchObject({ kind: 'current', requests: 2 });
    expect(outcome.receivedBytes).toBeLessThanOrEqual(1000);
  });

  test.each(['root', 'targets', 'patterns', 'snapshot', 'timestamp'])('the key of %s is rotated', async (role) => {
    const scene = await served();
    await scene.release(lines(10));
    await update();
    await rotateKey(scene.directory, role, { now: scene.now });
    await scene.release(lines(11));
    expect(await result()).toBe('updated 1002');
  });

  test('a publisher who falls silent is noticed, and is heard again', async () => {
    const scene = await served();
    await scene.release(lines(10));
    await update();
    scene.pass(3 * DAY_MS);
    expect(await result()).toBe('UPDATE_FREEZE');
    await refresh(scene.directory, { now: scene.now });
    expect(await result()).toBe('current');
  });

  test('a release is withdrawn and cured by the next', async () => {
    const scene = await served();
    await scene.release(lines(10));
    await scene.release(lines(11));
    await update();
    await withdraw(scene.directory, 1002, 'it finds too much', { now: scene.now });
    const outcome = await update();
    expect(outcome).toMatchObject({ kind: 'current', active: { number: 1002 }, newest: 1001 });
    expect(outcome.notices).toContainEqual(expect.objectContaining({ code: 'WITHDRAWN', severity: 'critical' }));
    await scene.release(lines(12));
    expect(await result()).toBe('updated 1003');
  });

  test('an engine at the end of its support holds its last pattern', async () => {
    const scene = await served();
    await scene.release(lines(10), { engineRange: '<2.0.0-0' });
    const entry = { engine: '<2.0.0-0', lastPattern: 1001, ends: '2027-05-30', moveTo: '>=2.0.0' };
    await setLifecycle(scene.directory, [entry], { now: scene.now });
    await scene.release(lines(11), { engineRange: '>=2.0.0' });
    const outcome = await update();
    expect(outcome).toMatchObject({ kind: 'updated', number: 1001, support: { kind: 'ending', lastPattern: 1001 } });
  });

  test('a roll-out and a channel', async () => {
    const scene = await served();
    await scene.release(lines(10));
    await scene.release(lines(11), { channel: 'canary' });
    expect(await result()).toBe('updated 1001');
    await scene.release(lines(12), { rolloutHours: 744 });
    expect(await result()).toBe('waiting rollout');
    expect(await result({ now: true })).toBe('updated 1003');
  });

  test('the same by a medium', async () => {
    const scene = await served();
    await scene.release(lines(10));
    expect(await carry()).toMatchObject({ kind: 'updated', number: 1001, by: 'import' });
    const medium = scene.path('medium');
    await scene.release(lines(11));
    cpSync(scene.publicDirectory, medium, { recursive: true });
    scene.pass(60 * DAY_MS);
    await expect(carry({ directory: medium })).rejects.toMatchObject({ code: 'UPDATE_FREEZE' });
    const mediaDate = '2026-11-25';
    expect(await carry({ directory: join(medium), mediaDate })).toMatchObject({ kind: 'updated', number: 1002 });
  });
});
