/**
 * Which files `patterns` names: pattern files (`.npf`), signature sources and databases by their extension, and directories of them.
 *
 * *Limits*: a name that is not valid UTF-8 cannot be given, since options are text.
 */
import { type BigIntStats, closeSync, type Dirent, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type DatabaseKind, databaseKindOf } from '../databases/names.ts';
import { type ClamavFormat, formatOfName } from '../dialects/clamav/formats.ts';
import { ScanError } from './errors.ts';
import { isDetachedSignature } from './ignored-names.ts';
import { olderTwins, twinsAmong, versionInHeader } from './source-twins.ts';
import { isUpdateName, type UpdateFile, withUpdates } from './source-updates.ts';

/** What tells one state of a file from another without reading it. Decimal text: nanoseconds do not fit a number. */
export interface FileIdentity {
  readonly dev: string;
  readonly ino: string;
  readonly size: string;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
}

/** How the bytes of a source are read. */
export type SourceFormat = 'npf' | DatabaseKind | ClamavFormat;

/** One file that holds patterns. Plain data: it crosses threads. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly format: SourceFormat;
  /** Of a database with its updates. */
  readonly identity: FileIdentity;
  /** Paths of the updates of a database, in the order of their versions. */
  readonly updates?: readonly string[];
}

export interface SourceFiles {
  /** In the order given; those of a directory by name. No path twice. */
  readonly files: readonly SourceFile[];
  /** Files in directories that are no patterns by their name; databases that are there in a newer version. */
  readonly ignored: readonly string[];
}

/** What a search has come by. */
interface Found {
  readonly files: Map<string, SourceFile>;
  readonly updates: Map<string, UpdateFile>;
  readonly ignored: string[];
}

/** Of a database: more than its version needs. */
const HEAD_BYTES = 128;
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
  readonly about: 'state' | 'entries' | 'head';
  readonly path: string;
}
/** The search itself waits for nothing: whoever runs it decides how its questions are answered. */
type Search<T> = Generator<Question, T, unknown>;

function* searchAll(paths: readonly string[]): Search<SourceFiles> {
  const found: Found = { files: new Map(), updates: new Map(), ignored: [] };
  for (const path of paths) yield* addPath(resolve(path), found);
  const { files, updates, ignored } = found;
  yield* leaveOutOlder(found);
  return { files: withUpdates([...files.values()], [...updates.values()], ignored), ignored };
}

function* addPath(path: string, found: Found): Search<void> {
  const stats = yield* stateOf(path);
  if (stats.isDirectory()) {
    const before = found.files.size;
    yield* addDirectory(path, found, 0);
    if (found.files.size > before) return;
    throw new ScanError('SCAN_PATTERNS', `${path}: expected .npf files or signature sources in it, got none`);
  }
  if (isUpdateName(path) && stats.isFile()) {
    found.updates.set(path, { path, identity: identityOf(stats), isNamed: true });
    return;
  }
  if (isDetachedSignature(path)) {
    const signed = path.slice(0, -'.sign'.length);
    throw new ScanError(
      'SCAN_PATTERNS',
      `${path}: expected a source, got a detached digital signature; name ${signed}`,
    );
  }
  const format = formatOf(path);
  if (format === undefined) {
    throw new ScanError(
      'SCAN_PATTERNS',
      `${path}: expected a .npf file, a database (.cvd, .cld) or a signature source (.ndb, .ldb, .hdb …), got another extension`,
    );
  }
  if (!stats.isFile()) throw new ScanError('SCAN_PATTERNS', `${path}: expected a regular file`);
  found.files.set(path, { path, format, identity: identityOf(stats) });
}

function* addDirectory(directory: string, found: Found, depth: number): Search<void> {
  const { files, updates, ignored } = found;
  for (const entry of yield* entriesOf(directory)) {
    const path = join(directory, entry.name);
    // Hidden: version control, editors.
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      if (depth < MAX_NESTING) yield* addDirectory(path, found, depth + 1);
      else ignored.push(path);
      continue;
    }
    const format = formatOf(path);
    const isUpdate = isUpdateName(path);
    const stats = format === undefined && !isUpdate ? undefined : yield* stateOf(path);
    if (!stats?.isFile()) ignored.push(path);
    else if (isUpdate) updates.set(path, updates.get(path) ?? { path, identity: identityOf(stats), isNamed: false });
    else if (format !== undefined) files.set(path, { path, format, identity: identityOf(stats) });
  }
}

/** Reads nothing unless there are twins. */
function* leaveOutOlder({ files, ignored }: Found): Search<void> {
  const twins = twinsAmong([...files.values()]);
  const versions = new Map<string, number | undefined>();
  for (const { path } of twins) versions.set(path, versionInHeader((yield { about: 'head', path }) as Uint8Array));
  for (const { path } of olderTwins(twins, versions)) {
    files.delete(path);
    ignored.push(path);
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
    if (about === 'head') return headOf(path);
    return about === 'state' ? statSync(path, { bigint: true }) : readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    throw patternsError(path, cause);
  }
}

async function answerLater({ about, path }: Question): Promise<unknown> {
  try {
    if (about === 'head') return headOf(path);
    return about === 'state' ? await stat(path, { bigint: true }) : await readdir(path, { withFileTypes: true });
  } catch (cause) {
    throw patternsError(path, cause);
  }
}

/** At once: it is a block of the disk, and asked for seldom. */
function headOf(path: string): Uint8Array {
  const descriptor = openSync(path, 'r');
  try {
    const head = new Uint8Array(HEAD_BYTES);
    return head.subarray(0, readSync(descriptor, head, 0, head.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

function patternsError(path: string, cause: unknown): ScanError {
  const text = /^[A-Z0-9]+: ([^,]*)/.exec((cause as Error).message)?.[1] ?? (cause as Error).message;
  return new ScanError('SCAN_PATTERNS', `${path}: ${text}`, { cause });
}

/** @returns undefined when no patterns are in files of that name */
function formatOf(path: string): SourceFormat | undefined {
  const name = basename(path);
  if (name.toLowerCase().endsWith('.npf')) return 'npf';
  return databaseKindOf(name) ?? formatOfName(name);
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
