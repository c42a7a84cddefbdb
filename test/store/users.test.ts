/** Other processes and other users: who may change a store, who waits, and what is in use. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { holdPattern } from '../../src/store/hold.ts';
import { activePattern, readStore } from '../../src/store/read.ts';
import { NOBODY, startHolder, stopHolders } from '../support/lock-holder.ts';
import { QUARANTINED } from './support/patterns.ts';
import { codeOf, install, numbersOf, withStore } from './support/scene.ts';
import { failureIn, runChild } from './support/store-child.ts';

const scene = withStore();
const READ = new URL('../../src/store/read.ts', import.meta.url).href;
const IS_ROOT = process.getuid?.() === 0;
afterEach(stopHolders);

describe('a pattern in use', () => {
  test('is not rotated out until its holder is killed, and then at once', async () => {
    const store = scene().with([1, 2, 3, 4], { keep: 5 });
    const holder = await startHolder('pattern', `${scene().directory}:1`);
    expect(store.prune(1)).toEqual([2]);
    expect(activePattern(scene().directory)?.number).toBe(4);
    await holder.kill();
    expect(store.prune(1)).toEqual([1]);
  });
  test('by several processes stays until the last lets go', async () => {
    const store = scene().with([1, 2, 3], { keep: 5 });
    const holders = [];
    for (let i = 0; i < 3; i++) holders.push(await startHolder('pattern', `${scene().directory}:1`));
    for (const holder of holders) {
      expect(store.prune(1)).toEqual([]);
      await holder.kill();
    }
    expect(store.prune(1)).toEqual([1]);
  });
  test.skipIf(!IS_ROOT)(
    'by a user who may not write in the store stays as well (skipped: only root can become another user)',
    async () => {
      const store = scene().with([1, 2, 3], { keep: 5 });
      const holder = await startHolder('pattern', `${scene().directory}:1`, NOBODY);
      expect(store.prune(1)).toEqual([]);
      await holder.kill();
      expect(store.prune(1)).toEqual([1]);
    },
  );
  test('may be any that is kept, and no other', () => {
    scene().with([1, 2]);
    holdPattern(scene().directory, 2)!();
    expect(holdPattern(scene().directory, 3)).toBeUndefined();
    expect(holdPattern(scene().path('nowhere'), 1)).toBeUndefined();
    rmSync(scene().path('1/in-use.lock'));
    expect(holdPattern(scene().directory, 1)).toBeUndefined();
  });
});

describe.skipIf(!IS_ROOT)('another user (skipped: only root can become one)', () => {
  const asNobody = (directory: string) => runChild({ directory, steps: [['rollback', 0]], user: NOBODY });

  test('does not change the store of root', async () => {
    const store = scene().with([1040, 1041]);
    const before = store.view();
    expect(failureIn(await asNobody(scene().directory))).toEqual({
      code: 'STORE_FOREIGN',
      message: `${scene().directory}: expected it to belong to user ${NOBODY}, got 0; run this as user 0, or take another store`,
    });
    expect(store.view()).toEqual(before);
  });
  test('reads the store of root, and leaves nothing in it', () => {
    const store = scene().open();
    install(store, 1041, { trial: QUARANTINED });
    const names = readdirSync(scene().directory);
    const script = `import { activePattern, isStore, readStore } from ${JSON.stringify(READ)};
      process.setgid(${NOBODY}); process.setuid(${NOBODY});
      const store = ${JSON.stringify(scene().directory)};
      const view = readStore(store);
      console.log(JSON.stringify([isStore(store), activePattern(store).paths.length, view.active.number, view.troubles]));`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(JSON.parse(child.stdout)).toEqual([true, 2, 1041, []]);
    expect(readdirSync(scene().directory)).toEqual(names);
  });
  test('who may not look into a store sees none, and nothing is thrown', () => {
    scene().with([1041]);
    chmodSync(scene().directory, 0o700);
    const script = `import { activePattern, isStore, readStore } from ${JSON.stringify(READ)};
      process.setgid(${NOBODY}); process.setuid(${NOBODY});
      const store = ${JSON.stringify(scene().directory)};
      console.log(JSON.stringify([isStore(store), activePattern(store) ?? null, readStore(store) ?? null]));`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(JSON.parse(child.stdout)).toEqual([false, null, null]);
  });
  test('does not make a store where he may not', async () => {
    expect(failureIn(await asNobody(scene().directory))?.code).toBe('STORE_READ_ONLY');
    expect(existsSync(scene().directory)).toBe(false);
  });
  test('does not change his own store where he may not write', async () => {
    scene().with([1040, 1041]);
    for (const name of ['.', 'incoming', 'incoming/downloads', 'images', 'trust']) {
      chownSync(scene().path(name), NOBODY, NOBODY);
    }
    chmodSync(scene().directory, 0o555);
    expect(failureIn(await asNobody(scene().directory))?.code).toBe('STORE_READ_ONLY');
    // The directory again, but a lock that root has left in it.
    chmodSync(scene().directory, 0o755);
    expect(failureIn(await asNobody(scene().directory))?.code).toBe('STORE_READ_ONLY');
    expect(activePattern(scene().directory)?.number).toBe(1041);
  });
  test('root does not leave files in the store of another user', () => {
    scene().with([1040, 1041]);
    chownSync(scene().directory, NOBODY, NOBODY);
    expect(codeOf(() => scene().open())).toBe('STORE_FOREIGN');
    expect(() => scene().open()).toThrow(`run this as user ${NOBODY}`);
    expect(activePattern(scene().directory)?.number).toBe(1041);
  });
  test('a part that belongs to another user is refused as well', () => {
    scene().with([1041]);
    chownSync(scene().path('incoming'), NOBODY, NOBODY);
    expect(codeOf(() => scene().open())).toBe('STORE_FOREIGN');
  });
});

describe('a store that others may write in', () => {
  test.each(['.', 'incoming', 'images', 'trust'])('is refused for changes (%s)', (name) => {
    scene().with([1041]);
    chmodSync(scene().path(name), 0o777);
    expect(codeOf(() => scene().open())).toBe('STORE_FOREIGN');
    expect(() => scene().open()).toThrow(/expected that nobody else may write in it, got mode 777; `chmod go-w /);
  });
  test('is read, with a word about it', () => {
    scene().with([1041]);
    chmodSync(scene().directory, 0o777);
    expect(readStore(scene().directory)).toMatchObject({
      active: { number: 1041 },
      troubles: [expect.stringMatching(/other users may write in it and decide what is found/)],
    });
  });
});

describe('a path that is no store', () => {
  test('a file is refused', () => {
    writeFileSync(scene().directory, 'a file');
    expect(codeOf(() => scene().open())).toBe('STORE_NOT_DIRECTORY');
    expect(readFileSync(scene().directory, 'utf8')).toBe('a file');
  });
  test('below a file is refused', () => {
    writeFileSync(scene().directory, '');
    expect(codeOf(() => scene().open().view())).toBe('STORE_NOT_DIRECTORY');
    expect(() => scene().open()).toThrow(/expected a directory/);
  });
  test.each(['incoming', 'images', 'trust'])('a link in the place of %s is refused', (name) => {
    scene().with([1041]);
    rmSync(scene().path(name), { recursive: true });
    symlinkSync('/tmp', scene().path(name));
    expect(codeOf(() => scene().open())).toBe('STORE_NOT_DIRECTORY');
  });
  test('a link to a store is that store', () => {
    scene().with([1040, 1041]);
    const link = scene().path('../link');
    symlinkSync(scene().directory, link);
    expect(activePattern(link)?.number).toBe(1041);
    mkdirSync(scene().path('../other'));
  });
});

/** Each process is a quarter of a second, and on a busy machine many. */
const TIMEOUT_MS = 600_000;

describe('two processes', { timeout: TIMEOUT_MS }, () => {
  test('one changes the store, the other waits and is told who it is', async () => {
    const store = scene().open({ lockTimeoutMs: 200 });
    install(store, 1040);
    const holder = await startHolder('exclusive', scene().path('store.lock'));
    for (const change of [
      () => install(store, 1041),
      () => store.rollback(),
      () => store.use(1040),
      () => store.pin(1040),
      () => store.hold('forever'),
      () => store.markBad(1, ''),
      () => store.prune(1),
      () => store.setKeep(2),
    ]) {
      expect(codeOf(change)).toBe('STORE_LOCKED');
    }
    expect(() => store.rollback()).toThrow(
      process.platform === 'linux'
        ? new RegExp(
            `store\\.lock: expected to get it within 200 ms, and process ${holder.process} \\(.*lock-holder-process.*try again`,
          )
        : /another process has it/,
    );
    expect(store.view().active?.number).toBe(1040);
    expect(scene().leftovers()).toEqual([]);
    await holder.kill();
    expect(install(store, 1041).pattern.number).toBe(1041);
  });

  test('that change a store at the same time leave it as if they had come one after the other', async () => {
    scene().with([1, 2, 3]);
    const { directory } = scene();
    const results = await Promise.all([
      runChild({ directory, steps: [4, 6, 8, 10, 12].map((number) => ['install', number]) }),
      runChild({ directory, steps: [5, 7, 9, 11, 13].map((number) => ['install', number]) }),
      runChild({ directory, steps: [1, 1, 1, 1, 1].map((keep) => ['prune', keep]) }),
    ]);
    // A lower number than the other's is refused; that is an answer, and the only one.
    for (const { code } of results.flatMap((result) => failureIn(result) ?? [])) expect(code).toBe('STORE_NOT_NEWER');
    const store = scene().open();
    // Who was refused ended with what it had staged.
    store.prune();
    expect([12, 13]).toContain(store.view().active?.number);
    expect(store.view().troubles).toEqual([]);
    expect(store.verify().every(({ problem }) => problem === undefined)).toBe(true);
    expect(scene().leftovers()).toEqual([]);
  });

  test('what one has staged is left alone by the other', async () => {
    const store = scene().with([1, 2]);
    const staged = store.stage(readFileSync(scene().path('2/2.npf')));
    expect(failureIn(await runChild({ directory: scene().directory, steps: [['install', 3]] }))).toBeUndefined();
    expect(scene().leftovers()).toHaveLength(1);
    staged.discard();
    expect(scene().leftovers()).toEqual([]);
  });

  test('a reader sees a whole pattern at every moment of many changes', async () => {
    scene().with([1]);
    const steps = Array.from({ length: 60 }, (_, i) => ['install', i + 2] as const);
    const running = runChild({ directory: scene().directory, steps, keep: 1 });
    let isOver = false;
    running.finally(() => {
      isOver = true;
    });
    const seen = new Set<number>();
    let last = 0;
    while (!isOver) {
      for (let i = 0; i < 20; i++) {
        const { number = -1, paths } = activePattern(scene().directory) ?? {};
        expect(number).toBeGreaterThanOrEqual(last);
        expect(paths).toHaveLength(1);
        expect(numbersOf(readStore(scene().directory)!.kept).length).toBeGreaterThan(0);
        last = number;
        seen.add(number);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(failureIn(await running)).toBeUndefined();
    expect(activePattern(scene().directory)?.number).toBe(61);
    expect(seen.size).toBeGreaterThan(5);
  });
});
