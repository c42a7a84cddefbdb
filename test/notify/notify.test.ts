import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { notify, type Told } from '../../src/notify/notify.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'sigwall-notify-'));
afterAll(() => rmSync(ROOT, { recursive: true }));
let made = 0;
const program = (script: string): string => {
  const path = join(ROOT, `program-${made++}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
};
const NOTICE: Told = {
  code: 'LIFECYCLE_ENDS',
  severity: 'warning',
  subject: 'support ends: 90 days left, or less',
  message: 'Move to engine >=1.6.0.',
};
const reasonOf = async (path: string, notice = NOTICE, options = {}): Promise<string | undefined> =>
  (await notify(path, [notice], options))[0]?.reason;

describe('a program is told', () => {
  it('the subject as its argument, the message on its input, code and severity in the environment', async () => {
    const out = join(ROOT, 'out');
    const path = program(
      `{ printf '%s\\n' "$#" "$1" "$SIGWALL_NOTICE_CODE" "$SIGWALL_NOTICE_SEVERITY"; cat; } > '${out}'`,
    );
    expect(await notify(path, [NOTICE])).toEqual([]);
    expect(readFileSync(out, 'utf8')).toBe(
      '1\nsupport ends: 90 days left, or less\nLIFECYCLE_ENDS\nwarning\nMove to engine >=1.6.0.\n',
    );
  });

  it('each notice, one after the other', async () => {
    const out = join(ROOT, 'order');
    const path = program(`echo "begin $1" >> '${out}'; sleep 0.1; echo "end $1" >> '${out}'`);
    await notify(
      path,
      ['1', '2', '3'].map((subject) => ({ ...NOTICE, subject })),
    );
    expect(readFileSync(out, 'utf8').split('\n').filter(Boolean)).toEqual([
      'begin 1',
      'end 1',
      'begin 2',
      'end 2',
      'begin 3',
      'end 3',
    ]);
  });

  const HOSTILE: readonly (readonly [name: string, subject: string, got: string])[] = [
    ['no command of a shell', '$(touch pwned); `id` && x "\'', '$(touch pwned); `id` && x "\''],
    ['no line of its own', 'a\nBcc: all@example.org\r\nb', 'a Bcc: all@example.org b'],
    ['no end of a string', 'a\0b', 'a b'],
    ['no escape sequence', '\u001b[31mred\u202e', '[31mred'],
  ];
  it.each(HOSTILE)('a hostile subject, which is %s', async (_name, subject, got) => {
    const out = join(ROOT, 'hostile');
    expect(await notify(program(`printf '%s' "$1" > '${out}'`), [{ ...NOTICE, subject }])).toEqual([]);
    expect(readFileSync(out, 'utf8')).toBe(got);
  });

  it('nothing of our own settings, and the rest of the environment', async () => {
    const out = join(ROOT, 'environment');
    const environment = { ...process.env, SIGWALL_PASSPHRASE: 'secret', LANG: 'C.UTF-8', MAILTO: 'root' };
    await notify(program(`env > '${out}'`), [NOTICE], { environment });
    const text = readFileSync(out, 'utf8');
    expect(text).not.toContain('secret');
    expect(text).toContain('MAILTO=root');
  });

  it('a message of a megabyte, although it never reads it', async () => {
    expect(await reasonOf(program('exit 0'), { ...NOTICE, message: 'x'.repeat(1 << 20) })).toBeUndefined();
  });
});

describe('a program that fails is reported, and never thrown', () => {
  it('with its exit code and the first of what it complained', async () => {
    expect(await reasonOf(program(`echo 'no route\nto host' >&2; exit 75`))).toMatch(
      /program-\d+: expected exit code 0, got 75: no route to host$/,
    );
  });

  it('with its signal', async () => {
    expect(await reasonOf(program('kill -TERM $$'))).toMatch(/got SIGTERM$/);
  });

  const MISSING: readonly (readonly [name: string, path: () => string, reason: RegExp])[] = [
    ['is not there', () => join(ROOT, 'missing'), /ENOENT/],
    [
      'may not be run',
      () => {
        const path = program('');
        chmodSync(path, 0o644);
        return path;
      },
      /EACCES/,
    ],
    ['has no name', () => '', /./],
    ['has a NUL in its name', () => 'a\0b', /null bytes/],
    ['is a directory', () => ROOT, /EACCES/],
  ];
  it.each(MISSING)('when it %s', async (_name, path, reason) => {
    expect(await reasonOf(path())).toMatch(reason);
  });

  it('and the next notice is tried all the same', async () => {
    const notices = ['a', 'b', 'c'].map((subject) => ({ ...NOTICE, subject }));
    const failures = await notify(program('[ "$1" != b ]'), notices);
    expect(failures.map(({ notice }) => notice.subject)).toEqual(['b']);
  });

  it('when it takes too long, and is killed with all that it started', async () => {
    const mark = join(ROOT, 'alive');
    const path = program(`trap '' TERM; (sleep 2; touch '${mark}') & sleep 60`);
    expect(await reasonOf(path, NOTICE, { timeoutMs: 200 })).toMatch(/within 200 ms, and killed it$/);
    await later(2500);
    expect(existsSync(mark)).toBe(false);
  });

  it('not when something that it started holds on to its pipes, which does not keep us alive either', () => {
    const module = JSON.stringify(join(import.meta.dirname, '../../src/notify/notify.ts'));
    const script = `const { notify } = await import(${module});
      console.log(await notify(${JSON.stringify(program('sleep 60 & exit 0'))}, [${JSON.stringify(NOTICE)}]));`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    expect([stdout, status]).toEqual(['[]\n', 0]);
  });

  it('when everything stops, without starting another', async () => {
    const stop = new AbortController();
    const out = join(ROOT, 'started');
    const path = program(`echo x >> '${out}'; sleep 60`);
    const told = notify(path, [NOTICE, { ...NOTICE, subject: 'other' }], { signal: stop.signal });
    // The shell makes the file before it writes.
    while (!existsSync(out) || readFileSync(out, 'utf8') === '') await later(10);
    stop.abort();
    expect((await told).map(({ reason }) => reason.replace(/^.*: /, ''))).toEqual([
      'stopped',
      'stopped before it was told',
    ]);
    expect(readFileSync(out, 'utf8')).toBe('x\n');
  });

  it('with an endless complaint, of which little is kept', async () => {
    const reason = await reasonOf(
      program(`i=0; while [ $i -lt 2000 ]; do echo 'complaint complaint complaint' >&2; i=$((i+1)); done; exit 1`),
    );
    expect(reason!.length).toBeLessThan(500);
  });
});
