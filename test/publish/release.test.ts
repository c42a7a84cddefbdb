/** Releases: what comes out of sources, in which order of numbers, and what is refused. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openPatternFile } from '../../native-free-engine/index.ts';
import { nodeDigester } from '../../src/host/host.ts';
import { listReleases } from '../../src/publish/list.ts';
import { withdraw } from '../../src/publish/notices.ts';
import type { ReleaseOptions } from '../../src/publish/release-options.ts';
import { verifyRepository } from '../../src/publish/verify.ts';
import { codeOf, DAY_MS, lines, Scene, START, withScene } from './support/scene.ts';

const scene = withScene();
const MAX = Number.MAX_SAFE_INTEGER;

async function problems(): Promise<readonly string[]> {
  return (await verifyRepository(scene().directory, { now: scene().now })).problems;
}
async function numbers(): Promise<readonly number[]> {
  return (await listReleases(scene().directory)).releases.map(({ number }) => number);
}

describe('numbers', () => {
  test('the first release is 1001, each later one follows', async () => {
    await scene().init();
    expect((await scene().release(lines(3))).number).toBe(1001);
    expect((await scene().release(lines(4))).number).toBe(1002);
  });

  test.for([
    ['980 is followed by 981', 980, 981],
    ['999 is followed by 1000', 999, 1000, 1001],
    ['9999 is followed by 10000', 9999, 10_000],
    ['2^53 − 2 is followed by 2^53 − 1', MAX - 1, MAX],
  ] as const)('%s', async ([, first, ...following]) => {
    await scene().init();
    await scene().release(lines(3), { number: first });
    for (const number of following) await scene().release(lines(4), { number });
    expect(await numbers()).toEqual([first, ...following]);
    expect(await problems()).toEqual([]);
  });

  test('957, 1000 and 10000 are listed as numbers, not as text', async () => {
    await scene().init();
    for (const number of [957, 1000, 10_000]) await scene().release(lines(number % 7), { number });
    expect(await numbers()).toEqual([957, 1000, 10_000]);
    expect((await scene().release(lines(9))).number).toBe(10_001);
  });

  test.for([
    ['the same number', 1002],
    ['a lower number', 1001],
    ['a number that was withdrawn', 1003],
    ['zero', 0],
    ['a negative number', -1],
    ['half a number', 1004.5],
    ['2^53', 2 ** 53],
    ['no number at all', Number.NaN],
  ] as const)('%s is refused', async ([, number]) => {
    await scene().init();
    for (const number of [1001, 1002, 1003]) await scene().release(lines(3), { number });
    await withdraw(scene().directory, 1003, 'it hits everything', { now: scene().now });
    expect(await codeOf(() => scene().release(lines(4), { number }))).toBe('PUBLISH_NUMBER');
    expect(await numbers()).toEqual([1001, 1002, 1003]);
  });

  test('nothing follows 2^53 − 1', async () => {
    await scene().init();
    await scene().release(lines(3), { number: MAX });
    expect(await codeOf(() => scene().release(lines(4)))).toBe('PUBLISH_NUMBER');
  });

  test('a number whose release was cut off is passed over, and used when it is asked for', async () => {
    await scene().init();
    await scene().release(lines(3));
    writeFileSync(scene().shown('targets/pattern/1002.npf'), 'half of it');
    expect((await scene().release(lines(4))).number).toBe(1003);
    writeFileSync(scene().shown('targets/pattern/1004.npf'), 'half of it');
    expect((await scene().release(lines(5), { number: 1004 })).number).toBe(1004);
    expect(await problems()).toEqual([]);
  });
});

describe('what a release is', () => {
  test('its pattern file has the number, channel, time and range that were asked for', async () => {
    await scene().init();
    const report = await scene().release(lines(3), {
      channel: 'canary',
      engineRange: '>=1.2.0 <3.0.0-0',
      released: '2026-11-20T01:02:03.456Z',
    });
    const { header } = openPatternFile(scene().read(report.full.path), nodeDigester);
    const expected = {
      number: 1001,
      channel: 'canary',
      released: '2026-11-20T01:02:03Z',
      engineRange: '>=1.2.0 <3.0.0-0',
    };
    expect(header).toMatchObject(expected);
    expect(report).toMatchObject({ ...expected, contentDigest: header.contentDigest, signatures: 3 });
  });

  test('the same sources at the same time give the same bytes', async () => {
    const other = new Scene();
    try {
      for (const each of [scene(), other]) {
        await each.init();
        for (const count of [300, 301]) await each.release(lines(count), { released: START.toISOString() });
      }
      for (const name of ['1001.npf', '1002.npf', '1001-1002.delta']) {
        expect(scene().read('targets/pattern', name).equals(other.read('targets/pattern', name)), name).toBe(true);
      }
    } finally {
      other.remove();
    }
  });

  test('signatures that came, went and changed are told by name, and what was not taken is counted', async () => {
    await scene().init();
    const first = await scene().release(['Stays:one', 'Goes:two', 'Differs:three']);
    expect(first.changes).toEqual({ added: ['Differs', 'Goes', 'Stays'], removed: [], changed: [] });
    const second = await scene().release(['Stays:one', 'Differs:four', 'Comes:five', 'no signature']);
    expect(second.changes).toEqual({ added: ['Comes'], removed: ['Goes'], changed: ['Differs'] });
    expect(second).toMatchObject({ previous: 1001, skipped: 1 });
  });

  test('changes are told against the channel that the fleet is on', async () => {
    await scene().init();
    await scene().release(['One:one']);
    await scene().release(['One:one', 'Two:two'], { channel: 'canary' });
    const report = await scene().release(['One:one', 'Two:two']);
    expect(report).toMatchObject({ previous: 1001, changes: { added: ['Two'] } });
  });

  test('a release without changes is made, and says so', async () => {
    await scene().init();
    await scene().release(lines(3));
    expect((await scene().release(lines(3))).warnings).toEqual(['no changes: 1002 holds the same signatures as 1001']);
  });

  test('signatures that hit clean files are warned about', async () => {
    await scene().init();
    const asked: (readonly string[])[] = [];
    const report = await scene().release(lines(3), {
      clean: ['/usr/bin'],
      findCleanHits: async (patterns, clean) => {
        asked.push(clean);
        expect(existsSync(patterns[0]!)).toBe(true);
        return [{ name: 'Test.Number1', file: '/usr/bin/true' }];
      },
    });
    expect(asked).toEqual([['/usr/bin']]);
    expect(report.warnings).toEqual(['Test.Number1 hits a clean file: /usr/bin/true']);
  });

  test('a staged roll-out starts now and lasts the hours that were asked for', async () => {
    await scene().init();
    await scene().release(lines(3), { rolloutHours: 24 });
    const { releases } = await listReleases(scene().directory);
    expect(releases[0]!.rollout).toEqual({ start: '2026-11-24T06:00:00Z', hours: 24 });
  });

  test('everything that a web server shows can be read by everybody, whatever the umask', async () => {
    const umask = process.umask(0o077);
    try {
      await scene().init();
      await scene().release(lines(300));
      await scene().release(lines(301));
    } finally {
      process.umask(umask);
    }
    const modes = new Set(
      readdirSync(scene().publicDirectory, { recursive: true, encoding: 'utf8' }).map((name) => {
        const stats = statSync(scene().shown(name));
        return `${stats.isDirectory() ? 'directory' : 'file'} ${(stats.mode & 0o777).toString(8)}`;
      }),
    );
    expect([...modes].sort()).toEqual(['directory 755', 'file 644']);
  });
});

describe('deltas', () => {
  /** Number, from, of all that are listed. */
  async function deltas(): Promise<readonly string[]> {
    const { releases } = await listReleases(scene().directory);
    return releases.flatMap(({ number, deltas }) => deltas.map(({ from }) => `${from}-${number}`));
  }

  test('lead from the number before, and from the newest one that is a week older', async () => {
    await scene().init();
    for (let day = 0; day <= 8; day++) {
      await scene().release(lines(300 + day));
      scene().pass(DAY_MS);
    }
    expect((await deltas()).slice(-4)).toEqual(
      ['1006-1007', '1001-1008', '1007-1008', '1002-1009', '1008-1009'].slice(-4),
    );
    expect(await problems()).toEqual([]);
  });

  test('lead past canaries as well', async () => {
    await scene().init();
    await scene().release(lines(300));
    await scene().release(lines(301), { channel: 'canary' });
    await scene().release(lines(302));
    expect(await deltas()).toEqual(['1001-1002', '1001-1003', '1002-1003']);
    expect(await problems()).toEqual([]);
  });

  test('lead away from a number that was withdrawn, and past it', async () => {
    await scene().init();
    await scene().release(lines(300));
    await scene().release(lines(301));
    await withdraw(scene().directory, 1002, 'it hits everything', { now: scene().now });
    await scene().release(lines(302));
    expect(await deltas()).toEqual(['1001-1002', '1001-1003', '1002-1003']);
  });

  test('are not made when they are larger than the full file', async () => {
    await scene().init();
    await scene().release(lines(300));
    const report = await scene().release(['Only:one']);
    expect(report.deltas).toEqual([]);
    expect(readdirSync(scene().shown('targets/pattern')).filter((name) => name.endsWith('.delta'))).toEqual([]);
  });
});

describe('what is refused before anything is published', () => {
  const REFUSED: readonly (readonly [string, Partial<ReleaseOptions>, string])[] = [
    ['a channel that consumers do not know', { channel: 'beta' }, 'PUBLISH_OPTION'],
    ['a range of engines that is none', { engineRange: 'newer than 1' }, 'PUBLISH_OPTION'],
    ['an empty range of engines', { engineRange: ' ' }, 'PUBLISH_OPTION'],
    ['a roll-out of no hours', { rolloutHours: 0 }, 'PUBLISH_OPTION'],
    ['a roll-out of half an hour', { rolloutHours: 0.5 }, 'PUBLISH_OPTION'],
    ['a roll-out of a year', { rolloutHours: 8760 }, 'PUBLISH_OPTION'],
    ['a time of release that is none', { released: 'yesterday' }, 'PUBLISH_OPTION'],
    ['a time of release in the future', { released: '2030-01-01T00:00:00Z' }, 'PUBLISH_OPTION'],
    [
      'a pattern file that fails its self-test',
      { selfTest: () => Promise.reject(new Error('EICAR was not found')) },
      'PUBLISH_SELF_TEST',
    ],
    [
      'sources that cannot be compiled',
      { compile: () => Promise.reject(Object.assign(new Error(), { code: 'SCAN_PATTERNS' })) },
      'SCAN_PATTERNS',
    ],
    [
      'a compiler that writes no pattern file',
      {
        compile: async (_, { output }) => {
          writeFileSync(output, 'x');
          return { skipped: [] };
        },
      },
      'PATTERN_FILE_TRUNCATED',
    ],
    [
      'a search for clean hits that fails',
      { clean: ['/'], findCleanHits: () => Promise.reject(Object.assign(new Error(), { code: 'SCAN_FAILED' })) },
      'SCAN_FAILED',
    ],
  ];
  test.for(REFUSED)('%s', async ([, options, code]) => {
    await scene().init();
    await scene().release(lines(3));
    const before = readdirSync(scene().publicDirectory, { recursive: true });
    expect(await codeOf(() => scene().release(lines(4), options))).toBe(code);
    expect(readdirSync(scene().publicDirectory, { recursive: true })).toEqual(before);
    expect((await scene().release(lines(4))).number).toBe(1002);
  });
});
