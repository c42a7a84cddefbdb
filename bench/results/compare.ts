/**
 * What changed between two results beyond the noise.
 *
 * The noise of a figure is how far its single runs lay apart, in both results together, and a floor for what is measured once. The machine itself changes
 * too: where a figure and all of its peers moved alike, the ratio beside them did not, and that is the row to believe.
 */
import type { Row } from '../scan/run.ts';
import { rounded } from '../statistics.ts';
import { type Better, figuresOf, keyOf, spreadOf } from './figures.ts';
import type { Measured, Results } from './results.ts';

/** Of one of the two; a change below both together is never told. */
const FLOOR = 0.025;
/** What was measured once, with nothing to tell its noise. */
const UNKNOWN_NOISE = 0.075;

interface Figure {
  readonly definition: string;
  readonly row: string;
  readonly name: string;
  readonly value: number;
  readonly better: Better;
  readonly noise: number;
}

/** A row for each change, the largest first; then one that counts. */
export function compareResults(before: Results, after: Results): Row[] {
  const rows: Row[] = [];
  if (before.machine.cpu !== after.machine.cpu || before.machine.cores !== after.machine.cores) {
    rows.push({
      kind: 'note',
      text: 'two machines: only ratios compare',
      before: before.machine.cpu,
      after: after.machine.cpu,
    });
  }
  const old = new Map(before.definitions.flatMap(figuresIn).map((figure) => [idOf(figure), figure]));
  const both = after.definitions.flatMap(figuresIn).flatMap((figure) => {
    const was = old.get(idOf(figure));
    return was ? [{ was, is: figure, change: figure.value / was.value }] : [];
  });
  const changed = both.filter(({ was, is, change }) => Math.abs(Math.log(change)) > Math.log1p(was.noise + is.noise));
  changed.sort((a, b) => Math.abs(Math.log(b.change)) - Math.abs(Math.log(a.change)));
  for (const { was, is, change } of changed) {
    rows.push({
      kind: change > 1 === (is.better === 'larger') ? 'better' : 'worse',
      definition: is.definition,
      of: is.row,
      figure: is.name,
      before: was.value,
      after: is.value,
      change: `${change >= 1 ? '+' : ''}${((change - 1) * 100).toFixed(1)} %`,
      noise: `${((was.noise + is.noise) * 100).toFixed(1)} %`,
    });
  }
  const wrong = after.definitions.filter(({ isRight }) => !isRight).map(({ name }) => name);
  rows.push({
    kind: 'compared',
    figures: both.length,
    changed: changed.length,
    ...(wrong.length > 0 ? { wrong } : {}),
  });
  return rows;
}

function figuresIn({ name: definition, rows }: Measured): Figure[] {
  return rows.flatMap((row) => {
    const key = keyOf(row);
    if (key === undefined) return [];
    const noise = Math.max(FLOOR, spreadOf(row) ?? UNKNOWN_NOISE);
    return figuresOf(row).map((figure) => ({ ...figure, definition, row: key, noise: rounded(noise) }));
  });
}

function idOf({ definition, row, name }: Figure): string {
  return `${definition} ${row} ${name}`;
}
