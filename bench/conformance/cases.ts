/**
 * The objects of one signature: one that it must match, and near misses.
 */
import { type BodySignature, TARGET } from '../../native-free-engine/index.ts';
import { changed, hasPlace, NEAR_MISSES, type NearMiss } from '../plants/near-miss.ts';
import { type ObjectOptions, objectFor, type PlantObject } from '../plants/object.ts';
import { packedIn } from '../plants/pack.ts';
import { Random } from '../plants/random.ts';

/** `hit`: what the signature asks for; else the near miss. Further hits are other ways to build one. */
export type Role = 'hit' | 'hit2' | 'wrongTarget' | 'displaced' | 'countShort' | NearMiss;

export interface Case {
  readonly role: Role;
  readonly bytes: Uint8Array;
}

export interface CaseOptions {
  readonly seed: number;
  /** Near misses of each signature at most. */
  readonly nearMisses: number;
}

/** Attempts with other random choices before a signature counts as one that no object can be built for. */
const ATTEMPTS = 10;

/** @returns nothing when no object could be built */
export function casesFor(signature: BodySignature, { seed, nearMisses }: CaseOptions): Case[] {
  const random = new Random(seed);
  const hit = build(signature, random, {});
  if (!hit) return [];
  const cases: Case[] = [{ role: 'hit', bytes: hit.bytes }];
  if (TEXT_TARGETS.has(signature.target)) add(cases, 'hit2', build(signature, random, { isPlain: true }));
  const others: Case[] = [];
  add(others, 'countShort', build(signature, random, { omitOne: true }, 1));
  add(others, 'displaced', hasPlace(signature) ? build(signature, random, { displace: true }, 1) : undefined);
  const { target } = signature;
  if (target !== TARGET.any) {
    add(
      others,
      'wrongTarget',
      build({ ...signature, target: target === TARGET.pe ? TARGET.elf : TARGET.pe }, random, {}, 1),
    );
  }
  for (const kind of random.shuffled(NEAR_MISSES)) others.push({ role: kind, bytes: changed(kind, hit, random) });
  // The kinds that need a layout of their own come first: few signatures have them.
  for (const other of others.slice(0, nearMisses)) cases.push(other);
  const container = hit.container;
  return cases.map(({ role, bytes }) => ({ role, bytes: packedIn(container, bytes) ?? bytes }));
}

/** Looked at in a normalised form as well: what that leaves of a pattern depends on what lies around it. */
const TEXT_TARGETS: ReadonlySet<number> = new Set([TARGET.html, TARGET.text, TARGET.mail]);

function add(cases: Case[], role: Role, object: PlantObject | undefined): void {
  if (object) cases.push({ role, bytes: object.bytes });
}

function build(
  signature: BodySignature,
  random: Random,
  options: ObjectOptions,
  attempts = ATTEMPTS,
): PlantObject | undefined {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const object = objectFor(signature, random, { mayBeLarge: false, mayMoveHeader: attempt > 1, ...options });
    if (object && packedIn(object.container, object.bytes)) return object;
  }
  return undefined;
}
