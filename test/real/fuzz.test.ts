/** A minute of random signatures on random objects: the engine, and clamscan where it is, say what the plain twin says. FUZZ_SEED=n takes others. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fuzzDialect } from '../fuzz/dialect.ts';

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const withClamscan = existsSync('/usr/bin/clamscan');
if (!withClamscan) process.stderr.write('SKIPPED: no clamscan; random signatures are held against the twin alone\n');

test('random signatures mean what the twin says they mean', async () => {
  console.log(`seed ${SEED} (FUZZ_SEED=n takes others)`);
  const outcome = await fuzzDialect({ seed: SEED, minutes: 1, withClamscan, log: (text) => console.log(text) });
  console.log(`${outcome.rounds} rounds, ${outcome.pairs} pairs, ${outcome.matches} match`);
  expect(outcome.failures).toEqual([]);
  // A round is 4,400 pairs or more; how many a minute has is the machine's affair.
  expect(outcome.pairs).toBeGreaterThan(3_000);
  // Neither do all match nor none.
  expect(outcome.matches / outcome.pairs).toBeGreaterThan(0.05);
  expect(outcome.matches / outcome.pairs).toBeLessThan(0.95);
});
