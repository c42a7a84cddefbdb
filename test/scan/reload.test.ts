/** An open engine switches to other patterns: no scan is lost, each verdict is right for the patterns that it names. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { completeOptions } from '../../src/scan/complete-options.ts';
import type { Engine } from '../../src/scan/engine.ts';
import { load } from '../../src/scan/load.ts';
import type { ReloadReport } from '../../src/scan/options.ts';
import { ScanPool } from '../../src/scan/pool.ts';
import { Reloader } from '../../src/scan/reload.ts';
import type { Verdict } from '../../src/scan/verdict.ts';
import { nameIn, TestStore, writeTestPattern } from './support/pattern-store.ts';
import { codeOf, EVIL, hashLine, Scene, summary, withScene } from './support/scene.ts';

const scene = withScene();
const LEAVE = new URL('./support/watch-and-leave.ts', import.meta.url).pathname;
const DYING = new URL('./support/dying-worker.ts', import.meta.url).pathname;

/** An object that takes a while, with what is found at its end. */
const LONG = Buffer.concat([Buffer.alloc(5 << 20, 'innocent bytes '), EVIL]);

function isRightFor(verdict: Verdict): boolean {
  return verdict.kind === 'infected' && verdict.detections[0].name === nameIn(verdict.patternNumber);
}

/** An engine on a store that has 1001, taken apart, with workers that some objects end or keep busy. */
async function reloading(reports: ReloadReport[] = [], patterns: readonly string[] = []) {
  const store = new TestStore(scene());
  store.install(1001);
  const onReload = (report: ReloadReport) => reports.push(report);
  const { store: directory, cache: cacheDirectory } = scene();
  const options = completeOptions({ patterns, store: directory, cacheDirectory, threads: 2, onReload });
  const { pool, ...loaded } = await load(new ScanPool(2, DYING), options);
  const reloader = new Reloader(options, { pool, ...loaded });
  return {
    store,
    reloader,
    run: (text: string | Buffer) => pool.run({ kind: 'bytes', bytes: Buffer.from(text as string) }),
    async close() {
      reloader.close();
      await pool.close();
      reloader.release();
    },
  };
}

describe('a switch', () => {
  test('while hundreds of scans wait and run loses none, and each verdict fits the number it names', async () => {
    const store = new TestStore(scene());
    store.install(1001);
    store.install(1002);
    const engine = await scene().engine({ patterns: [], store: store.directory, threads: 2 });
    const numbers = new Set<number>();
    let scans = 0;
    let isOver = false;
    const scanOn = async (object: Buffer) => {
      while (!isOver) {
        const verdict = await engine.scanBuffer(object);
        expect(isRightFor(verdict)).toBe(true);
        numbers.add(verdict.patternNumber);
        scans++;
      }
    };
    const load = [
      ...Array.from({ length: 300 }, () => scanOn(EVIL)),
      ...Array.from({ length: 10 }, () => scanOn(LONG)),
    ];
    for (let i = 0; i < 6; i++) {
      const number = i % 2 === 0 ? 1001 : 1002;
      store.store.use(number);
      expect(await engine.reload()).toMatchObject({ switched: true, info: { patternNumber: number } });
      const before = scans;
      while (scans < before + 310) await sleep(5);
    }
    isOver = true;
    await Promise.all(load);
    expect([...numbers].sort()).toEqual([1001, 1002]);
    expect(engine.info.patternNumber).toBe(1002);
  });

  test('lets scans in flight end on the patterns that they began with; the switch after it waits for them, and no other scan does', async () => {
    const { store, reloader, run, close } = await reloading();
    const go = `${scene().directory}/go`;
    const settled: string[] = [];
    const begun = run(`wait ${go} ${EVIL}`).finally(() => settled.push('begun'));
    store.install(1002);
    expect((await reloader.reload()).info.patternNumber).toBe(1002);
    store.install(1003);
    const second = reloader.reload().finally(() => settled.push('second reload'));
    // Longer than it takes where nothing is in the way.
    for (const startedMs = Date.now(); Date.now() - startedMs < 3000; await sleep(20)) {
      const verdict = await run(EVIL);
      expect([verdict.patternNumber, isRightFor(verdict)]).toEqual([1002, true]);
    }
    expect(settled).toEqual([]);
    writeFileSync(go, '');
    const verdict = await begun;
    expect([verdict.patternNumber, isRightFor(verdict)]).toEqual([1001, true]);
    expect((await second).info.patternNumber).toBe(1003);
    expect(settled).toEqual(['begun', 'second reload']);
    expect((await run(EVIL)).patternNumber).toBe(1003);
    await close();
  });

  test('does nothing when nothing changed, not even when a file was touched', async () => {
    const path = writeTestPattern(scene(), 1001);
    const engine = await scene().engine({ patterns: [path], threads: 1 });
    const { info } = engine;
    expect(await engine.reload()).toEqual({ switched: false, info });
    writeFileSync(path, await bytesOf(1001));
    expect(await engine.reload()).toEqual({ switched: false, info });
    expect(engine.info).toBe(info);
  });

  test('to an image far larger, and back, makes room and finds what each has', async () => {
    const hashes = Array.from({ length: 30_000 }, (_, i) => hashLine('md5', Buffer.from(`no ${i}`), `Test.No${i}`));
    scene().writePatterns({ 'many.hdb': hashes.join('') + hashLine('md5', Buffer.from('yes'), 'Test.Yes') });
    const small = writeTestPattern(scene(), 1001);
    const engine = await scene().engine({ patterns: [small, scene().patterns], threads: 2 });
    const found = () =>
      Promise.all(['yes', EVIL].map(async (text) => summary(await engine.scanBuffer(Buffer.from(text)))));
    const large = [
      ['infected', 'Test.Yes'],
      ['infected', nameIn(1001)],
    ];
    expect(await found()).toEqual(large);
    scene().writePatterns({ 'many.hdb': '' });
    const little = [['clean'], ['infected', nameIn(1001)]];
    for (const [content, expected] of [
      ['', little],
      [hashes.join(''), little],
      [hashes.join('') + hashLine('md5', Buffer.from('yes'), 'Test.Yes'), large],
      ['', little],
    ] as const) {
      scene().writePatterns({ 'many.hdb': content });
      expect((await engine.reload()).switched).toBe(true);
      expect(await found()).toEqual(expected);
    }
  });

  test('works where no image can be kept: names come out of memory', async () => {
    const path = writeTestPattern(scene(), 1001);
    const cacheDirectory = scene().write('no-directory', '');
    const engine = await scene().engine({ patterns: [path], cacheDirectory, threads: 2 });
    expect(isRightFor(await engine.scanBuffer(EVIL))).toBe(true);
    for (const number of [1002, 1003, 1004]) {
      writeFileSync(path, await bytesOf(number));
      expect((await engine.reload()).info).toMatchObject({ patternNumber: number, cacheTrouble: expect.any(String) });
      const verdicts = await Promise.all(Array.from({ length: 8 }, () => engine.scanBuffer(EVIL)));
      expect(verdicts.every((verdict) => verdict.patternNumber === number && isRightFor(verdict))).toBe(true);
    }
  });
});

describe('reloads', () => {
  test('that are asked for at once are one; what is asked for later sees what came later', async () => {
    const store = new TestStore(scene());
    store.install(1001);
    const engine = await scene().engine({ patterns: [], store: store.directory, threads: 1 });
    store.install(1002);
    const first = Array.from({ length: 10 }, () => engine.reload());
    const results = await Promise.all(first);
    expect(results.every((result) => result === results[0])).toBe(true);
    expect(results[0]).toMatchObject({ switched: true, info: { patternNumber: 1002 } });
    store.install(1003);
    const running = engine.reload();
    await sleep(20);
    store.store.use(1001);
    expect((await engine.reload()).info.patternNumber).toBe(1001);
    await running;
    expect(engine.info.patternNumber).toBe(1001);
  });

  test('that fail leave the patterns before in use, and say why', async () => {
    const path = writeTestPattern(scene(), 1001);
    const engine = await scene().engine({ patterns: [path], threads: 1 });
    const whole = await bytesOf(1002);
    const damaged = Buffer.from(whole);
    damaged[damaged.length - 3]! ^= 1;
    for (const bytes of [damaged, whole.subarray(0, 100), Buffer.alloc(0)]) {
      writeFileSync(path, bytes);
      const error = await engine.reload().catch((error) => error);
      expect(error).toMatchObject({ code: 'SCAN_PATTERNS', message: expect.stringContaining(path) });
      expect(engine.info.patternNumber).toBe(1001);
      expect(isRightFor(await engine.scanBuffer(EVIL))).toBe(true);
    }
    writeFileSync(path, whole);
    expect((await engine.reload()).info.patternNumber).toBe(1002);
    expect(isRightFor(await engine.scanBuffer(EVIL))).toBe(true);
  });

  test('of an engine that closes reject, and leave no file open', async () => {
    const path = writeTestPattern(scene(), 1001);
    const engine = await scene().engine({ patterns: [path], threads: 1 });
    writeFileSync(path, await bytesOf(1002));
    const reloads = [codeOf(engine.reload()), codeOf(engine.reload())];
    await sleep(5);
    await engine.close();
    expect(await Promise.all(reloads)).toEqual(['SCAN_CLOSED', 'SCAN_CLOSED']);
    expect(await codeOf(engine.reload())).toBe('SCAN_CLOSED');
    await expect.poll(openImages).toEqual([]);
  });
});

describe('a store that changes', () => {
  test('is not given up for the factory patterns when it goes away', async () => {
    const store = new TestStore(scene());
    store.install(1001);
    const engine = await scene().engine({ patterns: [], store: store.directory, threads: 1 });
    renameSync(store.directory, `${store.directory}.gone`);
    expect(await codeOf(engine.reload())).toBe('SCAN_PATTERNS');
    expect(engine.info.patternNumber).toBe(1001);
    renameSync(`${store.directory}.gone`, store.directory);
    expect((await engine.reload()).switched).toBe(false);
  });
});

describe('watch', () => {
  async function watching(reports: ReloadReport[]): Promise<Engine> {
    return scene().engine({
      patterns: [],
      store: scene().store,
      threads: 1,
      watch: true,
      onReload(report) {
        reports.push(report);
        throw new Error('nobody may stop the scanner');
      },
    });
  }
  const numbersOf = (reports: readonly ReloadReport[]) =>
    reports.map(({ kind, info }) => `${kind} ${info.patternNumber}`);

  test('follows a store: install, use, rollback', async () => {
    const store = new TestStore(scene());
    store.install(1001);
    const reports: ReloadReport[] = [];
    const engine = await watching(reports);
    store.install(1002);
    await expect.poll(() => numbersOf(reports)).toEqual(['switched 1002']);
    store.store.use(1001);
    await expect.poll(() => numbersOf(reports).at(-1)).toEqual('switched 1001');
    store.install(1003);
    await expect.poll(() => numbersOf(reports).at(-1)).toEqual('switched 1003');
    store.store.rollback();
    await expect.poll(() => numbersOf(reports).at(-1)).toEqual('switched 1001');
    expect(isRightFor(await engine.scanBuffer(EVIL))).toBe(true);
  });

  test('notices a store that is made later', async () => {
    const reports: ReloadReport[] = [];
    const engine = await watching(reports);
    expect(engine.info.patterns).toMatchObject([{ factory: true }]);
    new TestStore(scene()).install(1001);
    await expect.poll(() => numbersOf(reports)).toEqual(['switched 1001']);
  });

  test('keeps no process alive', () => {
    new TestStore(scene()).install(1001);
    const options = JSON.stringify({ store: scene().store, cacheDirectory: scene().cache, threads: 1 });
    const { status, stdout } = spawnSync(process.execPath, [LEAVE, options], { encoding: 'utf8', timeout: 300_000 });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'clean\n' });
  });

  test('tells a failure once, and what comes after it', async () => {
    const path = writeTestPattern(scene(), 1001);
    const reports: ReloadReport[] = [];
    await scene().engine({ patterns: [path], threads: 1, watch: true, onReload: (report) => reports.push(report) });
    writeFileSync(path, 'damaged');
    await expect.poll(() => reports.map(({ kind }) => kind)).toEqual(['failed']);
    expect(reports[0]).toMatchObject({ error: { code: 'SCAN_PATTERNS' }, info: { patternNumber: 1001 } });
    writeFileSync(path, 'damaged');
    await sleep(1000);
    writeFileSync(path, await bytesOf(1002));
    await expect.poll(() => numbersOf(reports)).toEqual(['failed 1001', 'switched 1002']);
  });
});

describe('workers that crash after a switch', () => {
  test('send the engine back to the patterns before, and the store as well', async () => {
    const reports: ReloadReport[] = [];
    const { store, reloader, run, close } = await reloading(reports);
    expect(isRightFor(await run(EVIL))).toBe(true);
    store.install(1002);
    await reloader.reload();
    expect((await run(EVIL)).patternNumber).toBe(1002);
    expect(await codeOf(run('die'))).toBe('SCAN_WORKER_DIED');
    expect(reloader.current.info.patternNumber).toBe(1002);
    expect(await codeOf(run('die'))).toBe('SCAN_WORKER_DIED');
    expect(reloader.current.info.patternNumber).toBe(1001);
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => run(EVIL)));
    expect(verdicts.every((verdict) => verdict.patternNumber === 1001 && isRightFor(verdict))).toBe(true);
    await expect
      .poll(() => reports)
      .toMatchObject([
        {
          kind: 'went-back',
          error: { code: 'SCAN_PATTERNS_CRASHED', message: expect.stringContaining('1002') },
          info: { patternNumber: 1001 },
          left: 1002,
          markedBad: true,
        },
      ]);
    expect(store.store.view()).toMatchObject({ active: { number: 1001 }, bad: [{ number: 1002 }] });
    expect((await reloader.reload()).switched).toBe(false);
    store.install(1003);
    expect(await reloader.reload()).toMatchObject({ switched: true, info: { patternNumber: 1003 } });
    expect((await run(EVIL)).patternNumber).toBe(1003);
    await close();
    expect(openImages()).toEqual([]);
  });

  test('keep it from the same patterns where nobody can be told; others are switched to', async () => {
    const path = writeTestPattern(scene(), 1001);
    const reports: ReloadReport[] = [];
    const { reloader, run, close } = await reloading(reports, [path]);
    const bad = await bytesOf(1002);
    writeFileSync(path, bad);
    await reloader.reload();
    for (let i = 0; i < 2; i++) expect(await codeOf(run('die'))).toBe('SCAN_WORKER_DIED');
    await expect.poll(() => reports).toMatchObject([{ kind: 'went-back', left: 1002, markedBad: false }]);
    expect(await reloader.reload()).toMatchObject({ switched: false, info: { patternNumber: 1001 } });
    writeFileSync(path, bad);
    expect(await reloader.reload()).toMatchObject({ switched: false, info: { patternNumber: 1001 } });
    expect((await run(EVIL)).patternNumber).toBe(1001);
    writeFileSync(path, await bytesOf(1003));
    expect(await reloader.reload()).toMatchObject({ switched: true, info: { patternNumber: 1003 } });
    await close();
  });

  test('are not blamed on the patterns when they crashed before', async () => {
    const { store, reloader, run, close } = await reloading();
    expect(await codeOf(run('die'))).toBe('SCAN_WORKER_DIED');
    store.install(1002);
    await reloader.reload();
    for (let i = 0; i < 4; i++) expect(await codeOf(run('die'))).toBe('SCAN_WORKER_DIED');
    expect(reloader.current.info.patternNumber).toBe(1002);
    expect((await run(EVIL)).patternNumber).toBe(1002);
    await close();
  });
});

/** Of a pattern file of that number. */
async function bytesOf(number: number): Promise<Buffer> {
  const other = new Scene();
  const bytes = readFileSync(writeTestPattern(other, number));
  await other.remove();
  return bytes;
}

/** Image files that this process has open. */
function openImages(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.includes('.img') && target.includes(scene().directory) ? [target] : [];
    } catch {
      return [];
    }
  });
}
