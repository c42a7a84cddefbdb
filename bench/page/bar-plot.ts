/** A plot of bars that lie: groups of a bar for each engine, logarithmic where engines differ by orders of magnitude. */
import { placeOf, type Scale, scaleFor, ticksOf } from './scale.ts';
import { document, type Frame, fillOf, fixed, line, text } from './svg.ts';

export interface BarGroup {
  readonly name: string;
  /** By name of the engine; one that is not there has no bar. */
  readonly values: Readonly<Record<string, number>>;
}

export interface BarPlot {
  readonly title: string;
  readonly description: string;
  readonly axis: string;
  readonly isLog: boolean;
  readonly engines: readonly string[];
  readonly groups: readonly BarGroup[];
  readonly format: (value: number) => string;
}

const WIDTH = 760;
const LEFT = 120;
const RIGHT = 90;
const BOTTOM = 52;
const BAR = 16;
const GAP = 14;
const LEGEND_TOP = 60;
const LEGEND_ROW = 18;
const LEGEND_WIDTH = 150;
const PER_ROW = 4;

/** @returns the text of an SVG file @throws {Error} when there is nothing to draw */
export function drawBars({ title, description, axis, isLog, engines, groups, format }: BarPlot): string {
  const values = groups.flatMap((group) => Object.values(group.values));
  if (values.length === 0) throw new Error(`${title}: expected bars, got none`);
  // Half of the least: a bar of no length would say nothing.
  const scale = scaleFor([...values, Math.min(...values) / 2], isLog);
  const parts: string[] = [];
  const top = topFor(engines);
  let y = top;
  for (const { name, values } of groups) {
    const there = engines.filter((engine) => values[engine] !== undefined);
    parts.push(text(LEFT - 10, y + (there.length * BAR) / 2 + 4, name, "text-anchor='end' class='ink'"));
    for (const engine of there) {
      parts.push(bar(values[engine]!, y, engines.indexOf(engine), scale, format));
      y += BAR;
    }
    y += GAP;
  }
  const frame: Frame = { width: WIDTH, height: y + BOTTOM - GAP, left: LEFT, right: RIGHT, top, bottom: BOTTOM };
  return document(frame, title, description, [...grid(frame, scale, axis, format), ...parts, ...legend(engines)]);
}

function bar(value: number, y: number, index: number, scale: Scale, format: (value: number) => string): string {
  const length = placeOf(value, scale) * (WIDTH - LEFT - RIGHT);
  return [
    `<rect x='${LEFT}' y='${fixed(y + 1)}' width='${fixed(length)}' height='${BAR - 2}' ${fillOf(index)}/>`,
    text(LEFT + length + 6, y + BAR - 4, format(value), "font-size='12' class='ink'"),
  ].join('\n');
}

function grid(frame: Frame, scale: Scale, axis: string, format: (value: number) => string): string[] {
  const bottom = frame.height - frame.bottom;
  const parts = ticksOf(scale).flatMap((tick) => {
    const x = LEFT + placeOf(tick, scale) * (WIDTH - LEFT - RIGHT);
    return [
      line(x, frame.top - 6, x, bottom + 4, "class='grid'"),
      text(x, bottom + 20, format(tick), "text-anchor='middle' class='soft'"),
    ];
  });
  const middle = (LEFT + WIDTH - RIGHT) / 2;
  return [...parts, text(middle, frame.height - 10, axis, "text-anchor='middle' class='ink'")];
}

/** In as many rows as it takes. */
function legend(engines: readonly string[]): string[] {
  if (engines.length === 1) return [];
  return engines.flatMap((engine, index) => {
    const x = LEFT + (index % PER_ROW) * LEGEND_WIDTH;
    const y = LEGEND_TOP + Math.floor(index / PER_ROW) * LEGEND_ROW;
    return [
      `<rect x='${fixed(x)}' y='${fixed(y)}' width='12' height='12' ${fillOf(index)}/>`,
      text(x + 17, y + 10, engine, "class='ink'"),
    ];
  });
}

/** One engine needs no legend: the title says whose bars they are. */
function topFor(engines: readonly string[]): number {
  if (engines.length === 1) return LEGEND_TOP + 6;
  return LEGEND_TOP + Math.ceil(engines.length / PER_ROW) * LEGEND_ROW + 12;
}
