import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/update/schedule.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-24T12:00:00Z');
const plan = (every: string, machineId = 'machine') => planOf({ every, machineId });
const errorOf = (every: string): { code?: string; message: string } => {
  try {
    plan(every);
    return { message: 'none' };
  } catch (error) {
    return error as Error & { code?: string };
  }
};

describe('what is no schedule is refused with examples', () => {
  const WRONG: readonly (readonly [every: string, why: RegExp])[] = [
    ['', /letters and numbers/],
    ['weekly', /expected 5 or 6 fields but got 1/],
    ['@reboot', /illegal characters/],
    ['* * * *', /expected 5 or 6 fields but got 4/],
    ['* * * * * * *', /expected 5 or 6 fields but got 7/],
    ['60 * * * *', /60 is a invalid expression for minute/],
    ['* 24 * * *', /24 is a invalid expression for hour/],
    ['* * 0 * *', /0 is a invalid expression for day of month/],
    ['* * * 13 *', /13 is a invalid expression for month/],
    ['* * * * 8', /8 is a invalid expression for week day/],
    ['*/0 * * * *', /\*\/0 is a invalid expression for minute/],
    ['1,,2 * * * *', /invalid expression for minute/],
    ['0 0 30 2 *', /impossible day of month/],
    ['0 0 L-30 2 *', /no day of the next four years matches/],
    // Each of these once filled all memory, or the second's log.
    ['0-99999999 * * * *', /letters and numbers/],
    ['0-9999999999999999999/1 * * * *', /letters and numbers/],
    [`${'1,'.repeat(1000)}1 * * * *`, /letters and numbers/],
    ['0 3 * * *; rm -rf /', /letters and numbers/],
    ['\u001b[31m', /letters and numbers/],
  ];
  it.each(WRONG)('%j', (every, why) => {
    const { code, message } = errorOf(every);
    expect(code).toBe('UPDATE_OPTION');
    expect(message).toMatch(/^every: expected daily, hourly, "30 3 \* \* \*"/);
    expect(message).toMatch(why);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none got through is the point
    expect(message).not.toMatch(/[\u0000-\u001f]/);
    expect(message.length).toBeLessThan(500);
  });

  it.each([
    'daily',
    ' Hourly ',
    '@daily',
    '@weekly',
    '0 3 * * 1-5',
    '0  3\t* jan,feb sun',
    '*/10 * * * * *',
    '0 0 29 2 *',
    '0 3 ? * 5L',
  ])('and not %j', (every) => {
    expect(plan(every).next(NOW)).toBeGreaterThan(NOW);
  });
});

describe('hourly', () => {
  it('comes once an hour, at the same minute and second of this machine', () => {
    const { next } = plan('hourly');
    const first = next(NOW);
    expect(first).toBeGreaterThan(NOW);
    expect(first).toBeLessThanOrEqual(NOW + HOUR_MS);
    expect(first % 1000).toBe(0);
    for (let at = first, count = 0; count < 10_000; at += HOUR_MS, count++) expect(next(at)).toBe(at + HOUR_MS);
    expect(next(first - 1)).toBe(first);
  });

  it('spreads 100,000 machines so that no second sees more than 99 of them', () => {
    const perSecond = new Map<number, number>();
    for (let machine = 0; machine < 100_000; machine++) {
      const { next, jitterMs } = plan('hourly', `machine ${machine}`);
      const at = next(NOW);
      const second = Math.floor((at + jitterMs(at, (machine * 0.618033988749895) % 1)) / 1000) % 3600;
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect([...perSecond.values()].reduce((sum, count) => sum + count)).toBe(100_000);
    expect(perSecond.size).toBeGreaterThan(3590);
    const peak = Math.max(...perSecond.values());
    console.info(`hourly: peak of 100,000 machines is ${peak} in a second`);
    expect(peak).toBeLessThan(100);
  });

  it('moves by a minute either way, by chance', () => {
    const { jitterMs } = plan('hourly');
    expect([0, 0.25, 0.5, 1].map((chance) => jitterMs(NOW, chance))).toEqual([-60_000, -30_000, 0, 60_000]);
  });
});

describe('daily', () => {
  const secondsAfterThree = (ms: number): number => {
    const at = new Date(ms);
    return (at.getHours() - 3) * 3600 + at.getMinutes() * 60 + at.getSeconds();
  };
  it('keeps 100,000 machines between 03:00 and 05:00, jitter included, in all of its parts', () => {
    const perSecond = new Map<number, number>();
    for (let machine = 0; machine < 100_000; machine++) {
      const { next, jitterMs } = plan('daily', `machine ${machine}`);
      const at = next(NOW);
      for (const chance of [0, 0.999999]) {
        const seconds = secondsAfterThree(at + jitterMs(at, chance));
        expect(seconds >= 0 && seconds < 7200).toBe(true);
      }
      perSecond.set(secondsAfterThree(at), (perSecond.get(secondsAfterThree(at)) ?? 0) + 1);
    }
    expect(perSecond.size).toBeGreaterThan(7000);
    expect(Math.max(...perSecond.values())).toBeLessThan(100);
  });

  it('tells when, for people', () => {
    expect(plan('daily').text).toMatch(/^every day at 0[34]:[0-5]\d local time$/);
    expect(plan('hourly').text).toMatch(/^every hour, [0-5]\d:[0-5]\d past it$/);
    expect(plan('0 3 * * *').text).toBe('at 0 3 * * *');
  });
});

describe('cron expressions', () => {
  it('are up to two minutes late and never early, by machine and by chance', () => {
    const nominal = new Date(2026, 10, 25, 3, 30).getTime();
    const offsets = Array.from({ length: 1000 }, (_, machine) => {
      const { next, jitterMs, earlyMs } = plan('30 3 * * *', `machine ${machine}`);
      expect(earlyMs).toBe(0);
      const at = next(nominal - HOUR_MS);
      return [at - nominal, at + jitterMs(at, 0.999999) - nominal] as const;
    });
    expect(Math.min(...offsets.flat())).toBe(0);
    expect(Math.max(...offsets.map(([fixed]) => fixed))).toBe(59_000);
    expect(Math.max(...offsets.map(([, late]) => late))).toBeLessThan(120_000);
    expect(new Set(offsets.map(([fixed]) => fixed)).size).toBe(60);
  });

  it('that come every minute are moved by a quarter of a minute at most', () => {
    const { next, jitterMs } = plan('* * * * *');
    const at = next(NOW);
    expect(next(at)).toBe(at + 60_000);
    expect(jitterMs(at, 1)).toBe(15_000);
  });

  it('with seconds are on the second, on every machine', () => {
    for (const machine of ['a', 'b', 'c']) {
      const { next, jitterMs } = plan('*/10 * * * * *', machine);
      expect([next(NOW), next(NOW + 1), jitterMs(NOW, 1)]).toEqual([NOW + 10_000, NOW + 10_000, 0]);
    }
  });

  it('whose next time is decades away do not end the schedule', () => {
    // A 29 February that is a Tuesday: 2028, then 2056.
    const { next, jitterMs } = plan('0 0 29 2 2');
    const first = next(NOW);
    expect(new Date(first).getFullYear()).toBe(2028);
    expect(next(first)).toBeGreaterThan(first);
    expect(jitterMs(first, 0.5)).toBe(30_000);
  });

  it('leave nothing behind in the list of tasks of node-cron', async () => {
    const { getTasks } = await import('node-cron');
    plan('30 3 * * *');
    expect(getTasks().size).toBe(0);
  });
});
