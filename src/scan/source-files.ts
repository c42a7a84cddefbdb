/**
 * Which files `patterns` names: pattern files (`.npf`), signature sources by their extension, and directories of both.
 *
 * *Limits*: a name that is not valid UTF-8 cannot be given, since options are text.
 */
import { type BigIntStats, type Dirent, readdirSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type ClamavFormat, formatOfName } from '../dialects/clamav/formats.ts';
import { ScanError } from './errors.ts';

/** What tells one state of a file from another without reading it. Decimal text: nanoseconds do not fit a number. */
export interface FileIdentity {
  readonly dev: string;
  readonly ino: string;
  readonly size: string;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
}

/** How the bytes of a source are read. */
export type SourceFormat = 'npf' | ClamavFormat;

/** One file that holds patterns. Plain data: it crosses threads. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly format: SourceFormat;
  readonly identity: FileIdentity;
}

export interface SourceFiles {
  /** In the order given; those of a directory by name. No path twice. */
  readonly files: readonly SourceFile[];
  /** Files in directories that are no patterns by their name. */
  readonly ignored: readonly string[];
}

/** Directories inside directories of patterns. */
const MAX_NESTING = 16;

/** @throws {ScanError} `SCAN_PATTERNS` when a path is not there, is no pattern file by its name, or a directory holds none */
export function findSourceFiles(paths: readonly string[]): SourceFiles {
  const search = searchAll(paths);
  let step = search.next();
  while (!step.done) step = search.next(answerNow(step.value));
  return step.value;
}

/** The same while the caller's thread stays free. @throws {ScanError} as `findSourceFiles` */
export async function findSourceFilesLater(paths: readonly string[]): Promise<SourceFiles> {
  const search = searchAll(paths);
  let step = search.next();
  while (!step.done) step = search.next(await answerLater(step.value));
  return step.value;
}

/** What the search asks of the file system. */
interface Question {
  readonly about: 'state' | 'entries';
  readonly path: string;
}
/** The search itself waits for nothing: whoever runs it decides how its questions are answered. */
type Search<T> = Generator<Question, T, unknown>;

function* searchAll(paths: readonly string[]): Search<SourceFiles> {
  const files = new Map<string, SourceFile>();
  const ignored: string[] = [];
  for (const path of paths) yield* addPath(resolve(path), files, ignored);
  return { files: [...files.values()], ignored };
}

function* addPath(path: string, files: Map<string, SourceFile>, ignored: string[]): Search<void> {
  const stats = yield* stateOf(path);
  if (stats.isDirectory()) {
    const before = files.size;
    yield* addDirectory(path, files, ignored, 0);
    if (files.size > before) return;
    throw new ScanError('SCAN_PATTERNS', `${path}: expected .npf files or signature sources in it, got none`);
  }
  const format = formatOf(path);
  if (format === undefined) {
    throw new ScanError(
      'SCAN_PATTERNS',
      `${path}: expected a .npf file or a signature source (.ndb, .ldb, .hdb …), got another extension`,
    );
  }
  if (!stats.isFile()) throw new ScanError('SCAN_PATTERNS', `${path}: expected a regular file`);
  files.set(path, { path, format, identity: identityOf(stats) });
}

function* addDirectory(
  directory: string,
  files: Map<string, SourceFile>,
  ignored: string[],
  depth: number,
): Search<void> {
  for (const entry of yield* entriesOf(directory)) {
    const path = join(directory, entry.name);
    // Hidden: version control, editors.
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      if (depth < MAX_NESTING) yield* addDirectory(path, files, ignored, depth + 1);
      else ignored.push(path);
      continue;
    }
    const format = formatOf(path);
    const stats = format === undefined ? undefined : yield* stateOf(path);
    if (format === undefined || !stats?.isFile()) ignored.push(path);
    else files.set(path, { path, format, identity: identityOf(stats) });
  }
}

function* stateOf(path: string): Search<BigIntStats> {
  return (yield { about: 'state', path }) as BigIntStats;
}

function* entriesOf(path: string): Search<readonly Dirent[]> {
  const entries = (yield { about: 'entries', path }) as Dirent[];
  // By code units: the same everywhere, whatever the locale.
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function answerNow({ about, path }: Question): unknown {
  try {
    return about === 'state' ? statSync(path, { bigint: true }) : readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    throw patternsError(path, cause);
  }
}

async function answerLater({ about, path }: Question): Promise<unknown> {
  try {
    return about === 'state' ? await stat(path, { bigint: true }) : await readdir(path, { withFileTypes: true });
  } catch (cause) {
    throw patternsError(path, cause);
  }
}

function patternsError(path: string, cause: unknown): ScanError {
  const text = /^[A-Z0-9]+: ([^,]*)/.exec((cause as Error).message)?.[1] ?? (cause as Error).message;
  return new ScanError('SCAN_PATTERNS', `${path}: ${text}`, { cause });
}

/** @returns undefined when no patterns are in files of that name */
function formatOf(path: string): SourceFormat | undefined {
  const name = basename(path);
  return name.toLowerCase().endsWith('.npf') ? 'npf' : formatOfName(name);
}

export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileIdentity {
  return {
    dev: String(dev),
    ino: String(ino),
    size: String(size),
    mtimeNs: String(mtimeNs),
    ctimeNs: String(ctimeNs),
  };
}

export function isSameIdentity(one: FileIdentity, other: FileIdentity): boolean {
  return (
    one.dev === other.dev &&
    one.ino === other.ino &&
    one.size === other.size &&
    one.mtimeNs === other.mtimeNs &&
    one.ctimeNs === other.ctimeNs
  );
}
