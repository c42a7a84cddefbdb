/** The cheapest way from what is kept to what is wanted: over deltas by their signed lengths, or the full file. Pure. */
import type { OfferedDelta, OfferedFull } from './catalogue.ts';

export interface DeltaPath {
  /** A kept number; the target itself when that is kept. */
  readonly start: number;
  readonly steps: readonly OfferedDelta[];
  /** To be fetched. */
  readonly bytes: number;
}

/**
 * Dijkstra's algorithm, backwards from the target. Of paths of equal length the one with fewer steps, then the one whose start is named first.
 *
 * @param kept numbers in the store, the preferred one first
 * @returns undefined when there is no path, or the full file is not longer than the cheapest
 */
export function cheapestPath(
  target: OfferedFull,
  deltas: readonly OfferedDelta[],
  kept: readonly number[],
): DeltaPath | undefined {
  const best = new Map<number, { bytes: number; steps: readonly OfferedDelta[] }>([
    [target.number, { bytes: 0, steps: [] }],
  ]);
  // Every step leads upwards, so a number is final once all deltas to higher numbers were looked at.
  for (const delta of [...deltas].sort((a, b) => b.number - a.number || a.from - b.from)) {
    const rest = best.get(delta.number);
    if (!rest) continue;
    const way = { bytes: rest.bytes + delta.length, steps: [delta, ...rest.steps] };
    const known = best.get(delta.from);
    if (!known || isCheaper(way, known)) best.set(delta.from, way);
  }
  const paths = kept.flatMap((start) => {
    const way = start <= target.number ? best.get(start) : undefined;
    return way ? [{ start, ...way }] : [];
  });
  const [first, ...others] = paths;
  if (!first) return undefined;
  const cheapest = others.reduce<DeltaPath>((one, other) => (isCheaper(other, one) ? other : one), first);
  return cheapest.bytes < target.length ? cheapest : undefined;
}

type Way = Pick<DeltaPath, 'bytes' | 'steps'>;

function isCheaper(one: Way, other: Way): boolean {
  return one.bytes < other.bytes || (one.bytes === other.bytes && one.steps.length < other.steps.length);
}
