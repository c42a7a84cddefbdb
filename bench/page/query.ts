/** Rows of results by what they tell, and numbers in them. */
import type { Measured, Results } from '../results/results.ts';
import type { Row } from '../scan/run.ts';

/** Definitions of a group that were measured. */
export function definitionsOf({ definitions }: Results, group: string): readonly Measured[] {
  return definitions.filter(({ name }) => name.startsWith(`${group}/`));
}

/** Rows of one definition (or of a group, by its name alone) that have all these fields. */
export function rowsOf(
  results: Results,
  definition: string,
  fields: Readonly<Record<string, unknown>>,
): readonly Row[] {
  return results.definitions
    .filter(({ name }) => name === definition || name.startsWith(`${definition}/`))
    .flatMap(({ rows }) => rows)
    .filter((row) => Object.entries(fields).every(([key, value]) => row[key] === value));
}

/** @returns undefined when it was not measured */
export function numberOf(row: Row | undefined, field: string): number | undefined {
  const value = row?.[field];
  return typeof value === 'number' ? value : undefined;
}

/** The numbers of these rows that were measured. */
export function numbersOf(rows: readonly Row[], field: string): number[] {
  return rows.flatMap((row) => numberOf(row, field) ?? []);
}

/** @returns undefined of no number */
export function least(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}

export function most(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}
