/** Target types: which files a signature is for. */
import { TARGET, type Target } from '../../../native-free-engine/index.ts';
import type { Line } from './line.ts';
import { readDecimal } from './tokens.ts';

const KNOWN_TARGETS: ReadonlySet<number> = new Set(Object.values(TARGET));

/**
 * The target in bytes [start, end).
 *
 * @returns undefined when the line is refused
 */
export function readTarget(line: Line, start: number, end: number): Target | undefined {
  const target = readDecimal(line.bytes, start, end);
  if (target < 0) return line.refuse('malformed', start, `target: expected a number, got ${line.quote(start, end)}`);
  if (KNOWN_TARGETS.has(target)) return target;
  return line.refuse('unknown-target', start, `target: expected a known type, got ${target}`);
}
