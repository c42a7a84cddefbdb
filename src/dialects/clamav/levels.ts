/**
 * Functionality levels: one growing integer for each release of ClamAV, by which a signature says which engines it is for.
 *
 * Source: ClamAV manual, Versions & Functionality Levels.
 */
import type { Range } from '../../../native-free-engine/index.ts';
import type { Line } from './line.ts';
import { readDecimal } from './tokens.ts';

/** The level that this engine stands for: what it can do is what the 1.4 releases of ClamAV do. */
export const CLAMAV_FUNCTIONALITY_LEVEL = 214;

/** From this level on ClamAV takes hashes without a size. */
export const SIZELESS_HASH_LEVEL = 73;

const LEVELS_FROM: Range[] = [];

/** Of a signature that names no levels. */
export const EVERY_LEVEL: Range = { min: 0, max: Number.POSITIVE_INFINITY };

/**
 * The level fields that end the lines of most formats: `[:min[:max]]`, beginning with field `first`; an empty one says nothing.
 *
 * @returns undefined when the line is refused
 */
export function readLevels(line: Line, first: number): Range | undefined {
  if (line.fields <= first) return EVERY_LEVEL;
  const min = readLevel(line, first, 0);
  if (min === undefined) return undefined;
  const max = line.fields > first + 1 ? readLevel(line, first + 1, Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  if (max === undefined) return undefined;
  if (max === Number.POSITIVE_INFINITY && min <= CLAMAV_FUNCTIONALITY_LEVEL) return levelsFrom(min);
  return acceptLevels(line, line.fieldStart(first), { min, max });
}

/** Most ranges name a lowest level only, and few different ones: they are shared. */
function levelsFrom(min: number): Range {
  LEVELS_FROM[min] ??= { min, max: Number.POSITIVE_INFINITY };
  return LEVELS_FROM[min];
}

function readLevel(line: Line, field: number, empty: number): number | undefined {
  const start = line.fieldStart(field);
  const end = line.fieldEnd(field);
  if (start === end) return empty;
  const level = readDecimal(line.bytes, start, end);
  if (level >= 0) return level;
  return line.refuse('malformed', start, `level: expected a number, got ${line.quote(start, end)}`);
}

/** The range, or undefined and a refused line when this engine is not in it. */
export function acceptLevels(line: Line, at: number, levels: Range): Range | undefined {
  if (levels.min <= CLAMAV_FUNCTIONALITY_LEVEL && CLAMAV_FUNCTIONALITY_LEVEL <= levels.max) return levels;
  const { min, max } = levels;
  return line.refuse('level', at, `level: this engine stands for ${CLAMAV_FUNCTIONALITY_LEVEL}, got ${min}-${max}`);
}
