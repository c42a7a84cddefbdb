import { describe, expect, it } from 'vitest';
import type { KeptPattern, StoreView } from '../../src/store/view.ts';
import { currentSupport, healthOf } from '../../src/update/health.ts';
import { HEALTH_EXIT_CODES, healthLine } from '../../src/update/health-line.ts';
import { supportOf } from '../../src/update/lifecycle.ts';
import type { Health, Notice, UpdateMemory } from '../../src/update/outcome.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const OK_CHECK = { at: ago(HOUR_MS), ok: true, code: '', message: '' };

const pattern = (fields: Partial<KeptPattern> = {}): KeptPattern => ({
  number: 1041,
  path: '/store/1041/1041.npf',
  quarantinePath: undefined,
  released: ago(14 * HOUR_MS),
  channel: 'stable',
  engineRange: '*',
  signatures: 88_684,
  bytes: 41_400_000,
  contentDigest: '00'.repeat(32),
  installed: ago(12 * HOUR_MS),
  quarantine: [],
  ...fields,
});
const view = (fields: Partial<StoreView> = {}, active = pattern()): StoreView => ({
  directory: '/store',
  active,
  activeSince: ago(12 * HOUR_MS),
  previous: 1040,
  kept: [pattern({ number: 1040 }), active],
  keep: 3,
  pinned: undefined,
  hold: undefined,
  bad: [],
  troubles: [],
  ...fields,
});
const memory = (fields: Partial<UpdateMemory> = {}): UpdateMemory => ({
  url: 'https://patterns.example.org/',
  mirrors: [],
  channel: 'stable',
  lastCheck: OK_CHECK,
  lastGood: ago(HOUR_MS),
  nextCheck: new Date(NOW + HOUR_MS).toISOString(),
  support: { kind: 'supported' },
  withdrawn: [],
  notices: [],
  ...fields,
});
const health = (input: Partial<Parameters<typeof healthOf>[0]> = {}): Health =>
  healthOf({ view: view(), memory: memory(), engineVersion: '1.5.2', nowMs: NOW, ...input });
const ending = (ends: string) => supportOf('1.5.2', [{ engine: '*', ends, lastPattern: 2400, moveTo: '>=1.6.0' }], NOW);
const other = (severity: Notice['severity']): Notice => ({
  code: 'ENGINE_TOO_OLD',
  severity,
  subject: 'S',
  message: 'M',
});
const aged = (days: number) => view({}, pattern({ released: ago(days * DAY_MS) }));

describe('health: state and reason', () => {
  const ROWS: readonly (readonly [name: string, input: Parameters<typeof health>[0], state: string, codes: string])[] =
    [
      ['all is well', {}, 'ok', ''],
      ['no store', { view: undefined }, 'unknown', 'NO_STORE'],
      ['a store with nothing active', { view: { ...view(), active: undefined } }, 'critical', 'NO_ACTIVE'],
      ['imported patterns and no updater', { memory: undefined }, 'ok', ''],
      [
        'an active pattern that a newer engine brought and this one cannot use',
        { view: view({}, pattern({ engineRange: '>=2.0.0' })) },
        'warning',
        'ENGINE_TOO_OLD',
      ],
      ['imported patterns that are old', { memory: undefined, view: aged(8) }, 'critical', 'PATTERN_STALE'],
      ['three days old', { view: aged(3) }, 'ok', ''],
      ['over three days old', { view: aged(3.01) }, 'warning', 'PATTERN_STALE'],
      ['over seven days old', { view: aged(7.01) }, 'critical', 'PATTERN_STALE'],
      ['older than asked', { view: aged(0.1), thresholds: { warnAgeMs: HOUR_MS } }, 'warning', 'PATTERN_STALE'],
      ['old by a single threshold', { view: aged(2), thresholds: { critAgeMs: DAY_MS } }, 'critical', 'PATTERN_STALE'],
      [
        'as old as ever, if asked so',
        { view: aged(99), thresholds: { warnAgeMs: Infinity, critAgeMs: Infinity } },
        'ok',
        '',
      ],
      [
        'undefined thresholds are the defaults',
        { view: aged(4), thresholds: { warnAgeMs: undefined } },
        'warning',
        'PATTERN_STALE',
      ],
      ['released in the future', { view: aged(-30) }, 'warning', 'CLOCK'],
      ['released at no time', { view: view({}, pattern({ released: '?' })) }, 'warning', 'PATTERN_STALE'],
      ['no check for over two days', { memory: memory({ lastGood: ago(2.1 * DAY_MS) }) }, 'warning', 'NO_CHECK'],
      ['no check for over seven days', { memory: memory({ lastGood: ago(7.1 * DAY_MS) }) }, 'critical', 'NO_CHECK'],
      ['no check ever', { memory: memory({ lastGood: undefined }) }, 'warning', 'NO_CHECK'],
      ['a check from the future', { memory: memory({ lastGood: ago(-2 * DAY_MS) }) }, 'warning', 'CLOCK'],
      [
        'one check that failed',
        { memory: memory({ lastCheck: { ...OK_CHECK, ok: false, code: 'UPDATE_NETWORK' } }) },
        'ok',
        '',
      ],
      [
        'a planned check that never came',
        { memory: memory({ nextCheck: ago(3 * HOUR_MS), lastCheck: { ...OK_CHECK, at: ago(4 * HOUR_MS) } }) },
        'warning',
        'OVERDUE',
      ],
      [
        'a planned check that came and failed',
        {
          memory: memory({ nextCheck: ago(3 * HOUR_MS), lastCheck: { ...OK_CHECK, ok: false, at: ago(3 * HOUR_MS) } }),
        },
        'ok',
        '',
      ],
      ['pinned', { view: view({ pinned: 1041 }) }, 'warning', 'PINNED'],
      ['held', { view: view({ hold: { since: ago(DAY_MS), until: undefined } }) }, 'warning', 'HELD'],
      [
        'an active pattern that is bad',
        { view: view({ bad: [{ number: 1041, reason: 'crash', at: ago(1) }] }) },
        'critical',
        'BAD',
      ],
      [
        'a bad pattern that is not active',
        { view: view({ bad: [{ number: 1042, reason: 'crash', at: ago(1) }] }) },
        'ok',
        '',
      ],
      [
        'an active pattern that was withdrawn',
        { memory: memory({ withdrawn: [{ number: 1041, reason: 'r' }] }) },
        'critical',
        'WITHDRAWN',
      ],
      ['another that was withdrawn', { memory: memory({ withdrawn: [{ number: 1040, reason: 'r' }] }) }, 'ok', ''],
      [
        'a signature in quarantine',
        { view: view({}, pattern({ quarantine: [{ name: 'A', reason: 'time', detail: 'd' }] })) },
        'warning',
        'QUARANTINE',
      ],
      ['trouble in the store', { view: view({ troubles: ['state.json is damaged'] }) }, 'warning', 'STORE'],
      [
        'trouble and nothing active',
        { view: { ...view({ troubles: ['t'] }), active: undefined } },
        'critical',
        'STORE NO_ACTIVE',
      ],
      ['support that ends in 180 days', { memory: memory({ support: ending('2027-05-23') }) }, 'ok', 'LIFECYCLE_ENDS'],
      [
        'support that ends in 90 days',
        { memory: memory({ support: ending('2027-02-22') }) },
        'warning',
        'LIFECYCLE_ENDS',
      ],
      [
        'support that ends in 14 days',
        { memory: memory({ support: ending('2026-12-08') }) },
        'critical',
        'LIFECYCLE_ENDS',
      ],
      ['support that has ended', { memory: memory({ support: ending('2026-11-23') }) }, 'critical', 'LIFECYCLE_ENDED'],
      [
        'support that had 91 days left when it was last looked up',
        { nowMs: NOW + HOUR_MS * 24, memory: memory({ nextCheck: undefined, support: ending('2027-02-23') }) },
        'warning',
        'LIFECYCLE_ENDS',
      ],
      [
        'support of the engine before this one',
        { engineVersion: '1.6.0', memory: memory({ support: ending('2026-11-23') }) },
        'ok',
        '',
      ],
      [
        'an engine that newer patterns do not fit',
        { memory: memory({ notices: [other('warning')] }) },
        'warning',
        'ENGINE_TOO_OLD',
      ],
      ['news without weight', { memory: memory({ notices: [other('info')] }) }, 'ok', 'ENGINE_TOO_OLD'],
      [
        'what the updater noticed and is over',
        {
          memory: memory({
            notices: ['PATTERN_STALE', 'STORE', 'BAD'].map((code) => ({ ...other('critical'), code })),
          }),
        },
        'ok',
        '',
      ],
      [
        'the worst decides',
        { view: view({ pinned: 1041 }, pattern({ released: ago(9 * DAY_MS) })) },
        'critical',
        'PATTERN_STALE PINNED',
      ],
    ];
  it.each(ROWS)('%s', (_name, input, state, codes) => {
    const found = health(input);
    expect([found.state, found.problems.map(({ code }) => code).join(' ')]).toEqual([state, codes]);
    for (const { subject, message } of found.problems) expect([subject, message]).not.toContain('');
  });

  it('has the exit codes of monitoring plugins', () => {
    expect(HEALTH_EXIT_CODES).toEqual({ ok: 0, warning: 1, critical: 2, unknown: 3 });
  });

  it('takes today’s days for the support line', () => {
    const remembered = memory({ support: ending('2027-02-22') });
    expect(currentSupport(remembered, '1.5.2', NOW + 80 * DAY_MS)).toMatchObject({
      daysLeft: 10,
      severity: 'critical',
    });
    expect(currentSupport(undefined, '1.5.2', NOW)).toEqual({ kind: 'supported' });
  });
});

describe('health: the line', () => {
  it('says what is active when all is well', () => {
    expect(healthLine(health())).toBe(
      'OK - pattern 1041 with 88,684 signatures, released 14 hours ago; checked 60 minutes ago|' +
        'age=50400s;259200;604800;0 last_check=3600s;172800;604800;0 signatures=88684;;;0 number=1041;;;0 kept=2;;;0',
    );
  });

  it('says what is wrong first, the worst before the rest', () => {
    const line = healthLine(health({ view: view({ pinned: 1041 }, pattern({ released: ago(9 * DAY_MS) })) }));
    expect(line).toMatch(
      /^CRITICAL - pattern 1041 is older than 7 days; pinned to pattern 1041; pattern 1041 with .*\|age=777600s;/,
    );
  });

  it('tells a failed check beside the last good one', () => {
    const lastCheck = { ...OK_CHECK, ok: false, code: 'UPDATE_NETWORK' };
    expect(healthLine(health({ memory: memory({ lastCheck }) }))).toContain('the last one failed with UPDATE_NETWORK');
  });

  it('without a store is UNKNOWN and has no figures', () => {
    expect(healthLine(health({ view: undefined }))).toBe('UNKNOWN - there is no pattern store');
  });

  it('prints numbers beyond 2^32 as they are, and no age below nothing', () => {
    const line = healthLine(health({ view: view({}, pattern({ number: 2 ** 53 - 1, released: ago(-400 * DAY_MS) })) }));
    expect(line).toContain('number=9007199254740991');
    expect(line).toContain('|age=0s;');
  });

  it('is one line with one bar, whatever hostile names say', () => {
    const hostile = 'a|b\nOK - fine|x=1\r\u001b[31m\u2028\u202e\u0000\ud800c';
    const line = healthLine(
      health({
        view: view(
          {
            troubles: [hostile],
            bad: [{ number: 1041, reason: hostile, at: hostile }],
            hold: { since: hostile, until: hostile },
          },
          pattern({
            quarantine: Array.from({ length: 1000 }, () => ({ name: hostile, reason: 'time', detail: hostile })),
          }),
        ),
        memory: memory({
          withdrawn: [{ number: 1041, reason: hostile }],
          notices: [{ ...other('critical'), subject: hostile }],
        }),
      }),
    );
    expect(line.split('|')).toHaveLength(2);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(line.startsWith('CRITICAL - ')).toBe(true);
  });

  it('keeps its figures however long the text becomes', () => {
    const line = healthLine(
      health({ view: view({ troubles: Array.from({ length: 999 }, (_, at) => `Störung ${at} 😀`) }) }),
    );
    expect(Buffer.byteLength(line)).toBeLessThan(1024);
    expect(line).toContain('…|age=');
  });

  it('survives memory that is as odd as its types allow', () => {
    const odd = memory({ lastGood: 'never', nextCheck: 'never', lastCheck: undefined });
    expect(healthLine(health({ memory: odd }))).toMatch(/^OK - /);
  });
});
