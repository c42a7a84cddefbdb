/**
 * Matchers: what is searched for in the files of one group of types.
 *
 * Nine of ten signatures are for Windows programs; filters that held them all would be half full for everything else. So Windows programs have a
 * matcher of their own, other executables another, and the rest a third; signatures for any type are in all of them.
 */

import { MATCHER, MATCHER_WORDS, SECTION } from '../layout.ts';
import type { GramModel } from '../prefilter/model.ts';
import { TARGET } from '../signature.ts';
import { assignClasses, SHUFFLE_CLASS } from './classes.ts';
import { type BodyOf, type FilterReport, writeFilters } from './filters.ts';
import type { SearchedSegment } from './searched.ts';
import { writeShuffle } from './shuffle.ts';
import type { ImageWriter } from './writer.ts';

/** Target bits of each matcher, disjoint; together they are all. */
export const MATCHER_TARGETS: readonly number[] = (() => {
  const pe = 1 << TARGET.pe;
  const executable = (1 << TARGET.elf) | (1 << TARGET.machO);
  return [pe, executable, ~(pe | executable) & ~1];
})();

export interface MatcherReport {
  readonly segments: number;
  /** Segments that the shuffle filter looks for. */
  readonly short: number;
  readonly filters: readonly FilterReport[];
}

export function writeMatcher(
  writer: ImageWriter,
  index: number,
  all: readonly SearchedSegment[],
  model: GramModel,
  bodyOf: BodyOf,
): MatcherReport {
  const targets = MATCHER_TARGETS[index]!;
  const segments = all.filter(({ target }) => target === TARGET.any || (targets & (1 << target)) !== 0);
  const classes = assignClasses(segments);
  const descriptor = new Uint32Array(MATCHER_WORDS);
  descriptor[MATCHER.targets] = targets >>> 0;
  const { items, filters } = writeFilters(writer, index, segments, classes, model, bodyOf);
  descriptor[MATCHER.items] = items;
  writer.add(SECTION.matcher, index, descriptor);
  const short = segments.flatMap(({ number, choice: { fingerprint } }, i) =>
    classes[i] === SHUFFLE_CLASS ? [{ segment: number, fingerprint: fingerprint! }] : [],
  );
  return { segments: segments.length, short: writeShuffle(writer, index, descriptor, short), filters };
}
