import { expect, test } from 'vitest';
import type { UpdateMemory } from '../../src/update/outcome.ts';
import { jsonLines, run } from './support/fake-io.ts';
import { FACTORY_INFO, type FakeOperations } from './support/fake-operations.ts';
import { kept, VIEW } from './support/fake-store.ts';
import { MEMORY } from './support/fake-updates.ts';

const ACTIVE = {
  ...FACTORY_INFO,
  patternNumber: 1040,
  signatures: 363_440,
  patterns: [
    { ...FACTORY_INFO.patterns[0]!, path: '/store/1040/1040.npf', number: 1040, signatures: 363_440, factory: false },
  ],
};
const updated =
  (memory: Partial<UpdateMemory> = {}, view: Partial<typeof VIEW> = {}) =>
  (operations: FakeOperations) => {
    operations.info = ACTIVE;
    operations.store.content = { ...VIEW, ...view };
    operations.updates.remembered = { ...MEMORY, ...memory };
  };

test('-v tells what is active, since when, what was before, and what comes next', async () => {
  const { code, out, err } = await run(['-v'], { prepare: updated() });
  expect([code, err]).toEqual([0, '']);
  expect(out).toBe(`Product:         sigwall 0.1.0
Engine version:  1.0.0
Pattern number:  1040 (363,440 signatures)
Released:        2026-01-01 00:00 UTC
Age:             3 days
Active since:    2026-01-03 04:00 UTC
Previous:        1039 ("engine patterns rollback" goes back to it)
Kept:            1038, 1039, 1040 (3 old ones beside the active one)
Channel:         stable
Last check:      2026-01-03 23:17 UTC
Next check:      2026-01-04 00:17 UTC
Support:         supported
Node:            24.21.0

NUMBER  SIGNATURES  NOT USED  CHANNEL  RELEASED              PATH
  1040     363,440         0  stable   2026-01-01 00:00 UTC  /store/1040/1040.npf
`);
});

type Row = [name: string, memory: Partial<UpdateMemory>, view: Partial<typeof VIEW>, line: string];
const LOUD: readonly Row[] = [
  ['a pin', {}, { pinned: 1040 }, 'Pinned:          1040; updates wait until "engine patterns unpin"'],
  [
    'a hold without end',
    {},
    { hold: { since: '2026-01-03T00:00:00.000Z', until: undefined } },
    'Held:            for ever, since 2026-01-03 00:00 UTC; "engine patterns unhold" lets updates go on',
  ],
  [
    'a check that failed',
    { lastCheck: { at: '2026-01-03T23:17:00.000Z', ok: false, code: 'UPDATE_TIMEOUT', message: 'no\nanswer' } },
    {},
    'Last check:       2026-01-03 23:17 UTC, failed: no\\nanswer\nLast good check:  2026-01-03 23:17 UTC',
  ],
  [
    'an end of support, counted from today',
    {
      support: {
        kind: 'ending',
        ends: '2026-01-14',
        daysLeft: 99,
        lastPattern: 2400,
        moveTo: '>=1.6.0',
        severity: 'info',
      },
    },
    {},
    'Support:         until 2026-01-14, 10 days left; 2400 is its last. Move to engine >=1.6.0.',
  ],
  [
    'a withdrawal',
    { withdrawn: [{ number: 1040, reason: 'hits the kernel' }] },
    {},
    'Withdrawn:       1040 (hits the kernel)',
  ],
  [
    'a pattern file that this engine is too old for',
    {},
    { active: kept(1041, { engineRange: '>=2.0.0' }) },
    'Newer:           1041 is in the store, for engines >=2.0.0; engine 1.0.0 goes on with this one',
  ],
  [
    'a number that was left as bad',
    {},
    { bad: [{ number: 1041, reason: 'x', at: '2026-01-03T00:00:00.000Z' }] },
    'Bad:             1041',
  ],
];
for (const [name, memory, view, line] of LOUD) {
  test(`-v is loud about ${name}`, async () => {
    const { out } = await run(['-v'], { prepare: updated(memory, view) });
    expect(out).toContain(`${line}\n`);
  });
}

test('-v --json has it all', async () => {
  const { out } = await run(['-v', '--json'], { prepare: updated() });
  expect(jsonLines(out)[0]).toMatchObject({
    patternNumber: 1040,
    signatures: 363_440,
    store: {
      active: 1040,
      previous: 1039,
      kept: [1038, 1039, 1040],
      keep: 3,
      pinned: null,
      hold: null,
      quarantined: 0,
    },
    updates: { url: 'https://patterns.example.org/', lastCheck: { ok: true }, supportText: 'supported' },
  });
});

test('patterns that were named do not come out of the store, and nothing of it is told', async () => {
  const { out } = await run(['-v', '-p', 'x.npf'], { prepare: updated() });
  expect(out).not.toContain('Active since');
});
