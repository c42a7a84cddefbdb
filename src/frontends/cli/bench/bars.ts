/** A plot of bars for a terminal: eighths of a cell, so that small differences show. */
import { displayWidth, padEnd, padStart } from '../text.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value for people, and what stands behind it. */
  readonly shown: string;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const LEAST_BAR_COLUMNS = 10;

/** A line for each bar; the longest fills what the columns leave. */
export function barLines(bars: readonly Bar[], columns: number): string[] {
  const labels = Math.max(0, ...bars.map(({ label }) => displayWidth(label)));
  const shown = Math.max(0, ...bars.map(({ shown }) => displayWidth(shown)));
  const room = Math.max(LEAST_BAR_COLUMNS, columns - labels - shown - 6);
  const most = Math.max(0, ...bars.map(({ value }) => value));
  return bars.map(({ label, value, shown: text }) => {
    const bar = most > 0 ? barOf((value / most) * room) : '';
    return `  ${padEnd(label, labels)}  ${padEnd(bar, room)}  ${padStart(text, shown)}`;
  });
}

function barOf(cells: number): string {
  const eighths = Math.round(cells * 8);
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
}
