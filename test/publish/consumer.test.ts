/** What is published, as the update client of npm itself sees it. */
import { describe, expect, test } from 'vitest';
import { Client } from './support/client.ts';
import { lines, withScene } from './support/scene.ts';

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
});
