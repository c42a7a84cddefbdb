/**
 * Plans how a signature is found: which of its patterns are searched, and by which atoms.
 *
 * Of an `and` the cheapest side is enough, of an `or` all sides are needed; a pattern at a fixed place needs no search at all. A regular expression
 * needs its trigger, or where that says nothing one of the literals that its matches hold. Cost is in nanoseconds per megabyte of ordinary files, an object taken as one
 * megabyte.
 */

import { LOCAL_SPAN, type Segment, type Variant } from '../match/segment.ts';
import { type Choice, chooseAtoms, chooseRun, type KnownWord, knownWord } from '../prefilter/choose.ts';
import type { GramModel } from '../prefilter/model.ts';
import { byteRate } from '../prefilter/rates.ts';
import type { BodySignature, Condition, OffsetRule } from '../signature.ts';
import { ruleOf } from './offset-rules.ts';

const MEGABYTE = 1_000_000;
/** One look at a fixed place; one confirmation around a hit; and a search for the other patterns of the signature, at most once per object. */
const ANCHOR_NS = 5;
const CONFIRM_NS = 500;
const FOLLOW_UP_NS = 200_000;
/** How much rarer eight bytes are than the rarest four of them, when they are not common. */
const RARE_EIGHT = 1e-2;
/** A plan that costs less than this is not worth improving: a microsecond in a third of a second. */
const ENOUGH = 1000;
/** A window of more places than this is searched for, not looked at one by one. */
const ANCHOR_SHIFT = 64;

/** How one pattern is found. */
export type PatternPlan =
  | { readonly kind: 'anchor'; readonly cost: number; readonly anchors: readonly KnownWord[] }
  | {
      readonly kind: 'search';
      readonly cost: number;
      readonly choices: readonly SegmentChoice[];
      /** What is searched, and laid out if it is. */
      readonly variants: readonly Variant[];
    };

/** A pattern in the compiler's hands. */
export type Lowered =
  | { readonly kind: 'bytes'; readonly variants: readonly Variant[] }
  | {
      readonly kind: 'regex';
      readonly trigger: Condition;
      /** One of each set lies in every match. */
      readonly literals: readonly (readonly Variant[])[];
    }
  /** A byte compare or a macro: there is none without a match of the pattern `on`. */
  | { readonly kind: 'dependent'; readonly on: number };

/** Plan of a whole signature: the patterns that start it. Empty with infinite cost: no search can rule it out. */
export interface SignaturePlan {
  readonly cost: number;
  readonly patterns: readonly number[];
}

/**
 * Plans all patterns of a signature, and which of them start it.
 *
 * First by runs of literal bytes alone, which is quick and enough for nine in ten; the rest is looked at with all means.
 */
export function planSignature(
  signature: BodySignature,
  lowered: readonly Lowered[],
  model: GramModel,
): { readonly plans: readonly PatternPlan[]; readonly plan: SignaturePlan } {
  const alone = signature.condition.kind === 'match' && lowered.every(({ kind }) => kind === 'bytes');
  const planAll = (thorough: boolean): PatternPlan[] =>
    signature.patterns.map((pattern, i) => planPattern(lowered[i]!, ruleOf(pattern), { alone, thorough, model }));
  const quick = planAll(false);
  const plan = planCondition(signature.condition, quick, lowered);
  if (plan.cost < ENOUGH) return { plans: quick, plan };
  const plans = planAll(true);
  return { plans, plan: planCondition(signature.condition, plans, lowered) };
}

interface PlanOptions {
  /** The signature has no other pattern, and needs none. */
  readonly alone: boolean;
  /** Use single grams and the shuffle filter too. */
  readonly thorough: boolean;
  readonly model: GramModel;
}

function planPattern(lowered: Lowered, offset: OffsetRule, options: PlanOptions): PatternPlan {
  if (lowered.kind === 'dependent') return NO_SEARCH;
  if (lowered.kind === 'regex') return planLiterals(lowered.literals, options);
  const { variants } = lowered;
  const search = planSearch(variants, options);
  if (offset.kind !== 'at' || offset.shift > ANCHOR_SHIFT) return search;
  const anchor = planAnchor(variants, offset.shift, options);
  // A fixed place where many files are alike is worse than rare bytes further on; else it costs less, since it fills no filter.
  return anchor.cost <= Math.max(search.cost, 50) ? anchor : search;
}

const NO_SEARCH: PatternPlan = { kind: 'search', cost: Number.POSITIVE_INFINITY, choices: [], variants: [] };

/** The cheapest of the sets of literals: where none of it is, the regular expression has no match. By all means only where there are no runs of bytes. */
function planLiterals(sets: readonly (readonly Variant[])[], options: PlanOptions): PatternPlan {
  let best = NO_SEARCH;
  for (const thorough of options.thorough ? [false, true] : [false]) {
    for (const variants of sets) {
      const plan = planSearch(variants, { ...options, thorough });
      if (plan.cost < best.cost) best = plan;
    }
    if (best !== NO_SEARCH) break;
  }
  return best;
}

interface SegmentChoice {
  /** Of the segment, in the pattern. */
  readonly number: number;
  readonly segment: Segment;
  readonly choice: Choice;
  readonly cost: number;
}

function planSearch(variants: readonly Variant[], options: PlanOptions): PatternPlan {
  const choices: SegmentChoice[] = [];
  let first = 0;
  for (const variant of variants) {
    let best = chooseSegment(variant, first, false, options);
    if (options.thorough && (!best || best.cost >= ENOUGH)) best = chooseSegment(variant, first, true, options);
    if (!best) return NO_SEARCH;
    choices.push(best);
    first += variant.length;
  }
  return { kind: 'search', cost: choices.reduce((sum, { cost }) => sum + cost, 0), choices, variants };
}

/** The segment of a variant that is cheapest to search for. @param first number of its first segment in the pattern */
function chooseSegment(
  variant: Variant,
  first: number,
  thorough: boolean,
  options: PlanOptions,
): SegmentChoice | undefined {
  const onTheSpot = options.alone && isBounded(variant);
  let best: SegmentChoice | undefined;
  variant.forEach((segment, i) => {
    const choice = thorough ? chooseAtoms(segment, options.model) : chooseRun(segment, options.model);
    if (!choice) return;
    const cost = choice.cost * MEGABYTE + afterHits(expectedHits(segment, options.model), onTheSpot);
    if (!best || cost < best.cost) best = { number: first + i, segment, choice, cost };
  });
  return best;
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

function planAnchor(variants: readonly Variant[], shift: number, { alone, model }: PlanOptions): PatternPlan {
  let cost = 0;
  const anchors = variants.map((variant) => {
    const segment = variant[0]!;
    // Headers and entry points are alike everywhere: a segment is found there more often than its bytes say.
    const hits = Math.min(1, Math.max(expectedHits(segment, model), segment.values.length < 4 ? 0.05 : 0));
    cost += (ANCHOR_NS + afterHits(hits, alone && isBounded(variant))) * (shift + 1);
    return knownWord(segment);
  });
  return { kind: 'anchor', cost, anchors };
}

/**
 * Expected number of places per megabyte where the segment matches by chance.
 *
 * Of eight bytes or more the model knows whether every other program has them: then they come as a whole, however rare they are byte for byte.
 * Shorter ones are as frequent as their rarest gram; single bytes beside it make them rarer.
 */
function expectedHits(segment: Segment, model: GramModel): number {
  const { values, masks } = segment;
  let rarest = 1;
  let loose = 1;
  let eights = 0;
  let isCommon = true;
  // Bytes before this place are already told by a gram.
  let told = 0;
  for (let i = 0; i < values.length; i++) {
    if (!isLiteral(masks, i)) {
      if (i >= told) loose *= positionRate(segment, i);
      continue;
    }
    told = i + 4;
    const low = gram(values, i);
    rarest = Math.min(rarest, model.rate(low));
    if (!isLiteral(masks, i + 4)) continue;
    eights++;
    isCommon &&= model.isCommon(low, gram(values, i + 4));
  }
  if (eights > 0) return isCommon ? 0.5 : rarest * RARE_EIGHT * MEGABYTE;
  return (rarest < 1 ? rarest * Math.max(loose, 1e-3) : loose) * MEGABYTE;
}

/** Rate of one position; a byte equal to the one before it tells nothing more. */
function positionRate(segment: Segment, i: number): number {
  const { values, masks, classes } = segment;
  if (masks[i] === 0) return classes.has(i) ? 0.06 : 1;
  if (masks[i] !== 0xff) return 0.1;
  return i > 0 && masks[i - 1] === 0xff && values[i - 1] === values[i] ? 1 : byteRate(values[i]!);
}

function isLiteral(masks: Uint8Array, at: number): boolean {
  if (at + 4 > masks.length) return false;
  for (let i = at; i < at + 4; i++) if ((masks[i]! | 0x20) !== 0xff) return false;
  return true;
}

function gram(values: Uint8Array, at: number): number {
  return (values[at]! | (values[at + 1]! << 8) | (values[at + 2]! << 16) | (values[at + 3]! << 24) | 0x20202020) >>> 0;
}

/** The cheapest set of patterns without one of which the condition cannot hold. */
function planCondition(root: Condition, plans: readonly PatternPlan[], lowered: readonly Lowered[]): SignaturePlan {
  /** By pattern: triggers name the same patterns again and again. */
  const known: SignaturePlan[] = [];
  return plan(root);

  function planMatch(pattern: number): SignaturePlan {
    const own = { cost: plans[pattern]!.cost, patterns: [pattern] };
    const each = lowered[pattern]!;
    if (each.kind === 'bytes') return own;
    if (each.kind === 'dependent') return planMatch(each.on);
    const trigger = plan(each.trigger);
    // Not the cheaper one: a literal such as `.exe` is found everywhere, and costs time on objects that no trigger holds on.
    return trigger.cost < Number.POSITIVE_INFINITY ? trigger : own;
  }

  /** Of n patterns of which `distinct` must match, any n − distinct + 1 hold one of them: the cheapest will do. */
  function planSome(condition: Condition, distinct: number): SignaturePlan {
    if (condition.kind !== 'or' || !condition.of.every((child) => child.kind === 'match')) return plan(condition);
    const sides = condition.of.map(plan).sort((a, b) => a.cost - b.cost);
    return together(sides.slice(0, Math.max(1, sides.length - distinct + 1)));
  }

  function plan(condition: Condition): SignaturePlan {
    switch (condition.kind) {
      case 'match':
        known[condition.pattern] ??= planMatch(condition.pattern);
        return known[condition.pattern]!;
      case 'and':
        // Of nothing: it never holds (match/condition.ts), so nothing starts it.
        if (condition.of.length === 0) return { cost: 0, patterns: [] };
        return condition.of.map(plan).reduce((a, b) => (b.cost < a.cost ? b : a));
      case 'or':
        return together(condition.of.map(plan));
      case 'count': {
        // "Fewer than n" and "exactly 0" hold where nothing matches at all.
        const needsMatch =
          condition.comparison === 'greater' || (condition.comparison === 'equal' && condition.count > 0);
        return needsMatch
          ? planSome(condition.of, Math.max(1, condition.distinct))
          : { cost: Number.POSITIVE_INFINITY, patterns: [] };
      }
      default:
        return { cost: Number.POSITIVE_INFINITY, patterns: [] };
    }
  }
}

function together(sides: readonly SignaturePlan[]): SignaturePlan {
  return {
    cost: sides.reduce((sum, side) => sum + side.cost, 0),
    patterns: [...new Set(sides.flatMap((side) => side.patterns))],
  };
}
