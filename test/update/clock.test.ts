import { describe, expect, it } from 'vitest';
import { clockBehindNotice, clockNotice, referenceTime } from '../../src/update/clock.ts';
import { isStale, staleNotice } from '../../src/update/stale.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

describe('reference time', () => {
  const ROWS: readonly (readonly [name: string, times: Parameters<typeof referenceTime>[0], expected: number])[] = [
    ['is now when nothing else is known', { now: NOW }, NOW],
    ['is now when the clock is right', { now: NOW, lastTrusted: NOW - DAY_MS, buildDate: NOW - YEAR_MS }, NOW],
    ['is the last trusted time when the clock was set back', { now: NOW - YEAR_MS, lastTrusted: NOW }, NOW],
    ['is the build date on a machine that starts in 1970', { now: 0, buildDate: NOW }, NOW],
    ['is now when the rest is no time', { now: NOW, lastTrusted: Number.NaN, buildDate: Infinity }, NOW],
  ];
  it.each(ROWS)('%s', (_name, times, expected) => {
    expect(referenceTime(times)).toBe(expected);
  });
});

describe('a wrong clock', () => {
  const http = (ms: number): string => new Date(ms).toUTCString();
  const ROWS: readonly (readonly [name: string, server: string | number | undefined, subject: string | undefined])[] = [
    ['a year ahead is told', http(NOW - YEAR_MS), 'clock wrong? This machine is 365 days ahead'],
    ['a year behind is told', http(NOW + YEAR_MS), 'clock wrong? This machine is 365 days behind'],
    ['an hour and a second ahead is told', NOW - HOUR_MS - 1000, 'clock wrong? This machine is 60 minutes ahead'],
    ['an hour is nobody’s business', NOW - HOUR_MS, undefined],
    ['an hour behind neither', NOW + HOUR_MS, undefined],
    ['no header, no notice', undefined, undefined],
    ['a header that is no date is no notice', 'yesterday', undefined],
    ['a date beyond all dates is no notice', Number.MAX_VALUE, undefined],
  ];
  it.each(ROWS)('%s', (_name, server, subject) => {
    const notice = clockNotice(server, NOW);
    expect(notice?.subject).toBe(subject);
    if (notice !== undefined) expect(notice).toMatchObject({ code: 'CLOCK', severity: 'warning' });
  });

  it('behind signed times is told without any server', () => {
    expect(clockBehindNotice({ now: 0, buildDate: NOW })?.subject).toMatch(
      /^clock wrong\? This machine is \d+ days behind$/,
    );
    expect(clockBehindNotice({ now: NOW - YEAR_MS, lastTrusted: NOW })?.message).toContain('it is 2025-11-24T12:00Z');
    expect(clockBehindNotice({ now: NOW - HOUR_MS, lastTrusted: NOW })).toBeUndefined();
    expect(clockBehindNotice({ now: NOW + YEAR_MS, lastTrusted: NOW, buildDate: NOW })).toBeUndefined();
  });
});

describe('stale patterns', () => {
  const released = (ageMs: number) => ({ number: 1041, released: new Date(NOW - ageMs).toISOString() });
  const ROWS: readonly (readonly [name: string, ageMs: number, code: string | undefined, stale: boolean])[] = [
    ['of today are fine', 0, undefined, false],
    ['of exactly seven days are fine', 7 * DAY_MS, undefined, false],
    ['of seven days and a millisecond are stale', 7 * DAY_MS + 1, 'PATTERN_STALE', true],
    ['of years ago are stale', 10 * YEAR_MS, 'PATTERN_STALE', true],
    ['of half an hour from now are fine', -HOUR_MS / 2, undefined, false],
    ['from the future are not stale, and the clock is doubted', -YEAR_MS, 'CLOCK', false],
  ];
  it.each(ROWS)('%s', (_name, ageMs, code, stale) => {
    expect(staleNotice(released(ageMs), NOW)?.code).toBe(code);
    expect(isStale(released(ageMs), NOW, 7 * DAY_MS)).toBe(stale);
  });

  it('tell the limit in the subject and the age in the message', () => {
    expect(staleNotice(released(10.5 * DAY_MS), NOW)).toEqual({
      code: 'PATTERN_STALE',
      severity: 'warning',
      subject: 'patterns are older than 7 days',
      message: 'Pattern 1041 was released 10 days ago. Newer malware is not found; run: engine update',
    });
  });

  it('are those whose date cannot be read, too', () => {
    expect(isStale({ number: 1041, released: 'long ago' }, NOW, DAY_MS)).toBe(true);
    expect(staleNotice({ number: 1041, released: '' }, NOW)?.code).toBe('PATTERN_STALE');
  });
});
