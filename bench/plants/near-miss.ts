/**
 * An object changed by very little: whether it is still found is for the scanners to say, and they must say the same.
 */
import type { PlantObject } from './object.ts';
import type { Random } from './random.ts';

// Small letters only: ClamAV searches text once more without what is not printable, in small letters, and that is not done here yet.
const PRINTABLE: readonly number[] = [...Buffer.from('abcdefghijklmnopqrstuvwxyz')];

/** A few bytes are taken for text, whatever they are. */
const LEAST_BYTES = 64;

type Change = (object: PlantObject, at: number, random: Random) => Uint8Array;

const CHANGES: readonly Change[] = [
  // Another byte where a pattern lies, one more, one less.
  ({ bytes }, at, random) => bytes.with(at, random.pick(PRINTABLE.filter((byte) => byte !== (bytes[at]! | 0x20)))),
  ({ bytes }, at, random) =>
    Buffer.concat([bytes.subarray(0, at), Uint8Array.of(random.pick(PRINTABLE)), bytes.subarray(at)]),
  ({ bytes }, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  // Once more what lies around: a count is off by one, an end is elsewhere.
  ({ bytes }, at) => Buffer.concat([bytes, bytes.subarray(Math.max(0, at - 40), at + 300)]),
  ({ bytes }, at) => (at < LEAST_BYTES ? bytes.with(at, 0xff) : bytes.subarray(0, at + 1)),
];

export function nearMissOf(object: PlantObject, random: Random): Uint8Array {
  const places: number[] = [];
  object.taken.forEach((taken, at) => {
    if (taken === 1 && at >= object.headerBytes) places.push(at);
  });
  const at = places.length > 0 ? random.pick(places) : random.below(object.bytes.length);
  return random.pick(CHANGES)(object, at, random);
}
