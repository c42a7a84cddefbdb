/** Random objects made of the bytes of the signatures, so that about half of these match: data, PE and ELF programs. */
import { createHash } from 'node:crypto';
import { elfHost, peHost } from '../../bench/plants/hosts.ts';
import type { Random } from '../support/engine/random.ts';
import { ALPHABET } from './grammar.ts';
import { instanceOf } from './instance.ts';
import type { TwinLine, TwinObject } from './twin.ts';

/** Neither text nor any other type: what begins so is data (target 14) and is not normalised. */
const DATA_START = Uint8Array.of(0x01, 0x00, 0xfe, 0x02, 0x00, 0x03);
const OTHER = 14;

/** @param patterns texts with modifiers, instances of which are written into the object */
export function randomObject(random: Random, name: string, patterns: readonly string[]): TwinObject {
  const kind = random.below(10);
  if (kind < 6) return dataObject(random, name, patterns);
  const sections = Array.from({ length: random.between(1, 3) }, () => random.between(100, 1500));
  const isPe = kind < 9;
  const host = (isPe ? peHost : elfHost)({ sections, entry: random.below(200) });
  const sizes = host.sectionOffsets.map((offset, i) => (host.sectionOffsets[i + 1] ?? host.bytes.length) - offset);
  fill(random, host.bytes, host.sectionOffsets[0]!, patterns);
  return {
    name,
    bytes: host.bytes,
    target: isPe ? 1 : 6,
    entryPoint: host.entryPoint,
    sections: host.sectionOffsets.map((offset, i) => ({ offset, size: sizes[i]! })),
  };
}

function dataObject(random: Random, name: string, patterns: readonly string[]): TwinObject {
  const bytes = new Uint8Array(random.pick([8, 200, 800, 1500, 2500]));
  fill(random, bytes, 0, patterns);
  bytes.set(DATA_START);
  return { name, bytes, target: OTHER };
}

/** Bytes at random from `from` on, and instances of the patterns one behind the other. */
function fill(random: Random, bytes: Uint8Array, from: number, patterns: readonly string[]): void {
  const alphabet = random.chance(0.3) ? random.shuffled(ALPHABET).slice(0, 3) : ALPHABET;
  bytes.set(random.bytes(bytes.length - from, alphabet), from);
  for (let at = from, next = 0; at < bytes.length; next++) {
    const instance = instanceOf(random, patterns[next % patterns.length]!);
    bytes.set(instance.subarray(0, bytes.length - at), at);
    at += instance.length + random.pick([0, 0, 1, 2, 5]);
  }
}

/** Lines of hdb and mdb that an object holds, and near misses; `NAME` stands for the name. */
export function digestLines(random: Random, object: TwinObject): TwinLine[] {
  const { bytes, sections = [], target } = object;
  const algorithm = random.pick(['md5', 'sha1', 'sha256']);
  const digest = (part: Uint8Array): string => createHash(algorithm).update(part).digest('hex');
  const size = bytes.length + random.pick([0, 0, 0, 1]);
  const lines: TwinLine[] = [{ name: '', format: 'hdb', text: `${digest(bytes)}:${size}:NAME` }];
  for (const section of target === 1 ? sections : []) {
    const part = bytes.subarray(section.offset, section.offset + section.size);
    lines.push({ name: '', format: 'mdb', text: `${section.size + random.pick([0, 0, 0, 1])}:${digest(part)}:NAME` });
  }
  return lines;
}
