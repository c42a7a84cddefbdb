import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runCli } from '../../src/frontends/cli/run.ts';
import { linesOf } from '../../src/frontends/cli/scan/lines.ts';
import type { Detection, Verdict } from '../../src/scan/verdict.ts';
import { Tree } from '../files/tree.ts';
import { FakeIo, jsonLines, run } from './support/fake-io.ts';
import { FACTORY_INFO, FakeOperations } from './support/fake-operations.ts';

const EVIL = 'xEVILx';
const WARNING = 'engine: WARNING: only the factory patterns are active (3 signatures): most malware will not be found.';

type Row = [name: string, files: Record<string, string>, args: string[], code: number, lines: string[]];
const EXITS: readonly Row[] = [
  ['nothing found', { a: '' }, [], 0, ['a: OK']],
  ['something found', { a: EVIL }, [], 1, ['a: Evil-Test FOUND']],
  ['something unscanned', { encrypted: '' }, [], 2, ['encrypted: UNSCANNED encrypted']],
  ['something unscanned, allowed', { encrypted: '' }, ['--allow-unscanned'], 0, ['encrypted: UNSCANNED encrypted']],
  ['an error', { dies: '' }, [], 2, []],
  ['an error is not allowed with the unscanned', { dies: '' }, ['--allow-unscanned'], 2, []],
  ['found goes before error', { dies: '', a: EVIL }, [], 1, ['a: Evil-Test FOUND']],
  ['found goes before unscanned', { depth: '', a: EVIL }, [], 1, ['a: Evil-Test FOUND', 'depth: UNSCANNED depth']],
  ['found and unscanned in one file', { depth: EVIL }, [], 1, ['depth: Evil-Test FOUND', 'depth: UNSCANNED depth']],
  ['infected only', { a: EVIL, b: '', depth: '' }, ['-i'], 1, ['a: Evil-Test FOUND']],
  ['no OK lines', { a: EVIL, b: '', depth: '' }, ['-o'], 1, ['a: Evil-Test FOUND', 'depth: UNSCANNED depth']],
  ['verbose: where', { a: EVIL }, ['-v'], 1, ['a: Evil-Test FOUND (in a > b.exe)']],
  [
    'verbose: why, with a hostile entry name on one line',
    { depth: '' },
    ['-v'],
    2,
    ['depth: UNSCANNED depth (in depth > a.zip > b\\n.exe): depth is met'],
  ],
  ["clamscan's habits", { a: EVIL }, ['-r', '-z'], 1, ['a: Evil-Test FOUND']],
  [
    'names of unofficial signatures',
    { a: EVIL, b: 'x' },
    ['--unofficial'],
    1,
    ['a: Evil-Test.UNOFFICIAL FOUND', 'b: OK'],
  ],
  [
    'as clamscan: names, empty files, what is excluded',
    { a: EVIL, b: 'x', c: '', d: '' },
    ['--clamscan', '--exclude', 'd'],
    1,
    ['a: Evil-Test.UNOFFICIAL FOUND', 'b: OK', 'c: Empty file', 'd: Excluded'],
  ],
  ['as clamscan, infected only', { a: EVIL, b: '' }, ['--clamscan', '-i'], 1, ['a: Evil-Test.UNOFFICIAL FOUND']],
  ['as clamscan: what is unscanned is said all the same', { depth: '' }, ['--clamscan'], 2, ['depth: UNSCANNED depth']],
];

for (const [name, files, args, code, lines] of EXITS) {
  test(`lines and exit code: ${name}`, async () => {
    const tree = new Tree();
    for (const [file, contents] of Object.entries(files)) tree.file(file, contents);
    const outcome = await run(['scan', '--no-summary', ...args, tree.path]);
    expect(outcome.code).toBe(code);
    expect(below(tree, outcome.out)).toEqual(lines);
  });
}

test('as clamscan the members of an archive come before it, and each name once', () => {
  const found = (name: string, ...entry: string[]): Detection => ({
    ...{ name, entry },
    fileType: 'zip',
    by: 'hash',
    offset: undefined,
  });
  const detections = [
    found('outer'),
    found('outer, again'),
    found('inner archive', 'in.zip'),
    found('deep', 'in.zip', 'a'),
    found('deep', 'in.zip', 'b'),
    found('beside', 'c'),
    found('outer', 'c'),
  ] as const;
  const verdict = { kind: 'infected', detections, unscanned: [] } as unknown as Verdict;
  const options = { infectedOnly: false, suppressOk: false, verbose: false };
  const namesOf = (clamscan: boolean) =>
    linesOf({ kind: 'verdict', path: Buffer.from('x'), verdict }, { ...options, clamscan }).map(({ text }) =>
      text.replace(' FOUND', ''),
    );
  expect(namesOf(true)).toEqual(['deep', 'inner archive', 'beside', 'outer', 'outer, again']);
  expect(namesOf(false)).toEqual(['outer', 'outer, again', 'inner archive', 'deep', 'beside']);
});

test('as clamscan the summary is on demand', async () => {
  const tree = new Tree().file('a', 'x');
  const summaries = await Promise.all(
    [['--clamscan'], ['--clamscan', '--summary'], [], ['--summary'], ['--clamscan', '--no-summary']].map(async (args) =>
      (await run(['scan', ...args, tree.path])).out.includes('SCAN SUMMARY'),
    ),
  );
  expect(summaries).toEqual([false, true, true, true, false]);
});

test('as clamscan a symbolic link in a directory has a line', async () => {
  const tree = new Tree().file('a', 'x').link('b', 'a');
  const { out } = await run(['scan', '--clamscan', tree.path]);
  expect(below(tree, out)).toEqual(['a: OK', 'b: Symbolic link']);
});

test('names that are out of a signed database stay as they are', async () => {
  const tree = new Tree().file('a', EVIL);
  const [one] = FACTORY_INFO.patterns;
  // findSignatures of the pretend engine says that Evil-Test is in factory.npf.
  const signed = { ...one!, path: 'factory.npf', channel: 'clamav', databaseVersion: 62 };
  const other = { ...one!, path: 'own.ndb', channel: 'local' };
  const rows = [
    [[signed], 'a: Evil-Test FOUND', 0],
    [[signed, other], 'a: Evil-Test FOUND', 1],
    [[{ ...signed, path: 'else.cvd' }, other], 'a: Evil-Test.UNOFFICIAL FOUND', 1],
    [[{ ...signed, channel: 'local' }], 'a: Evil-Test.UNOFFICIAL FOUND', 0],
  ] as const;
  for (const [patterns, line, lookUps] of rows) {
    const { out, operations } = await run(['scan', '--clamscan', tree.path], {
      prepare: (pretend) => {
        pretend.info = { ...FACTORY_INFO, patterns };
      },
    });
    expect(below(tree, out)).toEqual([line]);
    expect(operations.calls.filter(([name]) => name === 'findSignatures').length).toBe(lookUps);
  }
});

test('errors go to stderr and name the file', async () => {
  const tree = new Tree().file('dies');
  const { err } = await run(['scan', `${tree.path}/dies`, `${tree.path}/missing`]);
  expect(err).toBe(
    `${WARNING} Bring others with "engine update", or name them with --patterns FILE|DIR.\n` +
      `${tree.path}/dies: ERROR the worker died\n${tree.path}/missing: ERROR no such file or directory\n`,
  );
});

test('the summary has the sums and their reasons', async () => {
  const tree = new Tree()
    .file('a', EVIL)
    .file('sub/b', '12345')
    .file('encrypted')
    .file('depth')
    .file('dies')
    .fifo('pipe')
    .link('l', 'a');
  const { out } = await run(['scan', '-p', 'x.npf', tree.path]);
  expect(out.slice(out.indexOf('\n\n'))).toMatch(
    new RegExp(
      [
        '\n\n----------- SCAN SUMMARY -----------',
        'Engine version: {7}1.0.0',
        'Pattern number: {7}1234 \\(5,678 signatures, 3 days old\\)',
        'Scanned directories: {2}2',
        'Scanned files: {8}4',
        'Infected files: {7}1',
        'Unscanned files: {6}2 \\((encrypted 1, depth 1|depth 1, encrypted 1)\\)',
        'Skipped: {14}2 \\((named pipe 1, symbolic link 1|symbolic link 1, named pipe 1)\\)',
        'Errors: {15}1',
        'Data read: {12}11 B',
        'Data scanned: {9}11 B',
        'Time: {17}[\\d.]+ s \\([\\d.]+ MB/s; loading the patterns took 0.01 s\\)\n$',
      ].join('\n'),
    ),
  );
});

test('JSON: one object for each file, the summary last', async () => {
  const tree = new Tree().file('a', EVIL).file('b').file('dies').file('encrypted').fifo('pipe').link('l', 'a');
  const { out, err, code } = await run(['scan', '--json', '-p', 'x.npf', tree.path]);
  expect(err).toBe('');
  const objects = jsonLines(out);
  const summary = objects.pop();
  const verdict = {
    size: 0,
    objects: 1,
    scannedBytes: 0,
    elapsedMs: 0.123,
    patternNumber: 1000,
    engineVersion: '1.0.0',
  };
  const unscanned = [{ reason: 'encrypted', entry: ['a.zip', 'b\n.exe'], message: 'encrypted is met' }];
  const detections = [{ name: 'Evil-Test', fileType: 'other', by: 'body', offset: 1, entry: ['b.exe'] }];
  expect(objects.sort((a, b) => String(a.path).localeCompare(String(b.path)))).toEqual([
    { ...verdict, kind: 'infected', path: `${tree.path}/a`, detections, unscanned: [], size: 6, scannedBytes: 6 },
    { ...verdict, kind: 'clean', path: `${tree.path}/b` },
    { kind: 'error', path: `${tree.path}/dies`, code: 'SCAN_WORKER_DIED', message: 'the worker died' },
    { ...verdict, kind: 'unscanned', path: `${tree.path}/encrypted`, unscanned },
    { kind: 'skipped', path: `${tree.path}/pipe`, reason: 'fifo' },
  ]);
  expect(summary).toEqual({
    kind: 'summary',
    files: 3,
    directories: 1,
    infected: 1,
    unscanned: 1,
    unscannedReasons: { encrypted: 1 },
    skipped: { fifo: 1, symlink: 1 },
    errors: 1,
    bytes: 6,
    scannedBytes: 6,
    elapsedMs: expect.any(Number),
    loadMs: 12,
    bytesPerSecond: expect.any(Number),
    patternNumber: 1234,
    signatures: 5678,
    engineVersion: '1.0.0',
    productVersion: '0.1.0',
    interrupted: false,
    exitCode: code,
  });
});

test('a name that is no UTF-8 is opened, shown, and given as base64', async () => {
  const tree = new Tree().file(Buffer.from([0x61, 0xff]), EVIL);
  const bytes = tree.at(Buffer.from([0x61, 0xff]));
  expect((await run(['scan', '--no-summary', tree.path])).out).toBe(`${tree.path}/a\\xff: Evil-Test FOUND\n`);
  const [object] = jsonLines((await run(['scan', '--json', tree.path])).out);
  expect(object).toMatchObject({ path: `${tree.path}/a\ufffd`, pathBytes: bytes.toString('base64') });
});

test('standard input is an object', async () => {
  expect(await run(['scan', '--no-summary', '-'], { stdin: EVIL })).toMatchObject({
    code: 1,
    out: 'stdin: Evil-Test FOUND\n',
  });
  expect(jsonLines((await run(['scan', '--json', '-'], { stdin: EVIL })).out)[0]).toMatchObject({
    kind: 'infected',
    path: '-',
  });
});

test('a list of paths, by lines or by NUL, from a file or from standard input', async () => {
  const tree = new Tree().file('a').file('b\nc').file('sub/d');
  const at = (name: string) => `${tree.path}/${name}`;
  const list = new Tree().file('list', `${at('a')}\n\n${at('sub')}\r\n${at('missing')}\n`);
  const byLine = await run(['scan', '--no-summary', '--file-list', `${list.path}/list`]);
  expect(byLine).toMatchObject({ code: 2, out: `${at('a')}: OK\n${at('sub/d')}: OK\n` });
  expect(byLine.err).toContain(`${at('missing')}: ERROR no such file`);
  const byNul = await run(['scan', '--no-summary', '-0f', '-', at('a')], { stdin: `${at('b\nc')}\0${at('sub')}\0` });
  expect(byNul).toMatchObject({ code: 0, out: `${at('a')}: OK\n${at('b\\nc')}: OK\n${at('sub/d')}: OK\n` });
});

test('a list that is a pipe is read once, though a terminal watches', async () => {
  const tree = new Tree().fifo('list');
  for (let index = 0; index < 50; index++) tree.file(`f${index}`);
  const paths = [...Array(50).keys()].map((index) => `${tree.path}/f${index}\n`).join('');
  const writing = writeFile(`${tree.path}/list`, paths);
  const { out } = await run(['scan', '--no-summary', '-f', `${tree.path}/list`], { columns: 80 });
  await writing;
  expect(out.split('\n')).toHaveLength(51);
});

test('a list that breaks off is trouble, and what came before it was scanned', async () => {
  const tree = new Tree().file('a');
  const stdin = `${tree.path}/a\n${'x'.repeat(70_000)}\n`;
  const { code, out, err } = await run(['scan', '-f', '-'], { stdin });
  expect(code).toBe(2);
  expect(out).toContain(`${tree.path}/a: OK\n`);
  expect(out).toMatch(/Errors: +1\n/);
  expect(err).toContain('engine: ERROR --file-list -: entry 2: expected a path of at most 65536 bytes');
});

test('a pipe that is named is an error, one that lies in a directory is passed by', async () => {
  const tree = new Tree().fifo('pipe');
  const { path } = tree;
  expect(await run(['scan', '--no-summary', path])).toMatchObject({
    code: 0,
    out: `${path}/pipe: SKIPPED named pipe\n`,
  });
  const named = await run(['scan', '--no-summary', `${path}/pipe`]);
  expect(named.code).toBe(2);
  expect(named.err).toContain(
    '/pipe: ERROR is a named pipe, which is never opened; to scan a stream, pipe it into "engine scan -"',
  );
});

test('globs choose, and what they leave out is counted', async () => {
  const tree = new Tree().file('a.exe').file('b.txt').file('skip/c.exe').file('d/e.exe');
  const { out } = await run(['scan', '--include', '*.exe', '--exclude', 'd/*', '--exclude-dir', 'skip', tree.path]);
  expect(out).toMatch(/^\S+\/a\.exe: OK\n\n-/);
  expect(out).toMatch(/Skipped: +3 \(excluded 3\)\n/);
});

test('the log gets the plain lines, behind a header, appended', async () => {
  const tree = new Tree().file('a', EVIL).file('dies');
  const log = `${new Tree().path}/log`;
  for (const format of [[], ['--json']]) {
    await run(['scan', ...format, '--log', log, `${tree.path}/a`, `${tree.path}/dies`], { columns: 80 });
  }
  const text = readFileSync(log, 'utf8');
  const [header, ...lines] = text.split('\n');
  expect(header).toBe('--- engine scan, 2026-01-04T00:00:00.000Z, engine 1.0.0, pattern number 1000 ---');
  expect(lines.slice(0, 4)).toEqual([
    `${tree.path}/a: Evil-Test FOUND`,
    `${tree.path}/dies: ERROR the worker died`,
    '',
    '----------- SCAN SUMMARY -----------',
  ]);
  expect(text.split(header!)).toHaveLength(3);
  expect(text).not.toContain('\x1b');
});

test('a log that cannot be written is trouble', async () => {
  const tree = new Tree().file('a');
  const unopened = await run(['scan', '--log', '/nonexistent/log', tree.path]);
  expect(unopened).toMatchObject({ code: 2, out: '' });
  expect(unopened.err).toContain('engine: --log /nonexistent/log: cannot be opened: no such file or directory');
  const full = await run(['scan', '--log', '/dev/full', tree.path]);
  expect(full.code).toBe(2);
  expect(full.err).toContain('--log /dev/full: the rest is missing: no space left on device');
});

test('the log says why nothing was scanned', async () => {
  const log = `${new Tree().path}/log`;
  await run(['scan', '-p', 'broken.npf', '--log', log, '.']);
  expect(readFileSync(log, 'utf8')).toBe('ERROR broken.npf: header: expected 32 bytes, got 3\n');
});

test('settings reach the engine: flag, environment, file', async () => {
  const tree = new Tree()
    .file('a')
    .file('engine.toml', 'patterns = ["sigs"]\n[budget]\nmax-depth = 3\ntimeout = "5s"\n');
  const { operations } = await run(
    ['scan', '--config', `${tree.path}/engine.toml`, '-z', '--max-depth', '4', '-d', 'x.ndb', '-p', 'y.ndb', tree.path],
    { environment: { SIGWALL_THREADS: '7', SIGWALL_CACHE: '/cache' } },
  );
  expect(operations.calls[0]).toEqual([
    'openEngine',
    {
      patterns: ['y.ndb', 'x.ndb'],
      threads: 7,
      store: '/nonexistent/.local/state/sigwall',
      allMatches: true,
      cacheDirectory: '/cache',
      budget: expect.objectContaining({ maxDepth: 4, timeoutMs: 5000, maxRatio: 250 }),
    },
  ]);
  expect(operations.calls.at(-1)).toEqual(['close']);
});

test('what the file switches on, a flag switches off', async () => {
  const tree = new Tree().file('encrypted').file('engine.toml', '[scan]\nallow-unscanned = true\nall-matches = true\n');
  const args = ['scan', '--config', `${tree.path}/engine.toml`, `${tree.path}/encrypted`];
  expect((await run(args)).code).toBe(0);
  const off = await run([...args, '--no-allow-unscanned', '--no-all-matches']);
  expect(off.code).toBe(2);
  expect(off.operations.calls[0]?.[1]).toMatchObject({ allMatches: false });
});

test('32 files a thread are in flight, for batches of them, and the order is that of the arguments', async () => {
  const tree = new Tree();
  const names = [...Array(120).keys()].map((index) => `slow-${1500 + ((index * 37) % 50)}-${index}`);
  for (const name of names) tree.file(name);
  const paths = names.map((name) => `${tree.path}/${name}`);
  const { out, operations } = await run(['scan', '--no-summary', '--threads', '3', ...paths]);
  expect(out).toBe(paths.map((path) => `${path}: OK\n`).join(''));
  expect(operations.mostInFlight).toBe(96);
});

test('interrupted: what is done is shown, with the summary and exit code 130', async () => {
  const tree = new Tree().file('a', EVIL).file('slow-60000').file('z');
  const io = new FakeIo();
  const looking = setInterval(() => {
    if (!io.out.includes(`${tree.path}/a: `)) return;
    clearInterval(looking);
    setTimeout(() => io.interrupt(130), 100);
  }, 5);
  const paths = ['a', 'slow-60000', 'z'].map((name) => `${tree.path}/${name}`);
  expect(await runCli(['scan', ...paths], io, new FakeOperations())).toBe(130);
  expect(io.out).toContain(`${tree.path}/a: Evil-Test FOUND\n${tree.path}/z: OK\n`);
  expect(io.out).toContain('Interrupted: this is what was done until then.\n');
  expect(io.out).toMatch(/Scanned files: +2\n/);
});

test('interrupted while the patterns are compiled', async () => {
  const io = new FakeIo();
  setTimeout(() => io.interrupt(130), 50);
  expect(await runCli(['scan', '-p', 'slow.npf', '/dev'], io, new FakeOperations())).toBe(130);
  expect(io.out).toBe('');
});

test('a terminal sees colours and progress; NO_COLOR takes the colours', async () => {
  const tree = new Tree().file('a', EVIL).file('slow-900');
  const paths = ['a', 'slow-900'].map((name) => `${tree.path}/${name}`);
  const watched = await run(['scan', '--no-summary', ...paths], { columns: 100 });
  expect(watched.out).toContain('/a: \x1b[31mEvil-Test FOUND\x1b[0m\n');
  const erased = watched.err.replaceAll('\r\x1b[2K', '<erased>');
  expect(erased).toMatch(/<erased>1 of 2 files · 6 B of 6 B · \d+ % · 0\.0 MB\/s · 0:0\d left · .*slow-900/);
  expect(erased.endsWith('<erased>')).toBe(true);
  const plain = await run(['scan', '--no-summary', ...paths], { columns: 100, environment: { NO_COLOR: '1' } });
  expect(plain.out).toContain('/a: Evil-Test FOUND\n');
  const quiet = await run(['scan', '--no-summary', '--no-progress', ...paths], { columns: 100 });
  expect(quiet.err).not.toContain(' of 2 files');
});

test('patterns that cannot be loaded end the run with their message', async () => {
  expect(await run(['scan', '-p', 'broken.npf', '.'])).toMatchObject({
    code: 2,
    out: '',
    err: 'engine: broken.npf: header: expected 32 bytes, got 3\n',
  });
});

/** Lines of stdout with paths below the tree, sorted: the order in a directory is that of the file system. */
function below(tree: Tree, out: string): string[] {
  const lines = out.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.replace(`${tree.path}/`, '')).sort();
}
