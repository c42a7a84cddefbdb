/** The command as it is built, from the arguments to the exit code. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gzipOf, tarOf, zipOf } from '../unpack/support.ts';
import { EICAR, EVIL, withScene } from './support/scene.ts';

const scene = withScene();
const COMMAND = new URL('../../dist/src/bin/engine.js', import.meta.url).pathname;
const FACTORY = new URL('../../dist/patterns/1000.npf', import.meta.url).pathname;
const IS_ROOT = process.getuid?.() === 0;

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** User and group that owns nothing. */
const NOBODY = 65534;

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, XDG_CACHE_HOME: scene().cache, XDG_CONFIG_HOME: scene().cache };
}

function engine(args: readonly string[], options: { input?: string | Uint8Array; uid?: number } = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    encoding: 'utf8',
    env: environment(),
    ...options,
  });
  return { status, stdout, stderr };
}

describe('engine scan', () => {
  test('with nothing but the factory patterns says so aloud, and finds the test file in containers', () => {
    const clean = scene().write('clean.txt', 'nothing to see');
    scene().write('mail/a.zip', zipOf([{ name: 'eicar.com', bytes: EICAR }]));
    scene().write('mail/b.tar.gz', gzipOf(tarOf([{ name: 'eicar.com', bytes: EICAR }])));
    const ok = engine(['scan', clean]);
    expect(ok).toMatchObject({ status: 0, stdout: expect.stringMatching(/clean\.txt: OK$/m) });
    expect(ok.stderr).toMatch(/WARNING: only the factory patterns are active/);
    const { status, stdout } = engine(['scan', '--no-summary', '-i', join(scene().directory, 'mail')]);
    expect({ status, lines: stdout.trim().split('\n').sort() }).toEqual({
      status: 1,
      lines: ['a.zip', 'b.tar.gz'].map((name) => `${join(scene().directory, 'mail', name)}: EICAR-Test-File FOUND`),
    });
  });

  test("sources, the pattern file made from them, and clamscan's option name give the same answers", () => {
    const npf = join(scene().directory, '1234.npf');
    expect(engine(['compile', scene().patterns, '-o', npf])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/Pattern number: +1234/),
    });
    const evil = scene().write('evil', Buffer.concat([Buffer.from('ZERO '), EVIL]));
    const answers = [
      ['-p', scene().patterns],
      ['-p', npf],
      ['-d', npf],
    ].map((patterns) => engine(['scan', '-z', '--no-summary', ...patterns, evil]));
    for (const { status, stdout, stderr } of answers) {
      expect({ status, stderr, lines: stdout.trim().split('\n').sort() }).toEqual({
        status: 1,
        stderr: '',
        lines: [`${evil}: Test.Evil FOUND`, `${evil}: Test.Zero FOUND`],
      });
    }
  });

  test('standard input, JSON lines, and what could not be looked at', () => {
    const patterns = ['-p', scene().patterns];
    expect(engine(['scan', ...patterns, '--no-summary', '-'], { input: EVIL })).toMatchObject({
      status: 1,
      stdout: 'stdin: Test.Evil FOUND\n',
    });
    const locked = scene().write('locked.zip', zipOf([{ name: 'secret', bytes: EVIL, flags: 1 }]));
    expect(engine(['scan', ...patterns, '--no-summary', locked])).toMatchObject({
      status: 2,
      stdout: `${locked}: UNSCANNED encrypted\n`,
    });
    expect(engine(['scan', ...patterns, '--no-summary', '--allow-unscanned', locked]).status).toBe(0);
    const { stdout } = engine(['scan', ...patterns, '--json', '--no-summary', locked]);
    expect(JSON.parse(stdout.split('\n')[0]!)).toMatchObject({
      kind: 'unscanned',
      unscanned: [{ reason: 'encrypted', entry: ['secret'] }],
    });
  });

  test.runIf(IS_ROOT)('a file that cannot be read is an error, and the rest is scanned', () => {
    const directory = join(scene().directory, 'mixed');
    mkdirSync(directory);
    chmodSync(scene().directory, 0o755);
    const secret = scene().write('mixed/secret', EVIL);
    chmodSync(secret, 0o600);
    scene().write('mixed/evil', EVIL);
    // The other user cannot write in our cache directory, and would be told so.
    const cache = join(scene().directory, 'cache-of-nobody');
    mkdirSync(cache, { mode: 0o700 });
    chownSync(cache, NOBODY, NOBODY);
    const { status, stdout, stderr } = engine(
      ['scan', '-p', scene().patterns, '--cache', cache, '--no-summary', directory],
      { uid: NOBODY },
    );
    expect(stdout).toBe(`${join(directory, 'evil')}: Test.Evil FOUND\n`);
    expect(stderr).toBe(`${secret}: ERROR permission denied\n`);
    expect(status).toBe(1);
  });

  test('patterns that cannot be used end the command before it begins', () => {
    const { status, stdout, stderr } = engine(['scan', '-p', '/nowhere', '.']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/\/nowhere: no such file/);
  });

  test('an interrupt ends a scan of something without end, with the summary so far', async () => {
    const child = spawn(process.execPath, [COMMAND, 'scan', '-p', scene().patterns, scene().write('a', 'a'), '-'], {
      env: environment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (chunk) => {
      if (out === '') child.kill('SIGINT');
      out += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    expect(out).toMatch(/: OK\n/);
    expect(out).toMatch(/Scanned files: +1/);
  });
});

describe('engine -v', () => {
  test('names what is active, at once, in words and in JSON', () => {
    expect(engine(['-v'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/Pattern number: +1000 \(\d/),
    });
    const { stdout } = engine(['-v', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      product: 'sigwall',
      patternNumber: 1000,
      patterns: [{ path: FACTORY, factory: true }],
    });
  });
});

describe('engine signatures', () => {
  test('find and show read the factory patterns', () => {
    expect(engine(['signatures', 'find', 'eicar*utf8'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('EICAR-Test-File.Utf8'),
    });
    const { stdout, status } = engine(['signatures', 'show', 'EICAR-Test-File']);
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringMatching(/Pattern 0: +0:58354f21/) });
    expect(engine(['signatures', 'show', 'No.Such']).status).toBe(2);
  });
});

test('the factory pattern file does not hold what it looks for', () => {
  expect(readFileSync(FACTORY).includes(EICAR.subarray(0, 20))).toBe(false);
});
