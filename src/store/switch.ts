/** From one kept pattern to another. Under the store's lock; no network, and trust is not touched. */
import { proofOf, type StoreContext, saveState, timeOf } from './change.ts';
import { StoreError } from './errors.ts';
import { listNumbers, readKept } from './kept.ts';
import { isMarkedBad, MAX_REASON_LENGTH, type StoreState, withBad, withoutBad } from './state.ts';
import { wholePattern } from './verify.ts';
import type { KeptPattern } from './view.ts';

/**
 * Makes a kept pattern the active one, and forgives it what was said of it. A pin goes along: it means to stay where one is.
 *
 * @throws {StoreError} `STORE_NOT_KEPT`
 */
export function usePattern(context: StoreContext, state: StoreState, number: number, pinned = false): KeptPattern {
  const pattern = wholePattern(context.store, number, state.active ?? undefined);
  const isActive = state.active?.number === number;
  const active = isActive
    ? {}
    : { active: proofOf(pattern), activeSince: timeOf(context), previous: previousOf(state) };
  const forgiven = withoutBad(state, number);
  saveState(context, { ...forgiven, ...active, pinned: pinned || state.pinned !== null ? number : null });
  return pattern;
}

function previousOf(state: StoreState): number | null {
  return state.active?.number ?? state.previous;
}

/**
 * Back to the pattern before, and marks the one that is left.
 *
 * @throws {StoreError} `STORE_NO_PREVIOUS`
 */
export function rollBack(context: StoreContext, state: StoreState, reason: string): KeptPattern {
  const left = state.active?.number;
  if (left === undefined) throw new StoreError('STORE_NO_PREVIOUS', 'rollback: no pattern is active yet');
  const target = targetOf(context, state, left);
  const marked = withBad(state, { number: left, reason: reason.slice(0, MAX_REASON_LENGTH), at: timeOf(context) });
  saveState(context, {
    ...marked,
    active: proofOf(target),
    activeSince: timeOf(context),
    previous: usableBelow(context, marked, target.number)[0] ?? null,
    pinned: state.pinned === null ? null : target.number,
  });
  return target;
}

/** The one that was active before; if that is damaged or marked, the next older one that is neither. */
function targetOf(context: StoreContext, state: StoreState, left: number): KeptPattern {
  const candidates = [...(state.previous === null ? [] : [state.previous]), ...usableBelow(context, state, left)];
  const problems: string[] = [];
  for (const number of new Set(candidates)) {
    if (number === left || isMarkedBad(state, number)) continue;
    try {
      return wholePattern(context.store, number, undefined);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const why = problems.length > 0 ? `: ${problems.join('; ')}` : '';
  throw new StoreError(
    'STORE_NO_PREVIOUS',
    `rollback: expected an older pattern than ${left} in the store, got none that can be used${why}`,
  );
}

/** Descending. */
function usableBelow({ store }: StoreContext, state: StoreState, limit: number): readonly number[] {
  return listNumbers(store)
    .filter((number) => number < limit && !isMarkedBad(state, number) && readKept(store, number).state === 'whole')
    .reverse();
}
