/**
 * Sets of offsets as sorted, disjoint, half-open intervals: how the places of a segment are kept.
 *
 * A run of equal bytes matches a short segment everywhere: as intervals that is one pair, however long the run is.
 */

/** [start, end) pairs, flat: starts at even places, ends at odd ones; ascending, no two touch. */
export type Intervals = number[];

/** Adds [start, end), where start ≥ the start of the last interval. */
export function append(intervals: Intervals, start: number, end: number): void {
  const last = intervals.length - 1;
  if (last > 0 && start <= intervals[last]!) {
    if (end > intervals[last]!) intervals[last] = end;
  } else intervals.push(start, end);
}

/** Offsets that `min` … `max` bytes behind those of `from` (each shifted by `length`) can be reached at. */
export function reachable(from: Intervals, length: number, min: number, max: number): Intervals {
  const result: Intervals = [];
  for (let i = 0; i < from.length; i += 2) {
    append(
      result,
      from[i]! + length + min,
      max === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : from[i + 1]! + length + max,
    );
  }
  return result;
}

/** Offsets from which those of `to` can be reached: the other way round. */
export function reaching(to: Intervals, length: number, min: number, max: number): Intervals {
  const result: Intervals = [];
  for (let i = 0; i < to.length; i += 2) append(result, to[i]! - length - max, to[i + 1]! - length - min);
  return result;
}

/** Whether the set has `offset`. */
export function contains(intervals: Intervals, offset: number): boolean {
  // Nearly always there is one interval.
  for (let i = 0; i < intervals.length; i += 2) if (offset < intervals[i + 1]!) return offset >= intervals[i]!;
  return false;
}

export function intersect(a: Intervals, b: Intervals): Intervals {
  const result: Intervals = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const start = Math.max(a[i]!, b[j]!);
    const end = Math.min(a[i + 1]!, b[j + 1]!);
    if (start < end) append(result, start, end);
    if (a[i + 1]! < b[j + 1]!) i += 2;
    else j += 2;
  }
  return result;
}

export function unite(a: Intervals, b: Intervals): Intervals {
  if (a.length === 0) return b;
  const result: Intervals = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const fromA = j >= b.length || (i < a.length && a[i]! <= b[j]!);
    if (fromA) append(result, a[i]!, a[i + 1]!);
    else append(result, b[j]!, b[j + 1]!);
    if (fromA) i += 2;
    else j += 2;
  }
  return result;
}

/** Number of offsets in the set. */
export function countOf(intervals: Intervals): number {
  let count = 0;
  for (let i = 0; i < intervals.length; i += 2) count += intervals[i + 1]! - intervals[i]!;
  return count;
}
