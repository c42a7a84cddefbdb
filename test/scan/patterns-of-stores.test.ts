/** Patterns out of a store: which, whose images are believed, what happens when they go away, and that readers leave everything as it was. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findActiveSources, withActiveSources } from '../../src/scan/active-sources.ts';
import { ScanError } from '../../src/scan/errors.ts';
import { readPatternInfo } from '../../src/scan/pattern-info.ts';
import { findSignatures } from '../../src/scan/signatures.ts';
import { findSourceFiles } from '../../src/scan/source-files.ts';
import { claimPattern } from '../../src/store/hold.ts';
import { nameIn, TestStore } from './support/pattern-store.ts';
import { codeOf, EVIL, SOURCES, summary, withScene } from './support/scene.ts';

const scene = withScene();
const OPEN_ONCE = new URL('./support/open-once.ts', import.meta.url).pathname;
const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65534;
const SOMEBODY = 54321;

/** Opens on the store, scans what is evil, closes. */
async function open(): Promise<{ number: number; compiled: boolean; verdict: string[] }> {
  const engine = await scene().engine({ patterns: [], store: scene().store, threads: 1 });
  const { patternNumber: number, compiled } = engine.info;
  const verdict = summary(await engine.scanBuffer(EVIL));
  await engine.close();
  return { number, compiled, verdict };
}

describe('which patterns', () => {
  test('no store, and one that has none yet, mean the factory patterns', async () => {
    expect((await open()).number).toBe(1000);
    const store = new TestStore(scene());
    expect((await open()).number).toBe(1000);
    expect(await codeOf(scene().engine({ patterns: [store.directory] }))).toBe('SCAN_PATTERNS');
    store.install(1001);
    expect(await open()).toMatchObject({ number: 1001, verdict: ['infected', nameIn(1001)] });
  });

  test('a store that is named stands for its active pattern, beside others', async () => {
    new TestStore(scene()).install(1001);
    const engine = await scene().engine({ patterns: [scene().store, scene().patterns], allMatches: true });
    expect(engine.info.patterns.map(({ number }) => number)).toEqual([1001, 0, 0]);
    expect(summary(await engine.scanBuffer(EVIL)).sort()).toEqual([nameIn(1001), 'Test.Evil', 'infected'].sort());
  });

  test('what the trial left out finds nothing, and is no source of its own for people', async () => {
    const more = SOURCES['evil.ndb'];
    new TestStore(scene()).install(1001, { more, quarantine: ['Test.Evil'] });
    const engine = await scene().engine({ patterns: [], allMatches: true });
    expect(summary(await engine.scanBuffer(EVIL))).toEqual(['infected', nameIn(1001)]);
    expect(engine.info.patterns).toMatchObject([{ number: 1001, signatures: 2, skipped: { ignored: 1 } }]);
    const options = { patterns: [], store: scene().store, cacheDirectory: scene().cache };
    expect(await readPatternInfo(options)).toMatchObject({
      patterns: engine.info.patterns,
      patternNumber: 1001,
      signatures: 2,
      store: { active: { number: 1001, quarantine: [{ name: 'Test.Evil' }] }, keep: 3 },
    });
  });

  test('an engine that the active pattern is not for uses the newest one that is', async () => {
    const store = new TestStore(scene());
    store.install(1001, { engineRange: '<1000.0.0-0' });
    store.install(1002);
    store.install(1003, { engineRange: '>=1000.0.0' });
    expect((await open()).number).toBe(1002);
    store.store.markBad(1002, 'a test');
    expect((await open()).number).toBe(1001);
  });

  test('when none fits, or all are lost, that is an error and never the factory patterns', async () => {
    const store = new TestStore(scene());
    store.install(1003, { engineRange: '>=1000.0.0' });
    await expect(open()).rejects.toMatchObject({ code: 'SCAN_PATTERNS', message: expect.stringContaining('1003') });
    truncateSync(join(store.directory, '1003/1003.npf'), 10);
    await expect(open()).rejects.toMatchObject({ code: 'SCAN_PATTERNS', message: expect.stringContaining('got none') });
  });

  test('signatures are looked up in the store as well', async () => {
    new TestStore(scene()).install(1001);
    const names: string[] = [];
    for await (const { name } of findSignatures({ store: scene().store }, 'test')) names.push(name);
    expect(names).toEqual([nameIn(1001)]);
  });
});

describe('a pattern that is pruned while it is looked up', () => {
  test('before its files are found, leads to another look', async () => {
    const store = new TestStore(scene());
    store.install(1001);
    let looks = 0;
    const sources = await findActiveSources({ patterns: [], store: store.directory }, (paths) => {
      if (looks++ === 0) replaceActive(store, 1001, 1002);
      return findSourceFiles(paths);
    });
    expect({ looks, number: sources.stores[0]?.number }).toEqual({ looks: 2, number: 1002 });
  });

  test('after that, does so as well; what fails for another reason fails at once', async () => {
    const store = new TestStore(scene());
    store.install(1001);
    const choice = { patterns: [], store: store.directory };
    const seen: number[] = [];
    await withActiveSources(choice, findSourceFiles, async ({ files, stores }) => {
      seen.push(stores[0]!.number);
      if (seen.length === 1) replaceActive(store, 1001, 1002);
      if (!existsSync(files[0]!.path)) throw new ScanError('SCAN_PATTERNS', 'gone');
    });
    expect(seen).toEqual([1001, 1002]);
    seen.length = 0;
    const failing = withActiveSources(choice, findSourceFiles, async ({ stores }) => {
      seen.push(stores[0]!.number);
      throw new ScanError('SCAN_PATTERNS', 'damaged');
    });
    await expect(failing).rejects.toThrow('damaged');
    expect(seen).toEqual([1002]);
  });
});

describe('a pattern in use', () => {
  test('is kept as long as an engine has it open, and not longer', async () => {
    const store = new TestStore(scene(), 1);
    store.install(1001);
    const engine = await scene().engine({ patterns: [], threads: 1 });
    const isKept = (number: number) => existsSync(join(store.directory, String(number)));
    const isHeld = () => {
      const release = claimPattern(store.directory, 1001);
      release?.();
      return release === undefined;
    };
    // A short scan does not pay for it.
    expect(isHeld()).toBe(false);
    await expect.poll(isHeld).toBe(true);
    store.install(1002);
    store.install(1003);
    store.install(1004);
    expect([1001, 1002, 1003, 1004].filter(isKept)).toEqual([1001, 1003, 1004]);
    await engine.reload();
    store.install(1005);
    store.install(1006);
    expect([1001, 1002, 1003, 1004, 1005, 1006].filter(isKept)).toEqual([1004, 1005, 1006]);
    await engine.close();
    store.store.prune();
    expect([1004, 1005, 1006].filter(isKept)).toEqual([1005, 1006]);
  });
});

describe('images of a store', () => {
  test('are used as they are: nothing is compiled, written or marked by who reads', async () => {
    const store = new TestStore(scene());
    store.install(1001);
    store.compile();
    const before = snapshot(store.directory);
    expect(await open()).toMatchObject({ number: 1001, compiled: false, verdict: ['infected', nameIn(1001)] });
    expect(snapshot(store.directory)).toEqual(before);
    expect(existsSync(scene().cache)).toBe(false);
  });

  test('without one the private cache has it, and the store stays as it was', async () => {
    const store = new TestStore(scene());
    store.install(1001);
    const before = snapshot(store.directory);
    expect(await open()).toMatchObject({ number: 1001, compiled: true });
    expect(await open()).toMatchObject({ number: 1001, compiled: false });
    expect(snapshot(store.directory)).toEqual(before);
    expect(lstatSync(scene().cache).mode & 0o777).toBe(0o700);
  });

  test('a damaged one is not believed: the private cache has another', async () => {
    const store = new TestStore(scene());
    store.install(1001);
    store.compile();
    const [image] = store.images;
    const whole = readFileSync(image!);
    for (const offset of [0, 2000, whole.length - 20]) {
      const damaged = Buffer.from(whole);
      damaged[offset]! ^= 1;
      writeFileSync(image!, damaged);
      expect({ offset, ...(await open()) }).toMatchObject({ offset, verdict: ['infected', nameIn(1001)] });
      expect(readFileSync(image!).equals(damaged)).toBe(true);
    }
  });

  type Spoil = (image: string, images: string, store: string) => void;
  const SPOILED: readonly (readonly [what: string, spoil: Spoil])[] = [
    ['a file of somebody else', (image) => chownSync(image, SOMEBODY, SOMEBODY)],
    ['a file that its group can write', (image) => chmodSync(image, 0o664)],
    ['a file that everybody can write', (image) => chmodSync(image, 0o646)],
    ['a directory of somebody else', (_, images) => chownSync(images, SOMEBODY, SOMEBODY)],
    ['a directory that others can write', (_, images) => chmodSync(images, 0o777)],
    ['a store that others can write', (_, __, store) => chmodSync(store, 0o777)],
    [
      'a link to an image',
      (image) => {
        renameSync(image, `${image}.elsewhere`);
        symlinkSync(`${image}.elsewhere`, image);
      },
    ],
    [
      'a link to a directory of images',
      (_, images) => {
        renameSync(images, `${images}.elsewhere`);
        symlinkSync(`${images}.elsewhere`, images);
      },
    ],
    [
      'the image of other patterns under that name',
      (image) => {
        const other = findOther(image);
        unlinkSync(image);
        copyFileSync(other, image);
      },
    ],
  ];
  test.runIf(IS_ROOT).each(SPOILED)('%s is left alone', async (_, spoil) => {
    const store = new TestStore(scene());
    store.install(1000 + 1);
    store.compile();
    const [first] = store.images;
    store.install(1002);
    store.compile();
    const image = store.images.find((path) => path !== first)!;
    expect((await open()).compiled).toBe(false);
    spoil(image, store.store.imageDirectory, store.directory);
    expect(await open()).toMatchObject({ number: 1002, compiled: true, verdict: ['infected', nameIn(1002)] });
  });

  test.runIf(IS_ROOT)('those of the owner of the store are believed, by root and by everybody else', async () => {
    const store = new TestStore(scene());
    store.install(1001);
    store.compile();
    chmodSync(scene().directory, 0o755);
    giveTo(store.directory, SOMEBODY);
    expect(await open()).toMatchObject({ compiled: false, verdict: ['infected', nameIn(1001)] });
    expect(openAs(NOBODY)).toEqual({ compiled: false, kind: 'infected' });
  });

  test.runIf(IS_ROOT)('a reader who may not write the store compiles into his own cache, and changes nothing', () => {
    const store = new TestStore(scene());
    store.install(1001);
    chmodSync(scene().directory, 0o755);
    const own = scene().write('own/x', '');
    giveTo(join(own, '..'), NOBODY);
    const cacheDirectory = join(own, '../cache');
    const before = snapshot(store.directory);
    expect(openAs(NOBODY, cacheDirectory)).toEqual({ compiled: true, kind: 'infected' });
    expect(openAs(NOBODY, cacheDirectory)).toEqual({ compiled: false, kind: 'infected' });
    expect(lstatSync(cacheDirectory)).toMatchObject({ uid: NOBODY, mode: 0o40700 });
    store.compile();
    rmSync(cacheDirectory, { recursive: true });
    expect(openAs(NOBODY, cacheDirectory)).toEqual({ compiled: false, kind: 'infected' });
    expect(existsSync(cacheDirectory)).toBe(false);
    rmSync(store.store.imageDirectory, { recursive: true });
    mkdirSync(store.store.imageDirectory);
    expect(snapshot(store.directory)).toEqual(before);
  });
});

function findOther(image: string): string {
  const directory = join(image, '..');
  const name = readdirSync(directory).find((name) => name.endsWith('.img') && join(directory, name) !== image);
  return join(directory, name!);
}

/** An updater installs one and rotates the other out, whoever looks at it just now. */
function replaceActive(store: TestStore, old: number, next: number): void {
  store.install(next);
  rmSync(join(store.directory, String(old)), { recursive: true });
}

/** Names, modes, owners and times of all that is in it; not of `images` itself, whose content tests replace. */
function snapshot(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const { mode, uid, mtimeMs } = lstatSync(join(directory, name));
    return name === 'images' ? [] : [`${name} ${mode} ${uid} ${mtimeMs}`];
  });
}

function giveTo(directory: string, user: number): void {
  chownSync(directory, user, user);
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(directory, name), user, user);
  }
}

function openAs(uid: number, cacheDirectory = join(scene().directory, 'no-cache')): unknown {
  const options = JSON.stringify({ patterns: [], store: scene().store, cacheDirectory, threads: 1 });
  const run = spawnSync(process.execPath, [OPEN_ONCE, options, EVIL.toString()], { uid, gid: uid, encoding: 'utf8' });
  return run.stdout === '' ? run.stderr : JSON.parse(run.stdout);
}
