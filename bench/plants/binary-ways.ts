/**
 * Objects for a signature of anything but text: first as plain as can be, then with headers elsewhere, patterns in the gaps of others, no headers at all.
 */
import { type BodySignature, TARGET } from '../../native-free-engine/index.ts';
import { ANY_TYPE } from '../../src/dialects/clamav/file-types.ts';
import { type Ask, askerOf } from './asked.ts';
import { type ObjectOptions, objectFor, type PlantObject } from './object.ts';
import { packedIn } from './pack.ts';
import type { Random } from './random.ts';
import type { Hit } from './text-ways.ts';

/** Each is tried several times: an object is a matter of luck when patterns share places. */
const WAYS: readonly ObjectOptions[] = [
  {},
  { mayMoveHeader: true, isPart: true },
  { mayMoveHeader: true, isPart: true, isDense: true },
  { isDense: true },
  { isDos: true, mayMoveHeader: true, isDense: true, isPart: true },
];
const ATTEMPTS = 8;

/** @returns undefined when no object could be built */
export function binaryHit(signature: BodySignature, random: Random): Hit | undefined {
  const ask = isCertain(signature) ? () => true : askFor(signature);
  let last: Hit | undefined;
  for (const way of WAYS) {
    const build = (options: ObjectOptions): PlantObject | undefined =>
      objectFor(signature, random, { mayBeLarge: false, ...way, ...options });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const object = build({});
      if (!object || !packedIn(object.container, object.bytes)) continue;
      last = { object, build };
      if (ask(object.bytes, object.container)) return last;
    }
  }
  return last;
}

/** Whether every object that is built is one: nothing is counted, and no place is shared. */
function isCertain({ patterns, condition }: BodySignature): boolean {
  if (JSON.stringify(condition).includes('"count"')) return false;
  return patterns.every((pattern) => pattern.kind === 'bytes' && pattern.offset.kind === 'any');
}

/** No container is meant by any. What is target 2 is so by what it lies in, or by the first bytes that it was given. */
function askFor(signature: BodySignature): Ask {
  const ask = askerOf(signature.target === TARGET.ole2 ? { ...signature, target: TARGET.any } : signature);
  return (bytes, container) => ask(bytes, container === ANY_TYPE ? undefined : container);
}
