/**
 * Loss of power at each point of each change, on a disk that keeps no more than it was told to (support/disk-model.ts).
 *
 * Each crash is judged as a kill is: a scan gets the old pattern or the new one, what returned stays, and the next run goes on. That the model would notice
 * is tried with mistakes that are made on purpose.
 */
import { cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PatternStore } from '../../src/store/store.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { type CrashDisk, type CrashPolicy, DiskModel, keyOf, writeDisk } from './support/disk-model.ts';
import { type Expectation, judge } from './support/judge.ts';
import { patternFile, QUARANTINED } from './support/patterns.ts';
import { type DiskCall, RecordingFiles } from './support/recording-files.ts';
import { install, withStore } from './support/scene.ts';

const SEED = seedOf('power-loss');
/** Random disks at each point, beside the one without and the one with all that is not certain. */
const RANDOM_DISKS = 20;
const TIMEOUT_MS = 600_000;

/** One change, and the number that is active once it returned. */
type Step = readonly [act: (store: PatternStore, files: RecordingFiles) => unknown, active: number];

interface Row {
  readonly name: string;
  /** Installed before, and certain to be on the disk. The last one is active. */
  readonly kept: readonly number[];
  readonly keep: number;
  readonly steps: readonly Step[];
  /** Different disks that there are at least; fewer, and the model has lost its teeth. */
  readonly minDisks: number;
  readonly also?: (view: Parameters<NonNullable<Expectation['also']>>[0], isDone: boolean) => string | undefined;
}

const ROWS: readonly Row[] = [
  { name: 'the first install', kept: [], keep: 1, steps: [[(store) => install(store, 1001), 1001]], minDisks: 30 },
  {
    name: 'an install that rotates two patterns out',
    kept: [1038, 1039, 1040],
    keep: 1,
    steps: [[installQuarantined, 1041]],
    minDisks: 50,
  },
  {
    name: 'a rollback',
    kept: [1039, 1040, 1041],
    keep: 3,
    steps: [[(store) => store.rollback(), 1040]],
    minDisks: 10,
    also: ({ bad, active }) =>
      bad.some(({ number }) => number === 1041) === (active?.number === 1040) ? undefined : 'a switch without its mark',
  },
  {
    name: 'a pin',
    kept: [1039, 1040, 1041],
    keep: 3,
    steps: [[(store) => store.pin(1039), 1039]],
    minDisks: 10,
    also: ({ pinned, active }) =>
      (pinned === 1039) === (active?.number === 1039) ? undefined : 'a switch without its pin',
  },
  {
    name: 'prune',
    kept: [1037, 1038, 1039, 1040],
    keep: 3,
    steps: [[(store) => store.prune(1), 1040]],
    minDisks: 20,
    also: ({ kept }, isDone) => (isDone && kept.length !== 2 ? 'what was rotated out is back' : undefined),
  },
  {
    name: 'many changes, one after the other',
    kept: [1039, 1040],
    keep: 2,
    steps: [
      [installQuarantined, 1041],
      [(store) => install(store, 1042), 1042],
      [(store) => store.rollback(), 1041],
      [(store) => store.hold('forever'), 1041],
      [(store) => store.use(1042), 1042],
      [(store) => store.hold(undefined), 1042],
      [(store) => install(store, 1043), 1043],
      [(store) => store.markBad(1042, 'withdrawn'), 1043],
      [(store) => store.rollback(), 1041],
      [(store) => install(store, 1044), 1044],
      [(store) => store.prune(1), 1044],
    ],
    minDisks: 400,
  },
];
const INSTALL = ROWS[1]!;
const ROLLBACK = ROWS[2]!;
const PRUNE = ROWS[4]!;

/** As a trial writes: without a thought of the disk. */
function installQuarantined(store: PatternStore, files: RecordingFiles): void {
  const staged = store.stage(patternFile(1041));
  const descriptor = files.create(staged.quarantinePath, 0o644);
  files.write(descriptor, Buffer.from('Test.Noisy\n'));
  files.close(descriptor);
  store.install(staged, QUARANTINED);
}

const scene = withStore();

interface Recording {
  /** Copy of the store as it was before, all of it certain. */
  readonly before: string;
  readonly calls: readonly DiskCall[];
  /** How many calls there were when each step returned. */
  readonly returned: readonly number[];
}

/** Runs the changes on a real disk. */
function record(row: Row): Recording {
  const store = scene().open({ keep: 10 });
  for (const number of row.kept) install(store, number);
  store.setKeep(row.keep);
  const before = join(scene().root, 'before');
  cpSync(scene().directory, before, { recursive: true });
  const files = new RecordingFiles();
  const recorded = scene().open({ files });
  const returned = row.steps.map(([act]) => {
    act(recorded, files);
    return files.calls.length;
  });
  return { before, calls: files.calls.map(relative), returned };
}

/** The model's disk begins where the copy lies. */
function relative(call: DiskCall): DiskCall {
  const move = (path: string): string => join(scene().root, 'before', path.slice(scene().directory.length));
  return call.kind === 'rename'
    ? { ...call, path: move(call.path), to: move(call.to) }
    : { ...call, path: move(call.path) };
}

/** @returns what is wrong on which crash disk, until `limit` of them were found; and how many different disks there were */
function crashEverywhere(row: Row, recording: Recording, limit = 5): { problems: string[]; disks: number } {
  const problems: string[] = [];
  const seen = new Set<string>();
  const { before, calls } = recording;
  const model = new DiskModel(before);
  for (let done = 0; done <= calls.length && problems.length < limit; done++) {
    if (done > 0) model.apply(calls[done - 1]!);
    const expectation = expectationOf(row, recording, done);
    for (const [name, policy] of policies(done)) {
      const disk = model.crash(policy);
      const key = `${expectation.active} ${keyOf(disk)}`;
      const problem = seen.has(key) ? undefined : judgeDisk(disk, expectation);
      const last = done === 0 ? 'nothing' : `${calls[done - 1]!.kind} ${basename(calls[done - 1]!.path)}`;
      if (problem !== undefined) problems.push(`after ${done} of ${calls.length} calls (${last}), ${name}: ${problem}`);
      seen.add(key);
    }
  }
  return { problems, disks: seen.size };
}

function judgeDisk(disk: CrashDisk, expectation: Expectation): string | undefined {
  const into = join(scene().root, 'crashed');
  writeDisk(disk, into);
  const problem = judge(into, expectation);
  rmSync(into, { recursive: true });
  return problem;
}

function* policies(done: number): Generator<readonly [name: string, policy: CrashPolicy]> {
  yield ['all lost', 'lost'];
  yield ['all kept', 'kept'];
  for (let i = 0; i < RANDOM_DISKS; i++) {
    const seed = SEED + 1000 * done + i;
    yield [`seed ${seed}`, new Random(seed)];
  }
}

function expectationOf(row: Row, { calls, returned }: Recording, done: number): Expectation {
  const steps = returned.filter((count) => count <= done).length;
  const before = row.steps[steps - 1]?.[1] ?? row.kept.at(-1);
  const isDone = done === calls.length;
  return {
    active: isDone ? [before] : [before, row.steps[steps]?.[1]],
    quarantined: { 1041: row.steps.some(([act]) => act === installQuarantined) },
    next: 2000,
    also: (view) => (view.troubles.length > 0 ? view.troubles.join('; ') : row.also?.(view, isDone)),
  };
}

describe('no crash leaves a store without a whole pattern, or takes back what returned', () => {
  test.each(ROWS)('$name', { timeout: TIMEOUT_MS }, (row) => {
    const { problems, disks } = crashEverywhere(row, record(row));
    expect(problems).toEqual([]);
    expect(disks).toBeGreaterThanOrEqual(row.minDisks);
  });
});

/** Calls as they would be with a mistake in the program. */
type Mistake = (calls: readonly DiskCall[]) => readonly DiskCall[];

const without =
  (kind: DiskCall['kind'], name: RegExp): Mistake =>
  (calls) => {
    const left = calls.filter((call) => call.kind !== kind || !name.test(call.path));
    expect(left.length, 'the mistake is none: there is no such call').toBeLessThan(calls.length);
    return left;
  };

/** What goes to `late` before what comes from `early`, with their syncs where they were. */
const swapped =
  (early: RegExp, late: RegExp): Mistake =>
  (calls) => {
    const find = (name: RegExp): number => calls.findIndex((call) => call.kind === 'rename' && name.test(call.to));
    const [from, to] = [find(early), find(late)];
    expect(from).toBeGreaterThan(-1);
    expect(to).toBeGreaterThan(from);
    const moved = [...calls];
    moved.splice(to, 0, ...moved.splice(from, 1));
    return moved;
  };

/** `before` is the directory of the store. */
const STORE = /\/before$/;
const MISTAKES: readonly (readonly [name: string, row: Row, mistake: Mistake])[] = [
  ['the pattern file is not synced', INSTALL, without('sync', /\.npf$/)],
  ['the manifest is not synced', INSTALL, without('sync', /\.manifest\.json\.[0-9a-f]+\.tmp$/)],
  ['what was set aside is not synced', INSTALL, without('sync', /quarantine\.ign2$/)],
  ['the names of a new directory are not synced', INSTALL, without('sync', /\/1041$/)],
  ['state.json is not synced', INSTALL, without('sync', /\.state\.json\.[0-9a-f]+\.tmp$/)],
  ['the names of the store are not synced', INSTALL, without('sync', STORE)],
  ['the names of the directory that a pattern comes from are not synced', INSTALL, without('sync', /\/[0-9a-f]{16}$/)],
  ['state.json is replaced before the pattern comes in', INSTALL, swapped(/\/1041$/, /\/state\.json$/)],
  ['the names of the store are not synced after a rollback', ROLLBACK, without('sync', STORE)],
  ['state.json is not synced in a rollback', ROLLBACK, without('sync', /\.state\.json\.[0-9a-f]+\.tmp$/)],
  ['the names of the store are not synced before what was rotated out is deleted', PRUNE, without('sync', STORE)],
  [
    'the names of incoming are not synced before what was rotated out is deleted',
    PRUNE,
    without('sync', /\/incoming$/),
  ],
];

describe('the model notices when', () => {
  test.each(MISTAKES)('%s', { timeout: TIMEOUT_MS }, (_name, row, mistake) => {
    const recording = record(row);
    const { problems } = crashEverywhere(row, { ...recording, calls: mistake(recording.calls) }, 1);
    expect(problems).not.toEqual([]);
  });
});
