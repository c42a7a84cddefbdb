/** An update from end to end: what a machine of a fleet takes, what it leaves, and what it says. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readUpdateMemory, readUpdaterState } from '../../src/update/memory.ts';
import type { UpdateOptions, UpdateProgress } from '../../src/update/options.ts';
import { DAY_MS, Forge, NOW_MS, type Released } from './support/forge.ts';
import { BOMB, makeDelta, makePattern } from './support/patterns.ts';
import { PASSED, type Scene, withScene } from './support/scene.ts';

const scene = withScene();
/** So that a full file is longer than a delta that is a bomb. */
const MANY = Array.from({ length: 1000 }, (_, index) => `Test.Many.${index}`);

/** The releases are made, then the server starts. */
async function offered(...releases: readonly (number | readonly [number, Released])[]): Promise<Scene> {
  for (const release of releases) {
    if (typeof release === 'number') scene().forge.release(release);
    else scene().forge.release(...release);
  }
  await scene().serve();
  return scene();
}

describe('the way of an update', () => {
  test('the first one fetches everything', async () => {
    const { server } = await offered(1040, 1041);
    const outcome = await scene().update();
    expect(outcome).toMatchObject({
      kind: 'updated',
      from: undefined,
      number: 1041,
      by: 'full',
      path: [1041],
      fallback: undefined,
      trial: PASSED,
      pruned: [],
      newest: 1041,
      active: { number: 1041, channel: 'stable' },
      support: { kind: 'supported' },
      notices: [],
    });
    expect(server.paths().toSorted()).toEqual(
      [
        'metadata/2.root.json',
        'metadata/timestamp.json',
        'metadata/3.snapshot.json',
        'metadata/1.targets.json',
        'metadata/3.patterns.json',
        'targets/pattern/1041.npf',
      ].toSorted(),
    );
    expect(outcome.requests).toBe(server.requests.length);
  });

  test('a check without news is two requests and less than a kilobyte', async () => {
    const { server, forge } = await offered(1040, [1041, { from: [1040] }]);
    forge.setNotices({ withdrawn: [{ number: 1039, reason: 'noisy', at: '2026-11-20T00:00:00Z' }] });
    await scene().update();
    for (const again of [() => {}, () => forge.signTimestamp()]) {
      again();
      server.requests.length = 0;
      const outcome = await scene().update();
      expect(outcome).toMatchObject({ kind: 'current', requests: 2 });
      expect(server.paths()).toEqual(['metadata/2.root.json', 'metadata/timestamp.json']);
      expect(outcome.receivedBytes).toBeLessThanOrEqual(1000);
      expect(outcome.receivedBytes).toBeGreaterThan(300);
    }
  });

  test('the next one comes as a delta, and is the published content', async () => {
    const { forge, server } = await offered(1041);
    await scene().update();
    forge.release(1042, { from: [1041] });
    server.requests.length = 0;
    const outcome = await scene().update();
    expect(outcome).toMatchObject({
      kind: 'updated',
      from: 1041,
      number: 1042,
      by: 'delta',
      path: [1041, 1042],
      fallback: undefined,
    });
    expect(server.paths()).not.toContain('targets/pattern/1042.npf');
    expect(outcome.active?.contentDigest).toBe(forge.made.get(1042)!.header.contentDigest);
    expect(outcome.active?.released).toBe('2026-11-24T00:00:00Z');
  });

  test('a chain of deltas is taken when it is shorter than the full file', async () => {
    const { forge } = await offered(1041);
    await scene().update();
    for (const number of [1042, 1043, 1044]) forge.release(number, { from: [number - 1] });
    expect(await scene().update()).toMatchObject({ by: 'delta', path: [1041, 1042, 1043, 1044] });
  });

  test('a delta starts from any number that is kept', async () => {
    const { forge } = await offered(1041);
    await scene().update();
    forge.release(1042);
    await scene().update();
    forge.release(1043, { from: [1041] });
    expect(await scene().update()).toMatchObject({ by: 'delta', path: [1041, 1043] });
  });

  test('what is kept already is not fetched', async () => {
    const { forge, server } = await offered(1041);
    await scene().update();
    forge.release(1042, { from: [1041] });
    await scene().update();
    scene().open().use(1041);
    server.requests.length = 0;
    expect(await scene().update()).toMatchObject({
      kind: 'updated',
      from: 1041,
      number: 1042,
      path: [1042],
      requests: 2,
    });
  });

  test('old ones are rotated out', async () => {
    const { forge } = await offered(1041);
    for (const number of [1042, 1043, 1044]) {
      await scene().update({ keep: 1 });
      forge.release(number, { from: [number - 1] });
    }
    expect(await scene().update({ keep: 1 })).toMatchObject({ number: 1044, pruned: [1042] });
    expect(
      scene()
        .view()
        .kept.map(({ number }) => number),
    ).toEqual([1043, 1044]);
  });

  test('progress is told in its order', async () => {
    const { forge } = await offered(1041);
    const seen: UpdateProgress[] = [];
    await scene().update({ onProgress: (progress) => seen.push(progress) });
    const { length } = forge.made.get(1041)!.bytes;
    expect(seen[0]).toEqual({ phase: 'metadata', receivedBytes: 0, totalBytes: undefined });
    expect(seen).toContainEqual({ phase: 'download', receivedBytes: length, totalBytes: length });
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['metadata', 'download', 'trial', 'install']);
  });

  test('only looking installs nothing', async () => {
    await offered(1041);
    expect(await scene().update({ checkOnly: true })).toMatchObject({
      kind: 'waiting',
      reason: 'check-only',
      newest: 1041,
    });
    expect(scene().active()).toBeUndefined();
    expect(await scene().result()).toBe('updated 1041');
  });
});

describe('a delta that does not get there costs one full file, and is reported', () => {
  const DELTA = 'pattern/1041-1042.delta';
  async function withDelta(): Promise<Scene> {
    const { forge } = await offered(1041);
    await scene().update();
    forge.release(1042, { from: [1041] });
    return scene();
  }
  test.each([
    ['is not there', /UPDATE_NOT_FOUND/, ({ forge }: Scene) => forge.files.delete(`targets/${DELTA}`)],
    [
      'has a flipped bit',
      /UPDATE_DIGEST/,
      ({ forge }: Scene) => {
        const bytes = Buffer.from(forge.files.get(`targets/${DELTA}`)!);
        bytes[bytes.length - 3]! ^= 16;
        forge.files.set(`targets/${DELTA}`, bytes);
      },
    ],
    [
      'is signed and no delta',
      /PATTERN_FILE_NOT_ONE/,
      ({ forge }: Scene) => {
        forge.addTarget(
          DELTA,
          Buffer.from('no delta, and long enough to have a header'),
          forge.targets.get(DELTA)!.custom,
        );
        forge.publish();
      },
    ],
    [
      'is signed for other numbers than it has',
      /UPDATE_PATTERN/,
      ({ forge }: Scene) => {
        forge.release(1043);
        forge.addDelta(1041, 1043);
        const { bytes } = forge.targets.get('pattern/1041-1043.delta')!;
        forge.targets.delete('pattern/1041-1043.delta');
        forge.targets.delete('pattern/1043.npf');
        forge.addTarget(DELTA, bytes, forge.targets.get(DELTA)!.custom);
        forge.publish();
      },
    ],
    [
      'starts from another content of that number',
      /PATTERN_FILE_DELTA_BASE/,
      ({ forge }: Scene) => {
        const before = forge.made.get(1041)!;
        forge.release(1041, { names: ['Test.Another'] });
        forge.addDelta(1041, 1042);
        forge.made.set(1041, before);
        forge.publish();
      },
    ],
    [
      'unpacks to more than was signed',
      /PATTERN_FILE/,
      ({ forge }: Scene) => {
        const target = forge.targets.get(DELTA)!;
        target.custom = { ...(target.custom as object), rawBytes: 3 };
        forge.publish();
      },
    ],
  ])('one that %s', async (_name, reason, spoil) => {
    const at = await withDelta();
    spoil(at);
    const outcome = await at.update();
    expect(outcome).toMatchObject({
      kind: 'updated',
      number: 1042,
      by: 'full',
      path: [1042],
      fallback: expect.stringMatching(reason),
    });
  });

  test('a bomb is stopped at the length that was signed', async () => {
    const { forge } = await offered([1041, { names: MANY }]);
    await scene().update();
    forge.release(1042, { names: [...MANY, 'Test.1042'] });
    const { bytes, header } = makeDelta(forge.made.get(1041)!, forge.made.get(1042)!, BOMB);
    forge.addTarget(DELTA, bytes, { kind: 'delta', from: 1041, number: 1042, rawBytes: header.rawBytes });
    forge.publish();
    const before = process.memoryUsage().rss;
    const outcome = await scene().update();
    expect(outcome).toMatchObject({ by: 'full', fallback: expect.stringMatching(/PATTERN_FILE_CHECKSUM_MISMATCH/) });
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  test('a full file that is a bomb is refused', async () => {
    const { forge } = await offered(1041);
    await scene().update();
    const terms = { channel: 'stable', engineRange: '*', released: '2026-11-24T00:00:00Z', names: ['Test.Bomb'] };
    const { bytes, header } = makePattern(1042, terms, BOMB);
    const { custom } = forge.targets.get('pattern/1041.npf')!;
    const { contentBytes, contentDigest } = header;
    forge.addTarget('pattern/1042.npf', bytes, { ...(custom as object), number: 1042, contentBytes, contentDigest });
    forge.publish();
    expect(await scene().result()).toBe('UPDATE_PATTERN');
    expect(scene().active()).toBe(1041);
  });

  test('a kept file that rotted is no base', async () => {
    await withDelta();
    const path = join(scene().store, '1041/1041.npf');
    const bytes = readFileSync(path);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(path, bytes);
    expect(await scene().update()).toMatchObject({
      by: 'full',
      fallback: expect.stringMatching(/UPDATE_PATTERN.*kept, and damaged/),
    });
  });
});

describe('which number a machine takes', () => {
  type Row = readonly [
    name: string,
    result: string,
    releases: readonly [number, Released][],
    options?: Partial<UpdateOptions>,
  ];
  const ROWS: readonly Row[] = [
    [
      'the highest by value, not by text',
      'updated 10000',
      [
        [957, {}],
        [1000, {}],
        [9999, {}],
        [10000, {}],
      ],
    ],
    [
      '980 before 981 is no last number',
      'updated 981',
      [
        [980, {}],
        [981, {}],
      ],
    ],
    [
      'the last number that exists',
      `updated ${Number.MAX_SAFE_INTEGER}`,
      [
        [99999, {}],
        [Number.MAX_SAFE_INTEGER, {}],
      ],
    ],
    [
      'stable does not follow canary',
      'updated 1041',
      [
        [1041, {}],
        [1042, { channel: 'canary' }],
      ],
    ],
    [
      'canary follows both',
      'updated 1042',
      [
        [1041, {}],
        [1042, { channel: 'canary' }],
      ],
      { channel: 'canary' },
    ],
    [
      'canary takes a later stable one',
      'updated 1043',
      [
        [1042, { channel: 'canary' }],
        [1043, {}],
      ],
      { channel: 'canary' },
    ],
    [
      'an engine two majors behind takes the last that fits',
      'updated 1041',
      [
        [1041, { engine: '<2.0.0-0' }],
        [1042, { engine: '>=2.0.0' }],
        [1043, { engine: '>=3.0.0' }],
      ],
    ],
    [
      'a prerelease of an engine is that engine',
      'updated 1042',
      [
        [1041, {}],
        [1042, { engine: '>=3.0.0-0' }],
      ],
      { engineVersion: '3.0.0-beta.2' },
    ],
    [
      'a range that cannot be read fits nobody',
      'updated 1041',
      [
        [1041, {}],
        [1042, { engine: 'all of them' }],
      ],
    ],
    ['nothing fits', 'current', [[1041, { engine: '>=2.0.0' }]]],
    ['nothing is offered', 'current', []],
    [
      'a roll-out is waited for',
      'waiting rollout',
      [[1041, { rollout: { start: '2026-11-30T00:00:00Z', hours: 24 } }]],
    ],
    [
      'a roll-out that is over is none',
      'updated 1041',
      [[1041, { rollout: { start: '2026-11-20T00:00:00Z', hours: 24 } }]],
    ],
    [
      'before the turn, the one before is taken',
      'updated 1041',
      [
        [1041, {}],
        [1042, { rollout: { start: '2026-11-30T00:00:00Z', hours: 24 } }],
      ],
    ],
    [
      'who insists does not wait for the turn',
      'updated 1041',
      [[1041, { rollout: { start: '2026-11-30T00:00:00Z', hours: 24 } }]],
      { now: true },
    ],
    [
      'canary does not wait for the turn',
      'updated 1041',
      [[1041, { channel: 'canary', rollout: { start: '2026-11-30T00:00:00Z', hours: 24 } }]],
      { channel: 'canary' },
    ],
  ];
  test.each(ROWS.map(([name, ...row]) => [name, row] as const))('%s', async (_name, row) => {
    const [result, releases, options = {}] = row;
    await offered(...releases);
    expect(await scene().result(options)).toBe(result);
  });

  test('2^53 is no number', async () => {
    const { forge } = scene();
    forge.release(1041);
    const { bytes, custom } = forge.targets.get('pattern/1041.npf')!;
    forge.addTarget(`pattern/${2 ** 53}.npf`, bytes, { ...(custom as object), number: 2 ** 53 });
    forge.publish();
    await scene().serve();
    expect(await scene().result()).toBe('UPDATE_METADATA');
  });

  test('a turn tells when it comes', async () => {
    await offered([1041, { rollout: { start: '2026-11-30T00:00:00Z', hours: 24 } }]);
    const outcome = await scene().update();
    expect(outcome).toMatchObject({ kind: 'waiting', reason: 'rollout', newest: 1041 });
    const until = outcome.kind === 'waiting' ? outcome.until! : '';
    expect(until >= '2026-11-30T00:00:00' && until < '2026-12-01T00:00:00').toBe(true);
    scene().nowMs = Date.parse(until);
    scene().forge.nowMs = scene().nowMs;
    scene().forge.publish();
    expect(await scene().result()).toBe('updated 1041');
  });
});

describe('an engine that grew too old', () => {
  test('holds the last that fits, and says so', async () => {
    const { forge } = await offered([1041, { engine: '<2.0.0-0' }], [1042, { engine: '>=3.0.0' }]);
    const outcome = await scene().update();
    expect(outcome).toMatchObject({ kind: 'updated', number: 1041, newest: 1041 });
    const said = { code: 'ENGINE_TOO_OLD', severity: 'warning', subject: expect.stringContaining('1042') };
    expect(outcome.notices).toContainEqual(expect.objectContaining(said));
    forge.release(1043, { engine: '>=3.0.0' });
    const later = await scene().update();
    expect(later).toMatchObject({ kind: 'current', newest: 1041, active: { number: 1041 } });
    expect(later.notices).toContainEqual(expect.objectContaining(said));
    expect(readUpdateMemory(scene().store)?.notices).toContainEqual(
      expect.objectContaining({ code: 'ENGINE_TOO_OLD' }),
    );
  });

  test('gets nothing above the last pattern of its lifecycle, and is warned', async () => {
    const { forge } = await offered(1041, 1042);
    forge.setNotices({ lifecycle: [{ engine: '<2.0.0-0', lastPattern: 1041, ends: '2026-12-04', moveTo: '>=2.0.0' }] });
    const outcome = await scene().update();
    const support = { kind: 'ending', daysLeft: 10, lastPattern: 1041, moveTo: '>=2.0.0', severity: 'critical' };
    expect(outcome).toMatchObject({ kind: 'updated', number: 1041, support });
    expect(outcome.notices.map(({ code }) => code)).toEqual(['LIFECYCLE_ENDS', 'ENGINE_TOO_OLD']);
    expect(readUpdateMemory(scene().store)?.support).toMatchObject(support);
  });
});

describe('what the publisher takes back', () => {
  const withdrawn = (...numbers: number[]) => ({
    withdrawn: numbers.map((number) => ({ number, reason: 'it hits calc.exe', at: '2026-11-24T00:00:00Z' })),
  });

  test('is not taken', async () => {
    const { forge } = await offered(1041, 1042);
    forge.setNotices(withdrawn(1042));
    expect(await scene().update()).toMatchObject({ kind: 'updated', number: 1041, newest: 1041 });
  });

  test('stays when it is active and nothing higher is there: that is critical, and nothing goes back by itself', async () => {
    const { forge } = await offered(1041, 1042);
    await scene().update();
    forge.setNotices(withdrawn(1042));
    const outcome = await scene().update();
    expect(outcome).toMatchObject({ kind: 'current', active: { number: 1042 } });
    expect(outcome.notices).toContainEqual(
      expect.objectContaining({
        code: 'WITHDRAWN',
        severity: 'critical',
        subject: expect.stringContaining('calc.exe'),
      }),
    );
    expect(readUpdateMemory(scene().store)?.withdrawn).toEqual([{ number: 1042, reason: 'it hits calc.exe' }]);
  });

  test('is cured by a higher number', async () => {
    const { forge } = await offered(1042);
    await scene().update();
    forge.setNotices(withdrawn(1042));
    forge.release(1043, { from: [1042] });
    const outcome = await scene().update();
    expect(outcome).toMatchObject({ kind: 'updated', number: 1043 });
    expect(outcome.notices.map(({ code }) => code)).not.toContain('WITHDRAWN');
  });

  test('is cured at once, before the turn of this machine', async () => {
    const { forge } = await offered(1042);
    await scene().update();
    forge.release(1043, { rollout: { start: '2026-11-30T00:00:00Z', hours: 24 } });
    expect(await scene().result()).toBe('waiting rollout');
    forge.setNotices(withdrawn(1042));
    expect(await scene().result()).toBe('updated 1043');
  });

  test('is fetched once, and again when it changes', async () => {
    const { forge, server } = await offered(1041);
    forge.setNotices(withdrawn(1));
    await scene().update();
    forge.release(1042);
    server.requests.length = 0;
    await scene().update();
    expect(server.paths().filter((path) => path.includes('notices'))).toEqual([]);
    forge.setNotices(withdrawn(1, 2));
    await scene().update();
    expect(server.paths().filter((path) => path.includes('notices'))).toHaveLength(1);
  });

  test.each([
    ['no JSON', 'no JSON'],
    ['another format', '{"format":2,"lifecycle":[],"withdrawn":[]}'],
    [
      'a reason of two lines',
      '{"format":1,"lifecycle":[],"withdrawn":[{"number":1,"reason":"a\\nb","at":"2026-11-24T00:00:00Z"}]}',
    ],
    ['a lifecycle without an end', '{"format":1,"lifecycle":[{"engine":"*"}],"withdrawn":[]}'],
  ])('is refused when it is %s', async (_name, text) => {
    const { forge } = await offered(1041);
    forge.addTarget('pattern/notices-9.json', Buffer.from(text), { kind: 'notices', version: 9 });
    forge.publish();
    expect(await scene().result()).toBe('UPDATE_METADATA');
  });
});

describe('what somebody here decided', () => {
  async function withNews(): Promise<Scene> {
    const { forge } = await offered(1041);
    await scene().update();
    forge.release(1042, { from: [1041] });
    return scene();
  }

  test('pinned: news waits, loudly', async () => {
    (await withNews()).open().pin(1041);
    const outcome = await scene().update({ now: true });
    expect(outcome).toMatchObject({ kind: 'waiting', reason: 'pinned', until: undefined, newest: 1042 });
    expect(outcome.notices).toContainEqual(expect.objectContaining({ code: 'PINNED', severity: 'warning' }));
    scene().open().pin(undefined);
    expect(await scene().result()).toBe('updated 1042');
  });

  test('held: news waits until the hold is over', async () => {
    const until = new Date(NOW_MS + 3_600_000);
    (await withNews()).open().hold(until);
    const outcome = await scene().update();
    expect(outcome).toMatchObject({ kind: 'waiting', reason: 'held', until: until.toISOString() });
    scene().nowMs += 3_600_001;
    expect(await scene().result()).toBe('updated 1042');
  });

  test('pinned or held without news is current, and still loud', async () => {
    await offered(1041);
    await scene().update();
    scene().open().hold('forever');
    const outcome = await scene().update();
    expect(outcome.kind).toBe('current');
    expect(outcome.notices).toContainEqual(expect.objectContaining({ code: 'HELD' }));
  });

  test('rolled back: only a higher number comes by itself', async () => {
    const { forge } = await withNews();
    await scene().update();
    scene().open().rollback();
    const outcome = await scene().update({ now: true });
    expect(outcome).toMatchObject({ kind: 'current', active: { number: 1041 }, newest: 1042 });
    expect(outcome.notices).toContainEqual(expect.objectContaining({ code: 'BAD_OFFERED' }));
    forge.release(1043, { from: [1041] });
    expect(await scene().result()).toBe('updated 1043');
  });

  test('held while it is being fetched: it waits', async () => {
    await withNews();
    const trial = async () => {
      scene().open().hold('forever');
      return PASSED;
    };
    expect(await scene().result({ trial })).toBe('waiting held');
    expect(scene().active()).toBe(1041);
  });

  test('a repository that offers less than what is active changes nothing', async () => {
    const { forge } = await offered(1040, 1041);
    await scene().update();
    forge.targets.delete('pattern/1041.npf');
    forge.publish();
    const outcome = await scene().update();
    expect(outcome).toMatchObject({ kind: 'current', active: { number: 1041 }, newest: 1040 });
    expect(outcome.notices).toContainEqual(expect.objectContaining({ code: 'REPOSITORY_BEHIND' }));
  });
});

describe('the trial', () => {
  test('gets the staged file and can refuse it; it is not tried again for a day, unless somebody insists', async () => {
    const { server, forge } = await offered(1040);
    await scene().update();
    forge.release(1041, { from: [1040] });
    let trials = 0;
    const trial = async ({ path, number }: { path: string; number: number }) => {
      trials++;
      expect(readFileSync(path).length).toBeGreaterThan(100);
      throw Object.assign(new Error(`${number} finds too much`), { code: 'TRIAL_CLEAN' });
    };
    await expect(scene().update({ trial })).rejects.toMatchObject({
      code: 'UPDATE_TRIAL',
      message: expect.stringContaining('TRIAL_CLEAN: 1041 finds too much'),
    });
    expect(scene().active()).toBe(1040);
    server.requests.length = 0;
    const outcome = await scene().update({ trial });
    expect(outcome).toMatchObject({ kind: 'current', requests: 2 });
    expect(outcome.notices).toContainEqual(
      expect.objectContaining({ code: 'TRIAL', subject: expect.stringContaining('1041') }),
    );
    expect(await scene().result({ trial, now: true })).toBe('UPDATE_TRIAL');
    expect(trials).toBe(2);
    scene().nowMs += DAY_MS + 1;
    forge.nowMs = scene().nowMs;
    forge.publish();
    expect(await scene().result()).toBe('updated 1041');
    expect(readUpdaterState(scene().store)?.refused).toEqual([]);
  });

  test.each(['SCAN_OPTION', 'SCAN_TRIAL_CLEAN', 'SCAN_TRIAL_STORE'])(
    '%s is a fault of this machine, and held against no pattern',
    async (code) => {
      await offered(1041);
      const trial = () => Promise.reject(Object.assign(new Error('it is not there'), { code }));
      expect(await scene().result({ trial })).toBe('UPDATE_TRIAL');
      expect(await scene().result()).toBe('updated 1041');
    },
  );

  test('that refused a number makes no news of it while a lower one waits for its turn', async () => {
    const { forge } = await offered(1040);
    await scene().update();
    forge.release(1041, { rollout: { start: '2026-11-30T00:00:00Z', hours: 24 } });
    forge.release(1042);
    await scene().result({ trial: () => Promise.reject(new Error('no')) });
    expect(await scene().update()).toMatchObject({ kind: 'waiting', reason: 'rollout', newest: 1041 });
  });

  test('leaves nothing behind when it refuses', async () => {
    await offered(1041);
    await scene().result({ trial: () => Promise.reject(new Error('no')) });
    expect(readdirSync(join(scene().store, 'incoming'))).toEqual(['downloads']);
  });
});

describe('what is remembered', () => {
  test('the repository, once it was trusted', async () => {
    const { server } = await offered(1041);
    const mirrors = ['http://127.0.0.1:1/repo'];
    await scene().update({ mirrors, channel: 'canary' });
    expect(readUpdateMemory(scene().store)).toMatchObject({
      url: server.url,
      mirrors,
      channel: 'canary',
      lastCheck: { ok: true, code: 'OK', at: new Date(NOW_MS).toISOString() },
      lastGood: new Date(NOW_MS).toISOString(),
    });
    scene().forge.release(1042, { channel: 'canary' });
    expect(await scene().result({ url: undefined, rootFile: undefined })).toBe('updated 1042');
  });

  test('a URL that leads nowhere is not', async () => {
    await offered(1041);
    await scene().update();
    expect(await scene().result({ url: 'http://127.0.0.1:1/typo' })).toBe('UPDATE_NETWORK');
    expect(await scene().result({ url: undefined })).toBe('current');
  });

  test('a failed check leaves the last good one', async () => {
    const { server } = await offered(1041);
    await scene().update();
    scene().nowMs += 60_000;
    server.files = new Map();
    expect(await scene().result()).toBe('UPDATE_NOT_FOUND');
    const memory = readUpdateMemory(scene().store);
    expect(memory?.lastGood).toBe(new Date(NOW_MS).toISOString());
    expect(memory?.lastCheck).toMatchObject({
      ok: false,
      code: 'UPDATE_NOT_FOUND',
      at: new Date(NOW_MS + 60_000).toISOString(),
    });
  });
});

describe('what has to be set', () => {
  test('without a URL it says how to set one', async () => {
    await expect(scene().update({ url: undefined })).rejects.toMatchObject({
      code: 'UPDATE_NO_REPOSITORY',
      message: expect.stringContaining('engine update --url URL --root FILE'),
    });
  });

  test('without a root nothing is trusted', async () => {
    await offered(1041);
    await expect(scene().update({ rootFile: undefined })).rejects.toMatchObject({
      code: 'UPDATE_NO_ROOT',
      message: expect.stringContaining('--root FILE'),
    });
    expect(scene().server.requests).toEqual([]);
  });

  test.each([
    ['is not there', () => '/nowhere/root.json'],
    ['is no root', () => join(dirname(scene().rootFile), 'other.json')],
  ])('a root file that %s is refused', async (_name, rootFile) => {
    await offered(1041);
    writeFileSync(join(scene().directory, 'other.json'), '{"signed":{}}');
    expect(await scene().result({ rootFile: rootFile() })).toBe('UPDATE_ROOT_FILE');
  });

  test('the wrong root trusts nothing, and does not stand in the way of the right one', async () => {
    await offered(1041);
    const wrong = join(scene().directory, 'wrong.json');
    writeFileSync(wrong, new Forge().rootFile);
    expect(await scene().result({ rootFile: wrong })).toBe('UPDATE_SIGNATURE');
    expect(await scene().result()).toBe('updated 1041');
    const outcome = await scene().update({ rootFile: wrong });
    expect(outcome.kind).toBe('current');
    expect(outcome.notices).toContainEqual(expect.objectContaining({ code: 'ROOT_FILE', severity: 'warning' }));
    expect(await scene().result({ rootFile: '/nowhere' })).toBe('current');
  });

  test('another publisher needs another store', async () => {
    await offered(1041);
    await scene().update();
    const other = new Forge();
    other.release(5);
    const { url } = await scene().serve(other.files);
    const rootFile = join(scene().directory, 'other-root.json');
    writeFileSync(rootFile, other.rootFile);
    await expect(scene().update({ url, rootFile })).rejects.toMatchObject({
      code: 'UPDATE_ROOT_FILE',
      message: expect.stringContaining('another store'),
    });
    expect(await scene().result({ url, rootFile, store: join(scene().directory, 'another') })).toBe('updated 5');
  });

  test('a root file that stays on the command line does not bring trust back to its beginning', async () => {
    const { forge } = await offered(1041);
    await scene().update();
    for (let i = 0; i < 3; i++) forge.rotate('root', forge.keys.root);
    forge.publish();
    for (let again = 0; again < 2; again++) {
      expect(await scene().update()).toMatchObject({ kind: 'current', notices: [] });
      expect(scene().version('root')).toBe(4);
    }
    writeFileSync(scene().rootFile, forge.files.get('metadata/4.root.json')!);
    expect(await scene().update()).toMatchObject({ kind: 'current', notices: [] });
  });

  test.each(['ftp://example.com/', 'example.com', 'http://user:%zz@example.com/', ''])(
    '%j is no URL of a repository',
    async (url) => {
      expect(await scene().result({ url })).toBe(url === '' ? 'UPDATE_NO_REPOSITORY' : 'UPDATE_OPTION');
    },
  );

  test('a limit that is no number is refused', async () => {
    expect(await scene().result({ url: 'http://127.0.0.1:1/', limits: { retries: -1 } })).toBe('UPDATE_OPTION');
  });
});

describe('a repository that was carried here', () => {
  function carried(): string {
    const directory = join(scene().directory, 'usb');
    for (const [path, bytes] of scene().forge.files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), bytes);
    }
    return directory;
  }

  test('is verified and installed like any other, without a request', async () => {
    scene().forge.release(1041, { rollout: { start: '2026-11-30T00:00:00Z', hours: 24 } });
    expect(await scene().import(carried())).toMatchObject({
      kind: 'updated',
      number: 1041,
      by: 'import',
      requests: 0,
      receivedBytes: 0,
    });
  });

  test('brings deltas as well', async () => {
    scene().forge.release(1041);
    await scene().import(carried());
    scene().forge.release(1042, { from: [1041] });
    expect(await scene().import(carried())).toMatchObject({ by: 'import', path: [1041, 1042] });
  });

  test('needs a root once', async () => {
    scene().forge.release(1041);
    await expect(scene().import(carried(), { rootFile: undefined })).rejects.toMatchObject({ code: 'UPDATE_NO_ROOT' });
  });

  test('is taken when it had not expired on the day the medium was made, and not otherwise', async () => {
    scene().forge.release(1041);
    scene().nowMs += 30 * DAY_MS;
    const directory = carried();
    await expect(scene().import(directory)).rejects.toMatchObject({ code: 'UPDATE_FREEZE' });
    await expect(scene().import(directory, { mediaDate: '2026-11-27' })).rejects.toMatchObject({
      code: 'UPDATE_FREEZE',
    });
    await expect(scene().import(directory, { mediaDate: 'yesterday' })).rejects.toMatchObject({
      code: 'UPDATE_OPTION',
    });
    expect(await scene().import(directory, { mediaDate: '2026-11-25' })).toMatchObject({
      kind: 'updated',
      number: 1041,
    });
  });

  test('cannot bring back an older state, whatever the date of the medium', async () => {
    scene().forge.release(1041);
    const old = join(scene().directory, 'old');
    cpSync(carried(), old, { recursive: true });
    scene().forge.release(1042);
    await scene().import(carried());
    await expect(scene().import(old, { mediaDate: '2026-11-24' })).rejects.toMatchObject({ code: 'UPDATE_ROLLBACK' });
    expect(scene().active()).toBe(1042);
  });

  test.each([
    ['a link that leads out of it', 'UPDATE_FILE', (path: string) => symlinkSync('/etc/passwd', path)],
    ['a link that leads nowhere', 'UPDATE_NOT_FOUND', (path: string) => symlinkSync('/nowhere', path)],
    ['a directory', 'UPDATE_FILE', (path: string) => mkdirSync(path)],
    ['a file that is too long', 'UPDATE_TOO_LONG', (path: string) => writeFileSync(path, Buffer.alloc(100_000, ' '))],
    ['nothing', 'UPDATE_NOT_FOUND', () => {}],
    [
      'a pipe',
      'UPDATE_FILE',
      async (path: string) => {
        const { execFileSync } = await import('node:child_process');
        execFileSync('mkfifo', [path]);
      },
    ],
  ])('%s in place of a file is refused', async (_name, code, make) => {
    scene().forge.release(1041);
    const directory = carried();
    const path = join(directory, 'metadata/timestamp.json');
    const { rmSync } = await import('node:fs');
    rmSync(path);
    await make(path);
    await expect(scene().import(directory)).rejects.toMatchObject({ code });
  });

  test('links inside it are followed', async () => {
    scene().forge.release(1041);
    const directory = carried();
    const { renameSync } = await import('node:fs');
    renameSync(join(directory, 'targets/pattern'), join(directory, 'elsewhere'));
    symlinkSync('../elsewhere', join(directory, 'targets/pattern'));
    expect(await scene().import(directory)).toMatchObject({ kind: 'updated' });
  });

  test('a directory that is not there is no repository', async () => {
    await expect(scene().import('/nowhere')).rejects.toMatchObject({ code: 'UPDATE_FILE' });
  });
});
