/**
 * Signatures that no object can match because their patterns want different bytes at one place, or one pattern more often than there are places for it.
 *
 * Each way in which the logic can hold is tried; only bytes at a certain distance from a certain place are compared, so what is shown is so for every object.
 */
import type { BodySignature, BytesPattern, Condition, PatternElement } from '../../native-free-engine/index.ts';
import { TARGET } from '../../native-free-engine/index.ts';

/** A pattern that must be there, and how often at least. */
interface Need {
  readonly pattern: number;
  readonly count: number;
}
interface Byte {
  readonly value: number;
  readonly mask: number;
  /** Who wants it. */
  readonly by: string;
}

/** More ways than this prove nothing: they are not all tried. */
const MAX_WAYS = 64;
/** What an object of a target has near its start, and where that begins. */
const MAGIC: ReadonlyMap<number, { readonly at: number; readonly text: string }> = new Map([
  [TARGET.pe, { at: 0, text: 'MZ' }],
  [TARGET.elf, { at: 0, text: '\x7fELF' }],
  // FWS, CWS or ZWS.
  [TARGET.swf, { at: 1, text: 'WS' }],
]);

/** @returns the contradiction of the first way; undefined when something may match, as far as this can tell */
export function whyPlacesExclude(signature: BodySignature): string | undefined {
  const ways = waysOf(signature.condition);
  if (ways.length === 0 || ways.length > MAX_WAYS) return undefined;
  const reasons = ways.map((needs) => contradictionIn(signature, needs));
  return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
}

/** Each list is one way to hold; what is not understood needs nothing. */
function waysOf(condition: Condition): readonly (readonly Need[])[] {
  switch (condition.kind) {
    case 'match':
      return [[{ pattern: condition.pattern, count: 1 }]];
    case 'and':
      return condition.of.reduce<readonly (readonly Need[])[]>(
        (ways, part) =>
          ways.length > MAX_WAYS ? ways : ways.flatMap((way) => waysOf(part).map((other) => [...way, ...other])),
        [[]],
      );
    case 'or':
      return condition.of.flatMap(waysOf);
    case 'count': {
      const count = condition.comparison === 'greater' ? condition.count + 1 : condition.count;
      if (condition.comparison === 'less' || count === 0) return [[]];
      if (condition.of.kind === 'match') return [[{ pattern: condition.of.pattern, count }]];
      return condition.of.kind === 'or' ? waysOf(condition.of) : [[]];
    }
    default:
      return [[]];
  }
}

function contradictionIn({ patterns, target }: BodySignature, needs: readonly Need[]): string | undefined {
  const wanted = new Map<string, Byte>();
  const magic = MAGIC.get(target);
  for (const [i, char] of [...(magic?.text ?? '')].entries()) {
    const byte = { value: char.charCodeAt(0), mask: 0xff, by: 'the target' };
    wanted.set(placeName('start', 0, magic!.at + i), byte);
  }
  for (const { pattern: index, count } of needs) {
    const pattern = patterns[index];
    if (pattern?.kind !== 'bytes' || pattern.offset.kind !== 'at' || pattern.offset.shift !== 0) continue;
    const { base, section, offset } = pattern.offset;
    const { bytes, isWhole } = leadingBytes(pattern);
    if (count > 1 && isWhole) return `pattern ${index} lies at one place only, and is wanted ${count} times`;
    for (const { at, value, mask } of bytes) {
      const place = placeName(base, section, offset + at);
      const other = wanted.get(place);
      if (other !== undefined && ((other.value ^ value) & other.mask & mask) !== 0) {
        return `${other.by} has ${hex(other.value)} at ${place}, pattern ${index} ${hex(value)}`;
      }
      wanted.set(place, { value, mask, by: `pattern ${index}` });
    }
  }
  return undefined;
}

interface Leading {
  readonly bytes: readonly { readonly at: number; readonly value: number; readonly mask: number }[];
  /** Nothing of variable length follows. */
  readonly isWhole: boolean;
}

/** The bytes that lie at a fixed distance from the start. */
function leadingBytes({ elements, noCase, wide, ascii }: BytesPattern): Leading {
  // Two forms: neither is certain.
  if (wide && ascii) return { bytes: [], isWhole: false };
  const bytes: { at: number; value: number; mask: number }[] = [];
  let at = 0;
  for (const element of elements) {
    if (element.kind === 'bytes') {
      for (const [i, value] of element.values.entries()) {
        const mask = element.masks[i]!;
        bytes.push({ at, value, mask: noCase && isLetter(value) ? mask & ~0x20 : mask });
        at++;
        if (wide) bytes.push({ at: at++, value: 0, mask: 0xff });
      }
      continue;
    }
    const length = fixedLength(element, wide);
    if (length === undefined) return { bytes, isWhole: false };
    at += length;
  }
  return { bytes, isWhole: true };
}

/** @returns undefined when it varies */
function fixedLength(element: PatternElement, wide: boolean): number | undefined {
  switch (element.kind) {
    case 'bytes':
      return element.values.length * (wide ? 2 : 1);
    case 'gap':
      return element.min === element.max ? element.min : undefined;
    case 'boundary':
      return element.consumes ? undefined : 0;
    case 'alternatives': {
      const lengths = element.options.map((option) => {
        const parts = option.map((each) => fixedLength(each, wide));
        return parts.includes(undefined) ? undefined : parts.reduce<number>((sum, part) => sum + part!, 0);
      });
      return lengths.every((length) => length === lengths[0]) ? lengths[0] : undefined;
    }
  }
}

const BASE_NAMES = { start: '', end: 'EOF', entryPoint: 'EP', section: 'S', lastSection: 'SL' } as const;

function placeName(base: keyof typeof BASE_NAMES, section: number, offset: number): string {
  const number = base === 'section' ? String(section) : '';
  return base === 'start' ? `byte ${offset}` : `${BASE_NAMES[base]}${number}${offset < 0 ? '' : '+'}${offset}`;
}

function isLetter(value: number): boolean {
  return (value | 0x20) >= 0x61 && (value | 0x20) <= 0x7a;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}
