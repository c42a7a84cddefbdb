import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { hourlyPlan, type Plan } from '../../src/update/plan.ts';
import { planOf, runSchedule } from '../../src/update/schedule.ts';
import { followPlan, type ScheduleOptions, UPDATE_LIMIT_MS } from '../../src/update/schedule-loop.ts';
import { type Jump, PretendClock } from './pretend-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.parse('2026-11-24T12:00:00Z');
/** Every hour, on the hour, with the jitter of the real one. */
const HOURLY: Plan = { ...hourlyPlan('machine'), next: (ms) => Math.floor(ms / HOUR_MS) * HOUR_MS + HOUR_MS };

interface Run {
  /** When each update began, in minutes since the start by the clock of the machine. */
  readonly starts: readonly number[];
  readonly next: readonly Date[];
  readonly clock: PretendClock;
}
type Update = (count: number, clock: PretendClock, signal: AbortSignal) => Promise<unknown> | unknown;

interface Setup extends Partial<Pick<ScheduleOptions, 'lastCheck' | 'lastFailed' | 'onNext' | 'onFailure'>> {
  readonly plan?: Plan;
  readonly jumps?: readonly Jump[];
  readonly seed?: number;
}

/** Runs the schedule until `updates` were begun. */
async function run(
  updates: number,
  update: Update = () => undefined,
  { plan = HOURLY, jumps = [], seed = 1, lastCheck = new Date(START - 1), ...more }: Setup = {},
): Promise<Run> {
  const clock = new PretendClock(START, jumps, seed);
  const stop = new AbortController();
  const starts: number[] = [];
  const next: Date[] = [];
  const options: ScheduleOptions = {
    lastCheck,
    clock,
    signal: stop.signal,
    onNext: (at) => next.push(at),
    update: async (signal) => {
      starts.push((clock.now() - START) / MINUTE_MS);
      if (starts.length >= updates) stop.abort();
      return (await update(starts.length, clock, signal)) as undefined;
    },
    ...more,
  };
  await followPlan(plan, options);
  return { starts, next, clock };
}
const gaps = (starts: readonly number[]): number[] => starts.slice(1).map((start, at) => start - starts[at]!);
const fail = (): never => {
  throw new Error('no network');
};

describe('regular checks', () => {
  it.each([1, 2, 3, 4, 5])('come once for each hour, a minute early or late at most (seed %i)', async (seed) => {
    const { starts } = await run(500, undefined, { seed });
    starts.forEach((start, at) => {
      expect(Math.abs(start - 60 * (at + 1))).toBeLessThanOrEqual(1);
    });
  });

  it('tell the next time beforehand, and keep it', async () => {
    const { starts, next } = await run(50);
    expect(next.map((at) => (at.getTime() - START) / MINUTE_MS)).toEqual(starts);
  });

  it('come at once when there never was one', async () => {
    const clock = new PretendClock(START);
    const stop = new AbortController();
    const update = async () => stop.abort();
    await followPlan(HOURLY, { clock, update, signal: stop.signal });
    expect(clock.now()).toBe(START);
  });

  it('do not overlap: what came due meanwhile is made up once', async () => {
    let running = 0;
    const { starts } = await run(3, async (count, clock) => {
      expect(++running).toBe(1);
      if (count === 1) clock.pass(3.5 * HOUR_MS);
      await undefined;
      running--;
    });
    // At 1 h; over at 4.5 h; made up within a minute; then at 5 h.
    expect(starts.map((start) => Math.round(start / 30))).toEqual([2, 9, 10]);
  });

  it('look at the clock twice a minute at most', async () => {
    const { clock } = await run(24);
    expect(clock.waits).toBeLessThanOrEqual(24 * 60 * 2 + 100);
  });
});

describe('checks that were missed', () => {
  it('while nothing ran are made up within a minute of the start', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const { starts } = await run(1, undefined, { lastCheck: new Date(START - 5 * HOUR_MS), seed });
      expect(starts[0]).toBeLessThan(1);
    }
  });

  it('a moment ago are no less made up', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const { starts } = await run(2, undefined, { lastCheck: new Date(START - HOUR_MS / 2), seed });
      expect(starts[0]).toBeLessThanOrEqual(1);
      expect(Math.round(starts[1]! / 60)).toBe(1);
    }
  });

  it('are not made up by each start of a machine that checked', async () => {
    const plan = hourlyPlan('machine');
    for (let minute = 0; minute < 60; minute++) {
      const slot = plan.next(START - minute * MINUTE_MS);
      for (const early of [-MINUTE_MS, 0, MINUTE_MS]) {
        const lastCheck = new Date(slot - HOUR_MS + early);
        if (lastCheck.getTime() > START) continue;
        const { starts } = await run(1, undefined, { plan, lastCheck });
        // The next regular time, jitter included.
        expect(starts[0]! * MINUTE_MS + START).toBeGreaterThanOrEqual(lastCheck.getTime() + 57 * MINUTE_MS);
      }
    }
  });

  it.each([8 * HOUR_MS, 30 * DAY_MS])('in a sleep of %i ms are made up once, soon after waking', async (byMs) => {
    const jumps = [{ afterMs: 30 * MINUTE_MS, byMs }];
    const { starts } = await run(3, undefined, { jumps });
    const wokeUp = 30 + byMs / MINUTE_MS;
    expect(starts[0]! - wokeUp).toBeGreaterThan(0);
    expect(starts[0]! - wokeUp).toBeLessThan(2);
    expect(starts[1]! - wokeUp).toBeGreaterThan(28);
    expect(starts[1]! - wokeUp).toBeLessThan(32);
  });

  it('in a short sleep with nothing due are none', async () => {
    const { starts } = await run(2, undefined, { jumps: [{ afterMs: 10 * MINUTE_MS, byMs: 20 * MINUTE_MS }] });
    expect(starts.map((start) => Math.round(start / 60))).toEqual([1, 2]);
  });

  it('wait for the network a moment after waking, and end at once all the same', async () => {
    const stop = new AbortController();
    const clock = new PretendClock(START, [{ afterMs: 30 * MINUTE_MS, byMs: 8 * HOUR_MS }]);
    let slept = false;
    const wait = clock.wait;
    const update = () => Promise.reject(new Error('expected no update'));
    await followPlan(HOURLY, {
      lastCheck: new Date(START - 1),
      signal: stop.signal,
      update,
      clock: {
        now: clock.now,
        random: clock.random,
        wait: async (ms, signal) => {
          if (slept) stop.abort();
          await wait(ms, signal);
          slept = clock.now() > START + 8 * HOUR_MS;
        },
      },
    });
    expect(slept).toBe(true);
  });
});

describe('a clock that is set', () => {
  it.each([365 * DAY_MS, 56 * 365 * DAY_MS])('forward by %i ms costs one check, and no time', async (byMs) => {
    const { starts, clock } = await run(3, undefined, { jumps: [{ afterMs: 30 * MINUTE_MS, byMs }] });
    expect(starts[0]! - byMs / MINUTE_MS).toBeLessThan(32);
    expect(starts[1]! - starts[0]!).toBeLessThanOrEqual(61);
    expect(clock.waits).toBeLessThan(1000);
  });

  it.each([2 * MINUTE_MS, HOUR_MS, DAY_MS, 365 * DAY_MS])(
    'back by %i ms does not silence the machine',
    async (byMs) => {
      const { starts, next } = await run(3, undefined, { jumps: [{ afterMs: 150 * MINUTE_MS, byMs: -byMs }] });
      // Two regular ones, then one within an hour of the time that is now right.
      expect(starts[2]! - (150 - byMs / MINUTE_MS)).toBeLessThanOrEqual(61);
      expect(next.at(-1)!.getTime()).toBe(START + starts[2]! * MINUTE_MS);
    },
  );

  it('back while the last check is in the future counts that as none', async () => {
    const { starts } = await run(2, undefined, { lastCheck: new Date(START + 365 * DAY_MS) });
    expect(starts[0]).toBe(0);
    expect(Math.round(starts[1]! / 60)).toBe(1);
  });

  it('by a few seconds now and then changes nothing', async () => {
    const jumps = Array.from({ length: 100 }, (_, at) => ({
      afterMs: at * 7 * MINUTE_MS,
      byMs: at % 2 ? -5000 : 5000,
    }));
    const { starts } = await run(10, undefined, { jumps });
    expect(starts.map((start) => Math.round(start / 60))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe('updates that fail', () => {
  it('are tried again after 1, 2, 4 … minutes, halved or half as much again, and never end the loop', async () => {
    const { starts } = await run(200, fail);
    gaps(starts.slice(0, 6)).forEach((gap, at) => {
      expect(gap).toBeGreaterThanOrEqual(0.5 * 2 ** at);
      expect(gap).toBeLessThanOrEqual(1.5 * 2 ** at);
    });
    for (const gap of gaps(starts).slice(6)) {
      expect(gap).toBeGreaterThan(14);
      expect(gap).toBeLessThan(122);
    }
  });

  it('do so on machines that think alike, and drift apart', async () => {
    const seconds = await Promise.all(
      Array.from({ length: 200 }, async (_, seed) => Math.floor((await run(4, fail, { seed })).starts[3]! * 60)),
    );
    expect(new Set(seconds).size).toBeGreaterThan(100);
  });

  it('go back to the regular times after one that did not', async () => {
    const { starts } = await run(8, (count) => (count <= 3 ? fail() : undefined));
    // The fourth is a retry; then on the hours.
    expect(starts[3]).toBeLessThan(75);
    expect(starts.slice(4).map((start) => Math.round(start / 60))).toEqual([2, 3, 4, 5]);
  });

  it('before the start are tried again soon after it', async () => {
    const { starts } = await run(2, undefined, { lastFailed: true });
    expect(starts[0]).toBeGreaterThanOrEqual(0.5);
    expect(starts[0]).toBeLessThanOrEqual(1.5);
    expect(Math.round(starts[1]! / 60)).toBe(1);
  });

  it('every ten seconds still pause', async () => {
    const plan = planOf({ every: '*/10 * * * * *', machineId: 'machine' });
    const { starts } = await run(20, fail, { plan });
    expect(gaps(starts).at(-1)).toBeGreaterThan(14);
  });

  const THROWN: readonly (readonly [name: string, update: Update])[] = [
    ['throws before it is a promise', () => fail()],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['rejects with null', () => Promise.reject(null)],
    ['rejects with text', () => Promise.reject('no')],
    [
      'rejects with a pause that is none',
      () => Promise.reject(Object.assign(new Error('x'), { retryAfterMs: 'soon' })),
    ],
  ];
  it.each(THROWN)('in whatever way: it %s', async (_name, update) => {
    expect((await run(10, update)).starts).toHaveLength(10);
  });

  it('are told with their count, and a listener that throws changes nothing', async () => {
    const counts: number[] = [];
    await run(5, (count) => (count === 3 ? undefined : fail()), {
      onFailure: (_error: unknown, failures: number) => {
        counts.push(failures);
        throw new Error('disk full');
      },
      onNext: () => fail(),
    });
    expect(counts).toEqual([1, 2, 1]);
  });
});

describe('what a server or a roll-out asks', () => {
  const at = (minutes: number): string => new Date(START + minutes * MINUTE_MS).toISOString();
  const retryAfter = (retryAfterMs: number) => Object.assign(new Error('429'), { retryAfterMs });

  it('not-before is honoured, with a minute of chance', async () => {
    const { starts } = await run(2, () => ({ notBefore: at(200) }));
    expect(starts[1]).toBeGreaterThanOrEqual(200);
    expect(starts[1]).toBeLessThanOrEqual(201);
  });

  it('not-before of a failure is honoured in place of the retry', async () => {
    const { starts } = await run(2, () => Promise.reject(retryAfter(5 * HOUR_MS)));
    expect(gaps(starts)[0]).toBeGreaterThanOrEqual(300);
    expect(gaps(starts)[0]).toBeLessThanOrEqual(301);
  });

  it.each([10 * 365 * DAY_MS, Infinity, Number.MAX_VALUE])(
    'nobody silences a machine for more than a day (%d ms)',
    async (ms) => {
      const { starts } = await run(2, () => Promise.reject(retryAfter(ms)));
      expect(gaps(starts)[0]).toBeLessThanOrEqual(24 * 60 + 1);
    },
  );

  it('nor by a wish for the year 9999', async () => {
    const { starts } = await run(2, () => ({ notBefore: '9999-12-31T00:00:00Z' }));
    expect(gaps(starts)[0]).toBeLessThanOrEqual(24 * 60 + 1);
  });

  it('not-before in the past, or no time at all, changes nothing', async () => {
    for (const notBefore of [at(-100), 'soon', '']) {
      const { starts } = await run(2, () => ({ notBefore }));
      expect(Math.round(starts[1]! / 60)).toBe(2);
    }
  });

  it('a turn in a roll-out between two checks is taken when it comes', async () => {
    const { starts } = await run(3, (count) => (count === 1 ? { again: at(85) } : undefined));
    expect(starts[1]).toBe(85);
    expect(Math.round(starts[2]! / 60)).toBe(2);
  });

  it('a turn that is now is no loop without a pause', async () => {
    const { starts } = await run(10, () => ({ again: at(0) }));
    for (const gap of gaps(starts)) expect(gap).toBeGreaterThan(0.999);
  });

  it('a turn after the next check changes nothing', async () => {
    const { starts } = await run(2, () => ({ again: at(1000) }));
    expect(Math.round(starts[1]! / 60)).toBe(2);
  });
});

describe('the end', () => {
  it('comes at once between two updates, on the real clock', async () => {
    const stop = new AbortController();
    const next = Promise.withResolvers<void>();
    const ended = runSchedule({
      every: 'daily',
      machineId: 'machine',
      lastCheck: new Date(),
      signal: stop.signal,
      update: async () => fail(),
      onNext: () => next.resolve(),
    });
    await next.promise;
    stop.abort();
    await ended;
  });

  it('leaves no listener behind, and no timer that would keep the process alive', () => {
    const module = JSON.stringify(join(import.meta.dirname, '../../src/update/schedule.ts'));
    const script = `
      import { getEventListeners } from 'node:events';
      const { runSchedule } = await import(${module});
      const stop = new AbortController();
      let updates = 0;
      const update = async () => { if (++updates === 2) stop.abort(); };
      await runSchedule({ every: '* * * * * *', machineId: 'm', lastCheck: new Date(), signal: stop.signal, update });
      console.log(updates, getEventListeners(stop.signal, 'abort').length);`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect([stdout, status]).toEqual(['2 0\n', 0]);
  });

  it('of an update that hangs comes after hours, and the next is tried', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const ran = run(2, (count, _clock, signal) =>
        count === 2
          ? undefined
          : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      );
      await vi.advanceTimersByTimeAsync(UPDATE_LIMIT_MS - 1);
      await vi.advanceTimersByTimeAsync(1);
      expect((await ran).starts).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('reaches the update that runs, and waits for it', async () => {
    const stop = new AbortController();
    let finished = false;
    await runSchedule({
      every: 'hourly',
      machineId: 'machine',
      signal: stop.signal,
      update: async (signal) => {
        setTimeout(() => stop.abort(new Error('bye')), 10);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await new Promise((resolve) => setTimeout(resolve, 20));
        finished = true;
        throw signal.reason;
      },
      onFailure: () => expect.unreachable('an update that was ended is no failure'),
    });
    expect(finished).toBe(true);
  });

  it('that came before the start runs nothing', async () => {
    await runSchedule({ every: 'hourly', machineId: 'machine', signal: AbortSignal.abort(), update: fail });
  });

  it('is a rejection for what is no schedule, before anything runs', async () => {
    const { signal } = new AbortController();
    const schedule = runSchedule({ every: 'sometimes', machineId: 'machine', signal, update: fail });
    await expect(schedule).rejects.toMatchObject({ code: 'UPDATE_OPTION' });
  });
});

describe('property: whatever happens', () => {
  it('updates keep coming, never two in one pause, and times are never in the past', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const chance = new PretendClock(0, [], seed).random;
      const jumps = Array.from({ length: 20 }, (_, at) => ({
        afterMs: Math.floor((at + chance()) * 3 * HOUR_MS),
        byMs: Math.round((chance() - 0.4) * 10 ** (3 + 7 * chance())),
      }));
      const plan = [HOURLY, hourlyPlan(`machine ${seed}`), planOf({ every: '*/15 * * * *', machineId: 'm' })][
        seed % 3
      ]!;
      const awake: number[] = [];
      let clock: PretendClock | undefined;
      const onNext = (at: Date) => {
        if (clock !== undefined) expect(at.getTime()).toBeGreaterThanOrEqual(clock.now());
      };
      await run(
        60,
        (_count, given) => {
          clock = given;
          awake.push(given.waits);
          if (chance() < 0.3) fail();
          return chance() < 0.2 ? { again: new Date(given.now()).toISOString() } : undefined;
        },
        { plan, jumps, seed, onNext },
      );
      // Each wait is half a minute at most: two hours without an update would be 240 of them, jumps apart.
      for (const gap of gaps(awake)) expect(gap, `seed ${seed}`).toBeLessThan(260);
    }
  });
});
