/**
 * kill -9 in place of each call that changes the file system, in each change of a store: the old pattern or the new one, never neither, and what returned stays.
 *
 * SIGWALL_TEST_EVERY_CALL=1 kills in place of the other calls as well, which takes three times as long and must come to the same.
 */
import { cpSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Expectation, judge } from './support/judge.ts';
import { install, withStore } from './support/scene.ts';
import { type ChildTask, runChild, type Step, stepsDone } from './support/store-child.ts';

const scene = withStore();

/** Each row ends with a step that changes nothing of interest, so that kills come after the others have returned, too. */
interface Row {
  readonly name: string;
  /** Installed before; each on the disk for good. */
  readonly kept: readonly number[];
  readonly keep: number;
  readonly steps: readonly Step[];
  readonly before: number | undefined;
  readonly after: number;
  readonly also?: (view: Parameters<NonNullable<Expectation['also']>>[0], isDone: boolean) => string | undefined;
}

const AFTERWARDS: Step = ['hold', 0];

const ROWS: readonly Row[] = [
  {
    name: 'the first install',
    kept: [],
    keep: 1,
    steps: [['install', 1001], AFTERWARDS],
    before: undefined,
    after: 1001,
  },
  {
    name: 'an install that rotates two patterns out',
    kept: [1038, 1039, 1040],
    keep: 1,
    steps: [['install-quarantined', 1041], AFTERWARDS],
    before: 1040,
    after: 1041,
  },
  {
    name: 'a rollback',
    kept: [1039, 1040, 1041],
    keep: 3,
    steps: [['rollback', 0], AFTERWARDS],
    before: 1041,
    after: 1040,
    also: ({ bad, active }) =>
      bad.some(({ number }) => number === 1041) === (active?.number === 1040)
        ? undefined
        : 'the mark and the switch are not one',
  },
  { name: 'use', kept: [1039, 1040, 1041], keep: 3, steps: [['use', 1039], AFTERWARDS], before: 1041, after: 1039 },
  {
    name: 'pin and hold',
    kept: [1040, 1041],
    keep: 3,
    steps: [['pin', 1040], ['hold', 0], AFTERWARDS],
    before: 1041,
    after: 1040,
    also: ({ pinned, active, hold }, isDone) => {
      if ((pinned === 1040) !== (active?.number === 1040)) return 'the pin and the switch are not one';
      return isDone && !hold ? 'the hold is lost' : undefined;
    },
  },
  {
    name: 'prune',
    kept: [1037, 1038, 1039, 1040],
    keep: 3,
    steps: [['prune', 1], AFTERWARDS],
    before: 1040,
    after: 1040,
    also: ({ kept }, isDone) => (isDone && kept.length !== 2 ? 'what was rotated out is back' : undefined),
  },
];
/** Of the two cores that a small machine has. */
const AT_ONCE = 2;
/** Each kill takes a process of its own: a quarter of a second, and on a busy machine many. */
const TIMEOUT_MS = 1_200_000;
/** Calls that leave everything on the disk as it was: a kill in their place leaves what a kill in place of the next other call does. */
const WITHOUT_EFFECT: readonly string[] = process.env.SIGWALL_TEST_EVERY_CALL ? [] : ['open', 'sync', 'close'];

interface Kill {
  /** Of all calls, counted from 1. */
  readonly killAt: number;
  readonly halfWritten: boolean;
}

test.each(ROWS)('$name', { timeout: TIMEOUT_MS }, async (row) => {
  const store = scene().open({ keep: 10 });
  for (const number of row.kept) install(store, number);
  store.setKeep(row.keep);
  const kills = killsOf(await callsOf(row));
  const problems: string[] = [];
  const inTurn = kills.values();
  const work = async (): Promise<void> => {
    for (const kill of inTurn) {
      const problem = await killOnce(row, kill);
      if (problem !== undefined) problems.push(`${JSON.stringify(kill)}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(problems).toEqual([]);
  expect(kills.length).toBeGreaterThan(5);
});

function killsOf(calls: readonly string[]): readonly Kill[] {
  return calls.flatMap((name, index): Kill[] => {
    const killAt = index + 1;
    // The last call of all is followed by nothing that could stand for it.
    if (WITHOUT_EFFECT.includes(name) && killAt < calls.length) return [];
    const whole = { killAt, halfWritten: false };
    return name === 'write' ? [whole, { killAt, halfWritten: true }] : [whole];
  });
}

function copyOf(name: string): string {
  const directory = scene().path('..', name);
  cpSync(scene().directory, directory, { recursive: true });
  return directory;
}

function taskOf({ steps }: Row, directory: string): ChildTask {
  return { directory, steps };
}

/** Of a run that is not killed, and comes to a good end. */
async function callsOf(row: Row): Promise<readonly string[]> {
  const directory = copyOf('whole');
  const { reports } = await runChild(taskOf(row, directory));
  const last = reports.at(-1);
  const quarantined = { 1041: row.after === 1041 };
  expect(judge(directory, { active: [row.after], next: 2000, quarantined })).toBeUndefined();
  if (last === undefined || 'code' in last) throw new Error(`a run that nobody kills: ${JSON.stringify(last)}`);
  return last.calls;
}

async function killOnce(row: Row, { killAt, halfWritten }: Kill): Promise<string | undefined> {
  const directory = copyOf(`kill-${killAt}-${halfWritten}`);
  const result = await runChild({ ...taskOf(row, directory), killAt, halfWritten });
  if (!result.killed) return 'it was not killed';
  const isDone = stepsDone(result).length >= row.steps.length - 1;
  const problem = judge(directory, {
    active: isDone ? [row.after] : [row.before, row.after],
    quarantined: { 1041: row.after === 1041 },
    next: 2000,
    also: (view) => (view.troubles.length > 0 ? view.troubles.join('; ') : row.also?.(view, isDone)),
  });
  rmSync(directory, { recursive: true });
  return problem;
}
