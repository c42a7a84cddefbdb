/** `refresh`: what is signed again, when, and with which keys. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listReleases } from '../../src/publish/list.ts';
import { refresh } from '../../src/publish/refresh.ts';
import { verifyRepository } from '../../src/publish/verify.ts';
import { Client } from './support/client.ts';
import { codeOf, DAY_MS, lines, PASSPHRASE, withScene } from './support/scene.ts';

const scene = withScene();
const again = (passphrase?: string) => refresh(scene().directory, { now: scene().now, passphrase });

async function versions(): Promise<Record<string, number>> {
  const { roles } = await listReleases(scene().directory);
  return Object.fromEntries(roles.map(({ role, version }) => [role, version]));
}

test('the timestamp is signed again although nothing is new', async () => {
  await scene().init(PASSPHRASE);
  scene().pass(DAY_MS);
  expect(await again()).toMatchObject({ renewed: ['timestamp'], warnings: [] });
  expect(await versions()).toEqual({ root: 1, targets: 1, patterns: 1, snapshot: 1, timestamp: 2 });
  scene().pass(1.9 * DAY_MS);
  expect((await verifyRepository(scene().directory, { now: scene().now })).problems).toEqual([]);
});

test('a year of refreshes by cron keeps everything valid that needs no person', async () => {
  await scene().init(PASSPHRASE);
  await scene().release(lines(300));
  const client = new Client(scene());
  for (let day = 0; day < 80; day++) {
    scene().pass(DAY_MS);
    await again();
    if (day % 10 === 0) expect(await client.fetch('pattern/1001.npf')).toBeDefined();
  }
  // Half of their lives: 14 and 7 days.
  expect(await versions()).toEqual({ root: 1, targets: 1, patterns: 12, snapshot: 22, timestamp: 82 });
  const names = readdirSync(scene().shown('metadata'));
  expect(names.length).toBeLessThan(10);
});

describe('roles that a person holds', () => {
  const DUE: readonly (readonly [string, number, string | undefined, readonly string[], RegExp])[] = [
    ['are left alone while they are far from their end', 59, PASSPHRASE, [], /^$/],
    [
      'are named when targets come near their end',
      61,
      undefined,
      [],
      /targets expires .* in 29 days\ntargets was not renewed/,
    ],
    ['are signed again with the passphrase: targets', 61, PASSPHRASE, ['targets'], /^$/],
    ['are signed again with the passphrase: root and targets', 280, PASSPHRASE, ['root', 'targets'], /^$/],
    ['are signed again with the passphrase after they are over', 400, PASSPHRASE, ['root', 'targets'], /^$/],
    ['are named when they are over', 400, undefined, [], /root expired .*\ntargets expired/],
  ];
  test.for(DUE)('%s', async ([, days, passphrase, renewed, warnings]) => {
    await scene().init(PASSPHRASE);
    const client = new Client(scene());
    scene().pass(days * DAY_MS);
    const report = await again(passphrase);
    expect(report.renewed.filter((role) => role === 'root' || role === 'targets')).toEqual(renewed);
    expect(report.warnings.join('\n')).toMatch(warnings);
    if (passphrase !== undefined) expect(await codeOf(() => client.fetch('pattern/1001.npf'))).toBeUndefined();
  });

  test('are not signed with a wrong passphrase, which is no reason to go on in silence', async () => {
    await scene().init(PASSPHRASE);
    scene().pass(61 * DAY_MS);
    expect(await codeOf(() => again('another passphrase'))).toBe('PUBLISH_PASSPHRASE');
  });

  test('may have their keys elsewhere', async () => {
    await scene().init(PASSPHRASE);
    const keys = join(scene().directory, 'keys');
    for (const name of readdirSync(keys)) if (/^(root|targets)/.test(name)) rmSync(join(keys, name));
    scene().pass(61 * DAY_MS);
    const report = await again(PASSPHRASE);
    expect(report.warnings.join('\n')).toMatch(/targets was not renewed/);
    expect(report.renewed).toEqual(['patterns', 'snapshot', 'timestamp']);
  });
});
