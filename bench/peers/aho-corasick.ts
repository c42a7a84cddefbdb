/**
 * Rust's `aho-corasick`: the library of ripgrep and many others, as a full table of transitions (dfa) and with failure transitions (nfa).
 *
 * Debian's packages of sources are unpacked and built by cargo --offline for this processor (native/aho-corasick/).
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BENCH_CACHE } from '../places.ts';
import { unpackedPackages, whyNoCommand } from '../scan/debian.ts';
import { Refused, type SearchEngine } from '../search/engine.ts';
import { prepareNative } from './native-search.ts';
import { remembered } from './remembered.ts';

const SOURCES = fileURLToPath(new URL('native/aho-corasick/', import.meta.url));
const PACKAGES = ['librust-aho-corasick-dev', 'librust-memchr-dev'];
/** A table of a row for each state; above this it is not asked. */
const MAX_TABLE_BYTES = 2 ** 31;
const ROW_BYTES = 256 * 4;

const built = remembered(build);

export const AHO_CORASICKS: readonly SearchEngine[] = (['dfa', 'nfa'] as const).map((way) => ({
  name: `aho-corasick-${way}`,
  what: `Rust's aho-corasick of Debian, find_overlapping_iter, ${way.toUpperCase()}`,
  whyMissing: () => built().missing,
  prepare(patterns) {
    const tableBytes = patterns.reduce((sum, { length }) => sum + length, 1) * ROW_BYTES;
    if (way === 'dfa' && tableBytes > MAX_TABLE_BYTES) {
      throw new Refused(`its table would take up to ${(tableBytes / 1e9).toFixed(1)} GB`);
    }
    return prepareNative([built().value!, way], patterns);
  },
}));

/** @returns path of the program @throws {Error} when something that it needs is not there */
function build(): string {
  const program = join(BENCH_CACHE, 'search-aho-corasick');
  if (existsSync(program) && statSync(program).mtimeMs > statSync(join(SOURCES, 'main.rs')).mtimeMs) return program;
  const cargo = findCargo();
  const packages = unpackedPackages('aho-corasick', PACKAGES);
  const directory = `${program}.${process.pid}`;
  try {
    cpSync(SOURCES, directory, { recursive: true });
    mkdirSync(join(directory, '.cargo'));
    const registry = JSON.stringify(join(packages, 'usr/share/cargo/registry'));
    const config = `[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = ${registry}\n`;
    writeFileSync(join(directory, '.cargo/config.toml'), config);
    const env = { ...process.env, RUSTFLAGS: '-C target-cpu=native' };
    execFileSync(cargo, ['build', '--release', '--offline', '--quiet'], { cwd: directory, env, stdio: 'pipe' });
    renameSync(join(directory, 'target/release/bench-aho-corasick'), program);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return program;
}

/** The cargo in the path, else Debian's. */
function findCargo(): string {
  const found = (process.env.PATH ?? '')
    .split(':')
    .map((directory) => join(directory, 'cargo'))
    .find(existsSync);
  if (found !== undefined) return found;
  const missing = whyNoCommand('/usr/bin/cargo', 'cargo');
  if (missing !== undefined) throw new Error(missing);
  return '/usr/bin/cargo';
}
