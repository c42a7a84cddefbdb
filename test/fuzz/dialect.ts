/** Rounds until the time is over: what they found, small and ready for a table. */
import { type Difference, type Round, runRound } from './compare.ts';
import { type FeatureCount, featuresOf } from './features.ts';
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
  readonly features: ReadonlyMap<string, FeatureCount>;
  /** Pairs by declared kind. */
  readonly declared: ReadonlyMap<string, number>;
  /** Lines that only one of the two takes. */
  readonly refused: readonly string[];
}

/** Stands for every line. */
const ALL = 'all';
/** Failures that are made small in one run; more of them tell no more. */
const MOST_SHRUNK = 20;

export async function fuzzDialect(options: FuzzOptions): Promise<FuzzOutcome> {
  const endMs = performance.now() + options.minutes * 60_000;
  const failures: string[] = [];
  const refused: string[] = [];
  const declared = new Map<string, number>();
  const features = new Map<string, FeatureCount>();
  let rounds = 0;
  do {
    const seed = options.seed + rounds++;
    const round = await runRound(seed, options.withClamscan);
    countFeatures(features, round);
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
  const { pairs, matches } = features.get(ALL)!;
  return { rounds, pairs, matches, features, failures, declared, refused };
}

/** Adds what a round says of each feature, and of all lines. */
function countFeatures(counts: Map<string, FeatureCount>, { results, differences }: Round): void {
  for (const { line, pairs, matches } of results) {
    const ofLine = differences.filter((each) => each.line === line);
    const declared = ofLine.filter((each) => each.declared !== undefined).length;
    for (const feature of [ALL, ...featuresOf(line)]) {
      const before = counts.get(feature) ?? { pairs: 0, matches: 0, declared: 0, open: 0 };
      counts.set(feature, {
        pairs: before.pairs + pairs,
        matches: before.matches + matches,
        declared: before.declared + declared,
        open: before.open + ofLine.length - declared,
      });
    }
  }
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
