/**
 * Bodies in two groups: those that only Windows programs are searched for lie behind all others, so that nobody needs them before the first of these.
 *
 * Nine of ten signatures are for them; an image of the real set is read and checked in half the time without, and half of it takes no memory in a process
 * that sees none.
 */

/** Bodies in another order. */
export interface OrderedBodies {
  readonly bodies: Uint8Array;
  /** Where the late ones begin. */
  readonly lateFrom: number;
}

/**
 * @param segments  SECTION.segments; their offsets into bodies are changed
 * @param bodies    SECTION.bodies, without a gap between one and the next; not changed
 * @param isLate    whether objects of other types are never searched for a pattern. One body may belong to several
 */
export function lateBodiesLast(
  segments: Uint32Array,
  bodies: Uint8Array,
  isLate: (pattern: number) => boolean,
): OrderedBodies {
  const starts = startsOf(segments);
  const isEarly = new Uint8Array(starts.length);
  for (let i = 0; i < segments.length; i += 2) {
    if (!isLate(segments[i]!)) isEarly[placeIn(starts, segments[i + 1]!)] = 1;
  }
  const ordered = new Uint8Array(bodies.length);
  const moved = new Uint32Array(starts.length);
  let at = 0;
  const moveAll = (early: number): void => {
    for (let k = 0; k < starts.length; k++) {
      if (isEarly[k] !== early) continue;
      const body = bodies.subarray(starts[k]!, starts[k + 1] ?? bodies.length);
      ordered.set(body, at);
      moved[k] = at;
      at += body.length;
    }
  };
  moveAll(1);
  const lateFrom = at;
  moveAll(0);
  for (let i = 1; i < segments.length; i += 2) segments[i] = moved[placeIn(starts, segments[i]!)]!;
  return { bodies: ordered, lateFrom };
}

/** Where bodies begin, ascending, each once. */
function startsOf(segments: Uint32Array): Uint32Array {
  const all = new Uint32Array(segments.length / 2);
  for (let i = 0; i < all.length; i++) all[i] = segments[i * 2 + 1]!;
  all.sort();
  return all.filter((start, i) => i === 0 || start !== all[i - 1]);
}

/** @param ascending holds `value` */
function placeIn(ascending: Uint32Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
