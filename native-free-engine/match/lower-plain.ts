/**
 * Lowers the plain patterns: bytes and gaps, nothing else. Nineteen of twenty are, and this way their bytes are copied once, without an object for each.
 *
 * Says the same as lower.ts, which a test holds it to.
 */

import type { BytesPattern } from '../signature.ts';
import { SIGNATURE_LIMITS } from '../signature.ts';
import { EDGE, type Segment, UNBOUNDED, type Variant } from './segment.ts';

/** A fixed gap up to this many bytes is kept inside its segment, as positions that match any byte. */
export const INLINE_GAP = 64;

const NO_CLASSES: ReadonlyMap<number, Uint8Array> = new Map();

/** @returns undefined for a pattern that is not plain, or that a limit refuses: lower.ts has the last word on it */
export function lowerPlain(pattern: BytesPattern): Variant[] | undefined {
  const { elements } = pattern;
  if (elements[0]?.kind !== 'bytes' || elements.at(-1)!.kind !== 'bytes') return undefined;
  if (!elements.every(({ kind }) => kind === 'bytes' || kind === 'gap')) return undefined;
  const forms = !pattern.wide ? [false] : pattern.ascii ? [false, true] : [true];
  const variants = forms.map((wide) => segmentsOf(pattern, wide));
  const isRefused = ({ values, gapMin }: Segment): boolean =>
    values.length > SIGNATURE_LIMITS.segmentBytes || gapMin >= UNBOUNDED;
  return variants.some((variant) => variant.some(isRefused)) ? undefined : variants;
}

function segmentsOf(pattern: BytesPattern, wide: boolean): Segment[] {
  const segments: Segment[] = [];
  let gap = { min: 0, max: 0 };
  let from = 0;
  const { elements } = pattern;
  for (let i = 0; i <= elements.length; i++) {
    const element = elements[i];
    const isInside = element !== undefined && (element.kind === 'bytes' || isInline(element));
    if (isInside) continue;
    if (i > from) {
      segments.push(segmentOf(pattern, from, i, wide, gap));
      gap = { min: 0, max: 0 };
    }
    if (element?.kind === 'gap') gap = { min: gap.min + element.min, max: gap.max + element.max };
    from = i + 1;
  }
  if (!pattern.fullWord) return segments;
  const word = wide ? EDGE.wideWord : EDGE.fullWord;
  const last = segments.length - 1;
  return segments.map((segment, i) => ({
    ...segment,
    before: i === 0 ? word : EDGE.none,
    after: i === last ? word : EDGE.none,
  }));
}

function isInline(element: BytesPattern['elements'][number]): boolean {
  return element.kind === 'gap' && element.min === element.max && element.min <= INLINE_GAP;
}

/** Elements [from, to), which are bytes and short fixed gaps, as one segment. */
function segmentOf(
  pattern: BytesPattern,
  from: number,
  to: number,
  wide: boolean,
  gap: { min: number; max: number },
): Segment {
  let length = 0;
  for (let i = from; i < to; i++) {
    const element = pattern.elements[i]!;
    if (element.kind === 'bytes') length += element.values.length * (wide ? 2 : 1);
    else if (element.kind === 'gap') length += element.min;
  }
  const values = new Uint8Array(length);
  const masks = new Uint8Array(length);
  let at = 0;
  for (let i = from; i < to; i++) {
    const element = pattern.elements[i]!;
    if (element.kind === 'gap') at += element.min;
    if (element.kind !== 'bytes') continue;
    for (let k = 0; k < element.values.length; k++) {
      const value = element.values[k]!;
      const mask = element.masks[k]!;
      const eitherCase = pattern.noCase && mask === 0xff && isLetter(value);
      values[at] = eitherCase ? value & 0xdf : value;
      masks[at] = eitherCase ? 0xdf : mask;
      at++;
      // The NUL behind each character of wide text.
      if (wide) masks[at++] = 0xff;
    }
  }
  return {
    values,
    masks,
    classes: NO_CLASSES,
    nots: [],
    gapMin: gap.min,
    gapMax: gap.max,
    before: EDGE.none,
    after: EDGE.none,
  };
}

/** ASCII letters: those that have two cases. */
export function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
