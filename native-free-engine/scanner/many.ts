/**
 * Searches many patterns at once: for objects that start more signatures than could be searched one by one.
 *
 * All segments of the signatures left go into one automaton, each by its longest literal run, and one walk over the object finds every place of all
 * of them. Slower per byte than the kernel, but linear however many signatures an attacker manages to start.
 */

import { buildAutomaton } from '../automaton/build.ts';
import type { Image } from '../image/open.ts';
import { MAX_ATOM, ROOT } from '../layout.ts';
import { append, type Intervals } from '../match/intervals.ts';
import { type SegmentView, valueAt } from '../match/segment.ts';
import type { PatternChecker } from './patterns.ts';
import { Spent } from './spent.ts';
import type { Window } from './window.ts';

/** Comparisons that a walk may make: for each byte of the object what an ordinary file never comes near, and as many for an object at all. */
const MAX_CHECKS_PER_BYTE = 1;
const MAX_CHECKS_PER_OBJECT = 1 << 18;
const MAX_INTERVALS = 1 << 20;

interface Wanted {
  /** The first of the segments that are equal to it. */
  readonly number: number;
  readonly view: SegmentView;
  readonly places: Intervals;
  /** Bytes from the segment's start to the atom's end. */
  readonly end: number;
}

/**
 * @param patterns numbers of the patterns whose segments are wanted
 * @returns places by segment; a segment without any literal byte is left out, and searched on demand
 * @throws {Spent} when the object makes more work than the budget allows
 */
export function searchMany(
  image: Image,
  checker: PatternChecker,
  window: Window,
  patterns: Iterable<number>,
): Map<number, Intervals> {
  const wanted: Wanted[] = [];
  const atoms: Uint8Array[] = [];
  const places = new Map<number, Intervals>();
  // Equal segments share one body: a family of signatures has one beginning.
  const placesOf = new Map<number, Intervals>();
  for (const pattern of patterns) {
    const [first, end] = checker.segmentRange(pattern);
    for (let number = first; number < end; number++) {
      const body = image.segments[number * 2 + 1]!;
      const shared = placesOf.get(body);
      if (shared) {
        places.set(number, shared);
        continue;
      }
      const view = checker.segment(number);
      const run = longestRun(view, image.bodies);
      if (!run) continue;
      atoms.push(run.bytes);
      const own: Intervals = [];
      wanted.push({ number, view, places: own, end: run.end });
      placesOf.set(body, own);
      places.set(number, own);
    }
  }
  const { cells, links, outputStates, outputStarts, outputAtoms } = buildAutomaton(atoms);
  // One more than the row of a state, 0 for none.
  const rows = new Uint32Array(cells.length / 2);
  outputStates.forEach((found, row) => {
    rows[found] = row + 1;
  });
  let checks = MAX_CHECKS_PER_BYTE * window.size + MAX_CHECKS_PER_OBJECT;
  let state: number = ROOT;
  for (let at = 0; at < window.size; ) {
    checker.checkTime();
    window.cover(at, 65536);
    const until = Math.min(window.end, at + 65536);
    checker.walkedBytes += until - at;
    for (; at < until; at++) {
      const byte = window.bytes[at - window.start]! | 0x20;
      for (;;) {
        const target = (cells[state * 2]! >>> 5) + byte;
        if (cells[target * 2 + 1] === state) {
          state = target;
          break;
        }
        if (state === ROOT) break;
        state = links[state]!;
      }
      if (cells[state * 2]! & 1) report(state, at + 1);
    }
  }
  return places;

  function report(found: number, end: number): void {
    for (let s = found; s !== ROOT && cells[s * 2]! & 1; s = links[s]!) {
      const row = rows[s]!;
      if (row === 0) continue;
      for (let k = outputStarts[row - 1]!; k < outputStarts[row]!; k++) {
        const { number, view, places: list, end: atomEnd } = wanted[outputAtoms[k]!]!;
        const start = end - atomEnd;
        // Of many the one that comes next is most likely among those that came most often.
        if (--checks < 0) throw new Spent(`more than ${MAX_CHECKS_PER_BYTE} comparison per byte of the object`, number);
        if (start < 0 || !checker.segmentAt(view, start)) continue;
        append(list, start, start + 1);
        if (list.length > MAX_INTERVALS)
          throw new Spent(`more than ${MAX_INTERVALS / 2} separate places of one pattern`, number);
      }
    }
  }
}

/** The longest run of positions whose folded byte is known, at most MAX_ATOM of it. */
function longestRun(view: SegmentView, bodies: Uint8Array): { bytes: Uint8Array; end: number } | undefined {
  const known = (i: number): boolean => view.masks === 0 || (bodies[view.masks + i]! | 0x20) === 0xff;
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= view.length && best.length < MAX_ATOM; i++) {
    if (i < view.length && known(i)) continue;
    if (i - start > best.length) best = { start, length: i - start };
    start = i + 1;
  }
  if (best.length === 0) return undefined;
  const length = Math.min(best.length, MAX_ATOM);
  const bytes = Uint8Array.from({ length }, (_, i) => valueAt(view, bodies, best.start + i) | 0x20);
  return { bytes, end: best.start + length };
}
