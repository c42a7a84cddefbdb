/** systemd itself as the judge of our units. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployedFiles, deployedText, SERVICES } from '../deploy/units.ts';

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!hasSystemd)
  process.stderr.write('SKIPPED: there is no systemd-analyze; the units are only parsed (apt-get install systemd)\n');

describe.skipIf(!hasSystemd)('systemd-analyze', () => {
  const directory = mkdtempSync(join(tmpdir(), 'real-systemd-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const paths = new Map<string, string>();
  for (const file of deployedFiles().filter((name) => /\.(service|timer)$/.test(name))) {
    paths.set(file, join(directory, file));
    // It looks for the program, which is not installed here.
    writeFileSync(
      join(directory, file),
      deployedText(file).replace('ExecStart=engine', `ExecStart=${process.execPath}`),
    );
  }

  it('finds nothing to complain about', () => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...paths.values()], {
      encoding: 'utf8',
    });
    expect(stdout + stderr).toBe('');
    expect(status).toBe(0);
  });

  it('would complain about a key that it does not know', () => {
    const path = join(directory, 'wrong.service');
    writeFileSync(
      path,
      deployedText(SERVICES[0])
        .replace('ExecStart=engine', `ExecStart=${process.execPath}`)
        .replace('ProtectClock', 'ProtectClocks'),
    );
    expect(spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' }).stderr).toContain('ProtectClocks');
  });

  it.each(SERVICES)('counts little exposure of %s', (file) => {
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', paths.get(file)!], {
      encoding: 'utf8',
    });
    const [, exposure] = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout)!;
    expect(Number(exposure)).toBeLessThanOrEqual(1.5);
  });
});

const isRoot = process.geteuid?.() === 0;
if (!hasSystemd || !isRoot) process.stderr.write('SKIPPED: no service is started; that takes systemd and root\n');

describe.skipIf(!hasSystemd || !isRoot)('systemd runs the service', () => {
  const CHECKOUT = join(import.meta.dirname, '../..');
  const shared = mkdtempSync(join(tmpdir(), 'real-systemd-boot-'));
  const path = (...names: string[]): string => join(shared, ...names);
  const engine = join(CHECKOUT, 'dist/src/bin/engine.js');
  let server: ChildProcess | undefined;
  let said = new Map<string, string>();
  let whyNot: string | undefined;

  beforeAll(async () => {
    const run = (...args: string[]) => {
      const { status, stderr } = spawnSync(process.execPath, [engine, ...args], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`engine ${args.join(' ')}: ${stderr}`);
    };
    run('publish', 'init', path('repository'), '--no-passphrase');
    run('publish', 'release', path('repository'), join(CHECKOUT, 'patterns/eicar.hdb'));
    server = spawn(process.execPath, [engine, 'publish', 'serve', path('repository')]);
    const url = await new Promise<string>((resolve) => {
      server!.stdout!.on('data', (text) => {
        const [found] = /http:\S+/.exec(String(text)) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    for (const directory of ['units', 'sysusers.d', 'etc/sigwall']) mkdirSync(path(directory), { recursive: true });
    for (const file of deployedFiles()) {
      if (/\.(service|timer)$/.test(file)) writeFileSync(path('units', file), deployedText(file));
    }
    writeFileSync(path('sysusers.d/sigwall.conf'), deployedText('sigwall.sysusers.conf'));
    copyFileSync(path('repository/public/root.json'), path('etc/sigwall/root.json'));
    const [, toml] = /<<'TOML'\n([\s\S]*?)TOML\n/.exec(deployedText('README.md'))!;
    writeFileSync(path('etc/sigwall/engine.toml'), toml!.replace('https://patterns.example.org/', url));
    copyFileSync(join(import.meta.dirname, 'systemd/script.sh'), path('script'));

    const boot = join(import.meta.dirname, 'systemd/boot.sh');
    const { status, stderr } = spawnSync('sh', [boot, process.execPath, CHECKOUT, shared], { timeout: 200_000 });
    if (status === 77) whyNot = `systemd cannot be started in namespaces here: ${stderr}`;
    else {
      const lines = readFileSync(path('out'), 'utf8').split('\n').filter(Boolean);
      said = new Map(lines.map((line) => line.split(/: (.*)/, 2) as [string, string]));
    }
  });

  afterAll(() => {
    server?.kill();
    rmSync(shared, { recursive: true });
  });

  const ROWS: readonly (readonly [name: string, key: string, expected: string | RegExp])[] = [
    ['as a user of its own', 'user', 'sigwall'],
    ['and it stays', 'active', 'active'],
    ['whose patterns everybody may read and only it may write', 'owner', 'sigwall 755,sigwall 644,sigwall 644,'],
    ['after all others', 'process', /^sigwall +10$/],
    ['which brings the first pattern at once', 'journal', '1'],
    [
      'whose health another user may ask for',
      'health',
      /^OK - pattern 1001 with \d+ signatures?, released .* ago; checked .* ago$/,
    ],
    ['with whose patterns another user scans', 'scan', '/etc/hostname: OK'],
    ['whose store another user cannot write', 'write', '1'],
    ['which ends when it is asked to, without a failure', 'stopped', 'inactive success'],
    ['or once, for the timer', 'once', 'success 1'],
    ['and never both', 'timer', 'active inactive'],
    ['and complains of nothing', 'troubles', ''],
  ];
  for (const [name, key, expected] of ROWS) {
    it(name, ({ skip }) => {
      if (whyNot !== undefined) skip(whyNot);
      if (typeof expected === 'string') expect(said.get(key)).toBe(expected);
      else expect(said.get(key)).toMatch(expected);
    });
  }
});
