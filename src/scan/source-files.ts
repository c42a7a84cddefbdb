/**
 * Which files `patterns` names: pattern files (`.npf`), signature sources by their extension, and directories of both.
 *
 * *Limits*: a name that is not valid UTF-8 cannot be given, since options are text.
 */
import { readdirSync, statSync } from 'node:fs';
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
  const files = new Map<string, SourceFile>();
  const ignored: string[] = [];
  for (const path of paths) addPath(resolve(path), files, ignored);
  return { files: [...files.values()], ignored };
}

function addPath(path: string, files: Map<string, SourceFile>, ignored: string[]): void {
  const stats = lookUp(path);
  if (stats.isDirectory()) {
    const before = files.size;
    addDirectory(path, files, ignored, 0);
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

function addDirectory(directory: string, files: Map<string, SourceFile>, ignored: string[], depth: number): void {
  for (const entry of listDirectory(directory)) {
    const path = join(directory, entry.name);
    // Hidden: version control, editors.
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      if (depth < MAX_NESTING) addDirectory(path, files, ignored, depth + 1);
      else ignored.push(path);
      continue;
    }
    const format = formatOf(path);
    const stats = format === undefined ? undefined : lookUp(path);
    if (format === undefined || !stats?.isFile()) ignored.push(path);
    else files.set(path, { path, format, identity: identityOf(stats) });
  }
}

function listDirectory(directory: string) {
  try {
    // By code units: the same everywhere, whatever the locale.
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw patternsError(directory, cause);
  }
}

function lookUp(path: string) {
  try {
    return statSync(path, { bigint: true });
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

interface BigStats {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigStats): FileIdentity {
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
