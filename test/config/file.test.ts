import { expect, test } from 'vitest';
import { parseConfigFile, readConfigFile } from '../../src/config/file.ts';
import { CONFIG_SCHEMA } from '../../src/config/schema.ts';
import { SETTINGS } from '../../src/config/settings.ts';

const PATH = '/etc/sigwall/engine.toml';

/** One bad file a row, and everything that shall be said about it. */
type Row = [name: string, toml: string, code: string, problems: string[]];
const BAD: readonly Row[] = [
  ['not TOML', 'threads = \n', 'CONFIG_SYNTAX', [':1:11: not TOML: invalid value']],
  [
    'a key twice',
    'threads = 1\nthreads = 2\n',
    'CONFIG_SYNTAX',
    [':2:1: not TOML: trying to redefine an already defined table or value'],
  ],
  ['an unknown key', 'thread = 1', 'CONFIG_KEY', [':1: unknown key thread; did you mean threads?']],
  ['an unknown section', '[budgets]\n', 'CONFIG_KEY', [':1: unknown key budgets; did you mean budget?']],
  [
    'a swap of letters',
    '\n[budget]\nmax-detph = 1',
    'CONFIG_KEY',
    [':3: unknown key budget.max-detph; did you mean budget.max-depth?'],
  ],
  [
    'a key like no other',
    'colour = "red"',
    'CONFIG_KEY',
    [':1: unknown key colour; engine config check lists the keys there are'],
  ],
  ['out of range', 'threads = 0', 'CONFIG_VALUE', [':1: threads: expected an integer 1 … 256, got 0']],
  ['a text for a number', 'threads = "4"', 'CONFIG_VALUE', [':1: threads: expected an integer 1 … 256, got "4"']],
  ['no integer', 'budget.max-ratio = 1.5', 'CONFIG_VALUE', [':1: budget.max-ratio: expected an integer ≥ 0, got 1.5']],
  [
    'a duration without unit',
    '[budget]\ntimeout = 30',
    'CONFIG_VALUE',
    [':2: budget.timeout: expected a duration such as 500ms, 30s or 2m, got 30'],
  ],
  ['a value for a section', 'scan = 3', 'CONFIG_VALUE', [':1: scan: expected a table, got 3']],
  [
    'one bad element of a list',
    'patterns = [\n "a",\n 2,\n]',
    'CONFIG_VALUE',
    [':1: patterns.1: expected a list of paths, got 2'],
  ],
  [
    'a repository that is no URL',
    '[update]\nurl = "patterns.example.org"',
    'CONFIG_VALUE',
    [':2: update.url: expected a URL such as https://patterns.example.org/, got "patterns.example.org"'],
  ],
  [
    'nothing to go back to',
    'update.keep = 0',
    'CONFIG_VALUE',
    [':1: update.keep: expected an integer 1 … 1000, got 0'],
  ],
  [
    'several things at once, in the order of the file',
    'threads = 0\n[scan]\nlogs = "x"\n[budget]\nmax-depth = -1\n',
    'CONFIG_KEY',
    [
      ':1: threads: expected an integer 1 … 256, got 0',
      ':3: unknown key scan.logs; did you mean scan.log?',
      ':5: budget.max-depth: expected an integer ≥ 0, got -1',
    ],
  ],
];

for (const [name, toml, code, problems] of BAD) {
  test(`refused: ${name}`, () => {
    expect(() => parseConfigFile(PATH, toml)).toThrow(
      expect.objectContaining({ code, problems: problems.map((problem) => PATH + problem) }),
    );
  });
}

test('values come with their lines; paths are relative to the file', () => {
  const toml =
    'patterns = ["sigs", "/abs"]\n\n[budget] # limits\nmax-expanded = "2GiB"\n"ratio-floor" = 1_000\ntimeout="90s"\n';
  expect(Object.fromEntries(parseConfigFile(PATH, toml).entries)).toEqual({
    patterns: { value: ['/etc/sigwall/sigs', '/abs'], line: 1 },
    'budget.max-expanded': { value: 2 * 2 ** 30, line: 4 },
    'budget.ratio-floor': { value: 1000, line: 5 },
    'budget.timeout': { value: 90_000, line: 6 },
  });
});

test('the section of updates', () => {
  const toml = `store = "store"
[scan]
fail-if-older-than = "7d"
[update]
url = "https://a.test/"
mirrors = ["https://b.test/"]
root = "root.json"
clean = ["/usr/bin", "own"]
keep = 5
`;
  const values = [...parseConfigFile(PATH, toml).entries].map(([key, { value }]) => [key, value]);
  expect(Object.fromEntries(values)).toEqual({
    store: '/etc/sigwall/store',
    'scan.fail-if-older-than': 604_800_000,
    'update.url': 'https://a.test/',
    'update.mirrors': ['https://b.test/'],
    'update.root': '/etc/sigwall/root.json',
    'update.clean': ['/usr/bin', '/etc/sigwall/own'],
    'update.keep': 5,
  });
});

test('an empty file is a file', () => {
  expect(parseConfigFile(PATH, '').entries.size).toBe(0);
});

test('a file that cannot be read is named', async () => {
  await expect(readConfigFile('/nonexistent/x.toml')).rejects.toMatchObject({
    code: 'CONFIG_FILE_UNREADABLE',
    message: expect.stringMatching(/^\/nonexistent\/x\.toml: cannot be read: ENOENT/),
  });
});

test('the schema knows exactly the settings of the table', () => {
  const keys = Object.entries(CONFIG_SCHEMA.shape).flatMap(([section, type]) => {
    const inner = type.unwrap();
    return 'shape' in inner ? Object.keys(inner.shape).map((key) => `${section}.${key}`) : [section];
  });
  expect(keys.sort()).toEqual(SETTINGS.map(({ key }) => key).sort());
});
