/**
 * An object changed by very little: whether it is still found is for the scanners to say, and they must say the same.
 */
import type { BodySignature } from '../../native-free-engine/index.ts';
import type { PlantObject } from './object.ts';
import type { Random } from './random.ts';

const PRINTABLE: readonly number[] = [...Buffer.from('abcdefghijklmnopqrstuvwxyz')];

/** A few bytes are taken for text, whatever they are. */
const LEAST_BYTES = 64;

type Change = (object: PlantObject, at: number, random: Random) => Uint8Array;

/** `at` is a place where a pattern lies. */
const CHANGES = {
  oneByteOff: ({ bytes }, at, random) =>
    bytes.with(at, random.pick(PRINTABLE.filter((byte) => byte !== (bytes[at]! | 0x20)))),
  oneByteMore: ({ bytes }, at, random) =>
    Buffer.concat([bytes.subarray(0, at), Uint8Array.of(random.pick(PRINTABLE)), bytes.subarray(at)]),
  oneByteLess: ({ bytes }, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  /** Once more what lies around: a count is off by one, an end is elsewhere. */
  repeated: ({ bytes }, at) => Buffer.concat([bytes, bytes.subarray(Math.max(0, at - 40), at + 300)]),
  cut: ({ bytes }, at) => (at < LEAST_BYTES ? bytes.with(at, 0xff) : bytes.subarray(0, at + 1)),
} as const satisfies Record<string, Change>;
export type NearMiss = keyof typeof CHANGES;
export const NEAR_MISSES = Object.keys(CHANGES) as readonly NearMiss[];

export function nearMissOf(object: PlantObject, random: Random): Uint8Array {
  const at = patternPlace(object, random);
  return CHANGES[random.pick(NEAR_MISSES)](object, at, random);
}

/** The near miss of one kind. */
export function changed(kind: NearMiss, object: PlantObject, random: Random): Uint8Array {
  return CHANGES[kind](object, patternPlace(object, random), random);
}

/** Whether there is a place that a pattern of it must be at. */
export function hasPlace({ patterns }: BodySignature): boolean {
  return patterns.some(
    (pattern) => 'offset' in pattern && typeof pattern.offset === 'object' && pattern.offset.kind !== 'any',
  );
}

function patternPlace(object: PlantObject, random: Random): number {
  const places: number[] = [];
  object.taken.forEach((taken, at) => {
    if (taken === 1 && at >= object.headerBytes) places.push(at);
  });
  return places.length > 0 ? random.pick(places) : random.below(object.bytes.length);
}
