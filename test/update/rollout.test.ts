import { describe, expect, it } from 'vitest';
import { bucketOf, isTurn, MAX_ROLLOUT_HOURS, turnAt } from '../../src/update/rollout.ts';

const START = '2026-11-24T12:00:00.000Z';
const START_MS = Date.parse(START);
const HOUR_MS = 3_600_000;
const ROLLOUT = { start: START, hours: 24 };
const MACHINES = Array.from({ length: 10_000 }, (_, index) => `machine ${index}`);
const shareAt = (hours: number, number = 1041): number =>
  MACHINES.filter((machine) => isTurn(ROLLOUT, machine, number, START_MS + hours * HOUR_MS)).length / MACHINES.length;

describe('staged roll-out', () => {
  it('reaches a share of the fleet that grows with the hours', () => {
    expect([-1, 0, 6, 12, 18, 24, 1000].map((hours) => Math.round(shareAt(hours) * 20) / 20)).toEqual([
      0, 0, 0.25, 0.5, 0.75, 1, 1,
    ]);
  });

  it('never takes a turn back', () => {
    for (const machine of MACHINES.slice(0, 100)) {
      const turns = Array.from({ length: 200 }, (_, at) =>
        isTurn(ROLLOUT, machine, 1041, START_MS + (at / 200) * 25 * HOUR_MS),
      );
      expect(turns, machine).toEqual([...turns].sort());
      expect(turns.at(-1), machine).toBe(true);
    }
  });

  it('begins exactly at the time that it tells', () => {
    for (const machine of MACHINES.slice(0, 100)) {
      const turnMs = Date.parse(turnAt(ROLLOUT, machine, 1041));
      expect([turnMs - 1, turnMs].map((ms) => isTurn(ROLLOUT, machine, 1041, ms))).toEqual([false, true]);
    }
  });

  it('shuffles the fleet for each number, so that no machine is always the first', () => {
    const early = new Set(MACHINES.filter((machine) => bucketOf(machine, 1041) < 0.1));
    const again = MACHINES.filter((machine) => early.has(machine) && bucketOf(machine, 1042) < 0.1);
    // A tenth of a tenth of 10,000, give or take.
    expect(again.length).toBeGreaterThan(60);
    expect(again.length).toBeLessThan(140);
  });

  it('tells numbers apart up to 2^53−1', () => {
    expect(bucketOf('machine', 2 ** 53 - 1)).not.toBe(bucketOf('machine', 2 ** 53 - 2));
  });

  it('is at once where there is none, and for the canary channel', () => {
    const machine = MACHINES.find((each) => !isTurn(ROLLOUT, each, 1041, START_MS + HOUR_MS))!;
    expect(isTurn(undefined, machine, 1041, 0)).toBe(true);
    expect(isTurn(ROLLOUT, machine, 1041, START_MS, 'canary')).toBe(true);
    expect(isTurn(ROLLOUT, machine, 1041, START_MS, 'stable')).toBe(false);
  });

  const BROKEN: readonly (readonly [name: string, rollout: { start: string; hours: number }])[] = [
    ['a start that is no time', { start: 'soon', hours: 24 }],
    ['hours below nothing', { start: START, hours: -1 }],
    ['hours that are no number', { start: START, hours: Number.NaN }],
    ['an end beyond all dates', { start: '+275760-09-13T00:00:00.000Z', hours: 720 }],
  ];
  it.each(BROKEN)('is no lock with %s', (_name, rollout) => {
    expect(isTurn(rollout, 'machine', 1041, START_MS + MAX_ROLLOUT_HOURS * HOUR_MS)).toBe(true);
  });

  it('ends after thirty days at the latest', () => {
    const rollout = { start: START, hours: 24_000 };
    expect(MACHINES.every((machine) => isTurn(rollout, machine, 1041, START_MS + 720 * HOUR_MS))).toBe(true);
  });
});
