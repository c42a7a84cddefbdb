/**
 * Byte patterns in the first bytes of an object, without the machinery of a scan.
 *
 * All places where a pattern can have come so far are carried along together, so that the time is the length of the pattern times that of the head, whatever
 * gaps and alternatives it has.
 */
import { isBoundaryByte, type PatternElement } from '../../native-free-engine/index.ts';

type Bytes = Extract<PatternElement, { kind: 'bytes' }>;
type Alternatives = Extract<PatternElement, { kind: 'alternatives' }>;
type Boundary = Extract<PatternElement, { kind: 'boundary' }>;

/** Whether the bytes lie at that place of the head, to their last. */
export function matchesAt({ values, masks }: Bytes, head: Uint8Array, offset: number): boolean {
  if (offset + values.length > head.length) return false;
  for (let i = 0; i < values.length; i += 1) if ((head[offset + i] & masks[i]) !== values[i]) return false;
  return true;
}

/**
 * Where the elements, one behind the other, end.
 *
 * @param starts 1 at the offsets where the first may begin; `head.length + 1` of them
 * @returns the same form
 */
export function endsOf(elements: readonly PatternElement[], head: Uint8Array, starts: Uint8Array): Uint8Array {
  let places = starts;
  for (const [i, element] of elements.entries()) {
    // All that is left is in vain.
    if (!places.includes(1)) return places;
    if (element.kind === 'boundary') places = behindBoundary(element, isFirst(elements, i), head, places);
    else places = endsOfOne(element, head, places);
  }
  return places;
}

/** Whether a part begins with it, so that a boundary there looks at the byte in front. */
function isFirst(elements: readonly PatternElement[], i: number): boolean {
  const before = elements[i - 1];
  return before === undefined || (before.kind === 'gap' && before.min !== before.max);
}

function endsOfOne(element: Exclude<PatternElement, Boundary>, head: Uint8Array, starts: Uint8Array): Uint8Array {
  switch (element.kind) {
    case 'bytes':
      return behindBytes(element, head, starts);
    case 'gap':
      return behindGap(element.min, element.max, starts);
    case 'alternatives':
      return behindAlternatives(element, head, starts);
  }
}

/** Start and end of the head are boundaries of each kind. */
function behindBoundary(element: Boundary, isStart: boolean, head: Uint8Array, starts: Uint8Array): Uint8Array {
  const { boundary, consumes, negated } = element;
  const ends = new Uint8Array(starts.length);
  for (let at = starts.indexOf(1); at >= 0; at = starts.indexOf(1, at + 1)) {
    const byte = head[isStart && !consumes ? at - 1 : at];
    if (byte === undefined) {
      if (!consumes && !negated) ends[at] = 1;
      continue;
    }
    const side = consumes ? 'inside' : isStart ? 'before' : 'after';
    if (isBoundaryByte(boundary, byte, side) !== negated) ends[consumes ? at + 1 : at] = 1;
  }
  return ends;
}

function behindBytes(element: Bytes, head: Uint8Array, starts: Uint8Array): Uint8Array {
  const { length } = element.values;
  const ends = new Uint8Array(starts.length);
  for (let at = 0; at + length < ends.length; at += 1) {
    if (starts[at] === 1 && matchesAt(element, head, at)) ends[at + length] = 1;
  }
  return ends;
}

function behindGap(min: number, max: number, starts: Uint8Array): Uint8Array {
  const ends = new Uint8Array(starts.length);
  // The last start that is at least `min` before the place is the one that is nearest.
  let nearest = -1;
  for (let at = min; at < ends.length; at += 1) {
    if (starts[at - min] === 1) nearest = at - min;
    if (nearest >= 0 && at - nearest <= max) ends[at] = 1;
  }
  return ends;
}

function behindAlternatives({ options, negated }: Alternatives, head: Uint8Array, starts: Uint8Array): Uint8Array {
  if (negated) return behindNone(options, head, starts);
  const ends = new Uint8Array(starts.length);
  for (const option of options) {
    const found = endsOf(option, head, starts);
    for (let at = found.indexOf(1); at >= 0; at = found.indexOf(1, at + 1)) ends[at] = 1;
  }
  return ends;
}

/** Options of one length: what ends where none of them does. */
function behindNone(options: Alternatives['options'], head: Uint8Array, starts: Uint8Array): Uint8Array {
  const length = lengthOf(options[0] ?? []);
  const ends = new Uint8Array(starts.length);
  ends.set(starts.subarray(0, Math.max(0, starts.length - length)), Math.min(length, starts.length));
  for (const option of options) {
    const found = endsOf(option, head, starts);
    for (let at = found.indexOf(1); at >= 0; at = found.indexOf(1, at + 1)) ends[at] = 0;
  }
  return ends;
}

function lengthOf(elements: readonly PatternElement[]): number {
  return elements.reduce((sum, element) => sum + (element.kind === 'bytes' ? element.values.length : 0), 0);
}
