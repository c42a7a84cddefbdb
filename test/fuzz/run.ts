/**
 * `npm run fuzz -- dialect --minutes N [--seed S]`: random signatures on random objects, our engine and clamscan against the plain twin.
 *
 * Exit code 0 when all agree but for what is declared, 1 when something differs, 2 at wrong arguments.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fuzzDialect } from './dialect.ts';
import { featureTable } from './features.ts';

const USAGE = `usage: npm run fuzz -- dialect [--minutes N] [--seed S] [--no-clamscan]

  --minutes N      how long (default 1)
  --seed S         repeats a run; it is printed at the start
  --no-clamscan    our engine against the plain twin alone

Random signatures of ndb, ldb, hdb and mdb on random objects, half of which match. A difference is shrunk to a row for the REGRESSION table and is exit 1.`;

interface Arguments {
  readonly minutes: number;
  readonly seed: number;
  readonly withClamscan: boolean;
}

function readArguments(): Arguments | undefined {
  try {
    const { values, positionals } = parseArgs({
      options: {
        minutes: { type: 'string', default: '1' },
        seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
        'no-clamscan': { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    const isRight = positionals.length === 1 && positionals[0] === 'dialect' && minutes >= 0 && Number.isInteger(seed);
    return isRight ? { minutes, seed, withClamscan: !values['no-clamscan'] } : undefined;
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  if (process.argv.slice(2).some((each) => each === '--help' || each === '-h')) {
    console.log(USAGE);
    return 0;
  }
  const given = readArguments();
  if (given === undefined) {
    console.error(USAGE);
    return 2;
  }
  const isMissing = given.withClamscan && !existsSync('/usr/bin/clamscan');
  if (isMissing)
    console.error('SKIPPED: no clamscan (apt-get install clamav); the engine is held against the twin alone');
  const withClamscan = given.withClamscan && !isMissing;
  console.log(`seed ${given.seed} (--seed ${given.seed} repeats this run)`);
  const outcome = await fuzzDialect({ ...given, withClamscan, log: (text) => console.log(text) });
  const { rounds, pairs, matches, features, failures, declared, refused } = outcome;
  console.log(featureTable(features));
  console.log(
    `${rounds} rounds, ${pairs} pairs of a signature and an object, ${((100 * matches) / pairs).toFixed(1)} % match`,
  );
  for (const [kind, count] of declared) console.log(`declared: ${kind}: ${count} pairs`);
  for (const text of refused) console.log(text);
  console.log(failures.length === 0 ? 'all agree' : `${failures.length} signatures differ`);
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = await main();
