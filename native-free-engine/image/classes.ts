/**
 * Which kinds of filters a matcher has, and which of them finds each segment.
 *
 * A filter costs a test at every stride-th byte, however few segments it has; a segment costs the more entries, the larger the stride, and its grams are passed
 * as often as ordinary files hold them. All sets of kinds are compared, by what they cost together: long runs alone are found at every 16th byte; with a few
 * short ones among them, another filter at every fourth is cheaper than one for all.
 */

import { FILTER_CLASSES } from '../layout.ts';
import type { Choice } from '../prefilter/choose.ts';
import type { GramModel } from '../prefilter/model.ts';
import { COST, needsCompletion, ratesOf, runGrams } from '../prefilter/run.ts';
import type { SearchedSegment } from './searched.ts';

/** Behind the classes of filters: the shuffle filter. */
export const SHUFFLE_CLASS = FILTER_CLASSES.length;
const CLASSES = SHUFFLE_CLASS + 1;
/** The class whose positions a spread is made for. */
export const SPREAD_CLASS = FILTER_CLASSES.findIndex(({ stride }) => stride === 4);

/** Nanoseconds of one test, by the bits that the table takes as a power of two: from the first-level cache, the second, the third. A table of bytes is read with less. */
const TEST_NS: readonly (readonly [bits: number, ns: number])[] = [
  [18, 1],
  [20, 1.3],
  [22, 2],
  [23, 2.5],
  [24, 4],
  [25, 5],
];
const BYTE_TEST = 0.75;
/** Of a position that passes by chance: one bit in about so many is set. */
const CHANCE_NS = 3;
/** What each gram adds, by its share of the image and of the caches: 0.2 for a million. */
const GRAM_NS = 2e-7;
/** Of the shuffle filter, per byte; and what each atom adds, since the buckets let mixtures of their atoms pass. */
const SHUFFLE_NS = 0.3;
const SHORT_NS = 0.003;
/** Nanoseconds per byte that a segment may cost without a look for a smaller stride: one of these for all of a matcher. */
const TOLERANCES = [1e-6, 1e-5, 1e-4, 1e-3] as const;
/** Costs are told apart by factors of four from the least tolerance on, so that segments fall into few groups. */
const LEVELS = 14;

/**
 * Entries of the first table for so many grams, as a power of two: one in 16 is set, of large ones one in ten, since they leave the caches; and in any case as many as
 * cost nothing.
 *
 * @param hasBytes entries are bytes, not bits
 */
export function tableBits(grams: number, hasBytes = false): number {
  const sparse = Math.round(Math.log2(Math.max(1, grams) * 16));
  const dense = Math.round(Math.log2(Math.max(1, grams) * 10));
  const bits = sparse > (hasBytes ? 17 : 20) ? dense : sparse;
  return Math.max(hasBytes ? 15 : 13, Math.min(hasBytes ? 22 : 25, bits));
}

/** Segments that cost about the same. */
interface Group {
  readonly members: number[];
  /** Of one, by class: infinite where the class does not find it. */
  readonly costs: Float64Array;
  /** Of all, by class. */
  readonly totals: Float64Array;
  readonly grams: Float64Array;
}

/** @returns per segment its class: an index into FILTER_CLASSES, or SHUFFLE_CLASS */
export function assignClasses(segments: readonly SearchedSegment[]): Uint8Array {
  const groups = groupSegments(segments);
  let best = { cost: Number.POSITIVE_INFINITY, chosen: [] as number[] };
  for (let set = 1; set < 1 << CLASSES; set++) {
    for (const tolerance of TOLERANCES) {
      const chosen = groups.map(({ costs }) => classIn(costs, set, tolerance));
      if (chosen.includes(-1)) break;
      const cost = costOf(groups, chosen);
      if (cost < best.cost) best = { cost, chosen };
    }
  }
  const classes = new Uint8Array(segments.length);
  groups.forEach(({ members }, i) => {
    for (const member of members) classes[member] = best.chosen[i]!;
  });
  return classes;
}

function groupSegments(segments: readonly SearchedSegment[]): Group[] {
  const groups = new Map<number, Group>();
  segments.forEach(({ choice, costs }, i) => {
    const key = costs.reduce((sum, cost) => sum * (LEVELS + 1) + levelOf(cost), 0);
    let group = groups.get(key);
    if (!group) {
      group = {
        members: [],
        costs: Float64Array.from(costs),
        totals: new Float64Array(CLASSES),
        grams: new Float64Array(CLASSES),
      };
      groups.set(key, group);
    }
    group.members.push(i);
    for (let c = 0; c < CLASSES; c++) {
      group.totals[c]! += costs[c]!;
      group.grams[c]! += gramsIn(choice, c, costs[c]!);
    }
  });
  return [...groups.values()];
}

function levelOf(cost: number): number {
  if (cost <= TOLERANCES[0]) return 0;
  return cost === Number.POSITIVE_INFINITY
    ? LEVELS
    : Math.min(LEVELS - 1, Math.ceil(Math.log2(cost / TOLERANCES[0]) / 2));
}

/** Nanoseconds per byte of an ordinary file that a segment costs in each class: infinite where the class does not find it. */
export function costsByClass({ run, spreadCost, fingerprint }: Choice, model: GramModel): number[] {
  const rates = run && ratesOf(run, model);
  const costs: number[] = FILTER_CLASSES.map((each) =>
    run ? runGrams(run, each, model, rates).cost : Number.POSITIVE_INFINITY,
  );
  costs[SPREAD_CLASS] = Math.min(costs[SPREAD_CLASS]!, spreadCost ?? Number.POSITIVE_INFINITY);
  costs.push(fingerprint ? fingerprint.rate * COST.confirm + SHORT_NS : Number.POSITIVE_INFINITY);
  return costs;
}

function gramsIn({ run, spread, spreadCost }: Choice, c: number, cost: number): number {
  if (run && FILTER_CLASSES[c] && needsCompletion(run, FILTER_CLASSES[c])) return 129;
  if (c === SPREAD_CLASS && spread && cost === spreadCost) return spread.length;
  return FILTER_CLASSES[c]?.stride ?? 0;
}

/** The class of a set for a segment: that with the largest stride of those that cost little more than the cheapest; −1 when none finds it. */
function classIn(costs: Float64Array, set: number, tolerance: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let c = 0; c < CLASSES; c++) if (set & (1 << c)) least = Math.min(least, costs[c]!);
  if (least === Number.POSITIVE_INFINITY) return -1;
  const most = Math.max(tolerance, least * 2);
  for (let c = 0; c < CLASSES; c++) if (set & (1 << c) && costs[c]! <= most) return c;
  return -1;
}

/** Nanoseconds per byte of all groups together, and of the filters that they need. */
function costOf(groups: readonly Group[], chosen: readonly number[]): number {
  const grams = new Float64Array(CLASSES);
  const isUsed = new Uint8Array(CLASSES);
  let cost = 0;
  groups.forEach((group, i) => {
    const c = chosen[i]!;
    cost += group.totals[c]!;
    grams[c]! += group.grams[c]!;
    isUsed[c] = 1;
  });
  FILTER_CLASSES.forEach(({ stride, hasBytes }, c) => {
    if (!isUsed[c]) return;
    const bits = tableBits(grams[c]!, hasBytes);
    const density = Math.min(1, grams[c]! / 2 ** bits);
    const test = TEST_NS.find(([most]) => (hasBytes ? bits + 3 : bits) <= most)![1] * (hasBytes ? BYTE_TEST : 1);
    cost += (test + density * CHANCE_NS) / stride + grams[c]! * GRAM_NS;
  });
  return isUsed[SHUFFLE_CLASS] ? cost + SHUFFLE_NS : cost;
}
