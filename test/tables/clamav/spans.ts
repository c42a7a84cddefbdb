/** Rows that say where body patterns match. */

/**
 * A pattern as a subsignature of ldb is written (`[offset:]pattern[::modifiers]`), where text in quotes stands for its digits; a haystack in Latin-1;
 * for each start of a match the nearest end. The count says how often the pattern counts, if that is not the number of starts: of a pattern of
 * several parts the different places of the last one.
 */
export type SpanRow = readonly [
  name: string,
  pattern: string,
  haystack: string,
  spans: readonly (readonly [start: number, end: number])[],
  count?: number,
];

/** The pattern with digits for the text in quotes. */
export function patternText(row: SpanRow): string {
  return row[1].replace(/'([^']*)'/g, (_, text: string) => Buffer.from(text, 'latin1').toString('hex'));
}

/** Whether the pattern may lie anywhere. */
export function isAnywhere(row: SpanRow): boolean {
  return !/^[^:]+:[^:]/.test(row[1]);
}
