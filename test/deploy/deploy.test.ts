import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../src/config/file.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { deployedFiles, deployedText, readUnit, SERVICES } from './units.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const only = (file: string, key: string): string => {
  const values = readUnit(file).values.get(key) ?? [];
  expect(values, `${file} ${key}`).toHaveLength(1);
  return values[0]!;
};

describe.each(SERVICES)('%s', (file) => {
  it('starts the command by the name under which the package installs it', () => {
    const { bin } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { bin: object };
    expect(Object.keys(bin)).toContain(only(file, 'Service.ExecStart').split(' ')[0]);
  });

  it('starts it with a subcommand and options that its help has', () => {
    const [, subcommand, ...words] = only(file, 'Service.ExecStart').split(' ');
    const main = join(CHECKOUT, 'src/main.ts');
    const { stdout, status } = spawnSync(process.execPath, [main, subcommand!, '--help'], { encoding: 'utf8' });
    expect(status).toBe(0);
    const options = words.filter((word) => word.startsWith('-'));
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) expect(stdout).toMatch(new RegExp(`^ +${option}(?: <| {2})`, 'm'));
    const { status: refused } = spawnSync(process.execPath, [main, subcommand!, '--no-such-option'], {
      encoding: 'utf8',
    });
    expect(refused).toBe(2);
  });

  it('sets variables that are settings, to the directories that systemd makes for it', () => {
    const variables = readUnit(file)
      .values.get('Service.Environment')!
      .map((value) => value.split('='));
    const known = SETTINGS.map(({ variable }) => variable);
    expect(variables.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
    expect(Object.fromEntries(variables)).toEqual({
      SIGWALL_STORE: `%S/${only(file, 'Service.StateDirectory')}`,
      SIGWALL_CACHE: `%C/${only(file, 'Service.CacheDirectory')}`,
    });
  });

  it('lets everybody read the patterns, and nobody else write them', () => {
    expect(only(file, 'Service.StateDirectoryMode')).toBe('0755');
    expect(only(file, 'Service.UMask')).toBe('0022');
  });

  it('runs as the user that sysusers makes, whose home is the store', () => {
    const user = only(file, 'Service.User');
    expect(user).not.toBe('root');
    const line = deployedText('sigwall.sysusers.conf')
      .split('\n')
      .find((each) => each.startsWith('u '));
    expect(line).toMatch(new RegExp(`^u ${user} - "[^"]+" /var/lib/${only(file, 'Service.StateDirectory')}$`));
  });

  it('leaves the compiler of JavaScript its memory', () => {
    expect(readUnit(file).values.has('Service.MemoryDenyWriteExecute')).toBe(false);
  });
});

describe('both ways to update', () => {
  it('have the same sandbox', () => {
    const [one, other] = SERVICES.map((file) => {
      const { values } = readUnit(file);
      return [...values].filter(
        ([key]) => !/\.(Description|Type|ExecStart|Restart|RestartSec|Timeout\w+|WantedBy)$/.test(key),
      );
    });
    expect(one).toEqual(other);
    expect(one!.length).toBeGreaterThan(30);
  });

  it('check hourly, spread over the hour, and make up for what was missed', () => {
    expect(only(SERVICES[0], 'Service.ExecStart')).toContain('--every hourly');
    expect(only('sigwall-update-once.timer', 'Timer.OnCalendar')).toBe('hourly');
    expect(only('sigwall-update-once.timer', 'Timer.RandomizedDelaySec')).toBe('1h');
    expect(only('sigwall-update-once.timer', 'Timer.FixedRandomDelay')).toBe('yes');
    expect(only('sigwall-update-once.timer', 'Timer.Persistent')).toBe('yes');
  });

  it('do not run at once', () => {
    expect(only('sigwall-update-once.timer', 'Unit.Conflicts')).toBe(SERVICES[0]);
  });
});

describe('the instructions', () => {
  const readme = deployedText('README.md');
  it('name every file, and no unit that is not there', () => {
    const files = deployedFiles().filter((file) => file !== 'README.md');
    for (const file of files) expect(readme).toContain(file.replace(/-once\..*/, '-once.'));
    for (const [unit] of readme.matchAll(/sigwall[\w-]*\.(?:service|timer)/g)) expect(files).toContain(unit);
  });

  it('show a configuration that is read, with the store of the service', () => {
    const [, toml] = /<<'TOML'\n([\s\S]*?)TOML\n/.exec(readme)!;
    const { entries } = parseConfigFile('/etc/sigwall/engine.toml', toml!);
    expect([...entries.keys()].sort()).toEqual(['store', 'update.root', 'update.url']);
    expect(entries.get('store')?.value).toBe(`/var/lib/${only(SERVICES[0], 'Service.StateDirectory')}`);
  });
});
