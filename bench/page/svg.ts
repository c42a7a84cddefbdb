/** Pieces of SVG that every plot is made of. Colours are classes: the plot brings a page of its own, light or dark as the reader's system is. */

const FONT = "font-family='Helvetica, Arial, sans-serif'";
/** Ours is the first. Distinguishable without seeing colours by the marks beside them (after Okabe & Ito 2008). */
const LIGHT = [
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
/** The same hues, bright enough for a dark page. */
const DARK = [
  '#ff8c42',
  '#5aaeea',
  '#9ad6f7',
  '#33cfa0',
  '#a0e6cd',
  '#d9b43a',
  '#e6a8cc',
  '#a6a6a6',
  '#f2f2f2',
] as const;

interface Inks {
  readonly page: string;
  readonly ink: string;
  readonly soft: string;
  readonly grid: string;
  readonly colours: readonly string[];
}

const STYLE = [
  ...rulesOf({ page: '#ffffff', ink: '#222222', soft: '#555555', grid: '#dddddd', colours: LIGHT }),
  '@media (prefers-color-scheme: dark) {',
  ...rulesOf({ page: '#0d1117', ink: '#e6edf3', soft: '#9da7b1', grid: '#2d333b', colours: DARK }),
  '}',
].join('\n');

/** A series' colour as the class of an area or a text. */
export function fillOf(index: number): string {
  return `class='f${index % LIGHT.length}'`;
}

/** … and of a line. */
export function strokeOf(index: number): string {
  return `class='s${index % LIGHT.length}'`;
}

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

/** @param description stands below the title, and is what somebody hears who does not see the plot */
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
    `<style>\n${STYLE}\n</style>`,
    `<rect width='${width}' height='${height}' class='page'/>`,
    text(16, 26, title, "font-size='17' font-weight='bold' class='ink'"),
    text(16, 44, description, "font-size='12' class='soft'"),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function rulesOf({ page, ink, soft, grid, colours }: Inks): string[] {
  return [
    `.page{fill:${page}} .ink{fill:${ink}} .soft{fill:${soft}} .grid{stroke:${grid}} .axis{stroke:${soft}}`,
    colours.map((colour, i) => `.f${i}{fill:${colour}} .s${i}{stroke:${colour}}`).join(' '),
  ];
}
