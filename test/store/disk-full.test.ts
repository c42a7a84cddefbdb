/** A disk that fills up, breaks or becomes read-only at each call: the active pattern stays, the error says what it is, and nothing stands in the way afterwards. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, statfsSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type DurableFiles, nodeFiles } from '../../src/files/durable.ts';
import { activePattern } from '../../src/store/read.ts';
import { PatternStore } from '../../src/store/store.ts';
import { judge } from './support/judge.ts';
import { PASSED, patternFile, QUARANTINED } from './support/patterns.ts';
import { codeOf, install, numbersOf, withStore } from './support/scene.ts';

const scene = withStore();

/** Calls that need room. */
const NEEDS_ROOM: readonly string[] = ['create', 'write', 'makeDirectory', 'rename', 'sync'];

/** Fails from call `failAt` on, counted from 1, until `recover`: a full disk does not become empty by itself. */
class FailingFiles {
  calls = 0;
  failed = false;
  #recovered = false;
  readonly files: DurableFiles;

  constructor(failAt: number, code: string, isAffected: (name: string) => boolean) {
    this.files = new Proxy(nodeFiles, {
      get:
        (target, name: keyof DurableFiles) =>
        (...parameters: never[]) => {
          this.calls++;
          if (!this.#recovered && this.calls >= failAt && isAffected(name)) {
            this.failed = true;
            throw Object.assign(new Error(`${code}: it is so, ${name}`), { code });
          }
          return (target[name] as (...all: never[]) => unknown)(...parameters);
        },
    });
  }

  recover(): void {
    this.#recovered = true;
  }
}

const CODES: readonly (readonly [system: string, code: string, isAffected: (name: string) => boolean])[] = [
  ['ENOSPC', 'STORE_DISK_FULL', (name) => NEEDS_ROOM.includes(name)],
  ['EDQUOT', 'STORE_DISK_FULL', (name) => NEEDS_ROOM.includes(name)],
  ['EROFS', 'STORE_READ_ONLY', (name) => name !== 'open' && name !== 'close'],
  ['EIO', 'STORE_FILES', () => true],
];
const CHANGES: readonly (readonly [name: string, change: (store: PatternStore) => unknown, after: number])[] = [
  ['install', (store) => install(store, 1041, { trial: QUARANTINED }), 1041],
  ['rollback', (store) => store.rollback(), 1039],
  ['use', (store) => store.use(1038), 1038],
];

describe('a call that fails, and all that follow', () => {
  for (const [system, code, isAffected] of CODES) {
    test.each(CHANGES)(`${system} in %s`, (_name, change, after) => {
      scene().with([1038, 1039, 1040], { keep: 2 });
      for (let failAt = 1; ; failAt++) {
        const directory = scene().path('..', `copy-${failAt}`);
        cpSync(scene().directory, directory, { recursive: true });
        const failing = new FailingFiles(failAt, system, isAffected);
        const result = codeOf(() => change(PatternStore.open(directory, { files: failing.files })));
        const active = activePattern(directory)?.number;
        if (!failing.failed) {
          expect(active).toBe(after);
          expect(failAt).toBeGreaterThan(10);
          break;
        }
        // Once state.json is renamed the change has happened: only its last sync and tidying up can fail.
        if (active !== after) expect([failAt, active, result]).toEqual([failAt, 1040, code]);
        else if (typeof result === 'string') expect([failAt, result]).toEqual([failAt, code]);
        failing.recover();
        const problem = judge(directory, { active: [active], quarantined: { 1041: true }, next: 2000 });
        expect([failAt, problem]).toEqual([failAt, undefined]);
        rmSync(directory, { recursive: true });
      }
    });
  }

  test('the same staged pattern can be installed once there is room', () => {
    for (let failAt = 1; failAt < 60; failAt++) {
      const { directory } = scene();
      rmSync(directory, { recursive: true, force: true });
      install(scene().open(), 1040);
      let failing = new FailingFiles(Number.POSITIVE_INFINITY, 'ENOSPC', () => true);
      const current: DurableFiles = new Proxy(nodeFiles, { get: (_target, name) => Reflect.get(failing.files, name) });
      const store = PatternStore.open(directory, { files: current });
      const staged = store.stage(patternFile(1041));
      failing = new FailingFiles(failAt, 'ENOSPC', (name) => NEEDS_ROOM.includes(name));
      const first = codeOf(() => store.install(staged, PASSED));
      failing.recover();
      if (first === 'STORE_DISK_FULL' && activePattern(directory)?.number === 1040) {
        expect(store.install(staged, PASSED).pattern.number).toBe(1041);
      }
      expect([failAt, store.view().active?.number, store.view().troubles]).toEqual([failAt, 1041, []]);
      staged.discard();
      expect(scene().leftovers()).toEqual([]);
    }
  });
});

const mounted: string[] = [];
afterEach(() => {
  for (const path of mounted.splice(0)) execFileSync('umount', [path]);
});

/** @returns whether this machine lets us have small disks */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

/** A disk in memory, mounted at the scene's directory. */
function mount(options: string): string {
  const path = scene().path('..', 'disk');
  mkdirSync(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  mounted.push(path);
  return path;
}

/** Fills the disk but for some blocks. @returns what makes room again */
function fill(disk: string, freeBlocks: number): () => void {
  const filler = join(disk, 'filler');
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail - freeBlocks) * bsize));
  return () => unlinkSync(filler);
}

describe.skipIf(!canMount())(
  'a small disk (SKIPPED where a tmpfs cannot be mounted: that takes root and a mount namespace)',
  () => {
    test('that is full at each block: the active pattern stays, and the next try succeeds', () => {
      const disk = mount('size=1m');
      const directory = join(disk, 'store');
      const store = PatternStore.open(directory, { keep: 1 });
      install(store, 1040);
      let number = 1041;
      let failures = 0;
      for (let freeBlocks = 0; freeBlocks < 30; freeBlocks++) {
        const makeRoom = fill(disk, freeBlocks);
        const result = codeOf(() => install(store, number, { signatures: 1000 }));
        if (typeof result === 'string') {
          expect([freeBlocks, result]).toEqual([freeBlocks, 'STORE_DISK_FULL']);
          expect([freeBlocks, activePattern(directory)?.number]).toEqual([freeBlocks, number - 1]);
          expect(store.view().troubles).toEqual([]);
          failures++;
        }
        makeRoom();
        // Either there was room, or there is now.
        expect(install(store, number, { signatures: 1000 }).pattern.number).toBe(number);
        expect(numbersOf(store.view().kept)).toEqual([number - 1, number]);
        number++;
      }
      // A pattern of this size takes seven blocks with what it comes with, and each was the one too many once.
      expect(failures).toBeGreaterThan(5);
      expect(failures).toBeLessThan(30);
    });

    test('that has no room for one more name: the same', () => {
      const disk = mount('size=1m,nr_inodes=60');
      const directory = join(disk, 'store');
      const store = PatternStore.open(directory, { keep: 1 });
      install(store, 1040);
      let number = 1041;
      let failures = 0;
      for (let freeNames = 0; freeNames < 15; freeNames++) {
        const fillers = Array.from({ length: statfsSync(disk).ffree - freeNames }, (_, i) => join(disk, `filler-${i}`));
        for (const path of fillers) writeFileSync(path, '');
        const result = codeOf(() => install(store, number));
        if (typeof result === 'string') {
          expect([freeNames, result]).toEqual([freeNames, 'STORE_DISK_FULL']);
          expect([freeNames, activePattern(directory)?.number]).toEqual([freeNames, number - 1]);
          failures++;
        }
        for (const path of fillers) unlinkSync(path);
        expect(install(store, number).pattern.number).toBe(number);
        number++;
      }
      expect(failures).toBeGreaterThan(4);
      expect(failures).toBeLessThan(15);
    });

    test('that is full: going back and forth needs a block or two, and says so', () => {
      const disk = mount('size=1m');
      const directory = join(disk, 'store');
      const store = PatternStore.open(directory);
      for (const number of [1040, 1041]) install(store, number);
      const makeRoom = fill(disk, 0);
      expect(codeOf(() => store.rollback())).toBe('STORE_DISK_FULL');
      expect(() => store.use(1040)).toThrow(
        /no space left on device; the active pattern stays; make room and try again/,
      );
      expect(activePattern(directory)?.number).toBe(1041);
      makeRoom();
      expect(store.rollback().number).toBe(1040);
    });

    test('that is full: what can be rotated out makes room', () => {
      const disk = mount('size=1m');
      const store = PatternStore.open(join(disk, 'store'), { keep: 5 });
      for (const number of [1, 2, 3, 4]) install(store, number);
      fill(disk, 0);
      expect(store.prune(1)).toEqual([1, 2]);
    });

    test('that is read-only: changes are refused, and scans go on', () => {
      const disk = mount('size=1m');
      const directory = join(disk, 'store');
      const store = PatternStore.open(directory);
      for (const number of [1040, 1041]) install(store, number);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      expect(codeOf(() => PatternStore.open(directory))).toBe('STORE_READ_ONLY');
      expect(codeOf(() => store.rollback())).toBe('STORE_READ_ONLY');
      expect(codeOf(() => store.stage(patternFile(1042)))).toBe('STORE_READ_ONLY');
      expect(activePattern(directory)?.number).toBe(1041);
      expect(store.view().troubles).toEqual([]);
      expect(store.verify().every(({ problem }) => problem === undefined)).toBe(true);
    });
  },
);
