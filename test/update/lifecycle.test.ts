import { describe, expect, it } from 'vitest';
import {
  dueThreshold,
  LIFECYCLE_THRESHOLDS,
  lastPatternFor,
  lifecycleNotice,
  supportAt,
  supportOf,
  supportText,
} from '../../src/update/lifecycle.ts';
import type { LifecycleEntry } from '../../src/update/repository.ts';

const DAY_MS = 86_400_000;
const ENDS = '2027-03-31';
const ENTRY: LifecycleEntry = { engine: '<1.6.0-0', lastPattern: 2400, ends: ENDS, moveTo: '>=1.6.0' };
/** Noon, UTC, that many days before the last day. */
const daysBefore = (days: number): number => Date.parse(`${ENDS}T12:00:00Z`) - days * DAY_MS;
const supportWith = (days: number) => supportOf('1.5.2', [ENTRY], daysBefore(days));
const noticeWith = (days: number) => lifecycleNotice(supportWith(days), '1.5.2');

describe('end of support', () => {
  const SEVERITIES = {
    180: 'info',
    90: 'warning',
    60: 'warning',
    30: 'warning',
    14: 'critical',
    7: 'critical',
    1: 'critical',
  };
  it.each(LIFECYCLE_THRESHOLDS)('is said %i days ahead', (days) => {
    const severity = SEVERITIES[days as keyof typeof SEVERITIES];
    expect(supportWith(days)).toEqual({
      kind: 'ending',
      ends: ENDS,
      daysLeft: days,
      lastPattern: 2400,
      moveTo: '>=1.6.0',
      severity,
    });
    expect(noticeWith(days)).toMatchObject({ code: 'LIFECYCLE_ENDS', severity });
    expect(noticeWith(days)!.subject).toContain(`1.5.2 ends on ${ENDS}: ${days} day`);
    expect(noticeWith(days)!.message).toContain('>=1.6.0');
    // A subject of its own, which the day before did not have.
    expect(noticeWith(days + 1)?.subject).not.toBe(noticeWith(days)!.subject);
  });

  it('has seven subjects on its way, one for each threshold, and one past the end', () => {
    const subjects = Array.from({ length: 400 }, (_, index) => noticeWith(300 - index)?.subject);
    expect(new Set(subjects.filter((subject) => subject !== undefined)).size).toBe(LIFECYCLE_THRESHOLDS.length + 1);
    expect(subjects.slice(0, 120).every((subject) => subject === undefined)).toBe(true);
  });

  const SEVERITY_ROWS: readonly (readonly [days: number, kind: string, severity: string])[] = [
    [400, 'ending', 'info'],
    [91, 'ending', 'info'],
    [90, 'ending', 'warning'],
    [15, 'ending', 'warning'],
    [14, 'ending', 'critical'],
    [0, 'ending', 'critical'],
    [-1, 'ended', 'critical'],
    [-400, 'ended', 'critical'],
  ];
  it.each(SEVERITY_ROWS)('with %i days left is %s and %s', (days, kind, severity) => {
    expect(supportWith(days)).toMatchObject({ kind, severity, daysLeft: days });
  });

  it('lets the named day be the last, in UTC', () => {
    const at = (time: string) => supportOf('1.5.2', [ENTRY], Date.parse(time));
    expect(at('2027-03-31T23:59:59.999Z')).toMatchObject({ kind: 'ending', daysLeft: 0 });
    expect(at('2027-04-01T00:00:00.000Z')).toMatchObject({ kind: 'ended', daysLeft: -1 });
    expect(noticeWith(0)!.message).toMatch(/^Today is the last day\./);
  });

  it('past the end says that scans go on, with which pattern, and where to move', () => {
    const { code, subject, message } = noticeWith(-5)!;
    expect([code, subject]).toEqual(['LIFECYCLE_ENDED', `support of engine 1.5.2 ended on ${ENDS}`]);
    expect(message).toMatch(/2400 is its last; it keeps scanning.*engine >=1\.6\.0/);
  });

  it('is told anew for today from what the last check found', () => {
    const found = supportWith(91);
    expect(supportAt(found, daysBefore(90))).toEqual(supportWith(90));
    expect(supportAt(found, daysBefore(-1))).toEqual(supportWith(-1));
    expect(supportAt({ kind: 'supported' }, 0)).toEqual({ kind: 'supported' });
  });

  it('is one line of engine -v', () => {
    expect([supportWith(1), supportWith(-1), { kind: 'supported' } as const].map(supportText)).toEqual([
      'until 2027-03-31, 1 day left; 2400 is its last. Move to engine >=1.6.0.',
      'ended on 2027-03-31; 2400 is its last. Move to engine >=1.6.0.',
      'supported',
    ]);
  });
});

describe('a threshold is said once', () => {
  const ROWS: readonly (readonly [name: string, daysLeft: number, said: readonly number[], due: number | undefined])[] =
    [
      ['nothing before the first', 181, [], undefined],
      ['the first on its day', 180, [], 180],
      ['the first between it and the second', 91, [], 180],
      ['nothing when it was said', 91, [180], undefined],
      ['the second although the first was said', 90, [180], 90],
      ['only the nearest after months away', 20, [180], 30],
      ['nothing when a nearer one was said with a wrong clock', 85, [30], undefined],
      ['the last on the day before', 1, [180, 90, 60, 30, 14, 7], 1],
      ['nothing more on the last day', 0, [1], undefined],
      ['the last when nobody looked before', 0, [], 1],
    ];
  it.each(ROWS)('%s', (_name, daysLeft, said, due) => {
    expect(dueThreshold(daysLeft, said)).toBe(due);
  });

  it('over a whole life every threshold is due exactly once', () => {
    const said: number[] = [];
    for (let daysLeft = 365; daysLeft >= 0; daysLeft--) {
      const due = dueThreshold(daysLeft, said);
      if (due !== undefined) said.push(due);
    }
    expect(said).toEqual(LIFECYCLE_THRESHOLDS);
  });
});

describe('which entry counts', () => {
  const later: LifecycleEntry = { engine: '<2.0.0-0', lastPattern: 9000, ends: '2028-01-01' };
  const ROWS: readonly (readonly [name: string, entries: readonly LifecycleEntry[], ends: string | undefined])[] = [
    ['none fits', [{ ...ENTRY, engine: '>=2' }], undefined],
    ['there is none', [], undefined],
    ['the earliest of several that fit', [later, ENTRY], ENDS],
    ['the one that fits, although an earlier one does not', [{ ...ENTRY, engine: '>=2' }, later], '2028-01-01'],
    ['not one whose range is no range', [{ ...ENTRY, engine: 'everything!' }, later], '2028-01-01'],
    ['not one whose range is blank', [{ ...ENTRY, engine: ' ' }], undefined],
    ['not one that ends on no day of the calendar', [{ ...ENTRY, ends: '2027-02-30' }, later], '2028-01-01'],
    ['not one that ends in words', [{ ...ENTRY, ends: 'soon' }], undefined],
    ['one that ends at a time of its day', [{ ...ENTRY, ends: `${ENDS}T10:00:00Z` }], ENDS],
  ];
  it.each(ROWS)('%s', (_name, entries, ends) => {
    const support = supportOf('1.5.2', entries, daysBefore(100));
    expect(support.kind === 'supported' ? undefined : support.ends).toBe(ends);
  });

  it('of the same end the lower last pattern', () => {
    const entries = [{ engine: '*', ends: ENDS }, { ...ENTRY, lastPattern: 2500 }, ENTRY];
    expect(supportOf('1.5.2', entries, 0)).toMatchObject({ lastPattern: 2400 });
    expect(supportOf('1.5.2', entries.slice(0, 1), 0)).toMatchObject({ lastPattern: undefined, moveTo: undefined });
  });

  it('a prerelease is an engine like others', () => {
    expect(supportOf('1.5.0-rc.1', [ENTRY], 0).kind).toBe('ending');
    expect(supportOf('1.6.0-rc.1', [ENTRY], 0).kind).toBe('supported');
  });

  it('limits patterns by all entries that fit, whatever day it is', () => {
    expect(lastPatternFor('1.5.2', [later, ENTRY])).toBe(2400);
    expect(lastPatternFor('1.7.0', [later, ENTRY])).toBe(9000);
    expect(lastPatternFor('1.7.0', [{ engine: '*', ends: ENDS }])).toBeUndefined();
    expect(lastPatternFor('3.0.0', [later, ENTRY])).toBeUndefined();
  });
});
