/** What is published, as the update client of npm itself sees it. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { refresh } from '../../src/publish/refresh.ts';
import { rotateKey } from '../../src/publish/rotate.ts';
import { Client } from './support/client.ts';
import { codeOf, DAY_MS, lines, type Scene, withScene } from './support/scene.ts';

const scene = withScene();

describe('a consumer with the first root', () => {
  test('gets the newest pattern file, its delta and the notices', async () => {
    await scene().init();
    const client = new Client(scene());
    await scene().release(lines(300));
    await scene().release(lines(301));
    for (const name of ['pattern/1002.npf', 'pattern/1001-1002.delta', 'pattern/notices-1.json']) {
      expect(await client.fetch(name), name).toEqual(scene().read('targets', name));
    }
    expect(await client.fetch('pattern/1003.npf')).toBeUndefined();
  });

  test('asks twice and gets less than 1 kB when nothing is new', async () => {
    await scene().init();
    const client = new Client(scene());
    await scene().release(lines(300));
    await client.rootVersion();
    await client.rootVersion();
    expect(client.requests).toEqual(['metadata/2.root.json', 'metadata/timestamp.json']);
    expect(scene().read('metadata/timestamp.json').length).toBeLessThan(500);
  });

  test.for(['root', 'targets', 'patterns', 'snapshot', 'timestamp'])(
    'goes on after the key of %s was rotated',
    async (role) => {
      await scene().init();
      const [old, untouched] = [new Client(scene()), new Client(scene())];
      await scene().release(lines(300));
      await old.fetch('pattern/1001.npf');
      await rotateKey(scene().directory, role, { now: scene().now });
      expect(await old.fetch('pattern/1001.npf')).toBeDefined();
      await scene().release(lines(301));
      for (const client of [old, untouched, new Client(scene())]) {
        expect(await client.fetch('pattern/1002.npf')).toEqual(scene().read('targets/pattern/1002.npf'));
      }
      expect(await old.rootVersion()).toBe(role === 'patterns' ? 1 : 2);
    },
  );

  test('walks over many roots to the newest', async () => {
    await scene().init();
    const client = new Client(scene());
    for (const key of ['root', 'timestamp', 'root', 'targets', 'root']) {
      await rotateKey(scene().directory, key, { now: scene().now });
    }
    await scene().release(lines(300));
    expect(await client.rootVersion()).toBe(6);
    expect(await client.fetch('pattern/1001.npf')).toBeDefined();
  });

  test('comes back after a year, when every key was replaced', async () => {
    await scene().init();
    const client = new Client(scene());
    const { keys } = await rotated(['root', 'targets', 'patterns', 'snapshot', 'timestamp']);
    expect(keys).toBe(0);
    scene().pass(400 * DAY_MS);
    await refresh(scene().directory, { now: scene().now });
    await scene().release(lines(300));
    expect(await client.fetch('pattern/1001.npf')).toBeDefined();
  });

  /** @returns how many of the first keys are still in use */
  async function rotated(roles: readonly string[]): Promise<{ keys: number }> {
    const before = readdirSync(`${scene().directory}/keys`);
    for (const role of roles) await rotateKey(scene().directory, role, { now: scene().now });
    const after = readdirSync(`${scene().directory}/keys`);
    return { keys: before.filter((name) => after.includes(name) && !name.startsWith('minisign')).length };
  }
});

describe('a consumer refuses', () => {
  /** Replaces a text in a file by another of the same length. */
  function replace(each: Scene, name: string, from: string, to: string): void {
    const text = each.read(name).toString('latin1');
    expect(text).toContain(from);
    expect(from).toHaveLength(to.length);
    writeFileSync(each.shown(name), Buffer.from(text.replace(from, to), 'latin1'));
  }
  const ATTACKS: readonly (readonly [string, (each: Scene) => unknown])[] = [
    ['a pattern file with one flipped bit', (each) => flip(each, 'targets/pattern/1002.npf')],
    [
      'a pattern file that another release had',
      (each) => cpSync(each.shown('targets/pattern/1001.npf'), each.shown('targets/pattern/1002.npf')),
    ],
    [
      'a timestamp that lives longer than was signed',
      (each) => replace(each, 'metadata/timestamp.json', '"expires":"2026', '"expires":"2036'),
    ],
    [
      'a list in which a digest was changed',
      (each) => replace(each, 'metadata/3.patterns.json', '"sha256":"', '"sha512":"'),
    ],
    [
      'a snapshot that names an older list',
      (each) => replace(each, 'metadata/3.snapshot.json', '"version":3', '"version":2'),
    ],
    [
      'targets that let anybody sign',
      (each) => replace(each, 'metadata/1.targets.json', '"threshold":1', '"threshold":0'),
    ],
    [
      'a root of somebody else',
      async (each) => {
        const other = new (each.constructor as new () => Scene)();
        try {
          await other.init();
          await rotateKey(other.directory, 'root', { now: other.now });
          cpSync(other.shown('metadata/2.root.json'), each.shown('metadata/2.root.json'));
        } finally {
          other.remove();
        }
      },
    ],
    ['what was published before', (each) => cpSync(each.path('old'), each.publicDirectory, { recursive: true })],
    ['silence', (each) => each.pass(3 * DAY_MS)],
    ['a list that is not there', (each) => rmSync(each.shown('metadata/3.patterns.json'))],
  ];
  function flip(each: Scene, name: string): void {
    const bytes = readFileSync(each.shown(name));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(each.shown(name), bytes);
  }

  test.for(ATTACKS)('%s', async ([, attack]) => {
    await scene().init();
    await scene().release(lines(300));
    cpSync(scene().publicDirectory, scene().path('old'), { recursive: true });
    await scene().release(lines(301));
    // One that has seen the newest timestamp, and nothing else of it.
    const client = new Client(scene());
    await client.timestampOnly();
    await attack(scene());
    expect(await codeOf(() => client.fetch('pattern/1002.npf'))).toBeDefined();
  });

  test('nothing when nothing was touched', async () => {
    await scene().init();
    await scene().release(lines(300));
    await scene().release(lines(301));
    const client = new Client(scene());
    await client.timestampOnly();
    expect(await client.fetch('pattern/1002.npf')).toBeDefined();
  });
});
