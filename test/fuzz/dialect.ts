/** Rounds until the time is over: what they found, small and ready for a table. */
import { type Difference, runRound } from './compare.ts';
import { rowOf } from './row.ts';
import { shrink } from './shrink.ts';

export interface FuzzOptions {
  /** Of the first round; each round's is one more. */
  readonly seed: number;
  readonly minutes: number;
  /** False: the engine is held against the twin alone. */
  readonly withClamscan: boolean;
  /** Told of each round and of each failure. */
  log(text: string): void;
}

export interface FuzzOutcome {
  readonly rounds: number;
  readonly pairs: number;
  readonly matches: number;
  /** One for each side and line that differs without a reason. */
  readonly failures: readonly string[];
  /** Pairs by declared kind. */
  readonly declared: ReadonlyMap<string, number>;
  /** Lines that only one of the two takes. */
  readonly refused: readonly string[];
}

/** Failures that are made small in one run; more of them tell no more. */
const MOST_SHRUNK = 20;

export async function fuzzDialect(options: FuzzOptions): Promise<FuzzOutcome> {
  const endMs = performance.now() + options.minutes * 60_000;
  const failures: string[] = [];
  const refused: string[] = [];
  const declared = new Map<string, number>();
  let [rounds, pairs, matches] = [0, 0, 0];
  do {
    const seed = options.seed + rounds++;
    const round = await runRound(seed, options.withClamscan);
    pairs += round.pairs;
    matches += round.matches;
    for (const text of round.skipped) refused.push(`seed ${seed}: refused here: ${text}`);
    for (const { line, message } of round.refused)
      refused.push(`seed ${seed}: refused by clamscan: ${line.text}: ${message}`);
    for (const { declared: kind } of round.differences) if (kind) declared.set(kind, (declared.get(kind) ?? 0) + 1);
    for (const difference of oneOfEach(round.differences)) {
      const text = await describe(difference, seed, failures.length < MOST_SHRUNK);
      options.log(text);
      failures.push(text);
    }
  } while (performance.now() < endMs);
  return { rounds, pairs, matches, failures, declared, refused };
}

function oneOfEach(differences: readonly Difference[]): Difference[] {
  const unexplained = differences.filter(({ declared }) => declared === undefined);
  return [...new Map(unexplained.map((each) => [`${each.side} ${each.line.name}`, each])).values()];
}

async function describe(difference: Difference, seed: number, isShrunk: boolean): Promise<string> {
  const { line, object } = isShrunk ? await shrink(difference) : difference;
  const expected = difference.expected ? 'a match' : 'none';
  return `${difference.side}, expected ${expected}: ${rowOf(`seed ${seed}`, line, object)}`;
}
