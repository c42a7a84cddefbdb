/** What the store's verbs do, one process at a time. */
import { existsSync, lstatSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { StoreError } from '../../src/store/errors.ts';
import { holdPattern } from '../../src/store/hold.ts';
import type { Kept } from '../../src/store/kept.ts';
import { superfluous } from '../../src/store/prune.ts';
import { activePattern, isStore, readStore } from '../../src/store/read.ts';
import { EMPTY_STATE } from '../../src/store/state.ts';
import { PASSED, patternFile, QUARANTINED } from './support/patterns.ts';
import { codeOf, install, numbersOf, withStore } from './support/scene.ts';

const scene = withStore();
const NOON = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;

describe('a new store', () => {
  test('holds nothing, and is one', () => {
    expect(isStore(scene().directory)).toBe(false);
    expect(readStore(scene().directory)).toBeUndefined();
    expect(activePattern(scene().directory)).toBeUndefined();
    const store = scene().open();
    expect(store.view()).toEqual({
      directory: scene().directory,
      active: undefined,
      activeSince: undefined,
      previous: undefined,
      kept: [],
      keep: 3,
      pinned: undefined,
      hold: undefined,
      bad: [],
      troubles: [],
    });
    store.setKeep(4);
    expect(isStore(scene().directory)).toBe(true);
    expect(activePattern(scene().directory)).toBeUndefined();
    expect(store.verify()).toEqual([]);
  });
  test('may be read by others, but for what comes and goes', () => {
    const before = process.umask(0o077);
    try {
      install(scene().open(), 1041, { trial: QUARANTINED });
    } finally {
      process.umask(before);
    }
    const mode = (...names: string[]): string => (lstatSync(scene().path(...names)).mode & 0o777).toString(8);
    for (const name of ['.', '1041', 'images', 'trust']) expect([name, mode(name)]).toEqual([name, '755']);
    for (const name of ['state.json', 'state.copy.json']) expect([name, mode(name)]).toEqual([name, '644']);
    for (const name of readdirSync(scene().path('1041'))) expect([name, mode('1041', name)]).toEqual([name, '644']);
    expect(mode('incoming')).toBe('700');
    // To read a lock's file is to be able to lock.
    expect(mode('store.lock')).toBe('600');
  });
});

describe('install', () => {
  test('makes a pattern active, with what its header and its trial say', () => {
    const store = scene().open({ now: () => NOON });
    const { pattern, pruned } = install(store, 1041, { channel: 'canary', engineRange: '>=1.0.0' });
    expect(pruned).toEqual([]);
    expect(pattern).toEqual({
      number: 1041,
      path: scene().path('1041/1041.npf'),
      quarantinePath: undefined,
      released: '2026-11-01T00:00:00Z',
      channel: 'canary',
      engineRange: '>=1.0.0',
      signatures: 1,
      bytes: lstatSync(scene().path('1041/1041.npf')).size,
      contentDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      installed: '2026-11-24T12:00:00.000Z',
      quarantine: [],
    });
    expect(store.view()).toMatchObject({
      active: pattern,
      activeSince: '2026-11-24T12:00:00.000Z',
      previous: undefined,
    });
    expect(activePattern(scene().directory)).toEqual({
      number: 1041,
      paths: [pattern.path],
      engineRange: '>=1.0.0',
    });
    expect(Buffer.from(patternFile(1041, { channel: 'canary', engineRange: '>=1.0.0' }))).toEqual(
      readFileSync(pattern.path),
    );
  });

  test('keeps what the trial set aside', () => {
    const { pattern } = install(scene().open(), 1041, { trial: QUARANTINED });
    expect(pattern).toMatchObject({
      quarantinePath: scene().path('1041/quarantine.ign2'),
      signatures: 0,
      quarantine: QUARANTINED.quarantine,
    });
    expect(activePattern(scene().directory)?.paths).toEqual([pattern.path, pattern.quarantinePath]);
    expect(readFileSync(pattern.quarantinePath!, 'utf8')).toBe('Test.Noisy\n');
  });

  test('leaves nothing in incoming', () => {
    const store = scene().open();
    const staged = store.stage(patternFile(1041));
    expect(scene().leftovers()).toHaveLength(1);
    expect(existsSync(staged.path)).toBe(true);
    expect(existsSync(staged.quarantinePath)).toBe(false);
    store.install(staged, PASSED);
    expect(scene().leftovers()).toEqual([]);
    staged.discard();
    expect(store.view().active?.number).toBe(1041);
  });

  test('what is staged is seen by nobody, and discarded without a trace', () => {
    const store = scene().with([1040]);
    const staged = store.stage(patternFile(1041));
    expect(numbersOf(store.view().kept)).toEqual([1040]);
    staged.discard();
    staged.discard();
    expect(scene().leftovers()).toEqual([]);
    expect(codeOf(() => store.install(staged, PASSED))).toBe('STORE_STAGING');
  });

  test('the same content under the same number is no change', () => {
    const store = scene().with([1040, 1041]);
    const before = [readFileSync(scene().path('state.json')), lstatSync(scene().path('1041')).ino];
    expect(install(store, 1041)).toEqual({ pattern: store.view().active, pruned: [] });
    expect([readFileSync(scene().path('state.json')), lstatSync(scene().path('1041')).ino]).toEqual(before);
    expect(scene().leftovers()).toEqual([]);
  });

  test('another content under the same number is refused', () => {
    const store = scene().with([1040, 1041]);
    const before = readFileSync(scene().path('1041/1041.npf'));
    expect(codeOf(() => install(store, 1041, { salt: 'other' }))).toBe('STORE_NUMBER_REUSED');
    expect(codeOf(() => install(store, 1040, { salt: 'other' }))).toBe('STORE_NUMBER_REUSED');
    expect(readFileSync(scene().path('1041/1041.npf'))).toEqual(before);
    expect(() => install(store, 1041, { salt: 'other' })).toThrow(
      /pattern 1041: expected the content .*a number is never used twice/,
    );
  });

  test('what a killed run moved in is made active by the next', () => {
    const store = scene().with([1040, 1041]);
    // As if 1041 had come in and state.json had not.
    const before = scene().with([]).use(1040);
    const state = readFileSync(scene().path('state.json'));
    expect(before.number).toBe(1040);
    const inode = lstatSync(scene().path('1041')).ino;
    expect(install(store, 1041).pattern.number).toBe(1041);
    expect(lstatSync(scene().path('1041')).ino).toBe(inode);
    expect(readFileSync(scene().path('state.json'))).not.toEqual(state);
  });

  test('a later trial decides what is set aside, until the pattern is active', () => {
    const store = scene().with([1040, 1041]);
    store.use(1040);
    expect(install(store, 1041, { trial: QUARANTINED }).pattern.quarantine).toHaveLength(1);
    expect(install(store, 1041).pattern.quarantine).toHaveLength(1);
  });

  test('repairs the active pattern when its file is damaged', () => {
    const store = scene().with([1040, 1041]);
    const since = store.view().activeSince;
    const path = scene().path('1041/1041.npf');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray().fill(0, bytes.length - 20));
    expect(store.verify()[1]?.problem).toMatch(/1041\.npf: pattern file 1041: expected/);
    expect(install(store, 1041).pattern.number).toBe(1041);
    expect(store.verify().map(({ problem }) => problem)).toEqual([undefined, undefined]);
    expect(store.view()).toMatchObject({ active: { number: 1041 }, activeSince: since, previous: 1040 });
    expect(scene().leftovers()).toEqual([]);
  });

  const NOT_WANTED: readonly (readonly [
    name: string,
    prepare: (store: ReturnType<typeof open>) => unknown,
    number: number,
    code: string,
  ])[] = [
    ['a lower number', () => {}, 1039, 'STORE_NOT_NEWER'],
    ['a number that was rolled back', (store) => store.rollback(), 1041, 'STORE_MARKED_BAD'],
    ['a number that was withdrawn', (store) => store.markBad(1042, 'withdrawn'), 1042, 'STORE_MARKED_BAD'],
    ['anything while a number is pinned', (store) => store.pin(1041), 1042, 'STORE_PINNED'],
    ['anything while updates are on hold', (store) => store.hold('forever'), 1042, 'STORE_HELD'],
  ];
  function open() {
    return scene().with([1040, 1041]);
  }
  test.each(NOT_WANTED)('refuses %s, and keeps the active pattern', (_name, prepare, number, code) => {
    const store = open();
    prepare(store);
    const before = store.view();
    expect(codeOf(() => install(store, number))).toBe(code);
    expect(store.view()).toEqual(before);
    expect(scene().leftovers()).toEqual([]);
  });

  const NO_PATTERNS: readonly (readonly [name: string, bytes: () => Uint8Array])[] = [
    ['nothing', () => new Uint8Array()],
    ['text', () => Buffer.from('<!doctype html>')],
    ['a file that ends in its header', () => patternFile(1041).subarray(0, 100)],
    ['a header with a wrong bit', () => patternFile(1041).with(40, 0)],
  ];
  test.each(NO_PATTERNS)('refuses to stage %s', (_name, bytes) => {
    const store = scene().with([1040]);
    expect(codeOf(() => store.stage(bytes()))).toBe('STORE_PATTERN');
    expect(scene().leftovers()).toEqual([]);
  });

  test('refuses what another store has staged, and what was changed since', () => {
    const store = scene().with([1040]);
    const other = scene().open();
    const staged = store.stage(patternFile(1041));
    // The same directory is the same store.
    expect(other.install(staged, PASSED).pattern.number).toBe(1041);
    expect(codeOf(() => store.install({ ...staged, number: 1042 }, PASSED))).toBe('STORE_STAGING');
    const changed = store.stage(patternFile(1042));
    truncateSync(changed.path, 300);
    expect(codeOf(() => store.install(changed, PASSED))).toBe('STORE_STAGING');
    changed.discard();
  });

  test('refuses a report that does not go with what the trial wrote', () => {
    const store = scene().with([1040]);
    const missing = store.stage(patternFile(1041));
    expect(codeOf(() => store.install(missing, QUARANTINED))).toBe('STORE_STAGING');
    writeFileSync(missing.quarantinePath, 'Test.Noisy\n');
    expect(codeOf(() => store.install(missing, PASSED))).toBe('STORE_STAGING');
    // After an error it can be tried again.
    expect(store.install(missing, QUARANTINED).pattern.quarantine).toHaveLength(1);
  });
});

describe('rollback', () => {
  test('goes back to the one before, and marks the one that is left', () => {
    const store = scene().with([1040, 1041], { now: () => NOON });
    expect(store.rollback('it found too much').number).toBe(1040);
    expect(store.view()).toMatchObject({
      active: { number: 1040 },
      previous: undefined,
      bad: [{ number: 1041, reason: 'it found too much', at: '2026-11-24T12:00:00.000Z' }],
    });
    expect(activePattern(scene().directory)?.number).toBe(1040);
  });
  test('only a higher number comes by itself afterwards', () => {
    const store = scene().with([1040, 1041]);
    store.rollback();
    expect(codeOf(() => install(store, 1041))).toBe('STORE_MARKED_BAD');
    expect(install(store, 1042).pattern.number).toBe(1042);
    expect(store.view().previous).toBe(1040);
  });
  test('goes back step by step, past what is marked', () => {
    const store = scene().with([1038, 1039, 1040, 1041]);
    store.markBad(1039, 'withdrawn');
    expect(store.rollback().number).toBe(1040);
    expect(store.rollback().number).toBe(1038);
    expect(codeOf(() => store.rollback())).toBe('STORE_NO_PREVIOUS');
    expect(store.view().active?.number).toBe(1038);
    expect(numbersOf(store.view().bad)).toEqual([1039, 1040, 1041]);
  });
  test('goes back to what was used before, even when that is higher', () => {
    const store = scene().with([1040, 1041]);
    store.use(1040);
    expect(store.rollback().number).toBe(1041);
    expect(numbersOf(store.view().bad)).toEqual([1040]);
  });
  test('passes over an older one that is damaged', () => {
    const store = scene().with([1039, 1040, 1041]);
    const path = scene().path('1040/1040.npf');
    writeFileSync(path, readFileSync(path).fill(0, 380));
    expect(store.rollback().number).toBe(1039);
  });
  test.each([[[]], [[1041]]])('without a previous one (%j) is refused, and marks nothing', (numbers) => {
    const store = scene().with(numbers);
    const before = store.view();
    expect(codeOf(() => store.rollback())).toBe('STORE_NO_PREVIOUS');
    expect(store.view()).toEqual(before);
  });
  test('without a previous one says which number is alone', () => {
    expect(() => scene().with([1041]).rollback()).toThrow(/expected an older pattern than 1041 in the store, got none/);
  });
  test('takes a pin along', () => {
    const store = scene().with([1040, 1041]);
    store.pin(1041);
    store.rollback();
    expect(store.view()).toMatchObject({ pinned: 1040, active: { number: 1040 } });
  });
});

describe('use', () => {
  test('goes to a kept number, with no mark', () => {
    const store = scene().with([1039, 1040, 1041]);
    expect(store.use(1039).number).toBe(1039);
    expect(store.view()).toMatchObject({ active: { number: 1039 }, previous: 1041, bad: [] });
    expect(codeOf(() => install(store, 1040))).toMatchObject({ pattern: { number: 1040 } });
  });
  test('takes the mark from a bad number', () => {
    const store = scene().with([1040, 1041]);
    store.rollback();
    expect(store.use(1041).number).toBe(1041);
    expect(store.view()).toMatchObject({ active: { number: 1041 }, previous: 1040, bad: [] });
  });
  test('of the active number only takes its mark', () => {
    const store = scene().with([1040, 1041]);
    const { activeSince, previous } = store.view();
    store.markBad(1041, 'withdrawn');
    store.use(1041);
    expect(store.view()).toMatchObject({ activeSince, previous, bad: [], active: { number: 1041 } });
  });
  test('refuses what is not kept, and what is damaged anywhere', () => {
    const store = scene().with([1040, 1041]);
    expect(codeOf(() => store.use(999))).toBe('STORE_NOT_KEPT');
    const path = scene().path('1040/1040.npf');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0, bytes.length - 1));
    expect(codeOf(() => store.use(1040))).toBe('STORE_NOT_KEPT');
    expect(() => store.use(1040)).toThrow(/pattern 1040: expected it whole in the store: .*1040\.npf: /);
    expect(store.view().active?.number).toBe(1041);
  });
  test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('refuses %d', (number) => {
    expect(codeOf(() => scene().with([1041]).use(number))).toBe('STORE_NOT_KEPT');
  });
});

describe('pin', () => {
  test('goes to a number and stays there', () => {
    const store = scene().with([1040, 1041]);
    expect(store.pin(1040)?.number).toBe(1040);
    expect(store.view()).toMatchObject({ active: { number: 1040 }, pinned: 1040 });
    expect(codeOf(() => install(store, 1042))).toBe('STORE_PINNED');
    expect(store.use(1041).number).toBe(1041);
    expect(store.view().pinned).toBe(1041);
    expect(store.pin(undefined)).toBeUndefined();
    expect(store.view().pinned).toBeUndefined();
    expect(install(store, 1042).pattern.number).toBe(1042);
  });
  test('refuses a number that is not kept', () => {
    const store = scene().with([1041]);
    expect(codeOf(() => store.pin(1042))).toBe('STORE_NOT_KEPT');
    expect(store.view().pinned).toBeUndefined();
  });
});

describe('hold', () => {
  test('lets updates wait until its end', () => {
    let now = NOON;
    const store = scene().with([1041], { now: () => now });
    store.hold(new Date(NOON + 24 * HOUR));
    expect(store.view().hold).toEqual({ since: '2026-11-24T12:00:00.000Z', until: '2026-11-25T12:00:00.000Z' });
    expect(codeOf(() => install(store, 1042))).toBe('STORE_HELD');
    now += 24 * HOUR - 1;
    expect(codeOf(() => install(store, 1042))).toBe('STORE_HELD');
    now += 1;
    expect(store.view().hold).toBeUndefined();
    expect(install(store, 1042).pattern.number).toBe(1042);
  });
  test('for ever ends only when somebody ends it', () => {
    const store = scene().with([1041], { now: () => NOON });
    store.hold('forever');
    const later = scene().open({ now: () => NOON + 10 * 366 * 24 * HOUR });
    expect(later.view().hold).toEqual({ since: '2026-11-24T12:00:00.000Z', until: undefined });
    expect(() => install(later, 1042)).toThrow(/updates are on hold until somebody ends it/);
    later.hold(undefined);
    expect(later.view().hold).toBeUndefined();
    expect(install(later, 1042).pattern.number).toBe(1042);
  });
  test('does not keep people from going back', () => {
    const store = scene().with([1040, 1041]);
    store.hold('forever');
    expect(store.rollback().number).toBe(1040);
    expect(store.view().hold).toBeDefined();
  });
  test.each([
    ['the past', new Date(NOON - 1)],
    ['now', new Date(NOON)],
    ['no time', new Date(Number.NaN)],
    ['a year with five digits', new Date(Date.UTC(10_000, 0))],
  ])('refuses %s as its end', (_name, until) => {
    const store = scene().open({ now: () => NOON });
    expect(codeOf(() => store.hold(until))).toBe('STORE_OPTION');
  });
});

describe('prune', () => {
  test('keeps three old ones beside the active one', () => {
    const store = scene().with([1, 2, 3, 4]);
    expect(install(store, 5).pruned).toEqual([1]);
    expect(install(store, 6).pruned).toEqual([2]);
    expect(numbersOf(store.view().kept)).toEqual([3, 4, 5, 6]);
    expect(scene().leftovers()).toEqual([]);
  });
  test('keeps as many as it is told, from then on', () => {
    const store = scene().with([1, 2, 3, 4, 5, 6]);
    store.setKeep(1);
    expect(numbersOf(store.view().kept)).toEqual([3, 4, 5, 6]);
    expect(install(scene().open(), 7).pruned).toEqual([3, 4, 5]);
    expect(readStore(scene().directory)?.keep).toBe(1);
  });
  test('keeps as many as it is told once', () => {
    const store = scene().with([1, 2, 3, 4]);
    expect(store.prune(2)).toEqual([1]);
    expect(store.prune(1)).toEqual([2]);
    expect(store.prune(1)).toEqual([]);
    expect(store.view()).toMatchObject({ keep: 3, active: { number: 4 } });
  });
  test.each([0, -1, 1.5, Number.NaN, 1001])('does not keep %d', (keep) => {
    const store = scene().with([1, 2]);
    expect(codeOf(() => store.prune(keep))).toBe('STORE_OPTION');
    expect(codeOf(() => store.setKeep(keep))).toBe('STORE_OPTION');
    expect(codeOf(() => scene().open({ keep }))).toBe('STORE_OPTION');
  });
  test('never removes the active one, the previous one, or a pinned one', () => {
    const store = scene().with([1, 2, 3, 4], { keep: 5 });
    store.use(1);
    expect(store.prune(1)).toEqual([2, 3]);
    expect(store.view()).toMatchObject({ active: { number: 1 }, previous: 4 });
    store.pin(1);
    expect(store.prune(1)).toEqual([]);
  });
  test('never removes what somebody has open, and removes it when he lets go', () => {
    const store = scene().with([1, 2, 3, 4], { keep: 5 });
    const release = holdPattern(scene().directory, 1);
    const second = holdPattern(scene().directory, 1);
    expect(store.prune(1)).toEqual([2]);
    release!();
    expect(store.prune(1)).toEqual([]);
    second!();
    expect(store.prune(1)).toEqual([1]);
    expect(holdPattern(scene().directory, 1)).toBeUndefined();
  });
  test('removes marked and damaged ones first', () => {
    const store = scene().with([1, 2, 3, 4, 5, 6], { keep: 10 });
    writeFileSync(scene().path('4/4.npf'), '');
    store.rollback();
    expect(numbersOf(store.view().kept)).toEqual([1, 2, 3, 5, 6]);
    // Active 5, previous 3 (4 is damaged): 6 and 4 go before 1 and 2.
    expect(store.prune(3)).toEqual([4, 6]);
    expect(store.prune(2)).toEqual([1]);
  });
  test('removes nothing while nothing is active', () => {
    const kept = [1, 2, 3].map((number): Kept => ({ number, state: 'whole', problem: undefined, pattern: undefined }));
    expect(superfluous(kept, EMPTY_STATE, 1)).toEqual([]);
  });
});

describe('verify', () => {
  test('finds a wrong byte at every place of a pattern file', () => {
    const store = scene().with([1040, 1041]);
    const path = scene().path('1040/1040.npf');
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      writeFileSync(path, whole.with(at, whole[at]! ^ 0x10));
      const found = store.verify();
      expect([at, found[0]?.problem]).toEqual([at, expect.stringContaining('1040')]);
      expect(found[1]).toEqual({ number: 1041, problem: undefined });
    }
    writeFileSync(path, whole);
    expect(store.verify()[0]?.problem).toBeUndefined();
  });
  test('finds a list of set-aside signatures that is not the one of the trial', () => {
    const store = scene().open();
    install(store, 1041, { trial: QUARANTINED });
    writeFileSync(scene().path('1041/quarantine.ign2'), 'Test.Other\n');
    expect(store.verify()[0]?.problem).toMatch(
      /quarantine\.ign2: expected the list of signatures that the trial set aside/,
    );
  });
  test('finds a pattern file in the directory of another number', () => {
    const store = scene().with([1040, 1041]);
    writeFileSync(scene().path('1040/1040.npf'), readFileSync(scene().path('1041/1041.npf')));
    expect(store.verify()[0]?.problem).toMatch(/1040\.npf: missing or damaged/);
    expect(numbersOf(store.view().kept)).toEqual([1041]);
  });
});

describe('markBad', () => {
  test('of the active number changes nothing but the mark', () => {
    const store = scene().with([1040, 1041]);
    store.markBad(1041, 'withdrawn: false alarms');
    expect(store.view()).toMatchObject({
      active: { number: 1041 },
      bad: [{ number: 1041, reason: 'withdrawn: false alarms' }],
    });
    expect(activePattern(scene().directory)?.number).toBe(1041);
  });
  test('a second mark replaces the first', () => {
    const store = scene().with([1041]);
    store.markBad(1042, 'one');
    store.markBad(1042, 'other');
    expect(store.view().bad.map(({ reason }) => reason)).toEqual(['other']);
  });
  test('keeps the hundred highest, each with at most a thousand characters', () => {
    const store = scene().open();
    for (let number = 101; number >= 1; number--) store.markBad(number, 'x'.repeat(100_000));
    const { bad } = store.view();
    expect([bad.length, bad[0]?.number, bad.at(-1)?.number, bad[0]?.reason.length]).toEqual([100, 2, 101, 1000]);
  });
  test.each([0, 1.5, 2 ** 53])('refuses %d', (number) => {
    expect(codeOf(() => scene().open().markBad(number, ''))).toBe('STORE_OPTION');
  });
});

test('one updater at a time', () => {
  const store = scene().open();
  const release = store.lockUpdater(0);
  expect(release).toBeDefined();
  expect(scene().open().lockUpdater(0)).toBeUndefined();
  release!();
  scene().open().lockUpdater(0)!();
});

test('no verb touches trust, images or downloads', () => {
  const store = scene().open();
  for (const [directory, name] of [
    [store.trustDirectory, 'root.json'],
    [store.imageDirectory, 'a.img'],
    [store.downloadsDirectory, 'b.part'],
  ]) {
    writeFileSync(`${directory}/${name}`, 'left alone');
  }
  for (const number of [1, 2, 3, 4, 5, 6]) install(store, number);
  store.rollback();
  store.pin(4);
  store.prune(1);
  store.verify();
  for (const path of ['trust/root.json', 'images/a.img', 'incoming/downloads/b.part']) {
    expect(readFileSync(scene().path(path), 'utf8')).toBe('left alone');
  }
});

test('errors are of this room, with a place', () => {
  const thrown = (() => {
    try {
      scene().open().use(7);
    } catch (error) {
      return error;
    }
    return undefined;
  })();
  expect(thrown).toBeInstanceOf(StoreError);
  expect(thrown).toMatchObject({ name: 'StoreError', code: 'STORE_NOT_KEPT' });
});
