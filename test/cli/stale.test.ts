import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Tree } from '../files/tree.ts';
import { run } from './support/fake-io.ts';
import { FACTORY_INFO, type FakeOperations } from './support/fake-operations.ts';

const released = (iso: string) => (operations: FakeOperations) => {
  operations.released = iso;
};
const EIGHT_DAYS_AGO = released('2025-12-27T00:00:00.000Z');

test('patterns older than seven days are told in one line, by scan and by -v', async () => {
  const { path } = new Tree().file('a');
  for (const args of [
    ['scan', '-p', 'x.npf', path],
    ['-v', '-p', 'x.npf'],
  ]) {
    const { code, err } = await run(args, { prepare: EIGHT_DAYS_AGO });
    expect(code).toBe(0);
    expect(err).toBe(
      'engine: WARNING patterns are older than 7 days: Pattern 1234 was released 8 days ago. Newer malware is not found; run: engine update\n',
    );
  }
  expect((await run(['scan', '-p', 'x.npf', path], { prepare: released('2025-12-28T00:00:00.000Z') })).err).toBe('');
});

test('a database that is old is told by its version', async () => {
  const { path } = new Tree().file('a');
  const [one] = FACTORY_INFO.patterns;
  const daily = { ...one!, number: 0, channel: 'clamav', databaseVersion: 27_600, factory: false };
  const prepare = (operations: FakeOperations): void => {
    operations.info = { ...FACTORY_INFO, patterns: [{ ...daily, released: '2025-12-25T00:00:00.000Z' }] };
  };
  expect((await run(['scan', path], { prepare })).err).toBe(
    'engine: WARNING patterns are older than 7 days: Version 27600 of the database was released 10 days ago. ' +
      'Newer malware is not found; fetch the newest, for example with freshclam\n',
  );
});

type Row = [name: string, released: string, limit: string, refused: string | undefined];
const ROWS: readonly Row[] = [
  ['young enough', '2026-01-01T00:00:00.000Z', '3d', undefined],
  [
    'too old',
    '2025-12-31T23:59:59.000Z',
    '3d',
    'expected patterns of at most 3d (--fail-if-older-than), got 3 days old',
  ],
  ['too old by hours', '2026-01-02T00:00:00.000Z', '36h', 'got 2 days old; run: engine update'],
  ['from the future', '2026-02-01T00:00:00.000Z', '3d', 'got from the future: check the clock'],
  ['no date at all', 'nonsense', '3d', 'got from the future: check the clock'],
];
for (const [name, iso, limit, refused] of ROWS) {
  test(`--fail-if-older-than: ${name}`, async () => {
    const tree = new Tree().file('a', 'xEVILx');
    const args = ['scan', '-p', 'x.npf', '--fail-if-older-than', limit, '--log', `${tree.path}/log`, `${tree.path}/a`];
    const { code, out, err } = await run(args, { prepare: released(iso) });
    if (refused === undefined) {
      expect([code, err]).toEqual([1, '']);
      return;
    }
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(refused);
    expect(readFileSync(`${tree.path}/log`, 'utf8')).toContain(refused);
  });
}

test('the limit may come from the environment; the factory patterns alone never keep it, however new they are', async () => {
  const environment = { SIGWALL_FAIL_IF_OLDER_THAN: '10000d' };
  const { code, err } = await run(['scan', new Tree().path], { environment });
  expect([code, err]).toEqual([
    2,
    expect.stringContaining(
      'expected patterns of at most 10000d (--fail-if-older-than), got the factory patterns alone',
    ),
  ]);
});
