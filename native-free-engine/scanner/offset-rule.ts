/** Where a pattern may start, in bytes of one object. */

import { OFFSET_RULE_WORDS } from '../layout.ts';
import { append, type Intervals } from '../match/intervals.ts';
import type { RegexFlags } from '../regex/flags.ts';
import type { ExecutableFacts, ObjectFacts } from './object.ts';

/** Kinds of rules in the image, see image/offset-rules.ts. */
const SECTION_KIND = 2;
const VERSION_KIND = 3;
/** Places of version information that are looked at: programs have some dozens, a hostile one as many as it likes. */
const MAX_VERSION_PLACES = 65_536;

/** What is asked of an executable once, however many patterns ask. */
const versionPlaces = new WeakMap<ExecutableFacts, Intervals>();

/** Offsets at which a pattern may start; none when the rule matches nowhere in this object. @param rules the image's rules @param index number of the rule */
export function placesAllowed(rules: Int32Array, index: number, size: number, facts: ObjectFacts): Intervals {
  if (index === 0) return [0, size];
  const at = index * OFFSET_RULE_WORDS;
  const section = rules[at + 2]!;
  if (rules[at] === VERSION_KIND) return facts.executable ? versionPlacesOf(facts.executable, size) : [];
  if (rules[at] === SECTION_KIND) {
    const found = facts.executable?.sections[section];
    return found ? between(found.offset, Math.min(size, found.offset + found.size)) : [];
  }
  const start = startOf(rules, index, size, facts);
  // A place before the object's first byte is none, even when the shift reaches into it.
  if (start === undefined || start < 0) return [];
  // The greatest stands for all that are greater: no object is so long that it matters where it ends.
  const shift = rules[at + 5]! >>> 0;
  return between(start, Math.min(size, shift === 0xffffffff ? size : start + shift + 1));
}

function between(start: number, end: number): Intervals {
  return start < end ? [start, end] : [];
}

function versionPlacesOf(executable: ExecutableFacts, size: number): Intervals {
  const known = versionPlaces.get(executable);
  if (known) return known;
  const offsets = (executable.versionInfo?.() ?? []).slice(0, MAX_VERSION_PLACES).filter((at) => at >= 0 && at < size);
  const places: Intervals = [];
  for (const at of [...offsets].sort((a, b) => a - b)) append(places, at, at + 1);
  versionPlaces.set(executable, places);
  return places;
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
  const shift = rules[at] === SECTION_KIND ? facts.executable!.sections[rules[at + 2]!]!.size : rules[at + 5]! >>> 0;
  const rest = size - start;
  if (shift === 0) return { start, size: rest, lastStart: rolling ? Number.POSITIVE_INFINITY : 0 };
  if (encompass) return { start, size: Math.min(shift, rest), lastStart: Number.POSITIVE_INFINITY };
  return { start, size: rest, lastStart: shift };
}

/** Where the rule's first start lies; undefined when the object has no such part. */
function startOf(rules: Int32Array, index: number, size: number, facts: ObjectFacts): number | undefined {
  const at = index * OFFSET_RULE_WORDS;
  const section = rules[at + 2]!;
  if (rules[at] === SECTION_KIND) return facts.executable?.sections[section]?.offset;
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
