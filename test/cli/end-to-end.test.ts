/** The command as it is shipped, over the real engine. Small: what each part does is tested in its own room. */
import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Tree } from '../files/tree.ts';
import { jsonLines } from './support/fake-io.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
/** Assembled at run time: scanners delete checkouts that hold it. */
const EICAR = ['X5O!P%@AP[4', String.raw`\PZX54(P^)7CC)7}$`, 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join('');
const NEEDLE = 'a needle of the end-to-end test';
const SOURCE = `Test.Needle:0:*:${Buffer.from(NEEDLE).toString('hex')}\nTest.Other:0:*:00112233445566778899\nbroken line\n`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface EngineOptions {
  readonly stdin?: string;
  readonly uid?: number;
  /** Ctrl-C once that is on stdout; stdin stays open until then. */
  readonly interruptAt?: string;
}

/** Runs the command with a cache and a configuration of its own. */
function engine(home: Tree, args: readonly string[], { stdin = '', uid, interruptAt }: EngineOptions = {}) {
  const env = { PATH: process.env.PATH, HOME: home.path, XDG_CACHE_HOME: `${home.path}/cache` };
  const child = spawn(process.execPath, [MAIN, ...args], { env, cwd: home.path, ...(uid !== undefined && { uid }) });
  let out = '';
  let err = '';
  let interrupted = false;
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (interruptAt === undefined || interrupted || !out.includes(interruptAt)) return;
    interrupted = child.kill('SIGINT'); // once: the second one kills
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.on('error', () => {});
  if (interruptAt === undefined) child.stdin.end(stdin);
  return new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

describe('with the factory patterns, no network, no configuration', () => {
  test('the test file is found, in a file, in a container, in a stream; and a warning says what is active', async () => {
    const home = new Tree().file('in/eicar.com', EICAR).file('in/packed.gz', gzipSync(EICAR)).file('in/clean', 'clean');
    const { code, out, err } = await engine(home, ['scan', 'in']);
    expect(code).toBe(1);
    expect(out).toMatch(/^in\/eicar\.com: \S*EICAR\S* FOUND$/im);
    expect(out).toMatch(/^in\/packed\.gz: \S*EICAR\S* FOUND$/im);
    expect(out).toMatch(/^in\/clean: OK$/m);
    expect(out).toMatch(/^Infected files: +2$/m);
    expect(err).toMatch(/^engine: WARNING: only the factory patterns are active \(\d+ signatures\)/);
    const stream = await engine(home, ['scan', '--no-summary', '-'], { stdin: EICAR });
    expect(stream.out).toMatch(/^stdin: \S*EICAR\S* FOUND\n$/i);
  });

  test('-v tells the factory patterns', async () => {
    const { code, out } = await engine(new Tree(), ['-v', '--json']);
    expect(code).toBe(0);
    expect(jsonLines(out)[0]).toMatchObject({
      product: 'sigwall',
      patternNumber: 1000,
      node: process.versions.node,
      patterns: [{ number: 1000, factory: true }],
    });
  });
});

describe("with signatures of one's own", () => {
  test('compiled, looked at, scanned with', async () => {
    const home = new Tree().file('own.ndb', SOURCE).file('in/a', `..${NEEDLE}..`).file('in/b');
    const compiled = await engine(home, ['compile', 'own.ndb', '-o', '1234.npf', '--report']);
    expect(compiled).toMatchObject({ code: 0, err: '' });
    expect(compiled.out).toMatch(/^Pattern number: +1234$/m);
    expect(compiled.out).toMatch(/^\S*own\.ndb:3:\d+ +/m);

    const shown = await engine(home, ['signatures', 'show', 'Test.Needle', '-p', '1234.npf']);
    expect(shown.out).toContain(Buffer.from(NEEDLE).toString('hex'));
    const found = await engine(home, ['signatures', 'find', 'needle', '-p', '1234.npf', '--json']);
    expect(jsonLines(found.out)).toMatchObject([{ name: 'Test.Needle', kind: 'body', target: 'any' }]);

    for (const patterns of ['1234.npf', 'own.ndb']) {
      const { code, out, err } = await engine(home, ['scan', '--json', '--threads', '2', '-p', patterns, 'in']);
      expect([code, err]).toEqual([1, '']);
      const objects = jsonLines(out);
      expect(objects.at(-1)).toMatchObject({ kind: 'summary', files: 2, infected: 1, errors: 0, signatures: 2 });
      expect(objects.find(({ path }) => path === 'in/a')).toMatchObject({
        kind: 'infected',
        detections: [{ name: 'Test.Needle', entry: [], by: 'body', offset: 2 }],
        size: NEEDLE.length + 4,
        patternNumber: patterns === '1234.npf' ? 1234 : 0,
      });
      expect(objects.find(({ path }) => path === 'in/b')).toMatchObject({ kind: 'clean', size: 0 });
    }
  });

  test('explained: what matched where, and why another did not', async () => {
    const home = new Tree().file('own.ndb', SOURCE).file('a.gz', gzipSync(`..${NEEDLE}..`));
    const found = await engine(home, ['explain', 'a.gz', '-p', 'own.ndb']);
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/^Test\.Needle matches a\.gz > /m);
    expect(found.out).toMatch(/^ +0 +0x2 +31 +61 20 6e 65 65 64 6c 65 .* … +a needle of the$/m);
    const other = await engine(home, ['signatures', 'test', 'Test.Other', 'a.gz', '-p', 'own.ndb']);
    expect(other.code).toBe(0);
    expect(other.out).toMatch(/^Test\.Other does not match a\.gz > \S+:\n( {2}.*\n)* {2}pattern 0 is not there/m);
  });

  test('a name that is no UTF-8 is opened', async () => {
    const home = new Tree().file('own.ndb', SOURCE).file(Buffer.from('in/a\xff', 'latin1'), NEEDLE);
    const { out } = await engine(home, ['scan', '--no-summary', '-p', 'own.ndb', 'in']);
    expect(out).toBe('in/a\\xff: Test.Needle FOUND\n');
  });

  test('what may not be read is an error, and the rest is scanned', async () => {
    if (process.getuid?.() !== 0) return; // only root can become somebody else
    const home = new Tree()
      .file('own.ndb', SOURCE)
      .file('in/a', NEEDLE)
      .file('in/secret', NEEDLE)
      .directory('in/locked');
    chmodSync(home.at('in/secret'), 0o600);
    chmodSync(home.at('in/locked'), 0o700);
    const { code, out } = await engine(home, ['scan', '--json', '-p', 'own.ndb', 'in'], { uid: 65534 });
    expect(code).toBe(1);
    const errors = jsonLines(out).filter(({ kind }) => kind === 'error');
    expect(errors.sort((a, b) => String(a.path).localeCompare(String(b.path)))).toEqual([
      { kind: 'error', path: 'in/locked', code: 'EACCES', message: 'permission denied' },
      { kind: 'error', path: 'in/secret', code: 'SCAN_FILE_UNREADABLE', message: 'permission denied' },
    ]);
    expect(jsonLines(out).at(-1)).toMatchObject({ infected: 1, errors: 2 });
  });

  test('Ctrl-C ends it soon, with the summary so far', async () => {
    const home = new Tree().file('own.ndb', SOURCE).file('found', NEEDLE);
    const started = performance.now();
    // The stream never ends: whoever waits for it waits for ever.
    const { code, out } = await engine(home, ['scan', '-p', 'own.ndb', 'found', '-'], { interruptAt: 'FOUND' });
    expect(code).toBe(130);
    expect(out).toMatch(/^found: Test\.Needle FOUND\n\n-+ SCAN SUMMARY -+\nInterrupted: /);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('patterns that are none are named', async () => {
    const home = new Tree().file('bad.npf', 'not a pattern file').file('empty/readme.txt');
    const bad = await engine(home, ['scan', '-p', 'bad.npf', '.']);
    expect(bad).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^engine: .*bad\.npf: /) });
    const none = await engine(home, ['scan', '-p', 'empty', '.']);
    expect(none).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^engine: .*empty: expected /) });
    const missing = await engine(home, ['-v', '-p', 'missing']);
    expect(missing).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/missing: no such file/) });
  });
});
