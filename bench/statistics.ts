/** Figures of several runs. */

/** The middle one; of an even number the mean of the middle two. @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Four significant digits: more would claim more than was measured. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
