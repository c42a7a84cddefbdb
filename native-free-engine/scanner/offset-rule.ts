/** Where a pattern may start, in bytes of one object. */

import { OFFSET_RULE_WORDS } from '../layout.ts';
import type { RegexFlags } from '../regex/flags.ts';
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
  const start = startOf(rules, index, size, facts);
  // A place before the object's first byte is none, even when the shift reaches into it.
  if (start === undefined || start < 0) return NOWHERE;
  // The greatest stands for all that are greater: no object is so long that it matters where it ends.
  const shift = rules[at + 5]! >>> 0;
  const end = shift === 0xffffffff ? size : start + shift + 1;
  return { start, end: Math.max(start, Math.min(size, end)) };
}

/** What a regular expression is searched in: bytes [start, start + size) of the object, which for it are all there is. */
export interface Subject {
  readonly start: number;
  readonly size: number;
  /** Where a match may begin at the latest, from `start`; Infinity for anywhere. */
  readonly lastStart: number;
}

/**
 * The subject of a regular expression. With an offset it begins there, so `^` and `\A` hold at that place; a match must begin there too, or within the
 * shift behind it.
 *
 * `r`: without a shift a match may begin anywhere behind the offset. `e`: the subject ends with the shift. A section is an offset with a shift of the
 * section's size.
 *
 * @returns undefined when there is none in this object
 */
export function subjectOf(
  rules: Int32Array,
  index: number,
  size: number,
  facts: ObjectFacts,
  { rolling, encompass }: RegexFlags,
): Subject | undefined {
  if (index === 0) return { start: 0, size, lastStart: Number.POSITIVE_INFINITY };
  const start = startOf(rules, index, size, facts);
  if (start === undefined || start < 0 || start >= size) return undefined;
  const at = index * OFFSET_RULE_WORDS;
  const shift = rules[at] === 2 ? facts.executable!.sections[rules[at + 2]!]!.size : rules[at + 5]! >>> 0;
  const rest = size - start;
  if (shift === 0) return { start, size: rest, lastStart: rolling ? Number.POSITIVE_INFINITY : 0 };
  if (encompass) return { start, size: Math.min(shift, rest), lastStart: Number.POSITIVE_INFINITY };
  return { start, size: rest, lastStart: shift };
}

/** Where the rule's first start lies; undefined when the object has no such part. */
function startOf(rules: Int32Array, index: number, size: number, facts: ObjectFacts): number | undefined {
  const at = index * OFFSET_RULE_WORDS;
  const section = rules[at + 2]!;
  if (rules[at] === 2) return facts.executable?.sections[section]?.offset;
  const base = baseOffset(rules[at + 1]!, section, size, facts);
  return base === undefined ? undefined : base + (rules[at + 3]! >>> 0) + rules[at + 4]! * 2 ** 32;
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
