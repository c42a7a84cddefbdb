/**
 * Lowers a byte pattern to variants of segments.
 *
 * Alternatives of one byte become a class of that position; longer ones multiply the pattern out, up to `SIGNATURE_LIMITS.variants`. Case,
 * wide text and full words become masks, NUL bytes and edges, so that the check in segment.ts needs to know none of them.
 */

import { SignatureError } from '../errors.ts';
import type { BytesPattern, PatternElement } from '../signature.ts';
import { SIGNATURE_LIMITS } from '../signature.ts';
import { INLINE_GAP, isLetter, lowerPlain } from './lower-plain.ts';
import { EDGE, EDGE_OF, inBoundary, type Segment, UNBOUNDED, type Variant } from './segment.ts';

type Item =
  // `raw`: not a character of the text, so wide text has no NUL behind it.
  | { readonly kind: 'byte'; readonly value: number; readonly mask: number; readonly raw?: true }
  | { readonly kind: 'class'; readonly bitmap: Uint8Array; readonly negated?: boolean; readonly raw?: true }
  | { readonly kind: 'not'; readonly strings: readonly (readonly Item[])[]; readonly length: number }
  | { readonly kind: 'gap'; readonly min: number; readonly max: number }
  | { readonly kind: 'edge'; readonly edge: number };

const ANY_BYTE: Item = { kind: 'byte', value: 0, mask: 0, raw: true };

/**
 * @returns at least one variant of at least one segment each
 * @throws {SignatureError} `SIGNATURE_LIMIT` when a limit is exceeded, `SIGNATURE_INVALID` when the pattern has no position
 */
export function lowerPattern(pattern: BytesPattern): Variant[] {
  return lowerPlain(pattern) ?? lowerAny(pattern);
}

/** As `lowerPattern`, for every pattern. Exported for the test that holds the plain way to it. */
export function lowerAny(pattern: BytesPattern): Variant[] {
  let sequences = expand(pattern.elements, 0);
  if (pattern.noCase) sequences = sequences.map((sequence) => sequence.map(withoutCase));
  const plain = pattern.wide && !pattern.ascii ? [] : sequences;
  const wide = pattern.wide ? sequences.map(widened) : [];
  limit('variants', plain.length + wide.length, SIGNATURE_LIMITS.variants);
  return [
    ...plain.map((sequence) => toSegments(sequence, pattern.fullWord ? EDGE.fullWord : EDGE.none)),
    ...wide.map((sequence) => toSegments(sequence, pattern.fullWord ? EDGE.wideWord : EDGE.none)),
  ];
}

function limit(what: string, value: number, max: number): void {
  if (value > max)
    throw new SignatureError('SIGNATURE_LIMIT', `pattern: expected at most ${max} ${what}, got ${value}`);
}

/** All item sequences that a list of elements stands for. */
function expand(elements: readonly PatternElement[], depth: number): Item[][] {
  limit('levels of alternatives', depth, SIGNATURE_LIMITS.nesting);
  let sequences: Item[][] = [[]];
  for (const element of elements) {
    const tails = expandElement(element, depth);
    if (tails.length === 1) for (const sequence of sequences) push(sequence, tails[0]!);
    else {
      limit('variants', sequences.length * tails.length, SIGNATURE_LIMITS.variants);
      sequences = sequences.flatMap((sequence) => tails.map((tail) => [...sequence, ...tail]));
    }
  }
  return sequences;
}

function push(sequence: Item[], tail: readonly Item[]): void {
  for (const item of tail) sequence.push(item);
}

function expandElement(element: PatternElement, depth: number): Item[][] {
  switch (element.kind) {
    case 'bytes':
      return [Array.from(element.values, (value, i) => ({ kind: 'byte' as const, value, mask: element.masks[i]! }))];
    case 'gap':
      return [fixedGap(element.min, element.max)];
    case 'boundary': {
      const edge = EDGE_OF[element.boundary] | (element.negated ? EDGE.negated : 0);
      if (!element.consumes) return [[{ kind: 'edge', edge }]];
      const bitmap = bitmapOf((byte) => inBoundary(EDGE_OF[element.boundary], byte, 'inside') !== element.negated);
      return [[{ kind: 'class', bitmap, raw: true }]];
    }
    case 'alternatives':
      return expandAlternatives(element.options, element.negated, depth);
  }
}

function fixedGap(min: number, max: number): Item[] {
  if (min === max && min <= INLINE_GAP) return Array.from({ length: min }, () => ANY_BYTE);
  return [{ kind: 'gap', min, max }];
}

function expandAlternatives(
  options: readonly (readonly PatternElement[])[],
  negated: boolean,
  depth: number,
): Item[][] {
  const expanded = options.flatMap((option) => expand(option, depth + 1));
  const single = expanded.every((sequence) => sequence.length === 1 && isPosition(sequence[0]!));
  if (single) {
    const matchesAny = (byte: number): boolean => expanded.some(([item]) => itemMatches(item!, byte));
    return [[{ kind: 'class', bitmap: bitmapOf((byte) => matchesAny(byte) !== negated), negated }]];
  }
  if (negated) {
    const length = expanded[0]!.length;
    if (!expanded.every((sequence) => sequence.length === length && sequence.every(isPosition))) {
      throw new SignatureError(
        'SIGNATURE_INVALID',
        'pattern: expected negated alternatives of one length, got several',
      );
    }
    return [[{ kind: 'not', strings: expanded, length }]];
  }
  limit('variants', expanded.length, SIGNATURE_LIMITS.variants);
  return expanded;
}

function isPosition(item: Item): boolean {
  return item.kind === 'byte' || item.kind === 'class';
}

function itemMatches(item: Item, byte: number): boolean {
  if (item.kind === 'byte') return (byte & item.mask) === item.value;
  return item.kind === 'class' && ((item.bitmap[byte >>> 3]! >>> (byte & 7)) & 1) === 1;
}

function bitmapOf(holds: (byte: number) => boolean): Uint8Array {
  const bitmap = new Uint8Array(32);
  for (let byte = 0; byte < 256; byte++) if (holds(byte)) bitmap[byte >>> 3]! |= 1 << (byte & 7);
  return bitmap;
}

function withoutCase(item: Item): Item {
  if (item.kind === 'byte' && item.mask === 0xff && isLetter(item.value))
    return { kind: 'byte', value: item.value & 0xdf, mask: 0xdf };
  if (item.kind === 'class') {
    const { bitmap } = item;
    const has = (byte: number): boolean => ((bitmap[byte >>> 3]! >>> (byte & 7)) & 1) === 1;
    // What is not 'a' is not 'A' either: a negated class loses letters where a plain one gains them.
    const inEitherCase = (byte: number): boolean =>
      item.negated ? has(byte) && has(byte ^ 0x20) : has(byte) || has(byte ^ 0x20);
    return { ...item, bitmap: bitmapOf((byte) => (isLetter(byte) ? inEitherCase(byte) : has(byte))) };
  }
  if (item.kind === 'not') return { ...item, strings: item.strings.map((string) => string.map(withoutCase)) };
  return item;
}

/** Each character of the text gets a NUL behind it; gaps and boundaries count raw bytes, as clamscan has it. */
function widened(sequence: readonly Item[]): Item[] {
  const nul: Item = { kind: 'byte', value: 0, mask: 0xff };
  return sequence.flatMap((item): Item[] => {
    if (item.kind === 'gap' || item.kind === 'edge') return [item];
    if (item.kind === 'not') return [{ kind: 'not', strings: item.strings.map(widened), length: item.length * 2 }];
    return item.raw ? [item] : [item, nul];
  });
}

/** Cuts a sequence at its gaps. Edges belong to the segment beside them. */
/** @param word the edge that both ends get beside their own: EDGE.none, fullWord or wideWord */
function toSegments(sequence: readonly Item[], word: number): Segment[] {
  const segments: Segment[] = [];
  let items: Item[] = [];
  let before: number = EDGE.none;
  let after: number = EDGE.none;
  let gap: { min: number; max: number } = { min: 0, max: 0 };
  const close = (): void => {
    if (items.length === 0) return;
    segments.push(segmentOf(items, segments.length === 0 ? { min: 0, max: 0 } : gap, before, after));
    items = [];
    before = EDGE.none;
    after = EDGE.none;
    gap = { min: 0, max: 0 };
  };
  for (const item of withoutOuterGaps(sequence)) {
    if (item.kind === 'gap') {
      close();
      gap = { min: gap.min + item.min, max: gap.max + item.max };
    } else if (item.kind === 'edge') {
      if (items.length === 0) before = item.edge;
      else after = item.edge;
    } else {
      // An edge in the middle of a segment ends it: what follows starts right behind.
      if (after !== EDGE.none) close();
      items.push(item);
    }
  }
  close();
  if (segments.length === 0)
    throw new SignatureError('SIGNATURE_INVALID', 'pattern: expected at least one byte, got none');
  if (word === EDGE.none) return segments;
  const last = segments.length - 1;
  return segments.map((segment, i) => ({
    ...segment,
    before: i === 0 ? segment.before | word : segment.before,
    after: i === last ? segment.after | word : segment.after,
  }));
}

/** A gap before the first or behind the last byte only asks for that many bytes: its least length, as positions. */
function withoutOuterGaps(sequence: readonly Item[]): Item[] {
  const isByte = (item: Item): boolean => isPosition(item) || item.kind === 'not';
  const first = sequence.findIndex(isByte);
  const last = sequence.findLastIndex(isByte);
  return sequence.flatMap((item, i) => {
    if (item.kind !== 'gap' || (i > first && i < last)) return [item];
    return Array.from({ length: Math.min(item.min, SIGNATURE_LIMITS.segmentBytes) }, () => ANY_BYTE);
  });
}

function segmentOf(items: readonly Item[], gap: { min: number; max: number }, before: number, after: number): Segment {
  const length = items.reduce((sum, item) => sum + (item.kind === 'not' ? item.length : 1), 0);
  limit('bytes between two gaps', length, SIGNATURE_LIMITS.segmentBytes);
  limit('bytes as the least length of a gap', gap.min, UNBOUNDED - 1);
  const values = new Uint8Array(length);
  const masks = new Uint8Array(length);
  const classes = new Map<number, Uint8Array>();
  const nots: Segment['nots'][number][] = [];
  let at = 0;
  for (const item of items) {
    if (item.kind === 'byte') {
      values[at] = item.value;
      masks[at] = item.mask;
    } else if (item.kind === 'class') classes.set(at, item.bitmap);
    else if (item.kind === 'not')
      nots.push({ position: at, length: item.length, strings: item.strings.map(plainString) });
    at += item.kind === 'not' ? item.length : 1;
  }
  return { values, masks, classes, nots, gapMin: gap.min, gapMax: gap.max, before, after };
}

/** A string of negated alternatives: only bytes with masks, since a class there has no use that is known. */
function plainString(string: readonly Item[]): { values: Uint8Array; masks: Uint8Array } {
  const byte = (item: Item): { value: number; mask: number } => {
    if (item.kind === 'byte') return item;
    throw new SignatureError(
      'SIGNATURE_LIMIT',
      'pattern: expected plain bytes in negated alternatives, got alternatives inside them',
    );
  };
  return {
    values: Uint8Array.from(string, (item) => byte(item).value),
    masks: Uint8Array.from(string, (item) => byte(item).mask),
  };
}
