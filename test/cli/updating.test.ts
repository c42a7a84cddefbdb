/** The life of pattern files by the command as it is shipped, over the real rooms: publish, serve, update, go back, hold, import. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Tree } from '../files/tree.ts';
import { jsonLines } from './support/fake-io.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const NEEDLE = 'a needle of the test of updates';
const OTHER = 'another needle of the same test';
const line = (name: string, text: string) => `${name}:0:*:${Buffer.from(text).toString('hex')}\n`;
/** So many that a delta is smaller than the whole. */
const BULK = Array.from({ length: 400 }, (_, at) =>
  line(`Bulk.${at}`, `bulk signature number ${at * 7919} of the test`),
);
/** Each step starts the command, and the machine may be busy. */
const TIMEOUT_MS = 600_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

class Machine {
  readonly home = new Tree();

  start(args: readonly string[], environment: Record<string, string> = {}): [ChildProcess, Promise<Ended>] {
    const env = { PATH: process.env.PATH, HOME: this.home.path, ...environment };
    const child = spawn(process.execPath, [MAIN, ...args], { env, cwd: this.home.path });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.stdin.end();
    onTestFinished(() => void child.kill('SIGKILL'));
    return [child, new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))];
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.start(args)[1];
  }

  /** Everything must go well. @returns stdout */
  async fine(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await this.run(...args);
    expect({ args, code, err: code === 0 ? '' : err }).toEqual({ args, code: 0, err: '' });
    return out;
  }

  /** Serves a repository until the test ends. @returns the update command that it shows, as words */
  async serve(directory: string): Promise<readonly string[]> {
    const [child] = this.start(['publish', 'serve', directory]);
    let seen = '';
    for await (const chunk of child.stdout!) {
      seen += chunk;
      const [, words] = /^ {2}engine (update .*)$/m.exec(seen) ?? [];
      if (words !== undefined) return words.split(' ');
    }
    throw new Error(`expected the command to paste, got ${JSON.stringify(seen)}`);
  }
}

test('published, served, updated by a delta, compared, taken back, pinned, held, withdrawn, imported', {
  timeout: TIMEOUT_MS,
}, async () => {
  const machine = new Machine();
  const { home } = machine;
  home.file('one/own.ndb', line('Test.Needle', NEEDLE) + BULK.join(''));
  home.file('two/own.ndb', line('Test.Needle', `${NEEDLE}!`) + line('Test.Other', OTHER) + BULK.slice(1).join(''));
  home.file('in/file', `..${OTHER}..`);

  const refused = await machine.run('publish', 'init', 'repo');
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('set SIGWALL_PASSPHRASE')]);
  const [, made] = machine.start(['publish', 'init', 'repo'], { SIGWALL_PASSPHRASE: 'correct horse battery' });
  expect(await made).toMatchObject({ code: 0, err: '' });
  expect(await machine.fine('publish', 'release', 'repo', 'one')).toMatch(
    /^Pattern number: +1001 \(401 signatures\)$/m,
  );

  const nowhere = await machine.run('update');
  expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('engine update --url ')]);
  const words = await machine.serve('repo');
  expect(await machine.fine(...words)).toMatch(
    /^Pattern number 1001 is active \(401 signatures, .*\); it is the first\.$/m,
  );
  expect(await machine.fine('update')).toMatch(/^Pattern number 1001 is current \(.*\)\.\n$/);

  const released = await machine.fine('publish', 'release', 'repo', 'two');
  expect(released).toMatch(/\nSince 1001: 1 added, 1 removed, 1 changed\n\+ Test\.Other\n- Bulk\.0\n~ Test\.Needle\n$/);
  expect((await machine.run('scan', 'in')).code).toBe(0);
  expect(await machine.fine('update', '--check')).toMatch(/^Pattern number 1002 is out, and 1001 is active: /);
  expect(await machine.fine('update')).toMatch(/\nReceived .* by delta 1001 → 1002; trial passed on \d+ samples; /);
  const found = await machine.run('scan', '--no-summary', 'in');
  expect([found.code, found.out, found.err]).toEqual([1, 'in/file: Test.Other FOUND\n', '']);

  const list = await machine.fine('patterns', 'list');
  expect(list).toMatch(/^ +1001 +previous .*\n +1002 +active /m);
  expect(await machine.fine('patterns', 'diff', '1001', '1002')).toContain('\n+ Test.Other\n- Bulk.0\n~ Test.Needle\n');
  expect(await machine.fine('patterns', 'since', 'Test.Other')).toMatch(/^Test\.Other is in since 1002 \(released /);
  expect(await machine.fine('patterns', 'info')).toMatch(/^ +401 +own\.ndb +unknown$/m);
  expect(await machine.fine('patterns', 'verify')).toBe('1001: OK\n1002: OK\n');
  expect(await machine.fine('health')).toMatch(/^OK - .*\|.* number=1002/);
  const [version] = jsonLines(await machine.fine('-v', '--json'));
  expect(version).toMatchObject({
    patternNumber: 1002,
    store: { previous: 1001 },
    updates: { lastCheck: { ok: true } },
  });

  expect(await machine.fine('patterns', 'rollback')).toMatch(
    /^Pattern number 1001 is active .*\n1002 is marked as bad/,
  );
  expect(await machine.fine('update')).toMatch(/^Pattern number 1001 is current/);
  expect((await machine.run('scan', 'in')).code).toBe(0);
  expect(await machine.fine('patterns', 'use', '1002')).toMatch(/^Pattern number 1002 is active .*; it was 1001\.\n$/);
  await machine.fine('patterns', 'pin', '1001');
  await machine.fine('patterns', 'hold', 'forever');
  const loud = await machine.fine('-v');
  expect(loud).toMatch(/^Pinned: +1001; /m);
  expect(loud).toMatch(/^Held: +for ever, /m);
  expect(await machine.run('health')).toMatchObject({ code: 1, out: expect.stringMatching(/^WARNING - .*pinned/) });
  expect(await machine.fine('update')).toMatch(/^Pattern number 1002 is out, and 1001 is active and pinned: /);
  await machine.fine('patterns', 'unpin');
  await machine.fine('patterns', 'unhold');
  expect(await machine.fine('update')).toMatch(/^Pattern number 1002 is active /);

  await machine.fine('publish', 'withdraw', 'repo', '1002', '--reason', 'hits the kernel');
  const told = await machine.run('update');
  expect([told.code, told.err]).toEqual([
    0,
    expect.stringMatching(/^engine: CRITICAL .*1002.*withdrawn: hits the kernel/m),
  ]);
  expect((await machine.run('health')).code).toBe(2);
  await machine.fine('publish', 'release', 'repo', 'one', '--rollout', '744');
  await machine.fine('update', '--now');
  expect(await machine.fine('publish', 'verify', 'repo')).toMatch(/\nEverything fits\.\n$/);

  cpSync(home.at('repo/public').toString(), home.at('medium').toString(), { recursive: true });
  const other = ['--store', 'other'];
  const imported = await machine.fine('patterns', 'import', 'medium', '--root', 'medium/root.json', ...other);
  expect(imported).toMatch(/^Pattern number 1003 is active .*\nImported from the directory; /);
  expect(existsSync(home.at('other/1003/1003.npf'))).toBe(true);
  expect(await machine.fine('patterns', 'list', ...other)).toMatch(/^ +1003 +active /m);
});

test('a service checks, says what it found, and ends with SIGTERM', { timeout: TIMEOUT_MS }, async () => {
  const machine = new Machine();
  machine.home.file('own.ndb', line('Test.Needle', NEEDLE));
  await machine.fine('publish', 'init', 'repo', '--no-passphrase');
  await machine.fine('publish', 'release', 'repo', 'own.ndb');
  const words = await machine.serve('repo');
  const [child, ended] = machine.start([...words, '--every', 'daily', '--json']);
  // The first check comes at once, since there was none before.
  await new Promise<void>((resolve) => child.stdout!.once('data', () => resolve()));
  const planned = async () => jsonLines(await machine.fine('-v', '--json'))[0]?.updates as { nextCheck: string | null };
  await expect.poll(planned, { timeout: TIMEOUT_MS / 2 }).toMatchObject({ nextCheck: expect.stringMatching(/^20/) });
  child.kill('SIGTERM');
  const { code, out, err } = await ended;
  expect([code, err]).toEqual([0, '']);
  expect(jsonLines(out)).toMatchObject([{ kind: 'updated', number: 1001, by: 'full', from: null }]);
  expect(await planned()).toMatchObject({ nextCheck: null });
});
