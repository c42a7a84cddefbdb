/** The files of signatures in a source: one, or those of a database. */
import { isAside } from '../databases/names.ts';
import { type ClamavFormat, formatOfName } from '../dialects/clamav/formats.ts';

export interface SourcePart {
  /** Path of the source; of a file in a database `daily.cvd/daily.ndb`. */
  readonly label: string;
  /** `unsupported:…` for what is never read. */
  readonly format: ClamavFormat | Unread;
  readonly bytes: Uint8Array;
}

/** A file in a database that has no format of ours. */
export type Unread = `unsupported:${string}`;

/** @param path of the database */
export function partsOf(path: string, members: ReadonlyMap<string, Uint8Array>): SourcePart[] {
  return [...members]
    .filter(([name]) => !isAside(name))
    .map(([name, bytes]) => ({ label: `${path}/${name}`, format: formatOfName(name) ?? unread(name), bytes }));
}

export function isUnread(format: SourcePart['format']): format is Unread {
  return format.startsWith('unsupported:');
}

/** Lines that are neither blank nor comments. */
export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(0x0a, at);
    const end = found < 0 ? bytes.length : found;
    const first = bytes[at];
    if (end > at && first !== 0x23 && first !== 0x0d) count++;
    at = end + 1;
  }
  return count;
}

function unread(name: string): Unread {
  return `unsupported:${name.slice(name.lastIndexOf('.') + 1).toLowerCase()}`;
}
