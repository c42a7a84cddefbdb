/** What the machine does: kills, a full disk, a store that cannot be written, damaged files, a wrong clock. No update is lost and trust never goes down. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readStore } from '../../src/store/read.ts';
import { readUpdateMemory, readUpdaterState } from '../../src/update/memory.ts';
import { failingFiles } from './support/failing-files.ts';
import { DAY_MS, NOW_MS } from './support/forge.ts';
import { type Scene, withScene } from './support/scene.ts';

const scene = withScene();
const ROLES = ['root', 'timestamp', 'snapshot', 'targets', 'patterns'] as const;

/** 1041 is active; 1042 is offered by a delta, with a new root and new notices. */
async function withNews(): Promise<Scene> {
  const { forge } = scene();
  forge.release(1041);
  await scene().serve();
  expect(await scene().result()).toBe('updated 1041');
  forge.rotate('timestamp');
  forge.setNotices({ withdrawn: [{ number: 7, reason: 'noisy', at: '2026-11-20T00:00:00Z' }] });
  forge.release(1042, { from: [1041] });
  return scene();
}

function versions(): readonly number[] {
  return ROLES.map((role) => scene().version(role));
}

function expectNotLower(before: readonly number[]): void {
  for (const [index, version] of versions().entries()) expect(version).toBeGreaterThanOrEqual(before[index]!);
}

describe('two updaters', () => {
  test('the second says so, and changes nothing', async () => {
    await withNews();
    const results = await Promise.all([scene().result(), scene().result()]);
    expect(results.toSorted()).toEqual(['UPDATE_BUSY', 'updated 1042']);
    expect(readUpdateMemory(scene().store)?.lastCheck).toMatchObject({ ok: true });
  });

  test('a lock that is held is not waited for', async () => {
    await withNews();
    const unlock = scene().open().lockUpdater(0)!;
    await expect(scene().update()).rejects.toMatchObject({
      code: 'UPDATE_BUSY',
      message: expect.stringContaining('another is at work'),
    });
    unlock();
    expect(await scene().result()).toBe('updated 1042');
  });
});

describe('kill -9', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function start(point?: string): { child: ChildProcess; ended: Promise<NodeJS.Signals | null> } {
    const script = join(import.meta.dirname, 'support/update-child.ts');
    const words = [script, scene().store, scene().server.url, scene().rootFile, ...(point ? [point] : [])];
    const child = spawn(process.execPath, words, { stdio: 'inherit' });
    children.push(child);
    return { child, ended: new Promise((resolve) => child.on('exit', (_code, signal) => resolve(signal))) };
  }

  test.each([/root\.json/, /timestamp/, /snapshot/, /patterns\.json/, /notices/, /\.delta/])(
    'while it waits for %s, and holds the lock',
    async (path) => {
      const { server } = await withNews();
      const before = versions();
      const { child, ended } = start();
      await new Promise<void>((resolve) => {
        server.lie(path, () => {
          resolve();
          return true;
        });
      });
      expect(await scene().result()).toBe('UPDATE_BUSY');
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
      expect(scene().active()).toBe(1041);
      expectNotLower(before);
      server.beHonest();
      expect(await scene().result()).toBe('updated 1042');
      expect(readdirSync(join(scene().store, 'incoming'))).toEqual(['downloads']);
    },
  );

  test('in the middle of the trial', async () => {
    await withNews();
    expect(await start('trial').ended).toBe('SIGKILL');
    expect(scene().active()).toBe(1041);
    expect(await scene().result()).toBe('updated 1042');
  });

  test('at each call that changes a file: the old pattern or the new one, and the next run ends it', async () => {
    const { forge, directory } = await withNews();
    const template = join(directory, 'template');
    execFileSync('cp', ['-a', scene().store, template]);
    const before = versions();
    const whole = failingFiles(0, 'dead');
    expect(await scene().result({ files: whole.files })).toBe('updated 1042');
    expect(whole.calls()).toBeGreaterThan(40);
    for (let at = 1; at <= whole.calls(); at++) {
      rmSync(scene().store, { recursive: true });
      execFileSync('cp', ['-a', template, scene().store]);
      await scene().result({ files: failingFiles(at, 'dead').files });
      expect([1041, 1042], `call ${at}`).toContain(scene().active());
      expectNotLower(before);
      expect(['updated 1042', 'current'], `after call ${at}`).toContain(await scene().result());
      expect(scene().active()).toBe(1042);
    }
    expect(forge.versions.root).toBe(scene().version('root'));
  });
});

describe('a full disk', () => {
  test('at each call that takes room: the active pattern stays, it is said, and the next run succeeds', async () => {
    const { directory } = await withNews();
    const template = join(directory, 'template');
    execFileSync('cp', ['-a', scene().store, template]);
    const before = versions();
    const whole = failingFiles(0, 'full');
    await scene().result({ files: whole.files });
    const seen = new Set<string>();
    for (let at = 1; at <= whole.calls(); at++) {
      rmSync(scene().store, { recursive: true });
      execFileSync('cp', ['-a', template, scene().store]);
      const result = await scene().result({ files: failingFiles(at, 'full').files });
      seen.add(result);
      expect(scene().active(), `call ${at}: ${result}`).toBeOneOf([1041, 1042]);
      expectNotLower(before);
      expect(['updated 1042', 'current']).toContain(await scene().result());
    }
    expect([...seen].toSorted()).toEqual(['STORE_DISK_FULL', 'updated 1042']);
  });

  describe('of its own', () => {
    let mounted: string | undefined;
    afterEach(() => {
      if (mounted) execFileSync('umount', [mounted]);
      mounted = undefined;
    });

    /** Only root can; elsewhere it is said and left out. */
    function mount(size: string): string | undefined {
      const path = join(scene().directory, 'disk');
      mkdirSync(path);
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'sigwall-test', path], {
          stdio: 'ignore',
        });
      } catch {
        console.warn('SKIPPED: no tmpfs can be mounted here, so real full and read-only disks are not tested');
        return undefined;
      }
      mounted = path;
      return path;
    }

    test('each amount of room that is too little is said', async ({ skip }) => {
      const disk = mount('1m') ?? skip();
      const store = join(disk, 'store');
      const { forge } = scene();
      forge.release(1041);
      await scene().serve();
      expect(await scene().result({ store })).toBe('updated 1041');
      forge.release(1042, { names: Array.from({ length: 2500 }, (_, index) => `Test.Large.${index}`) });
      const ballast = join(disk, 'ballast');
      const seen = new Set<string>();
      for (let pages = 0; pages < 15; pages += 2) {
        rmSync(ballast, { force: true });
        const { bavail, bsize } = statfsSync(disk);
        writeFileSync(ballast, Buffer.alloc((bavail - pages) * bsize));
        seen.add(await scene().result({ store }));
        expect(readStore(store)?.active?.number).toBe(1041);
      }
      // The store's own lock takes room too, and cannot say that there is none.
      expect([...seen].filter((result) => result !== 'STORE_LOCKED')).toEqual(['STORE_DISK_FULL']);
      rmSync(ballast);
      expect(await scene().result({ store })).toBe('updated 1042');
    });

    test('one that is read-only is said', async ({ skip }) => {
      const disk = mount('4m') ?? skip();
      const store = join(disk, 'store');
      scene().forge.release(1041);
      await scene().serve();
      expect(await scene().result({ store })).toBe('updated 1041');
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      scene().server.requests.length = 0;
      expect(await scene().result({ store })).toBe('STORE_READ_ONLY');
      expect(scene().server.requests).toEqual([]);
    });
  });

  test('a store that others may write in is refused', async () => {
    await withNews();
    chmodSync(scene().store, 0o777);
    expect(await scene().result()).toBe('STORE_FOREIGN');
  });
});

describe('damaged files of trust', () => {
  const DAMAGES: readonly (readonly [string, (path: string) => void])[] = [
    ['empty', (path) => writeFileSync(path, '')],
    ['torn', (path) => writeFileSync(path, readFileSync(path).subarray(0, 200))],
    [
      'changed',
      (path) => writeFileSync(path, readFileSync(path, 'utf8').replace(/"version":\d+/, '"version":1000000')),
    ],
    ['gone', (path) => rmSync(path)],
    [
      'a directory',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ];
  const CASES = [...ROLES, 'notices'].flatMap((role) =>
    DAMAGES.map(([what, damage]) => [`${role}.json`, what, damage] as const),
  );

  test.each(CASES)('%s is %s: older metadata is not taken for new, and newer is', async (name, what, damage) => {
    const { forge } = await withNews();
    const older = forge.freeze();
    const newer = () => forge.release(1043, { from: [1042] });
    expect(await scene().result()).toBe('updated 1042');
    forge.signSnapshot();
    forge.signTimestamp();
    expect(await scene().result()).toBe('current');
    damage(scene().trust(name));
    scene().server.files = older;
    const isInTheWay = name === 'root.json' && what === 'a directory';
    expect(await scene().result({ rootFile: undefined })).toBe(isInTheWay ? 'STORE_FILES' : 'UPDATE_ROLLBACK');
    expect(scene().active()).toBe(1042);
    if (what === 'a directory') rmSync(scene().trust(name), { recursive: true, force: true });
    newer();
    scene().server.files = forge.files;
    expect(await scene().result({ rootFile: undefined })).toBe('updated 1043');
  });

  test('all of it is gone but the memory: still nothing older', async () => {
    const { forge } = await withNews();
    const older = forge.freeze();
    await scene().update();
    forge.publish();
    await scene().update();
    rmSync(join(scene().store, 'trust'), { recursive: true });
    scene().server.files = older;
    expect(await scene().result()).toBe('UPDATE_ROLLBACK');
    scene().server.files = forge.files;
    expect(await scene().result({ rootFile: undefined })).toBe('current');
  });

  test('the memory is gone: trust/ goes on by itself', async () => {
    const { forge, server } = await withNews();
    const older = forge.freeze();
    await scene().update();
    forge.publish();
    await scene().update();
    rmSync(join(scene().store, 'update.json'));
    server.files = older;
    expect(await scene().result({ rootFile: undefined })).toBe('UPDATE_ROLLBACK');
    server.files = forge.files;
    expect(await scene().result({ rootFile: undefined })).toBe('current');
  });

  test('root and memory are damaged: the root has to be given once more', async () => {
    await withNews();
    writeFileSync(scene().trust('root.json'), 'x');
    writeFileSync(join(scene().store, 'update.json'), 'x');
    await expect(scene().update({ rootFile: undefined })).rejects.toMatchObject({
      code: 'UPDATE_TRUST_DAMAGED',
      message: expect.stringContaining('--root FILE'),
    });
    expect(await scene().result()).toBe('updated 1042');
  });

  test('a memory that is hostile is read without a fault', async () => {
    await withNews();
    const path = join(scene().store, 'update.json');
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 3) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 2;
      writeFileSync(path, at % 2 === 0 ? flipped : whole.subarray(0, at));
      expect(readUpdaterState(scene().store)).toBeUndefined();
    }
    writeFileSync(path, whole);
    expect(readUpdaterState(scene().store)?.url).toBe(scene().server.url);
  });
});

describe('a wrong clock', () => {
  const YEAR_MS = 365 * DAY_MS;

  test('a year ahead: everything looks expired; it says what the server thinks, and is well again with the clock', async () => {
    await withNews();
    scene().nowMs = NOW_MS + YEAR_MS;
    const error = await scene()
      .update()
      .catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'UPDATE_FREEZE',
      message: expect.stringMatching(/clock wrong\? This machine is 365 days ahead/),
    });
    expect(readUpdateMemory(scene().store)?.notices).toContainEqual(expect.objectContaining({ code: 'CLOCK' }));
    scene().nowMs = NOW_MS;
    expect(await scene().result()).toBe('updated 1042');
  });

  test('a year behind: what is expired stays expired, since time was known before', async () => {
    const { forge } = await withNews();
    expect(await scene().result()).toBe('updated 1042');
    forge.nowMs = NOW_MS - 30 * DAY_MS;
    forge.publish();
    scene().nowMs = NOW_MS - YEAR_MS;
    expect(await scene().result()).toBe('UPDATE_FREEZE');
  });

  test('a year behind: what is new is taken, and the clock is told of', async () => {
    await withNews();
    scene().nowMs = NOW_MS - YEAR_MS;
    const outcome = await scene().update();
    expect(outcome).toMatchObject({ kind: 'updated', number: 1042 });
    expect(outcome.notices).toContainEqual(
      expect.objectContaining({ code: 'CLOCK', subject: expect.stringContaining('behind') }),
    );
  });

  test('an hour is nobody’s business', async () => {
    await withNews();
    scene().nowMs = NOW_MS + 3_500_000;
    expect((await scene().update()).notices).toEqual([]);
  });

  test('a release that is dated wrongly does not make everything after it look expired', async () => {
    const { forge } = await withNews();
    forge.release(1043, { released: '2036-01-01T00:00:00Z' });
    await scene().update();
    forge.release(1044);
    expect(await scene().result()).toBe('updated 1044');
  });

  test('it cannot be earlier than the day the engine was built', async () => {
    const { forge } = await withNews();
    scene().nowMs = NOW_MS - YEAR_MS;
    forge.nowMs = NOW_MS - 10 * DAY_MS;
    forge.publish();
    rmSync(scene().store, { recursive: true });
    expect(await scene().result({ buildDate: NOW_MS - 5 * DAY_MS })).toBe('UPDATE_FREEZE');
  });
});
