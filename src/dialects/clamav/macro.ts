/**
 * Macro groups: patterns that many signatures share.
 *
 * A member of a group is an ndb line with the offset `$n$`; it detects nothing by itself. A subsignature `${min-max}n$` of ldb holds where some member of group n
 * lies min … max bytes behind the start of the subsignature before it. Source: ClamAV manual, Logical signatures, Macro subsignatures.
 */
import { type MacroPattern, SIGNATURE_LIMITS } from '../../../native-free-engine/index.ts';
import type { Line } from './line.ts';
import { readDecimal } from './tokens.ts';

const DOLLAR = 0x24;
const MINUS = 0x2d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Longer than any macro: a hostile one must not cost a look at all of its line. */
const MACRO_CHARACTERS = 48;

/**
 * The group in an offset `$n$`, bytes [start, end).
 *
 * @returns undefined when the line is refused
 */
export function readMacroGroup(line: Line, start: number, end: number): number | undefined {
  const isClosed = end - start > 2 && line.bytes[end - 1] === DOLLAR;
  const group = isClosed ? readDecimal(line.bytes, start + 1, end - 1) : -1;
  if (group >= 0 && group < SIGNATURE_LIMITS.macroGroups) return group;
  if (group >= 0) return refuseGroup(line, start, group);
  return line.refuse('malformed', start, `offset: expected $n$, got ${line.quote(start, end)}`);
}

/**
 * The subsignature `${min-max}n$` in bytes [start, end).
 *
 * @returns undefined when the line is refused
 */
export function readMacro(line: Line, start: number, end: number): MacroPattern | undefined {
  const { bytes } = line;
  const limit = Math.min(end, start + MACRO_CHARACTERS);
  const close = indexOf(bytes, CLOSE, start, limit);
  const minus = indexOf(bytes, MINUS, start, close);
  const isMacro = bytes[start + 1] === OPEN && close < limit && bytes[end - 1] === DOLLAR && close < end - 2;
  const min = isMacro ? readDecimal(bytes, start + 2, minus) : -1;
  const max = isMacro ? readDecimal(bytes, minus + 1, close) : -1;
  const group = isMacro ? readDecimal(bytes, close + 1, end - 1) : -1;
  if (min < 0 || max < min || group < 0) {
    return line.refuse('malformed', start, `macro: expected \${min-max}group$, got ${line.quote(start, end)}`);
  }
  if (group >= SIGNATURE_LIMITS.macroGroups) return refuseGroup(line, close + 1, group);
  return { kind: 'macro', group, range: { min, max } };
}

function refuseGroup(line: Line, at: number, group: number): undefined {
  const { macroGroups } = SIGNATURE_LIMITS;
  return line.refuse('limit', at, `macro: expected a group below macroGroups = ${macroGroups}, got ${group}`);
}

/** Offset of `byte` in [start, end), or `end`. */
function indexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === byte) return at;
  return end;
}
