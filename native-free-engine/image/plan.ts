/**
 * Plans how a signature is found: which of its patterns are searched, and by which atoms.
 *
 * Of an `and` the cheapest side is enough, of an `or` all sides are needed; a pattern at a fixed place needs no search at all. Cost is in nanoseconds
 * per megabyte of ordinary files, an object taken as one megabyte.
 */

import { chooseAtoms, type Choice } from '../prefilter/choose.ts';
import type { GramModel } from '../prefilter/model.ts';
import { EDGE, LOCAL_SPAN, type Segment, type Variant } from '../match/segment.ts';
import type { BodySignature, Condition, OffsetRule } from '../signature.ts';

const MEGABYTE = 1_000_000;
/** One look at a fixed place; one confirmation around a hit; and a search for the other patterns of the signature, at most once per object. */
const ANCHOR_NS = 5;
const CONFIRM_NS = 500;
const FOLLOW_UP_NS = 200_000;
/** A gram that no ordinary file holds: 0xab, 0xed, 0xbb, 0xe7 in a row. */
const UNSEEN_GRAM = 0xe7bbedab;
/** A window of more places than this is searched for, not looked at one by one. */
const ANCHOR_SHIFT = 64;

/** Four bytes of a pattern that begins at a fixed place: compared before anything else. */
export interface Anchor {
  readonly value: number;
  readonly mask: number;
  /** From the pattern's start, bytes. */
  readonly delta: number;
}
/** How one pattern is found. */
export type PatternPlan =
  | { readonly kind: 'anchor'; readonly cost: number; readonly anchors: readonly Anchor[] }
  | { readonly kind: 'search'; readonly cost: number; readonly choices: readonly { segment: number; choice: Choice }[] };

/** Plan of a whole signature: the patterns that start it. Empty with infinite cost: no search can rule it out. */
export interface SignaturePlan {
  readonly cost: number;
  readonly patterns: readonly number[];
}

/** @param alone the signature has no other pattern, and needs none */
export function planPattern(variants: readonly Variant[], offset: OffsetRule, alone: boolean, model: GramModel): PatternPlan {
  if (offset.kind === 'at' && offset.shift <= ANCHOR_SHIFT) return planAnchor(variants, offset.shift, alone, model);
  const choices: { segment: number; choice: Choice }[] = [];
  let cost = 0;
  let first = 0;
  for (const variant of variants) {
    let best: { segment: number; choice: Choice; cost: number } | undefined;
    variant.forEach((segment, i) => {
      const choice = chooseAtoms(segment, model);
      const total = choice.cost * MEGABYTE + afterHits(expectedHits(segment, model), alone && isBounded(variant));
      if (!best || total < best.cost) best = { segment: first + i, choice, cost: total };
    });
    choices.push({ segment: best!.segment, choice: best!.choice });
    cost += best!.cost;
    first += variant.length;
  }
  return { kind: 'search', cost, choices };
}

/** Nanoseconds that follow when a segment is found so many times. */
function afterHits(hits: number, confirmedOnTheSpot: boolean): number {
  return hits * CONFIRM_NS + (confirmedOnTheSpot ? 0 : Math.min(1, hits) * FOLLOW_UP_NS);
}

/** Whether all segments lie so close together that they are confirmed around the one that was found. */
function isBounded(variant: Variant): boolean {
  let span = 0;
  for (const segment of variant) span += segment.gapMax - segment.gapMin;
  return span <= LOCAL_SPAN;
}

function planAnchor(variants: readonly Variant[], shift: number, alone: boolean, model: GramModel): PatternPlan {
  let cost = 0;
  const anchors = variants.map((variant) => {
    const segment = variant[0]!;
    // Headers and entry points are alike everywhere: a segment is found there more often than its bytes say.
    const hits = Math.min(1, Math.max(expectedHits(segment, model), segment.values.length < 8 ? 0.05 : 0));
    cost += (ANCHOR_NS + afterHits(hits, alone && isBounded(variant))) * (shift + 1);
    return anchorOf(segment);
  });
  return { kind: 'anchor', cost, anchors };
}

/** The four neighbouring positions with the most known bits. */
function anchorOf(segment: Segment): Anchor {
  const { values, masks } = segment;
  let best = { known: -1, delta: 0 };
  for (let delta = 0; delta === 0 || delta + 4 <= values.length; delta++) {
    let known = 0;
    // Zero and 0xff bytes say little in a binary file.
    for (let i = delta; i < Math.min(delta + 4, values.length); i++) known += masks[i] === 0xff && values[i] !== 0 && values[i] !== 0xff ? 9 : masks[i]! & 7;
    if (known > best.known) best = { known, delta };
  }
  let value = 0;
  let mask = 0;
  for (let i = 0; i < 4 && best.delta + i < values.length; i++) {
    value |= values[best.delta + i]! << (8 * i);
    mask |= masks[best.delta + i]! << (8 * i);
  }
  return { value: value >>> 0, mask: mask >>> 0, delta: best.delta };
}

/**
 * Expected number of places per megabyte where the segment matches by chance.
 *
 * Grams of a text that ordinary files hold come together: such a segment is as frequent as its rarest gram, not as the product of all. Only grams
 * that were never seen make each other rarer.
 */
function expectedHits(segment: Segment, model: GramModel): number {
  const { values, masks } = segment;
  const unseen = model.rate(UNSEEN_GRAM);
  let rarest = 1;
  let known = 1;
  // Bytes before this place are already told by a gram.
  let told = 0;
  for (let i = 0; i < values.length; ) {
    if (i + 4 <= values.length && isLiteral(masks, i)) {
      const rate = model.rate(gram(values, i));
      told = i + 4;
      if (rate <= unseen) {
        known *= rarest <= unseen ? 0.25 : 1;
        i += 4;
      } else i += 1;
      rarest = Math.min(rarest, rate);
    } else {
      if (i >= told) known *= masks[i] === 0 ? (segment.classes.has(i) ? 0.05 : 1) : 0.02;
      i++;
    }
  }
  // Single bytes beside a gram hardly say more than it.
  return (rarest < 1 ? rarest * Math.max(known, 1e-3) : known) * MEGABYTE;
}

function isLiteral(masks: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 4; i++) if ((masks[i]! | 0x20) !== 0xff) return false;
  return true;
}

function gram(values: Uint8Array, at: number): number {
  return ((values[at]! | (values[at + 1]! << 8) | (values[at + 2]! << 16) | (values[at + 3]! << 24)) | 0x20202020) >>> 0;
}

/** The cheapest set of patterns without one of which the condition cannot hold. */
export function planSignature(signature: BodySignature, plans: readonly PatternPlan[]): SignaturePlan {
  return plan(signature.condition);

  function plan(condition: Condition): SignaturePlan {
    switch (condition.kind) {
      case 'match':
        return { cost: plans[condition.pattern]!.cost, patterns: [condition.pattern] };
      case 'and':
        return condition.of.map(plan).reduce((a, b) => (b.cost < a.cost ? b : a));
      case 'or': {
        const sides = condition.of.map(plan);
        return {
          cost: sides.reduce((sum, side) => sum + side.cost, 0),
          patterns: [...new Set(sides.flatMap((side) => side.patterns))],
        };
      }
      case 'count': {
        // "Fewer than n" and "exactly 0" hold where nothing matches at all.
        const needsMatch = condition.comparison === 'greater' || (condition.comparison === 'equal' && condition.count > 0);
        return needsMatch ? plan(condition.of) : { cost: Number.POSITIVE_INFINITY, patterns: [] };
      }
      default:
        return { cost: Number.POSITIVE_INFINITY, patterns: [] };
    }
  }
}
