/** Where a pattern may start, in bytes of one object. */

import { OFFSET_RULE_WORDS } from '../layout.ts';
import type { ObjectFacts } from './object.ts';

/** Starts [start, end); empty when the rule matches nowhere in this object. */
export interface Region {
  readonly start: number;
  readonly end: number;
}
const NOWHERE: Region = { start: 0, end: 0 };

/** @param rules the image's rules @param index number of the rule */
export function regionOf(rules: Int32Array, index: number, size: number, facts: ObjectFacts): Region {
  if (index === 0) return { start: 0, end: size };
  const at = index * OFFSET_RULE_WORDS;
  const section = rules[at + 2]!;
  if (rules[at] === 2) {
    const found = facts.executable?.sections[section];
    return found ? { start: found.offset, end: Math.min(size, found.offset + found.size) } : NOWHERE;
  }
  const base = baseOffset(rules[at + 1]!, section, size, facts);
  if (base === undefined) return NOWHERE;
  const offset = (rules[at + 3]! >>> 0) + rules[at + 4]! * 2 ** 32;
  const start = base + offset;
  // A place before the object's first byte is none, even when the shift reaches into it.
  if (start < 0) return NOWHERE;
  // The greatest stands for all that are greater: no object is so long that it matters where it ends.
  const shift = rules[at + 5]! >>> 0;
  const end = shift === 0xffffffff ? size : start + shift + 1;
  return { start, end: Math.max(start, Math.min(size, end)) };
}

function baseOffset(base: number, section: number, size: number, facts: ObjectFacts): number | undefined {
  switch (base) {
    case 0:
      return 0;
    case 1:
      return size;
    case 2:
      return facts.executable?.entryPoint;
    case 3:
      return facts.executable?.sections[section]?.offset;
    default:
      return facts.executable?.sections.at(-1)?.offset;
  }
}
