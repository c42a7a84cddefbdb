import { expect, test } from 'vitest';
import type { Health } from '../../src/update/outcome.ts';
import { jsonLines, NOW, run } from './support/fake-io.ts';
import type { FakeOperations } from './support/fake-operations.ts';

const judged = (state: Health['state']) => (operations: FakeOperations) => {
  operations.updates.judged = { state, summary: 'pattern 1040', perfdata: [], problems: [] };
};

const STATES: readonly [Health['state'], number][] = [
  ['ok', 0],
  ['warning', 1],
  ['critical', 2],
  ['unknown', 3],
];
for (const [state, exitCode] of STATES) {
  test(`health ${state}: one line, exit code ${exitCode}`, async () => {
    const { code, out, err } = await run(['health'], { prepare: judged(state) });
    expect([code, out, err]).toEqual([exitCode, `${state.toUpperCase()}: pattern 1040 | age=86400s\n`, '']);
    const json = await run(['health', '--json'], { prepare: judged(state) });
    expect([json.code, jsonLines(json.out)]).toEqual([
      exitCode,
      [{ state, exitCode, summary: 'pattern 1040', perfdata: [], problems: [] }],
    ]);
  });
}

test('thresholds and store reach the one who judges', async () => {
  const { operations } = await run(['health', '--warn-age', '36h', '--crit-age', '7d', '--store', '/s']);
  const thresholds = { nowMs: NOW, warnAgeMs: 36 * 3_600_000, critAgeMs: 7 * 86_400_000 };
  expect(operations.calls).toEqual([['health', '/s', thresholds]]);
});

test('what goes wrong with the check itself is UNKNOWN, never CRITICAL and never OK', async () => {
  const failing = (operations: FakeOperations) => {
    operations.updates.failures = [Object.assign(new Error('disk\nbroken'), { code: 'EIO' })];
  };
  expect(await run(['health'], { prepare: failing })).toMatchObject({
    code: 3,
    out: 'UNKNOWN - disk\\nbroken\n',
    err: '',
  });
  const configuration = await run(['health', '--config', '/missing.toml']);
  expect([configuration.code, configuration.out]).toEqual([3, expect.stringMatching(/^UNKNOWN - \/missing\.toml: /)]);
});
