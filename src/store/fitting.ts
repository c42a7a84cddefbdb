/** The active pattern of a store, for an engine that is not the updater's. Apart from read.ts, since it takes semver. */
import { resolve } from 'node:path';
import { engineFits } from './engine-range.ts';
import { listNumbers, pathsOf, readKept } from './kept.ts';
import { type ActivePattern, activePattern, readState } from './read.ts';
import { isMarkedBad } from './state.ts';

/**
 * The active pattern when this engine may use it, else the newest kept one that it may and that is not marked as bad: an engine that grew too old goes on with the
 * last that fits.
 *
 * @returns undefined when nothing fits or nothing is there
 */
export function fittingPattern(directory: string, engineVersion: string): ActivePattern | undefined {
  const active = activePattern(directory);
  if (active === undefined || engineFits(engineVersion, active.engineRange)) return active;
  const store = resolve(directory);
  const { state } = readState(store);
  for (const number of listNumbers(store).toReversed()) {
    const { pattern, state: condition } = readKept(store, number, state?.active ?? undefined);
    if (pattern === undefined || condition !== 'whole' || (state && isMarkedBad(state, number))) continue;
    if (engineFits(engineVersion, pattern.engineRange)) {
      return { number, paths: pathsOf(pattern), engineRange: pattern.engineRange };
    }
  }
  return undefined;
}
