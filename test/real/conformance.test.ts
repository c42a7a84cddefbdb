/**
 * A seeded sample of `npm run conformance`: signatures of the real sources against clamscan, over objects built from them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conformanceSources } from '../../bench/conformance/lines.ts';
import { conformance } from '../../bench/conformance/run.ts';
import type { Entry, Tally } from '../../bench/conformance/tally.ts';
import { findClamscan } from '../../bench/scan/clamscan.ts';

const SAMPLE = 300;
// Not of the day: with 113,000 signatures to choose from, a change would be blamed for what another day's sample shows.
const SEED = Number(process.env.SEED ?? 1);

const clamscan = findClamscan();
const { paths } = conformanceSources();
const missing =
  typeof clamscan === 'string'
    ? clamscan
    : paths.length === 0
      ? 'the shared data is not beside the checkout'
      : undefined;
if (missing !== undefined) process.stderr.write(`SKIPPED: ${missing}; no signature is compared with clamscan\n`);

describe.skipIf(missing !== undefined)('signatures of the real sources', () => {
  const report = mkdtempSync(join(tmpdir(), 'conformance-report-'));
  let tally: Tally;
  afterAll(() => rmSync(report, { recursive: true }));

  beforeAll(async () => {
    console.log(`seed ${SEED} (SEED=${SEED} repeats this run)`);
    const result = await conformance({ sample: SAMPLE, seed: SEED, report });
    if (typeof result === 'string') throw new Error(result);
    tally = result;
  }, 900_000);

  const entriesOf = (...outcomes: readonly Entry['outcome'][]): Entry[] =>
    tally.entries.filter(({ outcome }) => outcomes.includes(outcome));

  test('none is found by one engine alone, but for declared deviations', () => {
    const open = entriesOf('found by ours alone', 'found by clamscan alone', 'refused by clamscan');
    expect(open).toEqual([]);
  });

  test('every object is looked at whole, but for what its signature makes a container', () => {
    expect(tally.unscanned.filter(({ askedType }) => askedType === undefined)).toEqual([]);
  });

  test('every form of a hash line agrees', () => {
    expect(tally.hashForms.filter(({ agrees }) => !agrees)).toEqual([]);
  });

  test('nearly all have an object that both engines find them in', () => {
    expect(tally.outcomes.get('agreed') ?? 0).toBeGreaterThanOrEqual(SAMPLE * 0.9);
  });

  test('near misses are among the objects', () => {
    expect([...tally.roles.keys()]).toEqual(expect.arrayContaining(['hit', 'countShort', 'wrongTarget']));
  });
});
