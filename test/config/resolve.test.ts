import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { findConfigFile, loadSettings } from '../../src/config/resolve.ts';
import { lineOfKey } from '../../src/config/toml-lines.ts';
import { Tree } from '../files/tree.ts';

function write(path: string, toml: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, toml);
  return path;
}

test('flag before environment before file before default, each with its origin', async () => {
  const file = write(`${new Tree().path}/x.toml`, 'threads = 2\n[budget]\nmax-depth = 2\nmax-ratio = 2\n');
  const settings = await loadSettings({
    flags: { threads: 4 },
    environment: { SIGWALL_THREADS: '3', SIGWALL_MAX_DEPTH: '3', SIGWALL_CONFIG: file },
  });
  expect(settings.file).toBe(file);
  expect(settings.get('threads')).toBe(4);
  expect(settings.origin('threads')).toEqual({ from: 'flag' });
  expect(settings.get('budget.max-depth')).toBe(3);
  expect(settings.origin('budget.max-depth')).toEqual({ from: 'environment', variable: 'SIGWALL_MAX_DEPTH' });
  expect(settings.get('budget.max-ratio')).toBe(2);
  expect(settings.origin('budget.max-ratio')).toEqual({ from: 'file', path: file, line: 4 });
  expect(settings.get('budget.max-entries')).toBe(10_000);
  expect(settings.origin('budget.max-entries')).toEqual({ from: 'default' });
});

test('the first file that exists is the one: --config, SIGWALL_CONFIG, XDG, HOME', async () => {
  const { path } = new Tree();
  const inHome = write(`${path}/home/.config/sigwall/engine.toml`, '');
  const environment = { HOME: `${path}/home` };
  expect(await findConfigFile({ environment })).toBe(inHome);
  const inXdg = write(`${path}/xdg/sigwall/engine.toml`, '');
  const withXdg = { ...environment, XDG_CONFIG_HOME: `${path}/xdg` };
  expect(await findConfigFile({ environment: withXdg })).toBe(inXdg);
  expect(await findConfigFile({ environment: { ...environment, XDG_CONFIG_HOME: 'relative' } })).toBe(inHome);
  const withVariable = { ...withXdg, SIGWALL_CONFIG: '/a.toml' };
  expect(await findConfigFile({ environment: withVariable })).toBe('/a.toml');
  expect(await findConfigFile({ environment: withVariable, configFile: '/b.toml' })).toBe('/b.toml');
});

test('a file that was named must exist; a file that is looked for need not', async () => {
  await expect(loadSettings({ flags: {}, environment: {}, configFile: '/nonexistent.toml' })).rejects.toMatchObject({
    code: 'CONFIG_FILE_UNREADABLE',
  });
  expect((await loadSettings({ flags: {}, environment: { HOME: '/nonexistent' } })).file).toBeUndefined();
});

test('the store lies in the XDG state directory, or where one says', async () => {
  const store = async (environment: Record<string, string>) =>
    (await loadSettings({ flags: {}, environment: { HOME: '/nonexistent', ...environment } })).get('store');
  expect(await store({})).toBe('/nonexistent/.local/state/sigwall');
  expect(await store({ XDG_STATE_HOME: '/var/state' })).toBe('/var/state/sigwall');
  expect(await store({ XDG_STATE_HOME: 'relative' })).toBe('/nonexistent/.local/state/sigwall');
  expect(await store({ XDG_STATE_HOME: '/var/state', SIGWALL_STORE: '/var/lib/sigwall' })).toBe('/var/lib/sigwall');
});

test('a bad variable is named', async () => {
  const environment = { HOME: '/nonexistent', SIGWALL_TIMEOUT: 'soon' };
  await expect(loadSettings({ flags: {}, environment })).rejects.toMatchObject({
    code: 'CONFIG_VALUE',
    message: 'SIGWALL_TIMEOUT: expected a duration such as 500ms, 30s or 2m, got "soon"',
  });
});

test('keys are found under headers, dotted, quoted, with comments, and not in arrays of tables', () => {
  const toml = '# threads\nthreads=1\na.b . "c d" = 1\n[ x . \'y\' ] # z\nkey = 1\n[[list]]\nkey = 2\n';
  expect(lineOfKey(toml, ['threads'])).toBe(2);
  expect(lineOfKey(toml, ['a', 'b', 'c d'])).toBe(3);
  expect(lineOfKey(toml, ['a'])).toBe(3);
  expect(lineOfKey(toml, ['x', 'y'])).toBe(4);
  expect(lineOfKey(toml, ['x', 'y', 'key'])).toBe(5);
  expect(lineOfKey(toml, ['list', 'key'])).toBeUndefined();
});
