/**
 * Trees of ordinary files to scan, made from what a Debian machine has or can fetch.
 *
 * node bench/corpora.ts        makes both and says where they are
 *
 * - `elf128`: programs of /usr/bin. They differ from machine to machine, so figures are comparable within one run only.
 * - `pe128`: Windows programs of Debian's `libwine`, unpacked without being installed.
 *
 * Of the sorted regular files (no links) each is taken that keeps the total at or below 128 MiB.
 */
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { BENCH_CACHE } from './places.ts';
import { unpackedPackages } from './scan/debian.ts';

const CORPUS_BYTES = 128 * 2 ** 20;
const WINE_PROGRAMS = 'usr/lib/x86_64-linux-gnu/wine/x86_64-windows';

export const CORPORA = { elf128: () => '/usr/bin', pe128: winePrograms } as const;
export type CorpusName = keyof typeof CORPORA;

export function isCorpus(name: string): name is CorpusName {
  return Object.hasOwn(CORPORA, name);
}

/** The corpus's directory, made when it is not there. @throws {Error} when it cannot be made here */
export function corpus(name: CorpusName): string {
  const tree = join(BENCH_CACHE, name);
  if (existsSync(tree)) return tree;
  const source = CORPORA[name]();
  const staged = `${tree}.${process.pid}`;
  mkdirSync(staged, { recursive: true });
  for (const file of chosenFiles(source)) copyFileSync(join(source, file), join(staged, file));
  renameSync(staged, tree);
  return tree;
}

function chosenFiles(source: string): string[] {
  let total = 0;
  return readdirSync(source)
    .sort()
    .filter((file) => {
      const status = lstatSync(join(source, file));
      if (!status.isFile() || total + status.size > CORPUS_BYTES) return false;
      total += status.size;
      return true;
    });
}

function winePrograms(): string {
  return join(unpackedPackages('libwine', ['libwine:amd64']), WINE_PROGRAMS);
}

if (import.meta.main) {
  for (const name of Object.keys(CORPORA) as CorpusName[]) console.log(`${name}\t${corpus(name)}`);
}
