/**
 * What an object must have so that a condition holds: copies of patterns, and properties.
 *
 * Only conditions that more matches never make false: what asks for fewer, or for none, could be broken by bytes that nobody meant.
 */
import type { Condition, Range } from '../../../native-free-engine/index.ts';

export interface Wishes {
  /** Copies by pattern index. */
  readonly copies: ReadonlyMap<number, number>;
  readonly fileSize: Range;
  readonly entryPoint: Range;
  readonly sectionCount: Range;
}

const ANY: Range = { min: 0, max: Number.POSITIVE_INFINITY };
const NOTHING: Wishes = { copies: new Map(), fileSize: ANY, entryPoint: ANY, sectionCount: ANY };
/** A pattern that must be there more often makes no small object. */
const MAX_COPIES = 16;

/** Whether a pattern can be built, by its index. */
export type CanBuild = (pattern: number) => boolean;

/** @returns undefined when it is not known how to make the condition hold */
export function wishesFor(condition: Condition, canBuild: CanBuild): Wishes | undefined {
  switch (condition.kind) {
    case 'match':
      return canBuild(condition.pattern) ? { ...NOTHING, copies: new Map([[condition.pattern, 1]]) } : undefined;
    case 'and':
      return condition.of.length === 0 ? undefined : allOf(condition.of, canBuild);
    case 'or':
      for (const child of condition.of) {
        const wishes = wishesFor(child, canBuild);
        if (wishes) return wishes;
      }
      return undefined;
    case 'count':
      return condition.comparison === 'greater' ? moreThan(condition, canBuild) : undefined;
    case 'fileSize':
    case 'entryPoint':
    case 'sectionCount':
      return { ...NOTHING, [condition.kind]: condition.range };
    case 'container':
    case 'intermediates':
      return undefined;
  }
}

function allOf(conditions: readonly Condition[], canBuild: CanBuild): Wishes | undefined {
  let all = NOTHING;
  for (const condition of conditions) {
    const wishes = wishesFor(condition, canBuild);
    if (wishes === undefined) return undefined;
    all = both(all, wishes);
  }
  return all;
}

function both(one: Wishes, other: Wishes): Wishes {
  const copies = new Map(one.copies);
  for (const [pattern, count] of other.copies) copies.set(pattern, Math.max(count, copies.get(pattern) ?? 0));
  const meet = (a: Range, b: Range): Range => ({ min: Math.max(a.min, b.min), max: Math.min(a.max, b.max) });
  return {
    copies,
    fileSize: meet(one.fileSize, other.fileSize),
    entryPoint: meet(one.entryPoint, other.entryPoint),
    sectionCount: meet(one.sectionCount, other.sectionCount),
  };
}

/** More than `count` matches, of at least `distinct` different patterns. */
function moreThan(
  { of, count, distinct }: Extract<Condition, { kind: 'count' }>,
  canBuild: CanBuild,
): Wishes | undefined {
  const patterns = (of.kind === 'match' ? [of.pattern] : alternatives(of)).filter(canBuild);
  const needed = Math.max(1, distinct);
  if (patterns.length < needed || count >= MAX_COPIES) return undefined;
  const copies = new Map(patterns.slice(0, needed).map((pattern) => [pattern, 1]));
  copies.set(patterns[0]!, Math.max(1, count + 2 - needed));
  return { ...NOTHING, copies };
}

/** Patterns of an `or` of nothing but different patterns; none of anything else. */
function alternatives(condition: Condition): number[] {
  if (condition.kind !== 'or') return [];
  const patterns = condition.of.flatMap((child) => (child.kind === 'match' ? [child.pattern] : []));
  const isPlain = patterns.length === condition.of.length && new Set(patterns).size === patterns.length;
  return isPlain ? patterns : [];
}
