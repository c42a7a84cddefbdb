/**
 * Aligned columns for people.
 */
import { displayWidth, padEnd, padStart } from './text.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly align?: 'left' | 'right';
}

/** One line a row, titles first; two spaces between columns, none at the end of a line. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, at) =>
    widest(
      rows.map((row) => row[at]),
      displayWidth(column.title),
    ),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (columns[at].align === 'right' ? padStart(cell, widths[at]) : padEnd(cell, widths[at])))
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.title.toUpperCase())), ...rows.map(line)];
}

/** `Label:  value` lines with the values under each other; rows whose value is undefined are left out. */
export function formatFields(
  rows: readonly (readonly [label: string, value: string | undefined])[],
  gap = 2,
): string[] {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
  const width =
    widest(
      shown.map(([label]) => label),
      0,
    ) +
    1 +
    gap;
  return shown.map(([label, value]) => padEnd(`${label}:`, width) + value);
}

// Not Math.max(...widths): a table may have more rows than a call may have arguments.
function widest(texts: readonly string[], atLeast: number): number {
  return texts.reduce((width, text) => Math.max(width, displayWidth(text)), atLeast);
}
