/** `rotate`: which keys come and go, and who must agree. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rotateKey } from '../../src/publish/rotate.ts';
import { verifyRepository } from '../../src/publish/verify.ts';
import { codeOf, lines, PASSPHRASE, withScene } from './support/scene.ts';

const scene = withScene();
const NEW_PASSPHRASE = 'another correct horse';
const rotate = (key: string, passphrase?: string, newPassphrase?: string) =>
  rotateKey(scene().directory, key, { now: scene().now, passphrase, newPassphrase });
const keyFiles = (): string[] => readdirSync(join(scene().directory, 'keys')).filter((name) => name.endsWith('.pem'));

const ROTATIONS: readonly (readonly [string, number, Readonly<Record<string, number>>])[] = [
  ['root', 3, { root: 2, targets: 1, patterns: 2, snapshot: 2, timestamp: 2 }],
  ['targets', 1, { root: 2, targets: 2, patterns: 2, snapshot: 3, timestamp: 3 }],
  ['patterns', 1, { root: 1, targets: 2, patterns: 3, snapshot: 3, timestamp: 3 }],
  ['snapshot', 1, { root: 2, targets: 1, patterns: 2, snapshot: 3, timestamp: 3 }],
  ['timestamp', 1, { root: 2, targets: 1, patterns: 2, snapshot: 2, timestamp: 3 }],
];

describe('a role', () => {
  test.for(ROTATIONS)(
    '%s: its keys are others, as many as before; the old ones are put aside',
    async ([role, count, versions]) => {
      const { keys } = await scene().init();
      await scene().release(lines(300));
      const report = await rotate(role);
      expect(report.removed).toEqual(keys[role]);
      expect(report.added).toHaveLength(count);
      expect(report.added.filter((id) => keys[role]!.includes(id))).toEqual([]);
      expect(Object.fromEntries(report.roles.map(({ role, version }) => [role, version]))).toEqual(versions);
      expect(report.roles.find((state) => state.role === role)).toMatchObject({ keys: count });
      expect(keyFiles()).toHaveLength(8);
      const retired = readdirSync(join(scene().directory, 'keys/retired'));
      expect(retired.sort()).toEqual(keys[role]!.map((id) => `${role}-${id.slice(0, 16)}.pem`).sort());
      expect(statSync(join(scene().directory, 'keys/retired')).mode & 0o777).toBe(0o700);
      expect((await verifyRepository(scene().directory, { now: scene().now })).problems).toEqual([]);
      expect((await scene().release(lines(301))).number).toBe(1002);
    },
  );

  test('one key of the root alone, by the name of its file', async () => {
    const { keys } = await scene().init();
    const report = await rotate(`root-${keys.root![1]!.slice(0, 16)}`);
    expect(report.removed).toEqual([keys.root![1]]);
    expect(report.roles[0]).toMatchObject({ role: 'root', version: 2, keys: 3, threshold: 2 });
  });

  test('minisign: every full file is signed again', async () => {
    const { minisignPublicKey } = await scene().init();
    for (const count of [3, 4]) await scene().release(lines(count));
    const before = scene().read('targets/pattern/1001.npf.minisig');
    await rotate('minisign');
    expect(scene().read('minisign.pub').toString()).not.toContain(minisignPublicKey);
    expect(scene().read('targets/pattern/1001.npf.minisig')).not.toEqual(before);
    await scene().release(lines(5));
    expect((await verifyRepository(scene().directory, { now: scene().now })).problems).toEqual([]);
  });

  test.for(['', 'minisig', 'root-', 'root-0123456789abcdef', '../root', 'Root'])('%j is no key', async (key) => {
    await scene().init();
    expect(await codeOf(() => rotate(key))).toBe('PUBLISH_OPTION');
  });
});

describe('passphrases', () => {
  test('who must agree is asked before anything is made', async () => {
    await scene().init(PASSPHRASE);
    for (const role of ['root', 'targets', 'patterns', 'snapshot', 'timestamp']) {
      const before = readdirSync(scene().directory, { recursive: true });
      expect(await codeOf(() => rotate(role)), role).toBe('PUBLISH_PASSPHRASE');
      expect(await codeOf(() => rotate(role, PASSPHRASE, 'short')), role).toBe('PUBLISH_PASSPHRASE');
      expect(readdirSync(scene().directory, { recursive: true })).toEqual(before);
    }
    expect(await codeOf(() => rotate('root', 'wrong one'))).toBe('PUBLISH_PASSPHRASE');
  });

  test('new keys of a person are encrypted with the new passphrase, those of cron are not', async () => {
    await scene().init(PASSPHRASE);
    await rotate('root', PASSPHRASE, NEW_PASSPHRASE);
    expect(await codeOf(() => rotate('root', PASSPHRASE))).toBe('PUBLISH_PASSPHRASE');
    expect(await rotate('root', NEW_PASSPHRASE)).toMatchObject({ warnings: [] });
    const [added] = (await rotate('timestamp', NEW_PASSPHRASE)).added;
    const text = readFileSync(join(scene().directory, 'keys', `timestamp-${added!.slice(0, 16)}.pem`), 'utf8');
    expect(text).toContain('BEGIN PRIVATE KEY');
  });

  test('a key of a person that stays plain is warned about', async () => {
    await scene().init();
    expect((await rotate('targets')).warnings).toHaveLength(1);
    expect((await rotate('timestamp')).warnings).toEqual([]);
    expect((await rotate('targets', undefined, PASSPHRASE)).warnings).toEqual([]);
    expect(await codeOf(() => rotate('patterns'))).toBe('PUBLISH_PASSPHRASE');
  });
});
