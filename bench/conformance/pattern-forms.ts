/**
 * What deviations.ts asks of byte patterns and of objects.
 */
import type { BytesPattern, PatternElement } from '../../native-free-engine/index.ts';

/** Starts of one part that clamscan remembers. */
const REMEMBERED = 8;

/** The pieces between gaps of variable length. */
export function partsOf(elements: readonly PatternElement[]): PatternElement[][] {
  const parts: PatternElement[][] = [[]];
  for (const element of elements) {
    if (element.kind === 'gap') parts.push([]);
    else parts.at(-1)!.push(element);
  }
  return parts;
}

/** Options of different lengths. */
export function isUneven(element: PatternElement): boolean {
  if (element.kind !== 'alternatives') return false;
  const lengths = element.options.map((option) =>
    option.reduce((sum, each) => sum + (each.kind === 'bytes' ? each.values.length : Number.NaN), 0),
  );
  // NaN is not equal to itself: options with groups in them count as uneven.
  return lengths.some((length) => length !== lengths[0]);
}

/** Whether a part of a pattern with gaps lies in the object more often than clamscan remembers, by its longest literal. */
export function hasManyCandidates({ elements, noCase, wide }: BytesPattern, bytes: Uint8Array): boolean {
  const parts = partsOf(elements);
  if (parts.length < 2) return false;
  const text = (some: Uint8Array): string => {
    const latin1 = Buffer.from(some.buffer, some.byteOffset, some.length).toString('latin1');
    return noCase ? latin1.toLowerCase() : latin1;
  };
  const haystack = text(bytes);
  return parts.some((part) => {
    const literal = text(longestLiteral(part));
    const forms = wide ? [literal, [...literal].map((each) => `${each}\0`).join('')] : [literal];
    return literal !== '' && forms.some((form) => occurrences(haystack, form) > REMEMBERED);
  });
}

function longestLiteral(part: readonly PatternElement[]): Uint8Array {
  let longest = new Uint8Array();
  for (const element of part) {
    if (element.kind !== 'bytes') continue;
    for (let start = 0, at = 0; at <= element.values.length; at++) {
      if (at < element.values.length && element.masks[at] === 0xff) continue;
      if (at - start > longest.length) longest = element.values.slice(start, at);
      start = at + 1;
    }
  }
  return longest;
}

function occurrences(haystack: string, needle: string): number {
  let count = 0;
  for (let at = haystack.indexOf(needle); at >= 0 && count <= REMEMBERED; at = haystack.indexOf(needle, at + 1))
    count++;
  return count;
}

/** Of a PE file: the field of its optional header is not 0. */
export function hasEntryPoint(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 0x40) return false;
  const field = view.getUint32(0x3c, true) + 0x28;
  return field + 4 <= bytes.length && view.getUint32(field, true) !== 0;
}
