/**
 * The regular expressions of a real signature set, which is not part of the project: skipped where it is not at hand.
 *
 * SIGWALL_SIGNATURES is a folder with main.ldb; without it, the shared data beside the checkout.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RegexError } from '../../native-free-engine/regex/errors.ts';
import { compileRegex, type Regex } from '../../native-free-engine/regex/regex.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { searchNaively } from './tables/regex-oracle.ts';
import { sampleOf } from './tables/regex-sample.ts';
import { areEqual, bytesOf, describe as describeSpan, PLENTY, spanOf } from './tables/regex-ways.ts';

const FOLDER =
  process.env.SIGWALL_SIGNATURES ??
  fileURLToPath(new URL('../../../shared/data/clamav-sigs/official', import.meta.url));
const FILE = `${FOLDER}/main.ldb`;

interface Real {
  readonly name: string;
  readonly source: string;
  readonly flags: string;
}

/** `[offset:]trigger/source/flags`, one of the fields behind the logic. */
function regexesOf(text: string): Real[] {
  return text.split('\n').flatMap((line) => {
    const [name, , , ...subsignatures] = line.split(';');
    return subsignatures.flatMap((subsignature) => {
      const parts = /^[^/]*\/(.*)\/([a-zA-Z]*)\r?$/.exec(subsignature);
      return parts ? [{ name: name!, source: parts[1]!, flags: parts[2]! }] : [];
    });
  });
}

describe.skipIf(!existsSync(FILE))('main.ldb', () => {
  const reals = existsSync(FILE) ? regexesOf(readFileSync(FILE, 'latin1')) : [];
  const compiled: (Real & { readonly regex: Regex })[] = [];
  const refused = new Map<string, number>();
  for (const real of reals) {
    try {
      compiled.push({ ...real, regex: compileRegex(real.source, real.flags) });
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      const why = error.feature ?? error.message;
      refused.set(why, (refused.get(why) ?? 0) + 1);
    }
  }

  it('compiles', () => {
    console.log(`${compiled.length} of ${reals.length} compile;`, Object.fromEntries(refused));
    expect([...refused.keys()]).toEqual([]);
  });

  it('matches texts made for it, as the naive matcher does, and those that are one byte off', () => {
    const seed = seedOf('regex, real');
    const random = new Random(seed);
    let matched = 0;
    for (const { name, source, flags, regex } of compiled) {
      const text = sampleOf(source, flags, random);
      // What is thousands of bytes long takes the naive matcher too long.
      if (text.length > 2000) continue;
      const at = random.below(text.length + 1);
      const damaged = `${text.slice(0, at)}${String.fromCharCode(random.below(256))}${text.slice(at + 1)}`;
      for (const haystack of [text, `x\n${text}`, `${text} y`, damaged]) {
        const bytes = bytesOf(haystack);
        const expected = searchNaively(source, flags, bytes);
        if (expected === 'too long') continue;
        const found = spanOf(regex.search(bytes, 0, bytes.length, { steps: PLENTY }));
        const what = `seed ${seed}: ${name} in ${JSON.stringify(haystack)}: expected ${describeSpan(expected)}`;
        expect(areEqual(found, expected), what).toBe(true);
        if (found) matched++;
      }
    }
    expect(matched).toBeGreaterThan(compiled.length * 2);
  });
});
