/** systemd itself as the judge of our units. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
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
