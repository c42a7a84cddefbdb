/** A plot of bars for a terminal: eighths of a cell, so that small differences show. */
import { displayWidth, padEnd, padStart } from '../text.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value for people, and what stands behind it: columns, as many in every bar. */
  readonly shown: readonly string[];
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const LEAST_BAR_COLUMNS = 10;

/** A line for each bar; the longest fills what the columns leave. */
export function barLines(bars: readonly Bar[], columns: number): string[] {
  const labels = widest(bars.map(({ label }) => label));
  const texts = alignedColumns(bars.map(({ shown }) => shown));
  const room = Math.max(LEAST_BAR_COLUMNS, columns - labels - widest(texts) - 6);
  const most = bars.reduce((most, { value }) => Math.max(most, value), 0);
  return bars.map(({ label, value }, i) => {
    const bar = most > 0 ? barOf((value / most) * room) : '';
    return `  ${padEnd(label, labels)}  ${padEnd(bar, room)}  ${texts[i]!}`.trimEnd();
  });
}

/** Numbers stand at the right. */
function alignedColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => widest(rows.map((row) => row[at]!)));
  return rows.map((row) => row.map((cell, at) => padStart(cell, widths[at]!)).join('  '));
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, displayWidth(text)), 0);
}

function barOf(cells: number): string {
  const eighths = Math.round(cells * 8);
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
}
