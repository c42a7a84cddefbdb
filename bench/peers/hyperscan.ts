/**
 * Hyperscan and Vectorscan, the native SIMD matchers, each by both of its interfaces.
 *
 * Debian's packages exclude each other: they are unpacked side by side and linked statically into our harness (native/hyperscan.c), whose parts that
 * search are theirs, as Debian built them, for the best instructions that the processor has.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackedPackages, whyNoCommand } from '../scan/debian.ts';
import type { SearchEngine } from '../search/engine.ts';
import { prepareNative } from './native-search.ts';
import { remembered } from './remembered.ts';

const SOURCE = fileURLToPath(new URL('native/hyperscan.c', import.meta.url));
const LIBRARIES = ['hyperscan', 'vectorscan'] as const;
const INTERFACES = ['literal', 'regex'] as const;

export const HYPERSCANS: readonly SearchEngine[] = LIBRARIES.flatMap((library) => {
  const built = remembered(() => buildHarness(library));
  return INTERFACES.map((way) => ({
    name: `${library}-${way}`,
    what: `Debian's lib${library}-dev, block mode, ${way === 'literal' ? 'hs_compile_lit_multi' : 'hs_compile_multi'}`,
    whyMissing: () => built().missing,
    prepare: (patterns) => prepareNative([built().value!, way], patterns),
  }));
});

/** @returns path of the program @throws {Error} when something that it needs is not there */
function buildHarness(library: (typeof LIBRARIES)[number]): string {
  const missing = whyNoCommand('/usr/bin/gcc', 'gcc') ?? whyNoCommand('/usr/bin/g++', 'g++');
  if (missing !== undefined) throw new Error(missing);
  const unpacked = unpackedPackages(library, [`lib${library}-dev`]);
  const program = join(unpacked, `search-${library}`);
  if (existsSync(program) && statSync(program).mtimeMs > statSync(SOURCE).mtimeMs) return program;
  const archive = join(unpacked, 'usr/lib/x86_64-linux-gnu/libhs.a');
  const staged = `${program}.${process.pid}`;
  const args = ['-O3', '-march=native', `-I${join(unpacked, 'usr/include/hs')}`, SOURCE, '-o', staged, archive];
  execFileSync('gcc', [...args, '-lstdc++', '-lm'], { stdio: 'pipe' });
  renameSync(staged, program);
  return program;
}
