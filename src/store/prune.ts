/** Which old patterns are rotated out. */
import type { StoreContext } from './change.ts';
import { claimPattern } from './hold.ts';
import { type Kept, listNumbers, readKept } from './kept.ts';
import { removePattern } from './removal.ts';
import { isMarkedBad, type StoreState } from './state.ts';

/**
 * Removes all but `keep` old patterns. Never the active one, the one before it, a pinned one, or one that somebody has open.
 *
 * @param state as it is on the disk: what it does not name may go
 * @returns numbers that were removed, ascending
 * @throws what the file system throws
 */
export function pruneStore({ store, files }: StoreContext, state: StoreState, keep: number): readonly number[] {
  const removed: number[] = [];
  for (const number of superfluous(readAll(store, state), state, keep)) {
    const release = claimPattern(store, number);
    // In use. It is looked at again when something else is pruned.
    if (!release) continue;
    try {
      removePattern(store, number, files);
      removed.push(number);
    } finally {
      release();
    }
  }
  return removed.sort((a, b) => a - b);
}

function readAll(store: string, state: StoreState): readonly Kept[] {
  return listNumbers(store).map((number) => readKept(store, number, state.active ?? undefined));
}

/** Pure. @returns numbers beyond the `keep` that are worth most */
export function superfluous(kept: readonly Kept[], state: StoreState, keep: number): readonly number[] {
  // Nothing active: a state that was lost, or a first pattern on its way in. No ground to judge from.
  if (state.active === null) return [];
  const active = state.active.number;
  const old = kept.filter(({ number }) => number !== active);
  // The newest that can be used are worth most; marked and damaged ones go first.
  const worth = (each: Kept): number => (each.state === 'whole' && !isMarkedBad(state, each.number) ? 1 : 0);
  const byWorth = old.toSorted((a, b) => worth(b) - worth(a) || b.number - a.number);
  const stays = new Set([state.previous, state.pinned]);
  return byWorth
    .slice(keep)
    .map(({ number }) => number)
    .filter((number) => !stays.has(number));
}
