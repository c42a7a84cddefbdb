/** Times of a schedule in zones that change to summer time: Node reads TZ once, so each zone has a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const CHILD = join(import.meta.dirname, 'zone-child.ts');
const run = (zone: string, args: readonly string[]): Promise<string[]> =>
  new Promise((resolve) => {
    let text = '';
    const child = spawn(process.execPath, args, { env: { ...process.env, TZ: zone } });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part) => {
        text += part;
      });
    }
    child.on('close', () => resolve(text.trim().split('\n')));
  });

/** Zone, and changes from 2024 to 2030. */
const ZONES: readonly (readonly [zone: string, changes: number, what: string])[] = [
  ['UTC', 0, 'never changes'],
  ['Asia/Kathmandu', 0, 'is 5:45 ahead'],
  ['Europe/Berlin', 14, 'changes at 02:00 and 03:00'],
  ['America/New_York', 14, 'changes at 02:00'],
  ['Australia/Lord_Howe', 14, 'changes by half an hour'],
  ['Europe/Helsinki', 14, 'leaves out 03:00 to 04:00, in the middle of the daily window'],
  ['America/Havana', 14, 'leaves out midnight'],
  ['Antarctica/Troll', 14, 'changes by two hours'],
];

describe('in every time zone', () => {
  it.each(ZONES)(
    '%s each day has one daily check, each hour one hourly, each cron time one (%i changes: it %s)',
    async (zone, changes) => {
      const lines = await run(zone, [CHILD]);
      expect(lines.slice(0, -1)).toEqual([]);
      const counts = JSON.parse(lines.at(-1)!);
      expect(counts).toMatchObject({ changes, daily: 12 * 2557, hourly: 2557 * 24 });
      expect(counts.cron).toBeGreaterThanOrEqual(changes * 200);
    },
    120_000,
  );
});

describe('a time that the change leaves out', () => {
  const next = (zone: string, every: string, from: string): Promise<string[]> => {
    const module = JSON.stringify(join(import.meta.dirname, '../../src/update/schedule.ts'));
    const script = `const { planOf } = await import(${module});
      const { next } = planOf({ every: ${JSON.stringify(every)}, machineId: 'm' });
      for (let at = Date.parse(${JSON.stringify(from)}), count = 0; count < 3; count++) console.log(new Date(at = next(at)).toISOString());`;
    return run(zone, ['--input-type=module', '-e', script]);
  };
  const ROWS: readonly (readonly [
    name: string,
    zone: string,
    every: string,
    from: string,
    expected: readonly string[],
  ])[] = [
    [
      'comes an hour later, once',
      'Europe/Berlin',
      '0 30 2 * * *',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:30:00.000Z', '2026-03-30T00:30:00.000Z', '2026-03-31T00:30:00.000Z'],
    ],
    [
      'comes half an hour later on Lord Howe',
      'Australia/Lord_Howe',
      '0 15 2 * * *',
      '2026-10-03T04:00:00Z',
      ['2026-10-03T15:45:00.000Z', '2026-10-04T15:15:00.000Z', '2026-10-05T15:15:00.000Z'],
    ],
    [
      'keeps its place among those that are there',
      'America/New_York',
      '0 30 2,3 * * *',
      '2026-03-08T05:00:00Z',
      ['2026-03-08T07:30:00.000Z', '2026-03-09T06:30:00.000Z', '2026-03-09T07:30:00.000Z'],
    ],
    [
      'is as much later than one after it',
      'America/New_York',
      '0 0,45 2,3 * * *',
      '2026-03-08T05:00:00Z',
      ['2026-03-08T07:00:00.000Z', '2026-03-08T07:45:00.000Z', '2026-03-09T06:00:00.000Z'],
    ],
    [
      'that comes twice is taken the first time',
      'America/New_York',
      '0 30 1 * * *',
      '2026-11-01T04:00:00Z',
      ['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z', '2026-11-03T06:30:00.000Z'],
    ],
    [
      'is not taken again by who asks in between',
      'America/New_York',
      '0 30 1 * * *',
      '2026-11-01T05:45:00Z',
      ['2026-11-02T06:30:00.000Z', '2026-11-03T06:30:00.000Z', '2026-11-04T06:30:00.000Z'],
    ],
    [
      'is there for an expression of every hour',
      'America/New_York',
      '0 0 * * * *',
      '2026-11-01T04:30:00Z',
      ['2026-11-01T05:00:00.000Z', '2026-11-01T06:00:00.000Z', '2026-11-01T07:00:00.000Z'],
    ],
  ];
  it.each(ROWS)('%s', async (_name, zone, every, from, expected) => {
    expect(await next(zone, every, from)).toEqual(expected);
  });
});
