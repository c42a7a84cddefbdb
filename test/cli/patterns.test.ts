import { expect, test } from 'vitest';
import { Tree } from '../files/tree.ts';
import { jsonLines, NOW, run } from './support/fake-io.ts';
import type { FakeOperations } from './support/fake-operations.ts';
import { kept, VIEW } from './support/fake-store.ts';

const STORE = ['--store', '/store'];
const filled = (operations: FakeOperations) => {
  operations.store.content = VIEW;
};
const with_ = (view: Partial<typeof VIEW>) => (operations: FakeOperations) => {
  operations.store.content = { ...VIEW, ...view };
};

test('list shows each number with its marks, and says loudly what holds updates back', async () => {
  const prepare = with_({
    kept: [kept(1038), kept(1039), kept(1040, { quarantine: [{ name: 'A', reason: 'time', detail: 'slow' }] })],
    pinned: 1038,
    hold: { since: '2026-01-03T00:00:00.000Z', until: '2026-01-05T00:00:00.000Z' },
    bad: [{ number: 1041, reason: 'rolled\nback', at: '2026-01-03T12:00:00.000Z' }],
    troubles: ['state.json was\x1b damaged'],
  });
  const { code, out, err } = await run(['patterns', 'list', ...STORE], { prepare });
  expect(code).toBe(0);
  expect(out).toBe(`NUMBER  STATE     RELEASED                   AGE  SIGNATURES     SIZE  LEFT OUT  CHANNEL
  1038  pinned    2026-01-01 03:00 UTC    2 days     363,438  41.4 MB         0  stable
  1039  previous  2026-01-02 03:00 UTC  45 hours     363,439  41.4 MB         0  stable
  1040  active    2026-01-03 03:00 UTC  21 hours     363,440  41.4 MB         1  stable

Pinned: 1038; updates wait until "engine patterns unpin"
Held: until 2026-01-05 00:00 UTC, since 2026-01-03 00:00 UTC; "engine patterns unhold" lets updates go on
Bad: 1041 since 2026-01-03 12:00 UTC: rolled\\nback
`);
  expect(err).toBe('engine: WARNING: state.json was\\x1b damaged\n');
});

test('list is ordered by number, not by text', async () => {
  const numbers = [957, 1000, 10_000, 99_999].map((number) => kept(number, { released: '2026-01-01T00:00:00.000Z' }));
  const { out } = await run(['patterns', 'list'], { prepare: with_({ kept: numbers, active: numbers[3] }) });
  expect(out.match(/^ *\d+/gm)).toEqual(['   957', '  1000', ' 10000', ' 99999']);
});

test('list as JSON is the whole view', async () => {
  const { out } = await run(['patterns', 'list', '--json'], { prepare: filled });
  expect(jsonLines(out)[0]).toMatchObject({ directory: '/store', active: { number: 1040 }, pinned: null, hold: null });
});

test('an empty store, and a directory that is none', async () => {
  const empty = with_({ active: undefined, activeSince: undefined, previous: undefined, kept: [] });
  expect((await run(['patterns', 'list'], { prepare: empty })).out).toBe(
    'No pattern file is kept: "engine update" brings one.\n',
  );
  const none = await run(['patterns', 'list', '--store', '/no\nwhere']);
  expect(none).toMatchObject({ code: 2, out: '' });
  expect(none.err).toMatch(/^engine: \/no\nengine: where: no pattern files are kept here; "engine update" brings them/);
});

/** Changes: what is typed, what the store is asked, what is said. */
type Row = [args: string[], calls: unknown[][], out: string];
const CHANGES: readonly Row[] = [
  [['use', '1039'], [['use', '/store', 1039]], 'Pattern number 1039 is active (363,439 signatures); it was 1040.\n'],
  [
    ['rollback'],
    [['rollback', '/store']],
    'Pattern number 1039 is active (363,439 signatures).\n1040 is marked as bad: an update brings only a higher number.\n',
  ],
  [
    ['pin'],
    [['pin', '/store', 1040]],
    'Pattern number 1040 is active and pinned: updates wait until "engine patterns unpin".\n',
  ],
  [
    ['pin', '1038'],
    [['pin', '/store', 1038]],
    expect.stringContaining('1038 is active and pinned') as unknown as string,
  ],
  [['unpin'], [['pin', '/store', undefined]], 'Nothing was pinned.\n'],
  [['hold', '24h'], [['hold', '/store', new Date(NOW + 86_400_000)]], 'Updates wait until 2026-01-05 00:00 UTC.\n'],
  [['hold', '7d'], [['hold', '/store', new Date(NOW + 7 * 86_400_000)]], 'Updates wait until 2026-01-11 00:00 UTC.\n'],
  [['hold', 'forever'], [['hold', '/store', 'forever']], 'Updates wait until "engine patterns unhold".\n'],
  [['unhold'], [['hold', '/store', undefined]], 'Updates were not held.\n'],
  [['prune'], [['prune', '/store', undefined]], 'Nothing to remove.\n'],
  [['prune', '--keep', '1'], [['prune', '/store', 1]], 'Removed: 1036, 1037.\n'],
];
for (const [args, calls, expected] of CHANGES) {
  test(`patterns ${args.join(' ')} is done at once and said`, async () => {
    const { code, out, err, operations } = await run(['patterns', ...args, ...STORE], { prepare: filled });
    expect([code, err]).toEqual([0, '']);
    expect(out).toEqual(expected);
    expect(operations.calls).toEqual(calls);
  });
}

type Refusal = [name: string, args: string[], message: string];
const REFUSALS: readonly Refusal[] = [
  ['a number that is not kept', ['use', '1044'], '1044 is not kept in /store: expected one of 1038, 1039, 1040'],
  [
    'a padded number',
    ['use', '0957'],
    `command-argument value '0957' is invalid for argument 'N'. Expected digits alone, the first of them not 0, as in 1041, got "0957".`,
  ],
  [
    '2^53',
    ['info', '9007199254740992'],
    `command-argument value '9007199254740992' is invalid for argument 'N'. Expected 1 to 9007199254740991, got 9007199254740992.`,
  ],
  [
    'an old name without its roll',
    ['use', 'lpt$vpn.957'],
    expect.stringContaining('Expected the roll with it, as in 1.957, got lpt$vpn.957') as unknown as string,
  ],
  [
    'an old name with its roll is a number',
    ['use', '2.180'],
    '2180 is not kept in /store: expected one of 1038, 1039, 1040',
  ],
  [
    'a hold without unit',
    ['hold', '24'],
    `command-argument value '24' is invalid for argument 'HOW-LONG'. Expected a duration such as 24h or 7d, or forever.`,
  ],
  [
    'a hold of ten years',
    ['hold', '3650d'],
    `command-argument value '3650d' is invalid for argument 'HOW-LONG'. Expected at most 366d, or forever.`,
  ],
  [
    'nothing to keep',
    ['prune', '--keep', '0'],
    `option '--keep <N>' argument '0' is invalid. Expected an integer 1 … 1000.`,
  ],
  ['an unknown word', ['rolback'], `unknown command 'rolback'\nengine: (Did you mean rollback?)`],
  ['an unknown option', ['list', '--jsn'], `unknown option '--jsn'\nengine: (Did you mean --json?)`],
  [
    'a signature that is nowhere',
    ['since', 'Nobody'],
    'patterns since: no kept number has a signature named "Nobody"; "engine signatures find" looks for parts of names',
  ],
];
for (const [name, args, message] of REFUSALS) {
  test(`patterns refuses: ${name}`, async () => {
    const withStore = args[0] === 'rolback' ? args : [...args, ...STORE];
    const { code, out, err } = await run(['patterns', ...withStore], { prepare: filled });
    expect([code, out]).toEqual([2, '']);
    const told = err
      .replaceAll('\n(', '\nengine: (')
      .replace(/^engine: (error: )?/, '')
      .trimEnd();
    expect(told).toEqual(message);
  });
}

test('who may not write hears what the store says', async () => {
  const prepare = (operations: FakeOperations) => {
    filled(operations);
    operations.store.refusal = Object.assign(new Error('/store: permission denied; the active pattern stays'), {
      code: 'STORE_READ_ONLY',
    });
  };
  expect(await run(['patterns', 'rollback'], { prepare })).toMatchObject({
    code: 2,
    out: '',
    err: 'engine: /store: permission denied; the active pattern stays\n',
  });
});

test('diff has a line for each signature, harmless on a terminal', async () => {
  const { code, out } = await run(['patterns', 'diff', '1039', '1040'], { prepare: filled });
  expect(code).toBe(0);
  expect(out).toBe(`1039 (363,439 signatures) → 1040 (363,440 signatures): 2 added, 1 removed, 1 changed
+ New.One
+ New.\\xe2\\x80\\xaeTwo
- Old.One
~ Other.One
`);
  const [json] = jsonLines((await run(['patterns', 'diff', '1039', '1040', '--json'], { prepare: filled })).out);
  expect(json).toMatchObject({ from: 1039, to: 1040, removed: ['Old.One'], changed: ['Other.One'] });
});

const SINCE: readonly [name: string, lines: string[]][] = [
  ['Came', ['Came is in since 1039 (released 2026-01-02 03:00 UTC)']],
  ['Old', ['Old is in since 1038 (released 2026-01-01 03:00 UTC), the oldest that is kept: perhaps it is older']],
  [
    'Went',
    [
      'Went is in since 1038 (released 2026-01-01 03:00 UTC), the oldest that is kept: perhaps it is older',
      'Went is gone from 1039 on (released 2026-01-02 03:00 UTC)',
    ],
  ],
];
for (const [name, lines] of SINCE) {
  test(`since tells in which number a signature appeared: ${name}`, async () => {
    const { out } = await run(['patterns', 'since', name], { prepare: filled });
    expect(out.trimEnd().split('\n')).toEqual(lines);
  });
}

test('since as JSON', async () => {
  const [json] = jsonLines((await run(['patterns', 'since', 'Again', '--json'], { prepare: filled })).out);
  const present = [true, false, true].map((each, at) => ({ number: 1038 + at, present: each }));
  expect(json).toEqual({ name: 'Again', since: 1038, kept: present });
});

test('info tells all of the active one: header, sources and licences, what is left out', async () => {
  const quarantine = [{ name: 'Slow.One', reason: 'time', detail: '3.2 s, and one may take 1 s' }] as const;
  const pattern = kept(1040, { quarantine, quarantinePath: '/store/1040/quarantine.ign2' });
  const prepare = with_({ kept: [kept(1039), pattern], active: pattern });
  const { code, out } = await run(['patterns', 'info'], { prepare });
  expect(code).toBe(0);
  expect(out).toBe(`Pattern number:  1040 (363,440 signatures in use)
State:           active
Released:        2026-01-03 03:00 UTC (21 hours old)
Installed:       2026-01-03 04:00 UTC
Channel:         stable
Engines:         *
Records:         363,440 (body 362,000, hash 1,440)
File:            /store/1040/1040.npf
Size:            41.4 MB (zstd; 101.8 MB without)
Content digest:  ${'ab'.repeat(32)}

SIGNATURES  SOURCE    LICENCE
   300,000  main.ldb  GPL-2.0

LEFT OUT BY THE TRIAL  REASON  DETAIL
Slow.One               time    3.2 s, and one may take 1 s
`);
  const [json] = jsonLines((await run(['patterns', 'info', '1039', '--json'], { prepare })).out);
  expect(json).toMatchObject({
    number: 1039,
    active: false,
    previous: true,
    bad: null,
    sources: [{ licence: 'GPL-2.0' }],
  });
});

test('verify names what is wrong, exit code 2', async () => {
  const { code, out } = await run(['patterns', 'verify'], { prepare: filled });
  expect([code, out]).toEqual([2, '1038: OK\n1039: its digest is another one\\x1b[2J\n']);
  const json = await run(['patterns', 'verify', '--json'], { prepare: filled });
  expect([json.code, jsonLines(json.out)[0]]).toMatchObject([2, { patterns: [{ number: 1038, problem: null }, {}] }]);
});

test('a store that may not be looked into is no empty one: every command says so', async () => {
  const { path } = new Tree().file('a');
  const prepare = (operations: FakeOperations) => {
    operations.store.isLocked = true;
  };
  const list = await run(['patterns', 'list'], { prepare });
  expect([list.code, list.err]).toEqual([2, 'engine: /store: permission denied\n']);
  for (const args of [['scan', path], ['-v']]) {
    const { code, err } = await run(args, { prepare });
    expect(code).toBe(0);
    expect(err).toMatch(/^engine: WARNING: \/store: permission denied\nengine: WARNING: only the factory patterns/);
  }
});
