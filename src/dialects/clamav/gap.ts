/** Gaps of body patterns: `{n}`, `{n-m}`, `{-n}`, `{n-}` and `[n-m]`. */
import type { Line } from './line.ts';
import { readDecimal } from './tokens.ts';

const MINUS = 0x2d;
const CLOSE_BRACKET = 0x5d;
const CLOSE_BRACE = 0x7d;

/** Longest fixed gap that does not cut a pattern into parts: ClamAV writes it out as `??`. */
export const LONGEST_INLINE_GAP = 127;

/** Longest gap in brackets. */
export const BRACKET_MAX = 32;
// No number of a gap needs more; a brace that is never closed must not cost a look at the rest of a 10 MB line, again and again.
const GAP_CHARACTERS = 40;

/** Bytes that a pattern skips; `max` may be Infinity. */
export interface Gap {
  readonly min: number;
  readonly max: number;
}

/** A gap as it is written. */
export interface WrittenGap extends Gap {
  /** One number, not a range. */
  readonly fixed: boolean;
  /** Offset behind the closing brace or bracket. */
  readonly end: number;
}

/**
 * The gap whose brace is at `at`. A maximum of 0, or none, is no maximum: `{0}` is the same as `*`.
 *
 * @returns undefined when the line is refused
 */
export function readGap(line: Line, at: number, end: number): WrittenGap | undefined {
  const gap = readRange(line, at, end, CLOSE_BRACE, '}');
  if (gap === undefined) return undefined;
  const max = gap.max === 0 ? Number.POSITIVE_INFINITY : gap.max;
  if (gap.min > max) return line.refuse('malformed', at, `gap: expected min <= max, got ${line.quote(at, gap.end)}`);
  return { min: gap.min, max, fixed: gap.fixed && gap.max !== 0, end: gap.end };
}

/**
 * The gap whose bracket is at `at`.
 *
 * @returns undefined when the line is refused
 */
export function readBracketGap(line: Line, at: number, end: number): WrittenGap | undefined {
  const gap = readRange(line, at, end, CLOSE_BRACKET, ']');
  if (gap === undefined) return undefined;
  if (gap.min > gap.max || gap.max > BRACKET_MAX) {
    const got = line.quote(at, gap.end);
    return line.refuse('malformed', at, `gap: expected [n-m], 0 <= n <= m <= ${BRACKET_MAX}, got ${got}`);
  }
  return gap;
}

/** A missing minimum or maximum is 0 here. */
function readRange(line: Line, at: number, end: number, close: number, closeText: string): WrittenGap | undefined {
  const { bytes } = line;
  const limit = Math.min(end, at + GAP_CHARACTERS);
  let closing = at + 1;
  let minus = -1;
  for (; closing < limit && bytes[closing] !== close; closing++) {
    if (bytes[closing] === MINUS && minus < 0) minus = closing;
  }
  if (closing === limit) return line.refuse('malformed', at, `gap: expected a closing ${closeText}`);
  const fixed = minus < 0;
  const min = minus === at + 1 ? 0 : readDecimal(bytes, at + 1, fixed ? closing : minus);
  const max = fixed ? min : minus + 1 === closing ? 0 : readDecimal(bytes, minus + 1, closing);
  if (min < 0 || max < 0) {
    return line.refuse('malformed', at, `gap: expected numbers, got ${line.quote(at, closing + 1)}`);
  }
  return { min, max, fixed, end: closing + 1 };
}
