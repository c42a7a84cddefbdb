import { expect, test } from 'vitest';
import { readLifecycleEntry } from '../../src/frontends/cli/publish/lifecycle-entry.ts';
import { jsonLines, run } from './support/fake-io.ts';
import type { FakeOperations } from './support/fake-operations.ts';
import { REPOSITORY } from './support/fake-publisher.ts';

const encrypted = (operations: FakeOperations) => {
  operations.publisher.encrypted = true;
};

test('init asks twice, and says what goes where', async () => {
  const { code, out, err, questions, operations } = await run(['publish', 'init', 'my repo'], {
    answers: ['secret', 'secret'],
  });
  expect([code, err]).toEqual([0, '']);
  expect(questions).toEqual(['New passphrase for the keys: ', 'The same again: ']);
  expect(operations.calls).toEqual([['init', 'my repo', { passphrase: 'secret' }]]);
  expect(out).toMatch(/^To be served: +my repo\/public \(nothing else\)$/m);
  expect(out).toMatch(/^Private keys: +my repo\/keys \(root 3, targets 1; /m);
  expect(out).toMatch(/^Next: engine publish release 'my repo' SOURCES…$/m);
});

type Row = [name: string, args: string[], options: Parameters<typeof run>[1], passphrase: unknown];
const PASSPHRASES: readonly Row[] = [
  ['from the environment, without a question', [], { environment: { SIGWALL_PASSPHRASE: 'from there' } }, 'from there'],
  ['none, because that was asked for', ['--no-passphrase'], {}, undefined],
];
for (const [name, args, options, passphrase] of PASSPHRASES) {
  test(`the passphrase of new keys: ${name}`, async () => {
    const { code, questions, operations } = await run(['publish', 'init', 'd', ...args], options);
    expect([code, questions, operations.calls]).toEqual([0, [], [['init', 'd', { passphrase }]]]);
  });
}

const REFUSED: readonly [name: string, answers: string[], message: string][] = [
  ['nobody to ask', [], 'the keys need a passphrase, and no terminal is there to ask: set SIGWALL_PASSPHRASE'],
  ['two that differ', ['one', 'two'], 'expected the same passphrase twice, got two; nothing was made'],
  ['an empty one', [''], 'expected a passphrase, got none (--no-passphrase leaves the keys readable)'],
];
for (const [name, answers, message] of REFUSED) {
  test(`no keys are made with a passphrase that nobody knows: ${name}`, async () => {
    const { code, err, operations } = await run(['publish', 'init', 'd'], { answers });
    expect([code, err, operations.calls]).toEqual([2, expect.stringContaining(message), []]);
  });
}

test('keys that are not encrypted are used without a question; the others with one, or with the environment', async () => {
  const plain = await run(['publish', 'refresh', 'd'], { answers: ['secret'] });
  expect([plain.code, plain.questions]).toEqual([0, []]);
  const asked = await run(['publish', 'refresh', 'd'], { answers: ['secret'], prepare: encrypted });
  expect([asked.code, asked.questions]).toEqual([0, ['Passphrase of the keys: ']]);
  const environment = { SIGWALL_PASSPHRASE: 'secret' };
  const told = await run(['publish', 'refresh', 'd'], { environment, prepare: encrypted });
  expect([told.code, told.questions]).toEqual([0, []]);
  const wrong = await run(['publish', 'refresh', 'd'], { answers: ['other'], prepare: encrypted });
  expect([wrong.code, wrong.err]).toEqual([2, 'engine: patterns-ab.pem: expected a passphrase\n']);
  const nobody = await run(['publish', 'refresh', 'd'], { prepare: encrypted });
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('set SIGWALL_PASSPHRASE')]);
});

test('refresh says what was signed, and what is about to expire', async () => {
  const { out, err } = await run(['publish', 'refresh', 'd']);
  expect(out).toBe('Signed timestamp: version 7, good until 2026-01-06 00:00 UTC.\n');
  expect(err).toBe('engine: WARNING: root expires in 20 days\n');
});

test('release prints what changed, up to a number of names, and warns of what hits clean files', async () => {
  const args = ['publish', 'release', 'd', 'a.ndb', 'b.ldb', '--clean', '/usr/bin', '--rollout', '24'];
  const { code, out, err, operations } = await run([...args, '--engine', '>=1.0.0', '--licence', 'GPL-2.0-only'], {
    environment: { SOURCE_DATE_EPOCH: '86400' },
  });
  expect(code).toBe(0);
  expect(operations.calls).toEqual([
    [
      'release',
      'd',
      ['a.ndb', 'b.ldb'],
      {
        number: undefined,
        channel: 'stable',
        rolloutHours: 24,
        engineRange: '>=1.0.0',
        licence: 'GPL-2.0-only',
        released: '1970-01-02T00:00:00.000Z',
        clean: ['/usr/bin'],
        passphrase: undefined,
      },
    ],
  ]);
  expect(out).toMatch(/^Pattern number: +1042 \(363,442 signatures\)$/m);
  expect(out).toMatch(/^Deltas: +from 1041 206\.1 kB$/m);
  expect(out).toContain('\nSince 1041: 60 added, 0 removed, 1 changed\n+ New.0\n');
  expect(out).toMatch(/\+ New\.49\n… --all names every one\.\n$/);
  expect(err).toBe('engine: WARNING: New.1 hits /usr/bin/ls\n');
  const all = await run([...args, '--all']);
  expect(all.out).toMatch(/\+ New\.59\n~ Other\n$/);
  const [json] = jsonLines((await run([...args, '--json', '-n', '2000'])).out);
  expect(json).toMatchObject({ number: 2000, changes: { changed: ['Other'] } });
});

test('withdraw needs a reason and says what the cure is', async () => {
  expect((await run(['publish', 'withdraw', 'd', '1041'])).err).toContain("required option '--reason <TEXT>'");
  const { out, operations } = await run(['publish', 'withdraw', 'd', '1041', '--reason', 'hits the kernel']);
  expect(out).toContain('Pattern number 1041 is withdrawn');
  expect(operations.calls).toEqual([['withdraw', 'd', 1041, 'hits the kernel', { passphrase: undefined }]]);
});

test('lifecycle shows, adds, replaces and removes', async () => {
  const shown = await run(['publish', 'lifecycle', 'd']);
  expect(shown.out).toBe(
    'ENGINES  SUPPORTED UNTIL  LAST NUMBER  MOVE TO\n<1.6.0   2027-03-31              2400  >=1.6.0\n',
  );
  expect(shown.operations.calls).toEqual([]);
  const replaced = await run(['publish', 'lifecycle', 'd', '--add', 'engine=<1.6.0 ends=2027-06-30']);
  const entry = { engine: '<1.6.0', ends: '2027-06-30', lastPattern: undefined, moveTo: undefined };
  expect(replaced.operations.calls).toEqual([['setLifecycle', 'd', [entry], { passphrase: undefined, force: false }]]);
  const removed = await run(['publish', 'lifecycle', 'd', '--remove', '<1.6.0']);
  expect(removed.operations.calls).toEqual([['setLifecycle', 'd', [], { passphrase: undefined, force: false }]]);
  expect(removed.out).toBe('No engine has an end of support.\n');
  const unknown = await run(['publish', 'lifecycle', 'd', '--remove', '<2']);
  expect([unknown.code, unknown.err]).toEqual([
    2,
    "engine: publish lifecycle: no entry is for '<2': expected one of '<1.6.0'\n",
  ]);
});

test('an entry of the lifecycle is read as a person writes it', () => {
  expect(readLifecycleEntry('engine=>=1.2.0 <1.6.0 last=2400 ends=2027-03-31 move-to=>=1.6.0')).toEqual({
    engine: '>=1.2.0 <1.6.0',
    lastPattern: 2400,
    ends: '2027-03-31',
    moveTo: '>=1.6.0',
  });
  const bad: readonly [text: string, message: string][] = [
    ['<1.6.0', 'Expected words such as engine=<1.6.0.'],
    ['engine=<1.6.0', "Expected 'engine=RANGE ends=DATE', and perhaps last=N and move-to=RANGE."],
    ['engine=<1 ends=soon', 'Expected ends=DATE such as 2027-03-31, got soon.'],
    ['engine=<1 end=2027-03-31', 'Expected one of engine, last, ends, move-to, got end (did you mean ends?).'],
    ['engine=<1 engine=<2 ends=2027-03-31', 'Expected engine once.'],
    ['engine= ends=2027-03-31', 'Expected a value behind engine=.'],
    ['engine=old ends=2027-03-31', 'Expected engine=RANGE such as engine=<1.6.0, got old.'],
    ['engine=<1 ends=2027-03-31 move-to=new', 'Expected move-to=RANGE such as move-to=<1.6.0, got new.'],
    ['engine=<1 last=0957 ends=2027-03-31', 'Expected digits alone, the first of them not 0, as in 1041, got "0957".'],
  ];
  for (const [text, message] of bad) expect(() => readLifecycleEntry(text)).toThrow(message);
});

test('list and verify show releases, roles and lifecycle; problems are exit code 2', async () => {
  const list = await run(['publish', 'list', 'd']);
  expect(list).toMatchObject({ code: 0, err: '' });
  expect(list.out).toBe(`NUMBER  CHANNEL  RELEASED              SIGNATURES     SIZE  DELTAS  ENGINES
  1040  stable   2026-01-03 03:00 UTC     363,440  41.4 MB       1  *        withdrawn: hits\\nthe kernel
  1041  stable   2026-01-04 03:00 UTC     363,441  41.4 MB       0  >=1.0.0  over 24 h from 2026-01-04 03:00 UTC
Withdrawn: 1003 since 2025-01-01 00:00 UTC: old

ROLE       VERSION  KEYS    GOOD UNTIL
root             1  2 of 3  2026-01-06 00:00 UTC
timestamp        7  1 of 1  2026-01-06 00:00 UTC

ENGINES  SUPPORTED UNTIL  LAST NUMBER  MOVE TO
<1.6.0   2027-03-31              2400  >=1.6.0
`);
  expect((await run(['publish', 'verify', 'd'])).out).toMatch(/\nEverything fits\.\n$/);
  const prepare = (operations: FakeOperations) => {
    operations.publisher.repository = { ...REPOSITORY, problems: ['1040.npf: another\x1b digest'] };
  };
  const bad = await run(['publish', 'verify', 'd'], { prepare });
  expect([bad.code, bad.out]).toEqual([2, expect.stringMatching(/\nPROBLEM: 1040\.npf: another\\x1b digest\n$/)]);
});

test('serve prints the line to paste, and ends with a signal', async () => {
  const { code, out, operations } = await run(['publish', 'serve', '/a b', '--port', '9000'], { interruptWith: 143 });
  expect(code).toBe(0);
  expect(out).toBe(`Serving '/a b' at http://127.0.0.1:9000/
From another terminal:
  engine update --url http://127.0.0.1:9000/ --root '/a b/public/root.json'
`);
  expect(operations.calls).toEqual([['serve', '/a b', 9000], ['close']]);
});

test('a misspelt word behind publish is guessed', async () => {
  const { code, err } = await run(['publish', 'relase', 'd']);
  expect([code, err]).toEqual([2, "engine: unknown command 'relase'\n(Did you mean release?)\n"]);
});
