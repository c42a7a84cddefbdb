/**
 * Objects for a signature of text, tried until our own views hold what it asks for: hits of up to two kinds, or, where none does, one of each kind for
 * others to say.
 */
import type { BodySignature } from '../../native-free-engine/index.ts';
import { identify } from '../../src/filetype/identify.ts';
import { type Ask, askerOf } from './asked.ts';
import { type ObjectOptions, objectFor, type PlantObject } from './object.ts';
import { packedIn } from './pack.ts';
import type { Random } from './random.ts';
import { PLAIN_TEXT, TEXT_FORMS } from './text-forms.ts';
import { textObjectFor } from './text-object.ts';

export interface Hit {
  readonly object: PlantObject;
  /** Another object of the same kind, for a near miss. */
  readonly build: (options: ObjectOptions) => PlantObject | undefined;
}

type Way = Hit['build'];

const ATTEMPTS = 4;
/** Objects of a signature that none of them holds. */
const MAX_UNHELD = 6;
const HITS = 2;

/** @returns nothing when no object could be built at all */
export function textHits(signature: BodySignature, random: Random): Hit[] {
  const ask = askerOf(signature);
  const ways = waysFor(signature, random);
  const held: Hit[] = [];
  const unheld: Hit[] = [];
  for (const build of ways) {
    const { object, isHeld } = tried(build, ask);
    if (object === undefined) continue;
    if (isHeld && held.push({ object, build }) === HITS) break;
    if (!isHeld) unheld.push({ object, build });
  }
  return held.length > 0 ? held : unheld.slice(0, MAX_UNHELD);
}

/** A file of text, for a signature of any file whose patterns are text. @returns undefined when they are none */
export function plainTextHit(signature: BodySignature, random: Random): Hit | undefined {
  const build: Way = (options) => textObjectFor(signature, PLAIN_TEXT, random, options);
  const object = build({});
  if (!object || identify(object.bytes) !== 'text' || !packedIn(object.container, object.bytes)) return undefined;
  return { object, build };
}

/** In random order, for one kind would hide what the others show. */
function waysFor(signature: BodySignature, random: Random): Way[] {
  const forms = TEXT_FORMS.get(signature.target) ?? [];
  return random.shuffled([
    (options) => objectFor(signature, random, { mayBeLarge: false, ...options }),
    (options) => objectFor(signature, random, { mayBeLarge: false, isPlain: true, ...options }),
    ...forms.map(
      (form): Way =>
        (options) =>
          textObjectFor(signature, form, random, options),
    ),
  ]);
}

/** @returns the object that holds it, else the last that was built */
function tried(build: Way, ask: Ask): { object: PlantObject | undefined; isHeld: boolean } {
  let last: PlantObject | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const object = build({ mayMoveHeader: attempt > 1, isDense: attempt > 1 });
    if (!object || !packedIn(object.container, object.bytes)) continue;
    if (ask(object.bytes, object.container)) return { object, isHeld: true };
    last = object;
  }
  return { object: last, isHeld: false };
}
