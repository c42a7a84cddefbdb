/**
 * Objects with hash signatures of their own: a digest cannot be turned into an object, so these lines are made from the objects.
 */
import { createHash } from 'node:crypto';
import { peHost } from './hosts.ts';
import type { Random } from './random.ts';

export interface HashedObject {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Extension of the file that the line belongs to. */
  readonly format: 'hdb' | 'hsb' | 'mdb' | 'msb';
  readonly line: string;
}

type Maker = (name: string, random: Random) => HashedObject;

const digest = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex');
const noise = (random: Random): Uint8Array => random.bytes(64 + random.below(9000));

const ofObject =
  (format: 'hdb' | 'hsb', algorithm: string, anySize = false): Maker =>
  (name, random) => {
    const bytes = noise(random);
    const size = anySize ? '*' : bytes.length;
    return { name, bytes, format, line: `${digest(algorithm, bytes)}:${size}:${name}${anySize ? ':73' : ''}` };
  };

const ofSection =
  (format: 'mdb' | 'msb', algorithm: string): Maker =>
  (name, random) => {
    const { bytes, sectionOffsets } = peHost({ sections: [512, 512 + random.below(4000), 512], entry: 0x40 });
    bytes.set(random.bytes(bytes.length - sectionOffsets[0]!), sectionOffsets[0]!);
    const section = bytes.subarray(sectionOffsets[1]!, sectionOffsets[2]!);
    return { name, bytes, format, line: `${section.length}:${digest(algorithm, section)}:${name}` };
  };

const MAKERS: readonly Maker[] = [
  ofObject('hdb', 'md5'),
  ofObject('hsb', 'sha1'),
  ofObject('hsb', 'sha256'),
  ofObject('hsb', 'md5'),
  ofObject('hdb', 'md5', true),
  ofObject('hsb', 'sha256', true),
  ofSection('mdb', 'md5'),
  ofSection('msb', 'sha1'),
  ofSection('msb', 'sha256'),
];

/** `count` of them, each kind in turn. */
export function hashedObjects(count: number, random: Random): HashedObject[] {
  return Array.from({ length: count }, (_, i) => MAKERS[i % MAKERS.length]!(`Bench.Hash.Object-${i}`, random));
}
