/** Withdrawals and ends of support: signed with the patterns, and refused when they would surprise a fleet. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { setLifecycle, withdraw } from '../../src/publish/notices.ts';
import { verifyRepository } from '../../src/publish/verify.ts';
import type { LifecycleEntry } from '../../src/update/repository.ts';
import { Client } from './support/client.ts';
import { codeOf, DAY_MS, lines, withScene } from './support/scene.ts';

const scene = withScene();
const options = () => ({ now: scene().now });

/** As a consumer gets them. */
async function notices(): Promise<unknown> {
  const names = readdirSync(scene().shown('targets/pattern')).filter((name) => name.startsWith('notices-'));
  const client = new Client(scene());
  const found = await Promise.all(names.map(async (name) => (await client.fetch(`pattern/${name}`))?.toString()));
  const [listed, ...others] = found.filter((text) => text !== undefined);
  expect(others).toEqual([]);
  return JSON.parse(listed!);
}

describe('a withdrawal', () => {
  test('reaches consumers with its reason and time, in order of numbers', async () => {
    await scene().init();
    for (const count of [3, 4, 5]) await scene().release(lines(count));
    await withdraw(scene().directory, 1003, 'it hits everything', options());
    scene().pass(DAY_MS);
    const report = await withdraw(scene().directory, 1001, '  it finds nothing ', options());
    const withdrawn = [
      { number: 1001, reason: 'it finds nothing', at: '2026-11-25T06:00:00Z' },
      { number: 1003, reason: 'it hits everything', at: '2026-11-24T06:00:00Z' },
    ];
    expect(await notices()).toEqual({ format: 1, lifecycle: [], withdrawn });
    expect(report).toEqual({ version: 6, lifecycle: [], withdrawn, warnings: [] });
    expect((await verifyRepository(scene().directory, options())).problems).toEqual([]);
  });

  test.for([
    ['a number that was never released', 1003, 'x', 'PUBLISH_NUMBER'],
    ['a number that is withdrawn already', 1001, 'x', 'PUBLISH_NUMBER'],
    ['half a number', 1001.5, 'x', 'PUBLISH_NUMBER'],
    ['no reason', 1002, ' ', 'PUBLISH_OPTION'],
    ['a reason of two lines', 1002, 'one\ntwo', 'PUBLISH_OPTION'],
    ['a reason that drives a terminal', 1002, '\u001b[2J', 'PUBLISH_OPTION'],
    ['a reason without end', 1002, 'x'.repeat(501), 'PUBLISH_OPTION'],
  ] as const)('of %s is refused', async ([, number, reason, code]) => {
    await scene().init();
    for (const count of [3, 4]) await scene().release(lines(count));
    await withdraw(scene().directory, 1001, 'it finds nothing', options());
    expect(await codeOf(() => withdraw(scene().directory, number, reason, options()))).toBe(code);
  });

  test('before the first release is refused', async () => {
    await scene().init();
    expect(await codeOf(() => withdraw(scene().directory, 1001, 'x', options()))).toBe('PUBLISH_NUMBER');
  });
});

describe('the lifecycle', () => {
  const ENTRY: LifecycleEntry = { engine: '<1.6.0', lastPattern: 2400, ends: '2027-06-30', moveTo: '>=1.6.0' };

  test('reaches consumers, survives releases, and is replaced as a whole', async () => {
    await scene().init();
    await setLifecycle(scene().directory, [ENTRY], options());
    await scene().release(lines(3));
    expect(await notices()).toEqual({ format: 1, lifecycle: [ENTRY], withdrawn: [] });
    await setLifecycle(scene().directory, [{ engine: '<2.0.0-0', ends: '2028-01-01' }], options());
    expect(await notices()).toMatchObject({ lifecycle: [{ engine: '<2.0.0-0', ends: '2028-01-01' }] });
    await setLifecycle(scene().directory, [], options());
    expect(await notices()).toMatchObject({ lifecycle: [] });
  });

  test('ends 180 days ahead at the earliest, unless it is forced', async () => {
    await scene().init();
    scene().now = new Date('2026-11-24T00:00:00Z');
    const set = (ends: string, force = false) =>
      codeOf(() => setLifecycle(scene().directory, [{ ...ENTRY, ends }], { ...options(), force }));
    expect(await set('2027-05-23')).toBeUndefined();
    expect(await set('2027-05-22')).toBe('PUBLISH_OPTION');
    expect(await set('2026-01-01')).toBe('PUBLISH_OPTION');
    expect(await set('2027-05-22', true)).toBeUndefined();
  });

  test('may be set again when an end that was told in time has come near', async () => {
    await scene().init();
    await setLifecycle(scene().directory, [{ ...ENTRY, ends: '2027-06-30' }], options());
    scene().pass(80 * DAY_MS);
    const next = [
      { ...ENTRY, ends: '2027-06-30' },
      { engine: '<1.8.0', ends: '2028-06-30' },
    ];
    expect(await codeOf(() => setLifecycle(scene().directory, next, options()))).toBeUndefined();
  });

  const REFUSED: readonly (readonly [string, object])[] = [
    ['a range of engines that is none', { ...ENTRY, engine: 'old ones' }],
    ['no range of engines', { ends: '2028-01-01' }],
    ['a time instead of a date', { ...ENTRY, ends: '2028-01-01T00:00:00Z' }],
    ['a day that no month has', { ...ENTRY, ends: '2028-02-30' }],
    ['a month that no year has', { ...ENTRY, ends: '2028-13-01' }],
    ['no end', { engine: '<1.6.0' }],
    ['2^53 as last pattern', { ...ENTRY, lastPattern: 2 ** 53 }],
    ['a last pattern in words', { ...ENTRY, lastPattern: '2400' }],
    ['nowhere to move to', { ...ENTRY, moveTo: '' }],
    ['a field that nobody knows', { ...ENTRY, lastPatern: 2400 }],
    ['null', Object.create(null)],
  ];
  test.for(REFUSED)('with %s is refused', async ([, entry]) => {
    await scene().init();
    expect(await codeOf(() => setLifecycle(scene().directory, [entry as LifecycleEntry], options()))).toBe(
      'PUBLISH_OPTION',
    );
  });

  test('with more entries than a consumer reads is refused', async () => {
    await scene().init();
    const entries = Array.from({ length: 101 }, () => ENTRY);
    expect(await codeOf(() => setLifecycle(scene().directory, entries, options()))).toBe('PUBLISH_OPTION');
  });
});
