/** Which two positions of a segment the kernel looks for, when a pattern is searched on demand. */

import { type SegmentView, valueAt } from '../match/segment.ts';

export interface Pair {
  readonly i1: number;
  readonly value1: number;
  readonly mask1: number;
  readonly i2: number;
  readonly value2: number;
  readonly mask2: number;
}

/** The two positions of a segment that ordinary files hold least often; undefined when no bit of it is known. */
export function choosePair(view: SegmentView, bodies: Uint8Array): Pair | undefined {
  let best = -1;
  let second = -1;
  const weight = (i: number): number => {
    if (i < 0) return 0;
    const mask = view.masks === 0 ? 0xff : bodies[view.masks + i]!;
    if (mask === 0) return 0;
    const value = valueAt(view, bodies, i);
    const common =
      value === 0 || value === 0xff || value === 0x20 || value === 0x65 || value === 0x8b || value === 0x48;
    return (mask === 0xff ? 8 : mask === 0xdf ? 7 : 4) - (common ? 3 : 0);
  };
  // Long segments are judged by their first bytes: what follows is checked anyway.
  for (let i = 0; i < Math.min(view.length, 64); i++) {
    if (weight(i) > weight(best)) {
      second = best;
      best = i;
    } else if (weight(i) > weight(second)) second = i;
  }
  if (weight(best) === 0) {
    for (let i = 64; i < view.length && best < 0; i++) if (weight(i) > 0) best = i;
    if (best < 0 || weight(best) === 0) return undefined;
  }
  if (weight(second) === 0) second = best;
  const maskAt = (i: number): number => (view.masks === 0 ? 0xff : bodies[view.masks + i]!);
  return {
    i1: best,
    value1: valueAt(view, bodies, best),
    mask1: maskAt(best),
    i2: second,
    value2: valueAt(view, bodies, second),
    mask2: maskAt(second),
  };
}
