/**
 * Which updates (`NAME-VERSION.cdiff`) belong to which database among the sources: `daily-2.cdiff` to `daily.cvd`, `daily.cld`, `daily-1.cvd`.
 *
 * By names alone, and only among what was named or lies in a directory that was: what stands beside a database that was named by itself is not used.
 * Whether the versions follow each other is found out when they are applied (database-source.ts).
 */
import { basename } from 'node:path';
import { ScanError } from './errors.ts';
import type { FileIdentity, SourceFile } from './source-files.ts';

/** An update among the files that were found. */
export interface UpdateFile {
  readonly path: string;
  readonly identity: FileIdentity;
  /** By itself, not with the directory that it is in. */
  readonly isNamed: boolean;
}

export function isUpdateName(name: string): boolean {
  return /\.cdiff$/i.test(name);
}

/**
 * Gives databases their updates.
 *
 * @param orphans takes updates in directories that have no database
 * @throws {ScanError} `SCAN_PATTERNS` when one that was named has none
 */
export function withUpdates(
  files: readonly SourceFile[],
  updates: readonly UpdateFile[],
  orphans: string[],
): readonly SourceFile[] {
  if (updates.length === 0) return files;
  const used = new Set<UpdateFile>();
  const complete = files.map((file) => {
    const own = isDatabase(file) ? updates.filter(({ path }) => isFor(path, file.path)) : [];
    for (const update of own) used.add(update);
    return own.length === 0 ? file : withOwn(file, own);
  });
  for (const update of updates) if (!used.has(update)) refuseOrphan(update, orphans);
  return complete;
}

/** The state of several files as one: of all, what tells that any of them changed. */
export function combinedIdentity(identities: readonly FileIdentity[]): FileIdentity {
  const joined = (field: keyof FileIdentity): string => identities.map((each) => each[field]).join('+');
  const latest = (field: 'mtimeNs' | 'ctimeNs'): string =>
    identities
      .map((each) => BigInt(each[field]))
      .reduce((one, other) => (one > other ? one : other))
      .toString();
  return {
    dev: joined('dev'),
    ino: joined('ino'),
    size: joined('size'),
    mtimeNs: latest('mtimeNs'),
    ctimeNs: latest('ctimeNs'),
  };
}

export function isDatabase({ format }: SourceFile): boolean {
  return format === 'cvd' || format === 'cld' || format === 'cud';
}

function withOwn(file: SourceFile, own: readonly UpdateFile[]): SourceFile {
  const inOrder = own.toSorted((one, other) => versionOf(one.path) - versionOf(other.path));
  const identity = combinedIdentity([file.identity, ...inOrder.map(({ identity }) => identity)]);
  return { ...file, identity, updates: inOrder.map(({ path }) => path) };
}

function refuseOrphan({ path, isNamed }: UpdateFile, orphans: string[]): void {
  if (!isNamed) {
    orphans.push(path);
    return;
  }
  const name = nameOf(path);
  const wanted =
    name === undefined ? 'a name as daily-2.cdiff' : `its database among the sources, ${name}.cvd or ${name}.cld`;
  throw new ScanError('SCAN_PATTERNS', `${path}: expected ${wanted}, got none`);
}

function isFor(update: string, database: string): boolean {
  const name = nameOf(update);
  const stem = basename(database).replace(/\.[^.]*$/, '');
  return (
    name !== undefined && (stem === name || (stem.startsWith(`${name}-`) && /^\d+$/.test(stem.slice(name.length + 1))))
  );
}

function nameOf(update: string): string | undefined {
  return /^(.+)-\d{1,13}\.cdiff$/i.exec(basename(update))?.[1];
}

function versionOf(update: string): number {
  return Number(/-(\d+)\.cdiff$/i.exec(update)?.[1] ?? 0);
}
