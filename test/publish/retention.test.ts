/** Which targets stay listed as releases come and go, and when their files are removed. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listReleases } from '../../src/publish/list.ts';
import { entryOf, fullsOf } from '../../src/publish/listing.ts';
import type { TargetEntry } from '../../src/publish/metadata.ts';
import { retained } from '../../src/publish/retention.ts';
import { isoSeconds } from '../../src/publish/roles.ts';
import { type DeltaCustom, deltaName, type FullCustom, fullName } from '../../src/update/repository.ts';
import { Client } from './support/client.ts';
import { DAY_MS, lines, START, withScene } from './support/scene.ts';

const scene = withScene();
const HOUR_MS = DAY_MS / 24;
const NONE: ReadonlySet<number> = new Set();

function full(number: number, ms: number, custom: Partial<FullCustom> = {}): TargetEntry {
  const released = isoSeconds(new Date(START.getTime() + ms));
  return entryOf(fullName(number), new Uint8Array(0), {
    kind: 'full',
    number,
    released,
    channel: 'stable',
    engine: '*',
    signatures: 1,
    contentBytes: 1,
    contentDigest: '',
    ...custom,
  });
}
function delta(from: number, number: number): TargetEntry {
  const custom: DeltaCustom = { kind: 'delta', from, number, rawBytes: 1 };
  return entryOf(deltaName(from, number), new Uint8Array(0), custom);
}
const at = (ms: number): Date => new Date(START.getTime() + ms);

/** Releases at a steady pace, each pruned as the publisher does it. */
function releases(
  count: number,
  everyMs: number,
  custom: (i: number) => Partial<FullCustom> = () => ({}),
): readonly TargetEntry[] {
  let entries: readonly TargetEntry[] = [];
  for (let i = 0; i < count; i++) {
    const weekOld = fullsOf(entries).filter(
      ({ custom }) => Date.parse(custom.released) <= START.getTime() + i * everyMs - 7 * DAY_MS,
    );
    const from = [1000 + i, weekOld.at(-1)?.custom.number].filter((base) => base !== undefined);
    const deltas = i === 0 ? [] : [...new Set(from)].map((base) => delta(base, 1001 + i));
    entries = retained([...entries, full(1001 + i, i * everyMs, custom(i)), ...deltas], NONE, at(i * everyMs));
  }
  return entries;
}
const numbers = (entries: readonly TargetEntry[]): number[] => fullsOf(entries).map(({ custom }) => custom.number);

describe('the list', () => {
  test.for([
    ['daily', 100, DAY_MS, 80],
    ['hourly', 400, HOUR_MS, 80],
    ['hourly, each rolled out over a day', 400, HOUR_MS, 110],
  ] as const)('has about 80 targets: %s', ([pace, count, everyMs, most]) => {
    const rollout = (i: number) =>
      pace.includes('rolled') ? { rollout: { start: isoSeconds(at(i * everyMs)), hours: 24 } } : {};
    const entries = releases(count, everyMs, rollout);
    expect(entries.length).toBeGreaterThan(40);
    expect(entries.length).toBeLessThanOrEqual(most);
  });

  test('leads whoever has a pattern of the last 30 days to the newest one by deltas', () => {
    const entries = releases(100, DAY_MS);
    const edges = entries.flatMap(({ custom }) => (custom.kind === 'delta' ? [[custom.from, custom.number]] : []));
    for (let age = 1; age <= 30; age++) {
      const reached = new Map([[1100 - age, 0]]);
      for (const [from, number] of edges) {
        const hops = reached.get(from!);
        if (hops !== undefined)
          reached.set(number!, Math.min(hops + 1, reached.get(number!) ?? Number.POSITIVE_INFINITY));
      }
      expect(reached.get(1100), `${age} days old`).toBeLessThanOrEqual(12);
    }
  });

  test('holds a full file to start next week’s roll-up from, at any pace', () => {
    for (const [count, everyMs] of [
      [30, DAY_MS],
      [400, HOUR_MS],
    ] as const) {
      const nowMs = count * everyMs;
      const weekOld = fullsOf(releases(count, everyMs)).filter(
        ({ custom }) => Date.parse(custom.released) <= START.getTime() + nowMs - 7 * DAY_MS,
      );
      expect(weekOld.length).toBeGreaterThan(0);
    }
  });

  test('holds the newest of each channel', () => {
    const entries = [full(1001, 0), ...Array.from({ length: 9 }, (_, i) => full(1002 + i, 1, { channel: 'canary' }))];
    expect(numbers(retained(entries, NONE, at(90 * DAY_MS)))).toEqual([1001, 1007, 1008, 1009, 1010]);
  });

  test('holds the last that fits each range of engines', () => {
    const entries = [full(1001, 0, { engine: '<1.6.0' }), ...Array.from({ length: 9 }, (_, i) => full(1002 + i, 1))];
    expect(numbers(retained(entries, NONE, at(90 * DAY_MS)))).toEqual([1001, 1007, 1008, 1009, 1010]);
  });

  test('holds what machines have that wait for their turn, down to one that is for all', () => {
    const rollout = { start: isoSeconds(at(0)), hours: 24 * 30 };
    const entries = Array.from({ length: 12 }, (_, i) => full(1001 + i, 0, i >= 3 ? { rollout } : {}));
    expect(numbers(retained(entries, NONE, at(20 * DAY_MS)))).toEqual([
      1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012,
    ]);
    expect(numbers(retained(entries, NONE, at(40 * DAY_MS)))).toEqual([1009, 1010, 1011, 1012]);
  });

  test('does not count one that was withdrawn as the newest', () => {
    const entries = [full(1001, 0), ...Array.from({ length: 5 }, (_, i) => full(1002 + i, 1))];
    const withdrawn = new Set([1002, 1003, 1004, 1005, 1006]);
    expect(numbers(retained(entries, withdrawn, at(90 * DAY_MS)))).toEqual([1001, 1003, 1004, 1005, 1006]);
  });
});

describe('files', () => {
  const files = (): string[] => readdirSync(scene().shown('targets/pattern')).filter((name) => name.endsWith('.npf'));

  test('stay three days after they are listed no more, then go with their minisign files', async () => {
    await scene().init();
    await scene().release(lines(3));
    scene().pass(20 * DAY_MS);
    for (let i = 0; i < 4; i++) await scene().release(lines(4 + i));
    const client = new Client(scene());
    expect(await client.fetch('pattern/1001.npf')).toBeUndefined();
    expect(files()).toContain('1001.npf');
    scene().pass(2.9 * DAY_MS);
    await scene().release(lines(9));
    expect(files()).toContain('1001.npf');
    scene().pass(0.2 * DAY_MS);
    await scene().release(lines(10));
    expect(files()).not.toContain('1001.npf');
    expect(readdirSync(scene().shown('targets/pattern'))).not.toContain('1001.npf.minisig');
    expect((await listReleases(scene().directory)).releases.map(({ number }) => number)).toEqual([
      1004, 1005, 1006, 1007,
    ]);
  });

  test('old metadata goes, roots never', async () => {
    await scene().init();
    for (let i = 0; i < 5; i++) {
      scene().pass(4 * DAY_MS);
      await scene().release(lines(3 + i));
    }
    expect(readdirSync(scene().shown('metadata')).sort()).toEqual([
      '1.root.json',
      '1.targets.json',
      '5.patterns.json',
      '5.snapshot.json',
      '6.patterns.json',
      '6.snapshot.json',
      'timestamp.json',
    ]);
  });
});
