/**
 * Planted objects: files that real signatures match, so that a scan has something to detect.
 *
 * ```
 * signatures ─► a few for each feature, by a seed ─► an object for each, and a near miss ─► some packed into zip, tar … ─► directory
 * ```
 * They are test data made from signature text, and other scanners take them for what the signatures look for: they are written into a directory of
 * their own and never kept.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BodySignature } from '../native-free-engine/index.ts';
import { formatOfName } from '../src/dialects/clamav/formats.ts';
import { readClamav } from '../src/dialects/clamav/read.ts';
import { featuresOf } from './plants/features.ts';
import { hashedObjects } from './plants/hashed.ts';
import { nearMissOf } from './plants/near-miss.ts';
import { objectFor } from './plants/object.ts';
import { PACKINGS, type Packing } from './plants/pack.ts';
import { Random } from './plants/random.ts';

export interface Plant {
  /** Name of its file in the directory. */
  readonly file: string;
  /** The signature that it was made for. */
  readonly signature: string;
  readonly features: readonly string[];
  readonly packing: Packing | 'none';
}

export interface PlantOptions {
  /** Directory of signature sources. */
  readonly patterns: string;
  /** Where the objects are written. */
  readonly directory: string;
  /** Where the lines of hash signatures made for them are written, as sources. */
  readonly lines: string;
  readonly count: number;
  readonly seed: number;
}

/** Name of the near miss of a plant's file, which lies beside it where there is one. */
export const nearMissName = (file: string): string => `${file}.near`;
/** One in so many objects gets a hash signature of its own. */
const HASHED_SHARE = 8;
const LARGE_BYTES = 4 << 20;
const MAX_ROUNDS = 16;
/** Signatures remembered for each feature. */
const KEPT_PER_FEATURE = 400;

/** Writes the objects. @returns what was planted; fewer than asked for when the sources do not give as many */
export function plant(options: PlantOptions): Plant[] {
  const random = new Random(options.seed);
  mkdirSync(options.directory, { recursive: true });
  mkdirSync(options.lines, { recursive: true });
  const hashed = plantHashed(options, random);
  const chosen = chooseByFeature(readBodySignatures(options.patterns), random);
  const plants = [...hashed];
  // Few signatures get several objects each, no two of them the same.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (const signature of chosen) {
      if (plants.length >= options.count) return plants;
      const made = plantBody(signature, plants.length, options, random);
      if (made) plants.push(made);
    }
  }
  return plants;
}

function plantHashed({ count, directory, lines }: PlantOptions, random: Random): Plant[] {
  const byFormat = new Map<string, string[]>();
  const plants = hashedObjects(Math.floor(count / HASHED_SHARE), random).map(({ name, bytes, format, line }, i) => {
    byFormat.set(format, [...(byFormat.get(format) ?? []), line]);
    const packing = packingFor(undefined, random) ?? 'none';
    const file = `${String(i).padStart(4, '0')}-${format}.bin`;
    writeFileSync(join(directory, file), packed(packing, bytes));
    return { file, signature: name, features: [`hash ${format}`], packing };
  });
  for (const [format, text] of byFormat) writeFileSync(join(lines, `planted.${format}`), `${text.join('\n')}\n`);
  return plants;
}

function plantBody(
  signature: BodySignature,
  index: number,
  { directory }: PlantOptions,
  random: Random,
): Plant | undefined {
  const object = objectFor(signature, random);
  const packing = object && packingFor(object.container, random);
  if (!object || !packing) return undefined;
  const file = `${String(index).padStart(4, '0')}-target${signature.target}.bin`;
  writeFileSync(join(directory, file), packed(packing, object.bytes));
  // A large one costs clamscan seconds.
  if (object.bytes.length < LARGE_BYTES)
    writeFileSync(join(directory, nearMissName(file)), packed(packing, nearMissOf(object, random)));
  return { file, signature: signature.name, features: [...featuresOf(signature)], packing };
}

function packed(packing: Packing | 'none', bytes: Uint8Array): Uint8Array {
  return packing === 'none' ? bytes : PACKINGS[packing]('object.bin', bytes);
}

/** @param container that it must lie in @returns undefined when that is none of ours */
function packingFor(container: string | undefined, random: Random): Packing | 'none' | undefined {
  if (container === undefined) {
    return random.below(4) > 0 ? 'none' : random.pick<Packing>(['zip', 'gzip', 'tar', 'tar.gz', 'zip in tar.gz']);
  }
  return container === 'zip' || container === 'gzip' || container === 'tar' ? container : undefined;
}

/** Every body signature of the sources in a directory, those that an ignore list switches off left out. */
export function readBodySignatures(directory: string): BodySignature[] {
  const signatures: BodySignature[] = [];
  const ignored = new Set<string>();
  for (const source of readdirSync(directory).sort()) {
    const format = formatOfName(source);
    if (!format) continue;
    readClamav(readFileSync(join(directory, source)), {
      source,
      format,
      onSignature(signature) {
        if (signature.kind === 'body') signatures.push(signature);
        if (signature.kind === 'ignore') ignored.add(signature.name);
      },
      onSkipped() {},
    });
  }
  return signatures.filter(({ name }) => !ignored.has(name));
}

/** An endless row would be the features in turn, each with its next signature; every signature once. */
function chooseByFeature(signatures: readonly BodySignature[], random: Random): BodySignature[] {
  const byFeature = new Map<string, BodySignature[]>();
  for (const signature of random.shuffled(signatures)) {
    for (const feature of featuresOf(signature)) {
      const list = byFeature.get(feature);
      if (!list) byFeature.set(feature, [signature]);
      else if (list.length < KEPT_PER_FEATURE) list.push(signature);
    }
  }
  const chosen = new Set<BodySignature>();
  const lists = [...byFeature].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => list);
  for (let turn = 0; turn < KEPT_PER_FEATURE; turn++) {
    for (const list of lists) if (list[turn]) chosen.add(list[turn]);
  }
  return [...chosen];
}
