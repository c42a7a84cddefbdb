/**
 * What an object must have so that a condition holds on it: patterns, how often, and properties of the object.
 *
 * One way among those that the condition leaves is chosen at random.
 */
import type { BodySignature, Condition, Pattern, Range } from '../../native-free-engine/index.ts';
import type { Random } from './random.ts';

export interface Wishes {
  readonly patterns: readonly Pattern[];
  /** Copies by pattern; a pattern that is not here shall not occur. */
  readonly copies: Map<number, number>;
  fileSize: Range;
  entryPoint: Range;
  sectionCount: Range;
  /** Type of the container directly around it; undefined for a file of its own. */
  container: string | undefined;
}

const ANY: Range = { min: 0, max: Number.POSITIVE_INFINITY };
/** A limit of memory; counts of thousands are real. */
const MAX_COPIES = 20_000;

export interface WishOptions {
  /** Fewer copies than a count asks for: a pattern may lie in another one, too. */
  readonly mayBeFewer?: boolean | undefined;
}

/** @returns undefined when this cannot be made here: more copies than is sensible, counts of mixed blocks that must be exact */
export function wishesFor(
  { condition, patterns }: BodySignature,
  random: Random,
  options: WishOptions = {},
): Wishes | undefined {
  const wishes: Wishes = {
    patterns,
    copies: new Map(),
    fileSize: ANY,
    entryPoint: ANY,
    sectionCount: ANY,
    container: undefined,
  };
  if (!fulfil(condition, wishes, random) || !fulfilTriggers(wishes, random)) return undefined;
  if (options.mayBeFewer) {
    for (const [pattern, copies] of wishes.copies)
      wishes.copies.set(pattern, copies - random.below(Math.min(copies, 3)));
  }
  return wishes;
}

/** A regular expression runs when its trigger holds. */
function fulfilTriggers(wishes: Wishes, random: Random): boolean {
  return [...wishes.copies.keys()].every((index) => {
    const pattern = wishes.patterns[index]!;
    return pattern.kind !== 'regex' || fulfil(pattern.trigger, wishes, random);
  });
}

function fulfil(condition: Condition, wishes: Wishes, random: Random): boolean {
  switch (condition.kind) {
    case 'match':
      return wish(wishes, condition.pattern, 1);
    case 'and':
      return condition.of.every((part) => fulfil(part, wishes, random));
    case 'or':
      return random.shuffled(condition.of).some((part) => fulfil(part, wishes, random));
    case 'count':
      return fulfilCount(condition, wishes, random);
    case 'fileSize':
    case 'entryPoint':
    case 'sectionCount':
      wishes[condition.kind] = condition.range;
      return true;
    case 'container':
      wishes.container = condition.type;
      return true;
    case 'intermediates':
      return false;
  }
}

function fulfilCount(
  { of, comparison, count, distinct }: Extract<Condition, { kind: 'count' }>,
  wishes: Wishes,
  random: Random,
): boolean {
  if (comparison === 'less') return count > 0;
  const wanted = comparison === 'greater' ? count + 1 : count;
  // None of them: what is not wished for is not put in.
  if (wanted === 0) return true;
  if (of.kind === 'match') return wish(wishes, of.pattern, wanted);
  if (of.kind !== 'or' && of.kind !== 'and') return false;
  const patterns = of.of.filter((part) => part.kind === 'match').map(({ pattern }) => pattern);
  // Blocks inside: as much as there is of everything is more than enough.
  if (patterns.length < of.of.length) {
    return comparison === 'greater' && patternsIn(of).every((pattern) => wish(wishes, pattern, wanted));
  }
  return spread(of.kind === 'and' ? patterns : someOf(patterns, distinct, wanted, random), wanted, wishes);
}

function patternsIn(condition: Condition): number[] {
  if (condition.kind === 'match') return [condition.pattern];
  if (condition.kind === 'count') return patternsIn(condition.of);
  return 'of' in condition ? condition.of.flatMap(patternsIn) : [];
}

/** As many different patterns as are needed, and one more where there is one. */
function someOf(patterns: readonly number[], distinct: number, wanted: number, random: Random): number[] {
  const needed = Math.max(1, distinct, wanted > 1 ? 2 : 1);
  return random.shuffled(patterns).slice(0, Math.min(needed, Math.max(distinct, wanted)));
}

/** One copy of each, and what is missing of the sum as copies of the first. */
function spread(patterns: readonly number[], wanted: number, wishes: Wishes): boolean {
  return patterns.every((pattern, i) => wish(wishes, pattern, i === 0 ? Math.max(1, wanted - patterns.length + 1) : 1));
}

function wish(wishes: Wishes, pattern: number, copies: number): boolean {
  wishes.copies.set(pattern, Math.max(copies, wishes.copies.get(pattern) ?? 0));
  return copies <= MAX_COPIES;
}
