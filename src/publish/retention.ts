/**
 * Which targets stay listed. A fleet downloads the list whenever something is new, 190 bytes for each target: about 80 of them.
 *
 * Full files: what a new consumer needs (the newest of each channel and engine range, and the newest that everybody may have), and what the next
 * roll-ups start from (the newest of each of the last days). Deltas: single steps, and weekly roll-ups for those who were away.
 */
import type { FullCustom } from '../update/repository.ts';
import { type DeltaEntry, deltasOf, type FullEntry, fullsOf, noticesOf } from './listing.ts';
import type { TargetEntry } from './metadata.ts';

const DAY_MS = 86_400_000;
/** A roll-up spans at least this much. */
export const ROLL_UP_MS = 7 * DAY_MS;

export const RETENTION = {
  /** Newest full files, whatever they are. */
  fulls: 4,
  /** Days of which the newest full file stays: one more than a roll-up spans. */
  days: 9,
  /** Engine ranges of which the newest full file stays for each channel. */
  ranges: 6,
  /** Numbers of which the delta from the nearest number stays. */
  steps: 40,
  /** Other deltas: weekly, and past canaries. */
  rollUps: 20,
} as const;

/**
 * @param entries all that could be listed
 * @param withdrawn numbers that nobody is offered; their full files stay a while, since those who have them start from there
 */
export function retained(
  entries: readonly TargetEntry[],
  withdrawn: ReadonlySet<number>,
  now: Date,
): readonly TargetEntry[] {
  const fulls = retainedFulls(fullsOf(entries), withdrawn, now);
  const notices = noticesOf(entries);
  const deltas = retainedDeltas(deltasOf(entries));
  return [...fulls, ...deltas, ...(notices ? [notices] : [])];
}

function retainedFulls(fulls: readonly FullEntry[], withdrawn: ReadonlySet<number>, now: Date): readonly FullEntry[] {
  const newestFirst = fulls.toReversed();
  const kept = new Set(newestFirst.slice(0, RETENTION.fulls));
  const sinceMs = now.getTime() - RETENTION.days * DAY_MS;
  for (const each of firstOfEach(newestFirst, ({ custom }) => custom.released.slice(0, 10))) {
    if (Date.parse(each.custom.released) >= sinceMs) kept.add(each);
  }
  for (const channel of new Set(fulls.map(({ custom }) => custom.channel))) {
    const ofChannel = newestFirst.filter(({ custom }) => custom.channel === channel && !withdrawn.has(custom.number));
    for (const each of firstOfEach(ofChannel, ({ custom }) => custom.engine).slice(0, RETENTION.ranges)) kept.add(each);
    for (const each of waiting(ofChannel, now)) kept.add(each);
  }
  return fulls.filter((each) => kept.has(each));
}

/** While machines wait for their turn, they are offered what is older: down to the newest one that everybody may have. */
function waiting(newestFirst: readonly FullEntry[], now: Date): readonly FullEntry[] {
  const open = newestFirst.findIndex(({ custom }) => isForAll(custom, now));
  return newestFirst.slice(0, open < 0 ? newestFirst.length : open + 1);
}

function isForAll({ rollout }: FullCustom, now: Date): boolean {
  return rollout === undefined || Date.parse(rollout.start) + rollout.hours * 3_600_000 <= now.getTime();
}

function firstOfEach(entries: readonly FullEntry[], key: (entry: FullEntry) => string): readonly FullEntry[] {
  const seen = new Set<string>();
  return entries.filter((entry) => !seen.has(key(entry)) && seen.add(key(entry)));
}

function retainedDeltas(deltas: readonly DeltaEntry[]): readonly DeltaEntry[] {
  const newestFirst = deltas.toReversed();
  const steps = newestFirst.filter(({ custom }, i) => newestFirst[i - 1]?.custom.number !== custom.number);
  const rollUps = newestFirst.filter((delta) => !steps.includes(delta));
  const kept = new Set([...steps.slice(0, RETENTION.steps), ...rollUps.slice(0, RETENTION.rollUps)]);
  return deltas.filter((delta) => kept.has(delta));
}
