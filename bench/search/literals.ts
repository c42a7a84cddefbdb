/**
 * Literals to search: those of a signature source, or pieces of real files.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Signature } from '../../native-free-engine/index.ts';
import { formatOfName } from '../../src/dialects/clamav/formats.ts';
import { readClamav } from '../../src/dialects/clamav/read.ts';
import { Random } from '../plants/random.ts';

export interface Literals {
  readonly patterns: readonly Uint8Array[];
  /** Patterns left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

/** Engines index literals by their first two bytes at least. */
const MIN_BYTES = 2;

/**
 * The patterns of one source that are plain literals, each once.
 *
 * Their offset and target are not looked at: every engine searches them everywhere.
 */
export function literalsOf(source: string): Literals {
  const format = formatOfName(source);
  if (format === undefined) throw new Error(`${source}: expected a signature source (.ndb, .ldb …) by its name`);
  const skipped: Record<string, number> = {};
  const patterns = new Map<string, Uint8Array>();
  const skip = (reason: string): void => {
    skipped[reason] = (skipped[reason] ?? 0) + 1;
  };
  const take = (bytes: Uint8Array): void => {
    const key = Buffer.from(bytes).toString('latin1');
    if (patterns.has(key)) skip('duplicate');
    else patterns.set(key, bytes);
  };
  readClamav(readFileSync(source), {
    source: basename(source),
    format,
    onSignature(signature) {
      for (const found of literalsIn(signature)) typeof found === 'string' ? skip(found) : take(found);
    },
    onSkipped: ({ reason }) => skip(reason),
  });
  return { patterns: [...patterns.values()], skipped };
}

/** Each pattern, or why it is none. */
function literalsIn(signature: Signature): (Uint8Array | string)[] {
  if (signature.kind !== 'body') return ['no body signature'];
  return signature.patterns.map((pattern) => {
    if (pattern.kind === 'regex') return 'regular expression';
    if (pattern.kind !== 'bytes') return 'no bytes';
    if (pattern.noCase || pattern.wide || pattern.fullWord) return 'modifier';
    const [element, ...others] = pattern.elements;
    if (element?.kind !== 'bytes' || others.length > 0 || element.masks.some((mask) => mask !== 0xff))
      return 'no literal';
    return element.values.length < MIN_BYTES ? 'too short' : element.values.slice();
  });
}

export interface SampleSpec {
  readonly directory: string;
  /** Only files whose name matches. */
  readonly files: RegExp;
  readonly count: number;
  /** Of each; or the fewest and the most. */
  readonly bytes: number | readonly [least: number, most: number];
  readonly seed: number;
  /** More than this share of a literal's bytes are different ones; default a quarter. */
  readonly different?: number;
}

/** Different pieces of files at random places; none of one byte repeated, which would be a benchmark of nothing else. */
export function sampleLiterals({ directory, files, count, bytes, seed, different = 1 / 4 }: SampleSpec): Uint8Array[] {
  const random = new Random(seed);
  const paths = readdirSync(directory)
    .sort()
    .filter((name) => files.test(name))
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile() && statSync(path).size > 65536);
  const chosen = random.shuffled(paths).slice(0, 64);
  const contents = chosen.map((path) => readFileSync(path));
  const literals = new Map<string, Uint8Array>();
  const [least, most] = typeof bytes === 'number' ? [bytes, bytes] : bytes;
  for (let attempt = 0; literals.size < count && attempt < count * 50 && contents.length > 0; attempt++) {
    const content = random.pick(contents);
    const length = least + (most > least ? random.below(most - least + 1) : 0);
    const at = random.below(content.length - length);
    const literal = content.subarray(at, at + length);
    if (new Set(literal).size > length * different) literals.set(literal.toString('latin1'), Uint8Array.from(literal));
  }
  if (literals.size < count) throw new Error(`${directory}: expected ${count} literals, got ${literals.size}`);
  return [...literals.values()];
}
