/**
 * Groups of body patterns: `(aa|bb|…)`, and `!(aa|bb|…)` for what is none of these.
 *
 * Options are byte positions, short fixed gaps and further groups, and may differ in length. Those of a negated group are literal bytes of one
 * length, since it consumes as many as it tests. Source: ClamAV manual, Body-based Signature Content Format, Alternate strings.
 */
import { type PatternElement, SIGNATURE_LIMITS } from '../../../native-free-engine/index.ts';
import { LONGEST_INLINE_GAP, readGap } from './gap.ts';
import type { PatternCursor } from './pattern-cursor.ts';

const EXCLAMATION = 0x21;
const OPEN_GROUP = 0x28;
const CLOSE_GROUP = 0x29;
const OPEN_BRACE = 0x7b;
const BAR = 0x7c;

/** What an option, or a group of them, can match. */
export interface Extent {
  /** Byte positions. */
  readonly shortest: number;
  readonly longest: number;
  /** Byte strings that it multiplies out to. */
  readonly variants: number;
}

/**
 * Reads the group at the cursor's place.
 *
 * @param depth 1 for a group that is in no other
 * @returns undefined when the line is refused
 */
export function readGroup(cursor: PatternCursor, elements: PatternElement[], depth: number): Extent | undefined {
  const start = cursor.at;
  const negated = cursor.byte === EXCLAMATION;
  if (negated) cursor.at++;
  if (cursor.byte !== OPEN_GROUP) return refused(cursor.refuse(cursor.at, 'expected ( behind !'));
  cursor.at++;
  if (depth > SIGNATURE_LIMITS.nesting) {
    return refused(cursor.exceed(start, `at most nesting = ${SIGNATURE_LIMITS.nesting} groups in each other`));
  }
  if (!cursor.flush(elements)) return undefined;
  const { longest } = cursor.run;
  const options: PatternElement[][] = [];
  const extent = readOptions(cursor, options, depth);
  // A matcher cannot search for literal bytes that are one choice of several.
  cursor.run.longest = longest;
  if (extent === undefined || (negated && !isNegatable(cursor, start, options, extent))) return undefined;
  if (!cursor.push(elements, { kind: 'alternatives', negated, options })) return undefined;
  return negated ? { ...extent, variants: 1 } : extent;
}

/** Reads the options of a group, its closing parenthesis included. */
function readOptions(cursor: PatternCursor, options: PatternElement[][], depth: number): Extent | undefined {
  const { segment } = cursor;
  let shortest = Number.POSITIVE_INFINITY;
  let longest = 0;
  let variants = 0;
  let last = BAR;
  while (last === BAR) {
    cursor.segment = segment;
    cursor.run.break();
    const elements: PatternElement[] = [];
    const extent = readOption(cursor, elements, depth);
    if (extent === undefined) return undefined;
    options.push(elements);
    shortest = Math.min(shortest, extent.shortest);
    longest = Math.max(longest, extent.longest);
    variants += extent.variants;
    last = cursor.byte;
    cursor.at++;
  }
  cursor.run.break();
  cursor.grow(2);
  cursor.segment = segment + longest;
  // A set of single bytes is one position, not a choice between strings.
  return { shortest, longest, variants: longest === 1 ? 1 : variants };
}

/** Reads one option, up to the `|` or `)` behind it. */
function readOption(cursor: PatternCursor, elements: PatternElement[], depth: number): Extent | undefined {
  const start = cursor.at;
  let shortest = 0;
  let longest = 0;
  let variants = 1;
  while (cursor.byte !== BAR && cursor.byte !== CLOSE_GROUP) {
    const extent = readStep(cursor, elements, depth);
    if (extent === undefined) return undefined;
    shortest += extent.shortest;
    longest += extent.longest;
    variants = Math.min(variants * extent.variants, SIGNATURE_LIMITS.variants + 1);
  }
  if (cursor.at === start) return refused(cursor.refuse(start, 'expected an alternative, got nothing'));
  return cursor.flush(elements) ? { shortest, longest, variants } : undefined;
}

function readStep(cursor: PatternCursor, elements: PatternElement[], depth: number): Extent | undefined {
  const before = cursor.run.length;
  if (cursor.addPositions() || (!cursor.isRefused && cursor.byte === OPEN_BRACE && readInlineGap(cursor))) {
    const positions = cursor.run.length - before;
    return { shortest: positions, longest: positions, variants: 1 };
  }
  if (cursor.isRefused) return undefined;
  if (cursor.byte === OPEN_GROUP) return readGroup(cursor, elements, depth + 1);
  return refused(cursor.byte < 0 ? cursor.refuse(cursor.at, 'expected ), got the end') : cursor.refuseCharacter());
}

function readInlineGap(cursor: PatternCursor): boolean {
  const gap = readGap(cursor.line, cursor.at, cursor.end);
  if (gap === undefined) return false;
  if (!gap.fixed || gap.min > LONGEST_INLINE_GAP || cursor.modifiers.wide) {
    return cursor.refuse(cursor.at, `expected in a group {n}, n <= ${LONGEST_INLINE_GAP}, and that only if not wide`);
  }
  cursor.at = gap.end;
  return cursor.addAny(gap.min);
}

function isNegatable(
  cursor: PatternCursor,
  at: number,
  options: readonly PatternElement[][],
  { shortest, longest }: Extent,
): boolean {
  const { noCase, wide, fullWord } = cursor.modifiers;
  if (noCase || wide || fullWord) return cursor.refuse(at, 'expected no modifier i, w or f with a negated group');
  if (shortest !== longest) return cursor.refuse(at, 'expected options of one length in a negated group');
  if (options.every(isLiteral)) return true;
  return cursor.refuse(at, 'expected only literal bytes in a negated group');
}

function isLiteral(option: readonly PatternElement[]): boolean {
  const [first] = option;
  return option.length === 1 && first.kind === 'bytes' && first.masks.every((mask) => mask === 0xff);
}

/** `false` says the same in another place. */
function refused(_: false): undefined {
  return undefined;
}
