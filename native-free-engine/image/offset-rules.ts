/** Offset rules as words of the image. */

import { MOVABLE } from '../layout.ts';
import type { OffsetRule, Pattern } from '../signature.ts';

const OFFSET_BASE = { start: 0, end: 1, entryPoint: 2, section: 3, lastSection: 4 } as const;

/** Where a pattern may lie; what hangs on another pattern has no rule of its own. */
export function ruleOf(pattern: Pattern): OffsetRule {
  return pattern.kind === 'bytes' || pattern.kind === 'regex' ? pattern.offset : { kind: 'any' };
}

/** kind 0 any, 1 at, 2 section, 3 version information; base, section, offset as two words, shift. */
export function encodeRule(rule: OffsetRule): number[] {
  if (rule.kind === 'any') return [0, 0, 0, 0, 0, 0];
  if (rule.kind === 'section') return [2, 0, rule.section, 0, 0, 0];
  if (rule.kind === 'versionInfo') return [3, 0, 0, 0, 0, 0];
  const shift = Math.min(rule.shift, 0xffffffff);
  return [1, OFFSET_BASE[rule.base], rule.section, rule.offset | 0, Math.floor(rule.offset / 2 ** 32) | 0, shift];
}

/** Where an anchor lies in every object; MOVABLE when that depends on the object, or is one of several places. */
export function fixedPlace(rule: OffsetRule, delta: number): number {
  if (rule.kind !== 'at' || rule.base !== 'start' || rule.shift !== 0 || rule.offset < 0) return MOVABLE;
  return Math.min(rule.offset + delta, MOVABLE);
}
