import { expect, test } from 'vitest';
import { Tree } from '../files/tree.ts';
import { jsonLines, run } from './support/fake-io.ts';

type Row = [name: string, args: string[], message: string];
/** Typing errors: exit code 2, nothing on stdout, and what to do about it. */
const TYPOS: readonly Row[] = [
  ['an unknown option', ['scan', '--thread', '3', '.'], "unknown option '--thread'\nengine: (Did you mean --threads?)"],
  ['an unknown command', ['scna'], "unknown command 'scna'\nengine: (Did you mean scan?)"],
  ['an unknown command behind one', ['signatures', 'fnd', 'x'], "unknown command 'fnd'\nengine: (Did you mean find?)"],
  [
    'nothing to scan',
    ['scan'],
    'scan: expected a PATH or --file-list FILE, got neither ("engine scan ." scans this directory)',
  ],
  ['two readers of standard input', ['scan', '-', '-f', '-'], 'scan: standard input (-) can be read only once'],
  ['NUL without a list', ['scan', '-0', '.'], 'scan: -0 needs --file-list FILE'],
  [
    'threads',
    ['scan', '--threads', '0', '.'],
    "option '--threads <N>' argument '0' is invalid. Expected an integer 1 … 256.",
  ],
  [
    'a size',
    ['scan', '--max-expanded', '1Q', '.'],
    "option '--max-expanded <SIZE>' argument '1Q' is invalid. Expected a size such as 500000, 64MiB or 2GB.",
  ],
  [
    'an empty glob',
    ['scan', '--exclude', '', '.'],
    "option '--exclude <GLOB>' argument '' is invalid. Expected a list of globs, got an empty text.",
  ],
  ['no output', ['compile', 'a.ndb'], "required option '-o, --output <FILE>' not specified"],
  ['no number', ['compile', 'a.ndb', '-o', 'x.npf'], 'compile: expected --number N, since x.npf is no N.npf'],
  [
    'a padded number',
    ['compile', 'a', '-o', 'x.npf', '--number', '0957'],
    "option '-n, --number <N>' argument '0957' is invalid. Expected digits alone, the first of them not 0, as in 1041, got \"0957\".",
  ],
  [
    '2^53 is not rounded',
    ['compile', 'a', '-o', '9007199254740992.npf'],
    'compile: 9007199254740992 in the name of the output: Expected 1 to 9007199254740991, got 9007199254740992.',
  ],
  [
    'a range that no engine fits',
    ['compile', 'a', '-o', '7.npf', '--engine', 'old'],
    "option '--engine <RANGE>' argument 'old' is invalid. Expected a SemVer range such as \">=1.2.0 <3.0.0-0\".",
  ],
  [
    'a licence that drives the terminal',
    ['compile', 'a', '-o', '7.npf', '--licence', 'GPL\x1b[2J'],
    "option '--licence <NAME>' argument 'GPL\\x1b[2J' is invalid. Expected a licence such as GPL-2.0-only, in plain letters.",
  ],
  [
    'no time',
    ['compile', 'a', '-o', '7.npf', '--released', 'May 5'],
    "option '--released <TIME>' argument 'May 5' is invalid. Expected a time such as 2026-02-03 or 2026-02-03T04:05:06Z.",
  ],
  [
    'no such signature',
    ['signatures', 'show', 'Evil'],
    'signatures show: no signature is named "Evil"; "engine signatures find" looks for parts of names',
  ],
  ['no name holds it', ['signatures', 'find', 'x\x1b'], 'signatures find: no name holds "x\\x1b"'],
  ['a missing file', ['explain', '/missing'], '/missing: no such file or directory'],
  [
    'a missing configuration',
    ['config', 'check', '/missing.toml'],
    "/missing.toml: cannot be read: ENOENT: no such file or directory, open '/missing.toml'",
  ],
];

for (const [name, args, message] of TYPOS) {
  test(`refused with exit code 2: ${name}`, async () => {
    const { code, out, err } = await run(args);
    expect(err.replaceAll('\n(', '\nengine: (')).toBe(`engine: ${message}\n`);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
}

test('the help is on stdout when it was asked for, on stderr when nothing was', async () => {
  for (const args of [['--help'], ['-h'], ['help']]) {
    const { code, out, err } = await run(args);
    expect([code, err]).toEqual([0, '']);
    for (const command of [
      'scan',
      'explain',
      'bench',
      'signatures',
      'compile',
      'config',
      'version',
      'update',
      'patterns',
      'health',
      'publish',
    ]) {
      expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
  }
  expect(await run([])).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^Usage: engine/) });
});

const COMMANDS = [
  ['scan'],
  ['explain'],
  ['bench'],
  ['compile'],
  ['version'],
  ['signatures'],
  ['config'],
  ['signatures', 'find'],
  ['config', 'check'],
  ['update'],
  ['patterns'],
  ['health'],
  ['publish'],
  ...[
    'list',
    'info',
    'diff',
    'since',
    'verify',
    'use',
    'rollback',
    'pin',
    'unpin',
    'hold',
    'unhold',
    'prune',
    'import',
  ].map((name) => ['patterns', name]),
  ...['init', 'release', 'refresh', 'withdraw', 'lifecycle', 'rotate', 'verify', 'list', 'serve'].map((name) => [
    'publish',
    name,
  ]),
];

for (const command of COMMANDS) {
  test(`engine ${command.join(' ')} --help fits in 60 and in 100 columns`, async () => {
    for (const columns of [60, 100]) {
      const { code, out } = await run([...command, '--help'], { columns, environment: { NO_COLOR: '1' } });
      expect(code).toBe(0);
      expect(out).toContain(`Usage: engine ${command.join(' ')}`);
      // Other paragraphs are laid out by hand, for 80 columns.
      const laidOut = out
        .split('\n\n')
        .filter(
          (paragraph) => /^ {2}(-|\S+ (\[options\]|<))/m.test(paragraph) && !/^The configuration/m.test(paragraph),
        );
      const widest = Math.max(
        ...laidOut
          .join('\n')
          .split('\n')
          .map((line) => line.length),
      );
      if (columns === 60) expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(widest).toBeLessThanOrEqual(columns);
    }
  });
}

for (const command of COMMANDS.filter(([group, name]) => name !== undefined || ['update', 'health'].includes(group!))) {
  if (command[0] === 'signatures' || command[0] === 'config') continue;
  test(`engine ${command.join(' ')} --help has an example that names it`, async () => {
    const { out } = await run([...command, '--help']);
    expect(out).toContain(`\nExamples:\n  $ engine ${command.join(' ')}`);
  });
}

test('help COMMAND is COMMAND --help', async () => {
  expect((await run(['help', 'scan'])).out).toBe((await run(['scan', '--help'])).out);
});

test('-v and --version say what is active, without opening the engine', async () => {
  const expected = `Product:         sigwall 0.1.0
Engine version:  1.0.0
Pattern number:  1000 (3 signatures)
Released:        2026-01-01 00:00 UTC
Age:             3 days
Node:            24.21.0

NUMBER  SIGNATURES  NOT USED  CHANNEL  RELEASED              PATH
  1000           3         0  stable   2026-01-01 00:00 UTC  /opt/sigwall/factory.npf (factory)
`;
  for (const flag of ['-v', '--version', 'version']) {
    const { code, out, err, operations } = await run([flag]);
    expect([code, out]).toEqual([0, expected]);
    expect(err).toMatch(/WARNING: only the factory patterns are active/);
    expect(operations.calls.map(([operation]) => operation)).toEqual(['patternInfo']);
  }
});

test('-v --json, in either order, with other patterns', async () => {
  for (const args of [
    ['-v', '--json'],
    ['--json', '-v'],
  ]) {
    const { out, err } = await run([...args, '-p', 'x.npf']);
    expect(err).toBe('');
    expect(jsonLines(out)).toEqual([
      {
        product: 'sigwall',
        productVersion: '0.1.0',
        engineVersion: '1.0.0',
        patternNumber: 1234,
        signatures: 5678,
        released: '2026-01-01T00:00:00.000Z',
        ageMs: 3 * 86_400_000,
        node: '24.21.0',
        store: null,
        updates: null,
        patterns: [expect.objectContaining({ path: 'x.npf', number: 1234, skipped: { 'regular expressions': 2 } })],
      },
    ]);
  }
});

test('compile reports what it took and what not', async () => {
  const { code, out, err, operations } = await run([
    'compile',
    'a.ndb',
    '-o',
    'out/1001.npf',
    '--report',
    '--released',
    '2026-02-03',
  ]);
  expect(err).toBe(`engine: sigs/daily.cvd.sign: ignored, a detached digital signature, which is not looked at
engine: sigs/README: ignored, no patterns by its name
`);
  expect(code).toBe(0);
  expect(out).toBe(`Pattern file:    out/1001.npf (123.5 kB)
Pattern number:  1001
Channel:         stable
Released:        2026-02-03T00:00:00.000Z
Signatures:      1,234 (body 1,000, hash 234)
Coverage:        1,239 lines, 99.83 % loaded, 99.59 % active, 2 lines in part
Content digest:  ${'ab'.repeat(32)}
Time:            1.50 s

LINES  LOADED  ACTIVE  IN PART  INACTIVE  SKIPPED  SOURCE
1,239   1,237   1,234        2         1        2  a.ndb

LINES  ARE       REASON              WHICH MEANS
    1  inactive  ignored             an ignore list names it
    1  in part   waiting:ole2        searched in each file as it is; the parts of ole2 are not taken out yet
    1  in part   waiting:inside-rar  searched in each file as it is; rar is not opened yet
    1  skipped   malformed           not a line of its format
    1  skipped   unsupported:icon    valid, and not supported here

WHERE     SIGNATURE  WHY IT WAS NOT TAKEN
a.ndb:12  Icon.One   unsupported:icon
a.ndb:99             malformed: expected 4 fields, got 2

WHERE    SIGNATURE    IS        WHY IT IS NOT WHOLLY ACTIVE
a.ndb:1  Ignored.One  inactive  ignored
a.ndb:2  Macro.One    in part   waiting:ole2
old.npf  Rar.One      in part   waiting:inside-rar

COSTS MOST  BECAUSE
Zeros       its rarest atom is 8 zero bytes
`);
  expect(operations.calls).toEqual([
    [
      'compile',
      ['a.ndb'],
      { output: 'out/1001.npf', number: 1001, channel: 'stable', released: '2026-02-03T00:00:00.000Z' },
    ],
  ]);
});

test('compile takes the time of release from SOURCE_DATE_EPOCH, else from the clock', async () => {
  const args = ['compile', 'a', '-o', 'x', '-n', '9007199254740991', '--json'];
  const [fixed] = jsonLines((await run(args, { environment: { SOURCE_DATE_EPOCH: '86400' } })).out);
  expect(fixed).toMatchObject({ released: '1970-01-02T00:00:00.000Z', number: Number.MAX_SAFE_INTEGER });
  const [now] = jsonLines((await run(args)).out);
  expect(now).toMatchObject({ released: '2026-01-04T00:00:00.000Z' });
});

test('signatures find lists names, up to a limit', async () => {
  expect((await run(['signatures', 'find', 'EVIL'])).out).toBe(
    'NAME        KIND  TARGET  PATH\nEvil-Test   body  any     factory.npf\nEvil-Other  body  any     factory.npf\n',
  );
  const limited = await run(['signatures', 'find', 'evil', '--limit', '1', '--json', '-p', 'x.npf']);
  expect(jsonLines(limited.out)).toEqual([{ name: 'Evil-Test', kind: 'body', target: 'any', path: 'factory.npf' }]);
  expect(limited.err).toBe('engine: there are more than 1; --limit 0 shows all\n');
  expect(limited.operations.calls).toEqual([
    ['findSignatures', { patterns: ['x.npf'], store: '/nonexistent/.local/state/sigwall' }, 'evil'],
  ]);
});

test('signatures show describes', async () => {
  expect((await run(['signatures', 'show', 'Evil-Test'])).out).toBe(
    'Name:       Evil-Test\nKind:       body\nTarget:     any\nIn:         factory.npf\nLevels:     1 … 255\n' +
      'Pattern 0:  45 56 49 4c\nCondition:  0\n',
  );
});

test('explain shows layer, pattern, offset and bytes; or why not', async () => {
  const tree = new Tree().file('evil', '..EVIL').file('good', 'x');
  const evil = `${tree.path}/evil`;
  const found = await run(['explain', evil]);
  expect(found.code).toBe(1);
  expect(found.out).toBe(`LAYER${' '.repeat(evil.length + 4)}  TYPE    SIZE
${evil}           zip      6 B
${evil} > in.exe  pe    4.0 kB

Evil-Test matches ${evil} > in.exe
  PATTERN  OFFSET  LENGTH  BYTES
        0     0x2       4  45 56 49 4c  EVIL
`);
  expect(found.operations.calls[0]?.[2]).toMatchObject({ allMatches: true });
  const missed = await run(['signatures', 'test', 'Evil-Test', `${tree.path}/good`]);
  expect(missed).toMatchObject({ code: 0, out: expect.stringContaining('does not match') });
  expect(missed.out).toContain('  pattern 0 matches nowhere\n');
  const [json] = jsonLines((await run(['explain', '--json', evil])).out);
  expect(json).toMatchObject({ kind: 'explanation', path: evil, detections: [{ parts: [{ bytes: '4556494c' }] }] });
});

test('config check shows each setting, its value and where it comes from', async () => {
  const tree = new Tree().file('engine.toml', '\n[budget]\nmax-expanded = "2GiB"\n');
  const file = `${tree.path}/engine.toml`;
  const environment = { SIGWALL_THREADS: '3', SIGWALL_THREAD: '4', SIGWALL_CACHE: '/c' };
  const { code, out, err } = await run(['config', 'check', file], { environment });
  expect(code).toBe(0);
  expect(out).toContain(`Configuration file: ${file}\n\nSETTING `);
  expect(out).toMatch(/^threads +3 +SIGWALL_THREADS$/m);
  expect(out).toMatch(/^budget\.max-depth +16 +default$/m);
  expect(out).toMatch(new RegExp(`^budget\\.max-expanded +2GiB +${file}:3$`, 'm'));
  expect(err).toBe('engine: the environment variable SIGWALL_THREAD is not used; did you mean SIGWALL_THREADS?\n');
  const [json] = jsonLines((await run(['config', 'check', '--json', file], { environment })).out);
  expect(json).toMatchObject({ file, settings: { threads: { value: 3, from: 'environment' } } });
});

test('config check never shows a password', async () => {
  const environment = { SIGWALL_UPDATE_PROXY: 'http://ada:secret@proxy.test:3128/', SIGWALL_PASSPHRASE: 'x' };
  for (const args of [[], ['--json']]) {
    const { out, err } = await run(['config', 'check', ...args], { environment });
    expect(out).toContain('http://ada:***@proxy.test:3128/');
    expect([out.includes('secret'), err]).toEqual([false, '']);
  }
});

test('config check tells everything that is wrong', async () => {
  const tree = new Tree().file('engine.toml', 'thread = 1\n[scan]\nlog = 3\n');
  const file = `${tree.path}/engine.toml`;
  expect(await run(['config', 'check', file])).toMatchObject({
    code: 2,
    out: '',
    err: `engine: ${file}:1: unknown key thread; did you mean threads?\nengine: ${file}:3: scan.log: expected a path, got 3\n`,
  });
});
