/**
 * What a regular expression of ldb means: its text told to JavaScript's own RegExp, construct by construct, where PCRE2 and JavaScript differ.
 *
 * Bytes are characters below 256. Knows the constructs of grammar-regex.ts and no others. Source: ClamAV manual, PCRE subsignatures; pcre2pattern(3).
 */

/** What a regular expression is searched in. */
export interface TwinSubject {
  readonly bytes: Uint8Array;
  /** A match begins there at the latest. */
  readonly lastStart: number;
}

const DIGITS = '0-9';
const WORDS = '0-9A-Za-z_';
const SPACES = '\\t-\\r ';
const CLASSES: Readonly<Record<string, string>> = {
  d: `[${DIGITS}]`,
  D: `[^${DIGITS}]`,
  w: `[${WORDS}]`,
  W: `[^${WORDS}]`,
  s: `[${SPACES}]`,
  S: `[^${SPACES}]`,
};
const START = '(?<![^])';
const END = '(?![^])';
/** A line feed that ends the subject is not in it. */
const LAST_LINE = '(?=\\n?(?![^]))';

/** @returns how often the expression is there: with `g` one match behind the other, else once */
export function regexCount(source: string, flags: string, { bytes, lastStart }: TwinSubject): number {
  const expression = new RegExp(translated(source, flags), flags.includes('i') ? 'iy' : 'y');
  const text = Buffer.from(bytes).toString('latin1');
  let count = 0;
  for (let at = 0; at <= Math.min(lastStart, text.length); ) {
    expression.lastIndex = at;
    const found = expression.exec(text);
    if (found) {
      count++;
      if (!flags.includes('g')) break;
      if (found[0].length === 0) throw new Error(`twin: expected an expression that matches something, got ${source}`);
    } else if (flags.includes('A')) break;
    at += found ? found[0].length : 1;
  }
  return count;
}

/** The same expression in JavaScript's words. */
function translated(source: string, flags: string): string {
  let text = '';
  for (let at = 0; at < source.length; ) {
    const token = /\\x[0-9a-fA-F]{2}|\\.|\[\^?(?:\\x[0-9a-fA-F]{2}|\\.|[^\]])*\]|\{\d+(?:,\d*)?\}|\(\?:|./sy;
    token.lastIndex = at;
    const [piece] = token.exec(source)!;
    at += piece.length;
    if (flags.includes('x') && /^\s$/.test(piece)) continue;
    text += translatedPiece(piece, flags);
    const isQuantifier = /^(?:[?*+]|\{.*\})$/.test(piece);
    if (!isQuantifier) continue;
    // U turns greedy and lazy about.
    const isLazy = source[at] === '?';
    if (isLazy) at++;
    if (isLazy !== flags.includes('U')) text += '?';
  }
  return text;
}

function translatedPiece(piece: string, flags: string): string {
  const isLines = flags.includes('m');
  switch (piece) {
    case '.':
      return flags.includes('s') ? '[^]' : '[^\\n]';
    case '^':
      // Behind a line feed that ends the subject no line begins.
      return isLines ? `(?:${START}|(?<=\\n)(?=[^]))` : START;
    case '$':
      if (isLines) return `(?:(?=\\n)|${END})`;
      return flags.includes('E') ? END : LAST_LINE;
    case '\\A':
      return START;
    case '\\z':
      return END;
    case '\\Z':
      return LAST_LINE;
  }
  return (piece[0] === '\\' && piece.length === 2 && CLASSES[piece[1]!]) || piece;
}
