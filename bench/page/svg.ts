/** Pieces of SVG that every plot is made of. Colours are readable on white and on dark pages alike: the plot brings its own white. */

export const FONT = "font-family='Helvetica, Arial, sans-serif'";
/** Ours is the first. Distinguishable without seeing colours by the marks beside them (after Okabe & Ito 2008). */
export const COLOURS = [
  '#d55e00',
  '#0072b2',
  '#56b4e9',
  '#009e73',
  '#66c2a5',
  '#8a6d00',
  '#cc79a7',
  '#777777',
  '#000000',
] as const;

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function escaped(text: string): string {
  return text.replace(/[&<>'"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x='${fixed(x)}' y='${fixed(y)}' ${attributes}>${escaped(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: string): string {
  return `<line x1='${fixed(x1)}' y1='${fixed(y1)}' x2='${fixed(x2)}' y2='${fixed(y2)}' ${attributes}/>`;
}

/** A number as short as a plot needs it: the same bytes for the same results. */
export function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** @param description what somebody hears who does not see the plot */
export function document(
  { width, height }: Frame,
  title: string,
  description: string,
  parts: readonly string[],
): string {
  return [
    `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${width} ${height}' width='${width}' height='${height}' role='img' ${FONT} font-size='13'>`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    `<rect width='${width}' height='${height}' fill='white'/>`,
    text(16, 26, title, "font-size='17' font-weight='bold' fill='#222'"),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
