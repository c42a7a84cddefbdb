/** A publisher that dies, or whose disk fails, at any call that changes a file: what was published stays, and the next run works. */
// First: it wraps the system calls that the others take hold of when they are loaded.
import './support/failing-files.ts';
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { withdraw } from '../../src/publish/notices.ts';
import { refresh } from '../../src/publish/refresh.ts';
import { rotateKey } from '../../src/publish/rotate.ts';
import { verifyRepository } from '../../src/publish/verify.ts';
import { Client } from './support/client.ts';
import { type Call, type FaultKind, withFaults } from './support/failing-files.ts';
import { DAY_MS, lines, Scene, withScene } from './support/scene.ts';

const scene = withScene();
/** A lock that cannot be taken is no reason to wait here. */
const NO_WAIT = { lockTimeoutMs: 0 } as const;

type Operation = (each: Scene) => Promise<unknown>;
const rotate =
  (key: string): Operation =>
  (each) =>
    rotateKey(each.directory, key, { now: each.now, ...NO_WAIT });
const OPERATIONS: Readonly<Record<string, Operation>> = {
  release: (each) => each.release(lines(302), NO_WAIT),
  withdraw: (each) => withdraw(each.directory, 1002, 'it hits everything', { now: each.now, ...NO_WAIT }),
  // Snapshot and patterns are due then.
  refresh: (each) => refresh(each.directory, { now: each.now, ...NO_WAIT }),
  'rotate root': rotate('root'),
  'rotate targets': rotate('targets'),
  'rotate patterns': rotate('patterns'),
  'rotate snapshot': rotate('snapshot'),
  'rotate timestamp': rotate('timestamp'),
};
/** Where every call fails once; the others clean up after a failure in the same way. */
const FAILING: readonly string[] = ['release'];
/** To die before one of these leaves the same disk as to die before the next call. */
const CHANGES_NOTHING: readonly string[] = ['fsyncSync', 'fchmodSync', 'chmodSync'];

/** Two releases that are old enough for everything to be pruned and renewed. */
let base: Scene;
let firstRoot: Buffer;
/** Directory of one that has seen the state before. */
let knownConsumer: string;
beforeAll(async () => {
  base = new Scene();
  await base.init();
  firstRoot = base.read('root.json');
  await base.release(lines(300));
  await base.release(lines(301));
  const known = new Client(base, firstRoot);
  await known.fetch('pattern/1002.npf');
  knownConsumer = known.directory;
  return () => base.remove();
});

function restored(): Scene {
  const each = scene();
  rmSync(each.directory, { recursive: true, force: true });
  cpSync(base.directory, each.directory, { recursive: true, preserveTimestamps: true });
  chmodSync(join(each.directory, 'keys'), 0o700);
  each.now = new Date(base.now.getTime() + 12 * DAY_MS);
  return each;
}

async function expectServed(each: Scene, client: Client, where: string): Promise<void> {
  const newest = Math.max(...listedFulls(each));
  const got = await client.fetch(`pattern/${newest}.npf`);
  expect(got, where).toEqual(each.read('targets/pattern', `${newest}.npf`));
}

function listedFulls(each: Scene): number[] {
  const json = (name: string) => JSON.parse(each.read('metadata', name).toString()).signed;
  const { version: snapshot } = json('timestamp.json').meta['snapshot.json'];
  const { version } = json(`${snapshot}.snapshot.json`).meta['patterns.json'];
  return Object.keys(json(`${version}.patterns.json`).targets).flatMap((name) => {
    const number = /^pattern\/(\d+)\.npf$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

for (const [name, operation] of Object.entries(OPERATIONS)) {
  const kinds: readonly FaultKind[] = FAILING.includes(name) ? ['die', 'fail'] : ['die'];
  describe(name, () => {
    test.for(kinds)('at each call: %s', async (kind) => {
      const { calls, error } = await withFaults(() => operation(restored()));
      expect(error).toBeUndefined();
      expect(calls.length).toBeGreaterThan(5);
      for (const [at, call] of calls.entries()) {
        if (kind === 'die' && CHANGES_NOTHING.includes(call.name)) continue;
        const where = `${kind} at call ${at} of ${calls.length}: ${call.name} ${call.path}`;
        const each = restored();
        const { now } = each;
        const known = new Client(each, knownConsumer);
        await withFaults(() => operation(each), kind, at);
        // What was published before may be over by now; the consumer's clock is not the point here.
        each.now = base.now;
        await expectServed(each, known, where);
        await expectServed(each, new Client(each, firstRoot), where);
        each.now = now;
        await operationAfter(each, name, operation);
        const { problems } = await verifyRepository(each.directory, { now });
        expect(problems, where).toEqual([]);
        expect(leftBehind(each), where).toEqual([]);
        await expectServed(each, known, where);
      }
    });
  });
}

/** What a person does next: the same again, or, where that is done already, a release. */
async function operationAfter(each: Scene, name: string, operation: Operation): Promise<void> {
  const again = await operation(each).catch((error: unknown) => error);
  // It was withdrawn already, and only the answer got lost.
  if (again instanceof Error && name !== 'withdraw') throw again;
  await each.release(lines(303));
}

function leftBehind(each: Scene): string[] {
  return readdirSync(each.directory, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.tmp') || name.startsWith('incoming/'),
  );
}

describe('init', () => {
  test.for(['die', 'fail'] as const)('at each call: %s', async (kind) => {
    const { calls } = await withFaults(() => scene().init());
    for (const [at, call] of calls.entries()) {
      if (kind === 'die' && CHANGES_NOTHING.includes(call.name)) continue;
      const each = scene();
      rmSync(each.directory, { recursive: true, force: true });
      await withFaults(() => each.init(undefined, NO_WAIT), kind, at);
      if (!existsSync(each.publicDirectory)) await each.init();
      await each.release(lines(3));
      const { problems } = await verifyRepository(each.directory, { now: each.now });
      expect(problems, `${kind} at call ${at} of ${calls.length}: ${call.name} ${call.path}`).toEqual([]);
    }
  });
});

/** What must not appear before all that it leads to is on the disk: operation, the call, what is renamed in place before it. */
const COMMITS: readonly (readonly [string, Operation, (each: Scene) => string, readonly RegExp[]])[] = [
  [
    'a release by timestamp.json',
    (each) => each.release(lines(302)),
    (each) => each.shown('metadata/timestamp.json'),
    [/1003\.npf$/, /1003\.npf\.minisig$/, /1002-1003\.delta$/, /4\.patterns\.json$/, /4\.snapshot\.json$/],
  ],
  [
    'a new root, whose keys would be lost',
    rotate('root'),
    (each) => each.shown('metadata/2.root.json'),
    [/keys\/root-.*\.pem$/, /keys\/root-.*\.pem$/, /keys\/root-.*\.pem$/],
  ],
  [
    'a root with another key of the timestamp, which must have signed before',
    rotate('timestamp'),
    (each) => each.shown('metadata/2.root.json'),
    [/keys\/timestamp-.*\.pem$/, /timestamp\.json$/],
  ],
  [
    'targets with another key of the patterns, which must have signed before',
    rotate('patterns'),
    (each) => each.shown('metadata/timestamp.json'),
    [/keys\/patterns-.*\.pem$/, /2\.targets\.json$/, /4\.patterns\.json$/, /4\.snapshot\.json$/],
  ],
];

describe('on the disk before it can be seen', () => {
  test.for(COMMITS)('%s', async ([, operation, committed, before]) => {
    const each = restored();
    const { calls } = await withFaults(() => operation(each));
    const commit = calls.findIndex(({ to }) => to === committed(each));
    const renames = calls.slice(0, commit).filter(({ to }) => to !== undefined);
    expect(renames.map(({ to }) => to)).toEqual(before.map((name) => expect.stringMatching(name)));
    for (const rename of renames) expectDurable(calls, rename, commit);
  });

  test('the public directory, whose keys would be lost', async () => {
    const { calls } = await withFaults(() => scene().init());
    const commit = calls.findIndex(({ to }) => to === scene().publicDirectory);
    const renames = calls.slice(0, commit).filter(({ to }) => to !== undefined);
    const [keys, ...files] = renames.toReversed();
    expect(keys!.to).toBe(join(scene().directory, 'keys'));
    expect(files.length).toBeGreaterThan(15);
    for (const rename of files) expectDurable(calls, rename, commit);
    const synced = calls.findIndex(
      ({ name, path }, i) => i > calls.indexOf(keys!) && isSync(name, path, scene().directory),
    );
    expect(synced).toBeLessThan(commit);
    expect(synced).toBeGreaterThan(0);
  });
});

const isSync = (name: string, path: string, expected: string): boolean => name === 'fsyncSync' && path === expected;

/** Written, synced, renamed, its directory synced: in this order, and before the commit. */
function expectDurable(calls: readonly Call[], rename: Call, commit: number): void {
  const renamed = calls.indexOf(rename);
  const directory = dirname(rename.to!);
  const order = [
    calls.findIndex(({ name, path }) => name === 'writeSync' && path === rename.path),
    calls.findIndex(({ name, path }) => isSync(name, path, rename.path)),
    renamed,
    calls.findIndex(({ name, path }, i) => i > renamed && isSync(name, path, directory)),
    commit,
  ];
  expect(order, rename.to).toEqual(order.toSorted((a, b) => a - b));
  expect(order, rename.to).not.toContain(-1);
}
