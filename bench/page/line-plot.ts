/** A plot of lines: some engines over one growing thing. */
import { placeOf, type Scale, scaleFor, ticksOf } from './scale.ts';
import { document, type Frame, fillOf, fixed, line, strokeOf, text } from './svg.ts';

export interface Axis {
  readonly title: string;
  readonly isLog: boolean;
  readonly format: (value: number) => string;
  /** Lines stand here; else where they fit. */
  readonly ticks?: readonly number[];
}

export interface PlotLine {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn thick. */
  readonly isOurs?: boolean;
  /** No measurement, but what is compared with. */
  readonly isDashed?: boolean;
}

export interface LinePlot {
  readonly title: string;
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly PlotLine[];
}

const FRAME: Frame = { width: 780, height: 450, left: 100, right: 200, top: 66, bottom: 60 };
/** So many lines of the grid have room. */
const MOST_TICKS = 12;
const MARKS = ['circle', 'square', 'triangle', 'diamond'] as const;
/** Names at the ends of lines keep this distance. */
const NAME_HEIGHT = 16;

/** @returns the text of an SVG file @throws {Error} when there is nothing to draw */
export function drawLines(plot: LinePlot): string {
  const points = plot.lines.flatMap((each) => each.points);
  if (points.length === 0) throw new Error(`${plot.title}: expected points, got none`);
  const x = scaleFor(
    points.map(([x]) => x),
    plot.x.isLog,
  );
  const tight: Scale = plot.x.isLog
    ? { ...x, min: Math.min(...points.map(([x]) => x)) / 1.15, max: Math.max(...points.map(([x]) => x)) * 1.15 }
    : x;
  const y = scaleFor(
    points.map(([, y]) => y),
    plot.y.isLog,
  );
  return document(FRAME, plot.title, plot.description, [
    ...grid(plot, tight, y),
    ...plot.lines.flatMap((each, index) => drawLine(each, index, tight, y)),
    ...names(plot.lines, y),
  ]);
}

function grid({ x, y }: LinePlot, xScale: Scale, yScale: Scale): string[] {
  const { width, height, left, right, top, bottom } = FRAME;
  const parts: string[] = [];
  for (const tick of y.ticks ?? ticksOf(yScale, MOST_TICKS)) {
    const at = yOf(tick, yScale);
    parts.push(line(left, at, width - right, at, "class='grid'"));
    parts.push(text(left - 8, at + 4, y.format(tick), "text-anchor='end' class='soft'"));
  }
  for (const tick of x.ticks ?? ticksOf(xScale, MOST_TICKS)) {
    const at = xOf(tick, xScale);
    parts.push(line(at, top, at, height - bottom, "class='grid'"));
    parts.push(text(at, height - bottom + 18, x.format(tick), "text-anchor='middle' class='soft'"));
  }
  const middle = (left + width - right) / 2;
  parts.push(line(left, height - bottom, width - right, height - bottom, "class='axis'"));
  parts.push(text(middle, height - 16, x.title, "text-anchor='middle' class='ink'"));
  const turned = `transform='rotate(-90 18 ${(top + height - bottom) / 2})' text-anchor='middle' class='ink'`;
  parts.push(text(18, (top + height - bottom) / 2, y.title, turned));
  return parts;
}

function drawLine({ points, isOurs, isDashed }: PlotLine, index: number, x: Scale, y: Scale): string[] {
  const places = points.map(([px, py]) => [xOf(px, x), yOf(py, y)] as const);
  const path = places.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${fixed(px)} ${fixed(py)}`).join('');
  const dash = isDashed ? " stroke-dasharray='5 5'" : '';
  const drawn = `<path d='${path}' fill='none' ${strokeOf(index)} stroke-width='${isOurs ? 3.5 : 1.8}'${dash}/>`;
  return [drawn, ...(isDashed ? [] : places.map(([px, py]) => mark(px, py, index)))];
}

function mark(x: number, y: number, index: number): string {
  const size = 4.5;
  const colour = fillOf(index);
  switch (MARKS[index % MARKS.length]!) {
    case 'circle':
      return `<circle cx='${fixed(x)}' cy='${fixed(y)}' r='${size}' ${colour}/>`;
    case 'square':
      return `<rect x='${fixed(x - size)}' y='${fixed(y - size)}' width='${size * 2}' height='${size * 2}' ${colour}/>`;
    case 'triangle':
      return `<path d='M${fixed(x)} ${fixed(y - size)}l${size} ${size * 2}h${-size * 2}z' ${colour}/>`;
    case 'diamond':
      return `<path d='M${fixed(x)} ${fixed(y - size * 1.2)}l${size} ${size * 1.2}l${-size} ${size * 1.2}l${-size} ${-size * 1.2}z' ${colour}/>`;
  }
}

/** Each at the end of its line, or as near as the others leave room. */
function names(lines: readonly PlotLine[], y: Scale): string[] {
  const x = FRAME.width - FRAME.right + 30;
  const wanted = lines
    .map(({ name, points, isOurs, isDashed }, index) => ({
      name,
      isOurs,
      isDashed,
      index,
      at: yOf(points.at(-1)?.[1] ?? y.min, y),
    }))
    .sort((a, b) => a.at - b.at);
  const lowest = FRAME.height - FRAME.bottom + 20 - NAME_HEIGHT * wanted.length;
  let next = FRAME.top;
  return wanted.flatMap(({ name, isOurs, isDashed, index, at }, place) => {
    const row = Math.min(Math.max(at, next), lowest + NAME_HEIGHT * place);
    next = row + NAME_HEIGHT;
    const weight = isOurs ? " font-weight='bold'" : '';
    return [isDashed ? '' : mark(x - 10, row, index), text(x, row + 4, name, `${fillOf(index)}${weight}`)];
  });
}

function xOf(value: number, scale: Scale): number {
  return FRAME.left + placeOf(value, scale) * (FRAME.width - FRAME.right - FRAME.left);
}

function yOf(value: number, scale: Scale): number {
  return FRAME.height - FRAME.bottom - placeOf(value, scale) * (FRAME.height - FRAME.bottom - FRAME.top);
}
