/**
 * The real set: the official and derived signatures of the shared data, in one directory as `--patterns` takes it.
 *
 * node bench/real-set.ts DIR
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SHARED_DATA } from './places.ts';

const OFFICIAL = ['main.ldb', 'main.hdb', 'daily.hsb', 'daily.ndb', 'main.fp', 'daily.fp'];
const DERIVED = ['clamav-main-2017-rebuilt.ndb', 'phpmussel-pe-sections.mdb', 'known-fp.ign2'];

export interface RealSetOptions {
  /** The shared data's directory. */
  readonly data?: string;
}

/** Why there is no real set on this machine; undefined when there is. */
export function whyNoRealSet({ data = SHARED_DATA }: RealSetOptions = {}): string | undefined {
  const missing = paths(data).find((path) => sourceOf(path) === undefined);
  return missing === undefined ? undefined : `${missing} is missing: the shared data is not beside the checkout`;
}

/** Fills `directory` with links to the sources; compressed ones are unpacked into it. @throws {Error} when one is missing */
export function makeRealSet(directory: string, { data = SHARED_DATA }: RealSetOptions = {}): string {
  mkdirSync(directory, { recursive: true });
  for (const path of paths(data)) {
    const source = sourceOf(path);
    if (source === undefined) throw new Error(`${path}: expected a file, got none`);
    const target = join(directory, basename(path));
    if (existsSync(target)) continue;
    if (source.endsWith('.gz')) writeFileSync(target, gunzipSync(readFileSync(source)));
    else symlinkSync(source, target);
  }
  return directory;
}

function paths(data: string): string[] {
  return [
    ...OFFICIAL.map((name) => join(data, 'clamav-sigs/official', name)),
    ...DERIVED.map((name) => join(data, 'clamav-sigs/derived', name)),
  ];
}

function sourceOf(path: string): string | undefined {
  return [path, `${path}.gz`].find((file) => existsSync(file));
}

if (import.meta.main) {
  const [directory] = process.argv.slice(2);
  if (directory === undefined) {
    console.error('usage: node bench/real-set.ts DIR');
    process.exit(2);
  }
  console.log(makeRealSet(directory));
}
