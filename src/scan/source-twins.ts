/**
 * The same database twice in a directory: as it was fetched (`daily.cvd`) and as a client updated it (`daily.cld`). The newer one counts, as with clamscan
 * 1.4.6: what was withdrawn since the older one must not come back.
 */
import type { SourceFile } from './source-files.ts';
import { isDatabase } from './source-updates.ts';

/** Databases that have a twin: those whose version must be known. */
export function twinsAmong(files: readonly SourceFile[]): readonly SourceFile[] {
  const byStem = new Map<string, SourceFile[]>();
  for (const file of files) {
    if (!isDatabase(file) || file.format === 'cud') continue;
    const stem = stemOf(file);
    byStem.set(stem, [...(byStem.get(stem) ?? []), file]);
  }
  return [...byStem.values()].filter(({ length }) => length > 1).flat();
}

/** @param versions of the twins, by path; undefined: its header cannot be read, which is told when it is loaded */
export function olderTwins(
  twins: readonly SourceFile[],
  versions: ReadonlyMap<string, number | undefined>,
): readonly SourceFile[] {
  const isOlder = (file: SourceFile): boolean => {
    const own = versions.get(file.path);
    return twins.some((other) => {
      const version = versions.get(other.path);
      if (other === file || stemOf(other) !== stemOf(file) || own === undefined || version === undefined) return false;
      // Of the same version, the signed header says more.
      return own < version || (own === version && file.format === 'cld');
    });
  };
  return twins.filter(isOlder);
}

/** Version in the first bytes of a database, nothing checked. */
export function versionInHeader(head: Uint8Array): number | undefined {
  const [, version] = /^ClamAV-VDB:[^:]*:(\d{1,13}):/.exec(Buffer.from(head).toString('latin1')) ?? [];
  return version === undefined ? undefined : Number(version);
}

function stemOf({ path }: SourceFile): string {
  return path.slice(0, path.lastIndexOf('.'));
}
