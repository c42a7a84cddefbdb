/** Tables of Markdown, as lines. */

export type Section = readonly string[];

/** A table without rows is not there. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): Section {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), `|${titles.map(() => '-').join('|')}|`, ...rows.map(line), ''];
}
