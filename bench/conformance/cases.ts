/**
 * The objects of one signature: one that it must match, and near misses.
 */
import { type BodySignature, TARGET } from '../../native-free-engine/index.ts';
import { binaryHit } from '../plants/binary-ways.ts';
import { changed, hasPlace, NEAR_MISSES, type NearMiss } from '../plants/near-miss.ts';
import { objectFor, type PlantObject } from '../plants/object.ts';
import { packedIn, waitsFor } from '../plants/pack.ts';
import { Random } from '../plants/random.ts';
import { type Hit, plainTextHit, textHits } from '../plants/text-ways.ts';
import { askedType } from './asked-type.ts';

/** `hit`: what the signature asks for; else the near miss. Further hits are other ways to build one. */
export type Role = (typeof HITS)[number] | 'wrongTarget' | 'displaced' | 'countShort' | NearMiss;

const HITS = ['hit', 'hit2', 'hit3', 'hit4', 'hit5', 'hit6'] as const;

export interface Case {
  readonly role: Role;
  readonly bytes: Uint8Array;
  /** Type of what it lies in, when no unpacker of ours opens that yet. */
  readonly waitsFor: string | undefined;
  /** Type of a container that it is because its signature asks for it. */
  readonly askedType: string | undefined;
}

/** Before it is packed. */
type Made = Pick<Case, 'role' | 'bytes'>;

export interface CaseOptions {
  readonly seed: number;
  /** Near misses of each signature at most. */
  readonly nearMisses: number;
}

/** @returns nothing when no object could be built */
export function casesFor(signature: BodySignature, { seed, nearMisses }: CaseOptions): Case[] {
  const random = new Random(seed);
  const hits = hitsFor(signature, random);
  const [first] = hits;
  if (!first) return [];
  const hit = first.object;
  const cases: Made[] = hits.map(({ object }, i) => ({ role: HITS[i]!, bytes: object.bytes }));
  const others: Made[] = [];
  add(others, 'countShort', first.build({ omitOne: true }));
  add(others, 'displaced', hasPlace(signature) ? first.build({ displace: true }) : undefined);
  const { target } = signature;
  if (target !== TARGET.any) {
    const other = { ...signature, target: target === TARGET.pe ? TARGET.elf : TARGET.pe };
    add(others, 'wrongTarget', objectFor(other, random, { mayBeLarge: false }));
  }
  for (const kind of random.shuffled(NEAR_MISSES)) others.push({ role: kind, bytes: changed(kind, hit, random) });
  // The kinds that need a layout of their own come first: few signatures have them.
  for (const other of others.slice(0, nearMisses)) cases.push(other);
  const { container } = hit;
  const asked = hits.map(({ object }) => askedType(object)).find((type) => type !== undefined);
  return cases.map(({ role, bytes }) => ({
    role,
    bytes: packedIn(container, bytes) ?? bytes,
    waitsFor: waitsFor(container),
    askedType: asked,
  }));
}

/** Looked at in a normalised form as well: what that leaves of a pattern depends on what lies around it. */
const TEXT_TARGETS: ReadonlySet<number> = new Set([TARGET.html, TARGET.text, TARGET.mail]);

function hitsFor(signature: BodySignature, random: Random): readonly Hit[] {
  if (TEXT_TARGETS.has(signature.target)) return textHits(signature, random);
  const hit = binaryHit(signature, random);
  const text = signature.target === TARGET.any ? plainTextHit(signature, random) : undefined;
  return [hit, text].filter((each) => each !== undefined);
}

function add(cases: Made[], role: Role, object: PlantObject | undefined): void {
  if (object) cases.push({ role, bytes: object.bytes });
}
