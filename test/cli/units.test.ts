import { expect, test } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatInstant,
  formatRate,
  plural,
} from '../../src/frontends/cli/units.ts';

const HOUR = 3_600_000;
const rows: [got: string | undefined, expected: string | undefined][] = [
  [formatCount(0), '0'],
  [formatCount(1_234_567), '1,234,567'],
  [plural(1, 'file'), '1 file'],
  [plural(1000, 'file'), '1,000 files'],
  [plural(2, 'entry', 'entries'), '2 entries'],
  [formatBytes(999), '999 B'],
  [formatBytes(1000), '1.0 kB'],
  [formatBytes(999_949), '999.9 kB'],
  [formatBytes(999_950), '1.0 MB'],
  [formatBytes(Number.MAX_SAFE_INTEGER), '9.0 PB'],
  [formatRate(40_000_000, 1000), '40.0 MB/s'],
  [formatRate(1, 0), undefined],
  [formatDuration(123), '0.12 s'],
  [formatDuration(59_949), '59.9 s'],
  [formatDuration(59_999), '1 min 0 s'],
  [formatDuration(125_000), '2 min 5 s'],
  [formatDuration(2 * HOUR + 61_000), '2 h 1 min'],
  [formatClock(42_000), '0:42'],
  [formatClock(725_000), '12:05'],
  [formatClock(3_723_000), '1:02:03'],
  [formatAge('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:01:30Z')), '1 minute'],
  [formatAge('2026-01-01T00:00:00Z', Date.parse('2026-01-02T23:59:00Z')), '47 hours'],
  [formatAge('2026-01-01T00:00:00Z', Date.parse('2026-01-04T00:00:00Z')), '3 days'],
  [formatAge('2026-01-01T00:00:00Z', Date.parse('2025-12-31T23:58:00Z')), '0 seconds'],
  [formatAge('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:59Z')), '59 seconds'],
  [formatAge('2026-01-01T00:00:00Z', Date.parse('2025-12-31T00:00:00Z')), undefined],
  [formatAge('nonsense', 0), undefined],
  [formatInstant('2026-01-02T03:04:05.678Z'), '2026-01-02 03:04 UTC'],
];

test.each(rows)('%j is %j', (got, expected) => {
  expect(got).toBe(expected);
});
