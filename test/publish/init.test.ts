/** `init`: what is there afterwards, and what it does not touch. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { takeLock } from '../../src/files/lock.ts';
import { refresh } from '../../src/publish/refresh.ts';
import { verifyRepository } from '../../src/publish/verify.ts';
import { codeOf, lines, withScene } from './support/scene.ts';

const scene = withScene();
const NOBODY = 65534;

describe('a new repository', () => {
  test('is whole, without a release', async () => {
    const report = await scene().init();
    expect(report.keys.root).toHaveLength(3);
    expect(readFileSync(report.rootFile)).toEqual(scene().read('metadata/1.root.json'));
    expect(scene().read('minisign.pub').toString()).toContain(report.minisignPublicKey);
    expect(await verifyRepository(scene().directory, { now: scene().now })).toMatchObject({
      problems: [],
      releases: [],
    });
    expect(readdirSync(scene().directory).sort()).toEqual(['keys', 'public', 'publish.lock']);
  });

  test('expires a root in a year, targets in 90 days, patterns in 14, the snapshot in 7, the timestamp in 2', async () => {
    await scene().init();
    const { roles } = await verifyRepository(scene().directory, { now: scene().now });
    expect(Object.fromEntries(roles.map(({ role, expires }) => [role, expires]))).toEqual({
      root: '2027-11-24T06:00:00Z',
      targets: '2027-02-22T06:00:00Z',
      patterns: '2026-12-08T06:00:00Z',
      snapshot: '2026-12-01T06:00:00Z',
      timestamp: '2026-11-26T06:00:00Z',
    });
  });

  test('lets patterns sign pattern/* alone, and nobody after it', async () => {
    await scene().init();
    const [role] = JSON.parse(scene().read('metadata/1.targets.json').toString()).signed.delegations.roles;
    expect(role).toMatchObject({ name: 'patterns', paths: ['pattern/*'], terminating: true, threshold: 1 });
  });

  test('is made beside other things in the directory', async () => {
    mkdirSync(scene().directory);
    writeFileSync(join(scene().directory, 'sources.ndb'), '');
    await scene().init();
    expect(existsSync(join(scene().directory, 'sources.ndb'))).toBe(true);
  });
});

describe('what is there is not touched', () => {
  test('a repository', async () => {
    await scene().init();
    const before = scene().read('root.json');
    expect(await codeOf(() => scene().init())).toBe('PUBLISH_EXISTS');
    expect(scene().read('root.json')).toEqual(before);
  });

  test('keys whose public directory was lost', async () => {
    await scene().init();
    rmSync(scene().publicDirectory, { recursive: true });
    const before = readdirSync(join(scene().directory, 'keys'));
    expect(await codeOf(() => scene().init())).toBe('PUBLISH_EXISTS');
    expect(readdirSync(join(scene().directory, 'keys'))).toEqual(before);
  });

  test('but keys of an init that was cut off before anything was shown', async () => {
    const { keys } = await scene().init();
    mkdirSync(join(scene().directory, '.init'));
    renameSync(scene().publicDirectory, join(scene().directory, '.init', 'public'));
    expect((await scene().init()).keys.root).not.toEqual(keys.root);
    expect(readdirSync(join(scene().directory, 'keys'))).toHaveLength(8);
    expect(readdirSync(scene().directory).sort()).toEqual(['keys', 'public', 'publish.lock']);
  });
});

describe('a place where nothing can be written', () => {
  test('because it belongs to somebody else is no reason to wait for its lock', async ({ skip }) => {
    if (process.getuid?.() !== 0) return skip('only root can be somebody else');
    await scene().init();
    chmodSync(scene().parent, 0o755);
    const script = new URL('./support/refresh-once.ts', import.meta.url).pathname;
    const { stdout, stderr } = spawnSync(process.execPath, [script, scene().directory], {
      uid: NOBODY,
      encoding: 'utf8',
    });
    expect({ stdout, stderr: stdout === '' ? stderr : '' }).toEqual({ stdout: 'PUBLISH_IO', stderr: '' });
  });

  test('because the disk is full leaves what was published, and goes on when there is room', async ({ skip }) => {
    mkdirSync(scene().directory);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', scene().directory]).status === 0;
    if (!mounted) {
      process.stderr.write('SKIPPED: no small file system can be mounted here; no disk is filled\n');
      return skip('no small file system can be mounted here');
    }
    try {
      await scene().init();
      await scene().release(lines(3));
      const filler = join(scene().directory, 'filler');
      for (const room of [0, 4096, 16_384]) {
        writeFileSync(filler, fillingOf(scene().directory, room));
        expect(await codeOf(() => scene().release(lines(4 + room / 4096))), `${room} bytes of room`).toBe('PUBLISH_IO');
        rmSync(filler);
        expect(await verifyRepository(scene().directory, { now: scene().now })).toMatchObject({
          problems: [],
          releases: [{ number: 1001 }],
        });
      }
      await scene().release(lines(5));
      expect((await verifyRepository(scene().directory, { now: scene().now })).problems).toEqual([]);
    } finally {
      spawnSync('umount', [scene().directory]);
    }
  });

  /** As many bytes as leave so much room. */
  function fillingOf(directory: string, room: number): Buffer {
    const { bavail, bsize } = statfsSync(directory);
    return Buffer.alloc(bavail * bsize - room);
  }
});

describe('two publishers', () => {
  test('one waits no longer than it was told, and says that another is at work', async () => {
    await scene().init();
    const release = takeLock(join(scene().directory, 'publish.lock'), 0)!;
    const attempt = () => refresh(scene().directory, { now: scene().now, lockTimeoutMs: 150 });
    expect(await codeOf(attempt)).toBe('PUBLISH_BUSY');
    release();
    expect(await codeOf(attempt)).toBeUndefined();
  });

  test('release one after the other', async () => {
    await scene().init();
    const numbers = await Promise.all([3, 4, 5].map(async (count) => (await scene().release(lines(count))).number));
    expect(numbers.toSorted((a, b) => a - b)).toEqual([1001, 1002, 1003]);
    expect((await verifyRepository(scene().directory, { now: scene().now })).problems).toEqual([]);
  });

  test('one that is killed in the middle of a release frees the lock at once', async () => {
    await scene().init();
    const script = new URL('./support/hanging-release.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, scene().directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = once(child, 'exit');
    try {
      await once(child.stdout, 'data');
      expect(await codeOf(() => scene().release(lines(3), { lockTimeoutMs: 0 }))).toBe('PUBLISH_BUSY');
    } finally {
      child.kill('SIGKILL');
      await gone;
    }
    expect((await scene().release(lines(3), { lockTimeoutMs: 0 })).number).toBe(1001);
  });
});
