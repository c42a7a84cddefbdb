import { expect, test } from 'vitest';
import { updateProgressLine } from '../../src/frontends/cli/update/progress.ts';
import type { Notice, UpdateOutcome } from '../../src/update/outcome.ts';
import { jsonLines, run } from './support/fake-io.ts';
import type { FakeOperations } from './support/fake-operations.ts';
import { kept } from './support/fake-store.ts';
import { CURRENT, MEMORY, UPDATED } from './support/fake-updates.ts';

const remembering = (outcome: UpdateOutcome) => (operations: FakeOperations) => {
  operations.updates.remembered = MEMORY;
  operations.updates.outcome = outcome;
};
const waiting = (
  reason: 'pinned' | 'held' | 'rollout' | 'check-only' | 'retry-after',
  until?: string,
): UpdateOutcome => ({
  ...CURRENT,
  kind: 'waiting',
  newest: 1041,
  reason,
  until,
});
const UNTIL = '2026-01-05T06:07:08.000Z';

type Row = [name: string, outcome: UpdateOutcome, lines: string];
const OUTCOMES: readonly Row[] = [
  ['no news is one line', CURRENT, 'Pattern number 1040 is current (released 2026-01-03 03:00 UTC, 21 hours old).'],
  [
    'an empty repository',
    { ...CURRENT, newest: undefined, active: undefined },
    'The repository offers no pattern file to this engine and channel yet.',
  ],
  [
    'a repository that is behind',
    { ...CURRENT, newest: 1039 },
    'Pattern number 1040 is current (released 2026-01-03 03:00 UTC, 21 hours old); the repository offers 1039.',
  ],
  ['only a check', waiting('check-only'), 'Pattern number 1041 is out, and 1040 is active: "engine update" brings it.'],
  [
    'a pin',
    waiting('pinned'),
    'Pattern number 1041 is out, and 1040 is active and pinned: "engine patterns unpin" lets updates go on.',
  ],
  [
    'a hold with an end',
    waiting('held', UNTIL),
    'Pattern number 1041 is out, and 1040 is active and held until 2026-01-05 06:07 UTC: "engine patterns unhold" lets updates go on.',
  ],
  [
    'a staged roll-out',
    waiting('rollout', UNTIL),
    'Pattern number 1041 is out, and 1040 is active: it is rolled out in stages, to this machine at 2026-01-05 06:07 UTC; "engine update --now" does not wait.',
  ],
  [
    'an update by deltas, hostile names on one line',
    UPDATED,
    `Pattern number 1041 is active (363,441 signatures, released 2026-01-04 03:00 UTC); it was 1039.
Received 206.1 kB in 4 requests, by delta 1039 → 1040 → 1041; trial passed on 24 samples; 4.21 s.
Left out: Bad.\\nOne: hits /usr/bin/ls
Rotated out: 1036.`,
  ],
  [
    'the first one, as a full file, after a delta that did not fit',
    {
      ...UPDATED,
      from: undefined,
      by: 'full',
      receivedBytes: 41_401_000,
      path: [1041],
      fallback: 'the delta gave another digest',
      pruned: [],
      trial: { ...(UPDATED as Extract<UpdateOutcome, { kind: 'updated' }>).trial, quarantine: [] },
    } as UpdateOutcome,
    `Pattern number 1041 is active (363,441 signatures, released 2026-01-04 03:00 UTC); it is the first.
Received 41.4 MB in 4 requests, as a full file; trial passed on 24 samples; 4.21 s.
No delta was used: the delta gave another digest.`,
  ],
];

test('an update to what is kept already is no download', async () => {
  const outcome = { ...UPDATED, by: 'full', path: [1041] } as UpdateOutcome;
  expect((await run(['update'], { prepare: remembering(outcome) })).out).toContain(
    '\nReceived 206.1 kB in 4 requests; the file was here already; trial passed on 24 samples; 4.21 s.\n',
  );
});

for (const [name, outcome, lines] of OUTCOMES) {
  test(`update says what came of it, exit code 0: ${name}`, async () => {
    const { code, out, err } = await run(['update'], { prepare: remembering(outcome) });
    expect([code, out, err]).toEqual([0, `${lines}\n`, '']);
  });
}

test('without a repository it says how to name one', async () => {
  const { code, out, err, operations } = await run(['update', '--store', '/s']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^engine: update: no repository is set for the store \/s\n/);
  expect(err).toContain('engine:   engine update --url https://patterns.example.org/ --root root.json\n');
  expect(operations.calls).toEqual([]);
});

test('flags, environment and file reach the updater; what nobody set is left to what it remembers', async () => {
  const bare = await run(['update'], { prepare: remembering(CURRENT) });
  const nothing = { url: undefined, mirrors: undefined, rootFile: undefined, channel: undefined, keep: undefined };
  const switches = { clean: [], strict: false, proxy: undefined, ca: undefined, now: false, checkOnly: false };
  const store = '/nonexistent/.local/state/sigwall';
  expect(bare.operations.calls).toEqual([['update', { store, ...nothing, ...switches }]]);

  const flags = '--url https://a.test/p --mirror http://b.test --mirror http://c.test --root r.json --channel canary';
  const more = '--now --check --clean /usr/bin --clean /tmp --strict --keep 5 --ca ca.pem';
  const environment = { SIGWALL_UPDATE_PROXY: 'http://ada:secret@proxy.test:3128', SIGWALL_STORE: '/s' };
  const full = await run(['update', ...flags.split(' '), ...more.split(' ')], { environment });
  expect(full.operations.calls).toEqual([
    [
      'update',
      {
        store: '/s',
        url: 'https://a.test/p',
        mirrors: ['http://b.test', 'http://c.test'],
        rootFile: 'r.json',
        channel: 'canary',
        keep: 5,
        clean: ['/usr/bin', '/tmp'],
        strict: true,
        proxy: 'http://ada:secret@proxy.test:3128',
        ca: 'ca.pem',
        now: true,
        checkOnly: true,
      },
    ],
  ]);
});

const NOTICES: readonly Notice[] = [
  { code: 'LIFECYCLE_ENDS', severity: 'warning', subject: 'support ends', message: 'Move to engine >=1.6.0.' },
  { code: 'WITHDRAWN', severity: 'critical', subject: '1040 was with\x1bdrawn', message: 'Update.' },
  { code: 'CLOCK', severity: 'info', subject: 'clock', message: 'One hour ahead.' },
];

test('each notice has a line and a subject of its own on stderr, and its code in the JSON', async () => {
  const prepare = remembering({ ...CURRENT, notices: NOTICES });
  const { code, err, out, operations } = await run(['update', '--json', '--notify', '/bin/mail-me'], { prepare });
  expect(code).toBe(0);
  expect(err).toBe(
    'engine: WARNING support ends: Move to engine >=1.6.0.\n' +
      'engine: CRITICAL 1040 was with\\x1bdrawn: Update.\nengine: NOTE clock: One hour ahead.\n' +
      'engine: WARNING: --notify: /bin/mail-me: expected exit code 0, got 7\n',
  );
  expect(jsonLines(out)[0]).toMatchObject({ kind: 'current', notices: [{ code: 'LIFECYCLE_ENDS' }, {}, {}] });
  expect(operations.calls.at(-1)).toEqual(['notify', '/nonexistent/.local/state/sigwall', '/bin/mail-me', NOTICES]);
});

test('JSON has every field, unknown ones as null', async () => {
  const outcome = waiting('held');
  const { out } = await run(['update', '--json'], { prepare: remembering(outcome) });
  expect(jsonLines(out)).toEqual([
    {
      kind: 'waiting',
      checked: '2026-01-04T00:00:00.000Z',
      newest: 1041,
      active: { ...kept(1040), quarantinePath: null },
      requests: 2,
      receivedBytes: 469,
      elapsedMs: 120,
      notices: [],
      support: { kind: 'supported' },
      reason: 'held',
      until: null,
    },
  ]);
});

test('a failure is exit code 2, on stderr, and with --json an object as well', async () => {
  const failing = (operations: FakeOperations) => {
    operations.updates.remembered = MEMORY;
    operations.updates.failures = [Object.assign(new Error('a.test: expired\x1b'), { code: 'UPDATE_FREEZE' })];
  };
  expect(await run(['update'], { prepare: failing })).toMatchObject({
    code: 2,
    out: '',
    err: 'engine: a.test: expired\\x1b\n',
  });
  const { code, out, err } = await run(['update', '--json'], { prepare: failing });
  expect([code, err]).toEqual([2, 'engine: a.test: expired\\x1b\n']);
  const checked = '2026-01-04T00:00:00.000Z';
  expect(jsonLines(out)).toEqual([{ kind: 'failed', checked, code: 'UPDATE_FREEZE', message: 'a.test: expired\x1b' }]);
});

test('again and again: a line for each check, a failure does not end it, SIGTERM does with exit code 0', async () => {
  const prepare = (operations: FakeOperations) => {
    remembering({ ...CURRENT, notices: NOTICES.slice(0, 1) })(operations);
    operations.updates.rounds = 3;
    operations.updates.failures = [Object.assign(new Error('no answer'), { code: 'UPDATE_TIMEOUT' })];
  };
  const { code, out, err, operations } = await run(['update', '--every', 'hourly'], { prepare });
  // The notice once, not at every check.
  expect([code, err]).toEqual([0, 'engine: no answer\nengine: WARNING support ends: Move to engine >=1.6.0.\n']);
  expect(out.match(/^Pattern number 1040 is current .*$/gm)).toHaveLength(2);
  expect(operations.calls.map(([operation]) => operation)).toEqual([
    'schedule',
    'noteNextCheck',
    'update',
    'update',
    'update',
    'noteNextCheck',
  ]);
  expect(operations.calls.at(-1)?.[2]).toBeUndefined();
  const signals = [
    [143, 0],
    [130, 130],
  ] as const;
  for (const [interruptWith, expected] of signals) {
    expect((await run(['update', '--every', 'daily'], { prepare, interruptWith })).code).toBe(expected);
  }
});

test('a clean corpus that is not there is said before anything is asked', async () => {
  const { code, err, operations } = await run(['update', '--clean', '/missing\x1b'], { prepare: remembering(CURRENT) });
  expect([code, err]).toEqual([2, 'engine: --clean /missing\\x1b: no such file or directory\n']);
  expect(operations.calls).toEqual([]);
});

test('a machine that got nothing, since the server asks for patience, is not set up', async () => {
  const patience = { ...waiting('retry-after', UNTIL), newest: undefined };
  const nothing = await run(['update'], { prepare: remembering({ ...patience, active: undefined }) });
  expect(nothing.code).toBe(2);
  expect(nothing.out).toBe(
    'Updates wait, and nothing is active yet: the repository asks to come again after 2026-01-05 06:07 UTC.\n',
  );
  expect((await run(['update'], { prepare: remembering(patience) })).code).toBe(0);
});

test('a channel that is none is refused', async () => {
  const { code, err, operations } = await run(['update', '--channel', 'canari'], { prepare: remembering(CURRENT) });
  expect(code).toBe(2);
  expect(err).toContain('stable or canary');
  expect(operations.calls).toEqual([]);
});

test('a single check and a schedule exclude each other', async () => {
  expect(await run(['update', '--every', 'daily', '--check'], { prepare: remembering(CURRENT) })).toMatchObject({
    code: 2,
    err: 'engine: update: expected --check or --every, got both\n',
  });
});

test('the progress line says what is being done and how much of it is', () => {
  const line = (phase: 'metadata' | 'download' | 'trial' | 'install', receivedBytes = 0, totalBytes?: number) =>
    updateProgressLine({ phase, receivedBytes, totalBytes }, 3200);
  expect(line('metadata')).toBe('looking for a newer pattern file · 3 s');
  expect(line('download', 1_200_000, 41_400_000)).toBe('downloading · 1.2 MB of 41.4 MB · 2 % · 0.4 MB/s');
  expect(line('download', 1_200_000)).toBe('downloading · 1.2 MB · 0.4 MB/s');
  expect(line('trial')).toBe('trying out the new patterns · 3 s');
  expect(line('install')).toBe('installing · 3 s');
});

test('import asks for the same of a directory', async () => {
  const imported = { ...UPDATED, by: 'import', from: 1040, pruned: [] } as UpdateOutcome;
  const args = ['patterns', 'import', '/media/cd', '--media-date', '2026-01-02', '--root', 'r.json', '--store', '/s'];
  const { code, out, operations } = await run(args, { prepare: remembering(imported) });
  expect(code).toBe(0);
  expect(out).toMatch(/^Pattern number 1041 is active .*; it was 1040\.\nImported from the directory; trial passed/);
  const common = { store: '/s', rootFile: 'r.json', channel: undefined, keep: undefined, clean: [], strict: false };
  const request = { ...common, directory: '/media/cd', mediaDate: '2026-01-02T00:00:00.000Z' };
  expect(operations.calls).toEqual([['import', request]]);
});
