/** The files of signatures in a source: one, or those of a database. */
import { isAside } from '../databases/names.ts';
import { type ClamavFormat, formatOfName } from '../dialects/clamav/formats.ts';

/** A program in bytecode: a file of many lines that is one signature. */
const BYTECODE = 'cbc';

export interface SourcePart {
  /** Path of the source; of a file in a database `daily.cvd/daily.ndb`. */
  readonly label: string;
  /** `unsupported:…` for what is never read. */
  readonly format: ClamavFormat | Unread;
  readonly bytes: Uint8Array;
  /** Signatures in it, where lines do not tell. */
  readonly count?: number;
}

/** A file in a database that has no format of ours. */
export type Unread = `unsupported:${string}`;

/** @param path of the database */
export function partsOf(path: string, members: ReadonlyMap<string, Uint8Array>): SourcePart[] {
  const sources = [...members].filter(([name]) => !isAside(name));
  const programs = sources.filter(([name]) => formatOfName(name) === BYTECODE);
  const parts = sources
    .filter(([name]) => formatOfName(name) !== BYTECODE)
    .map(([name, bytes]) => ({ label: `${path}/${name}`, format: formatOfName(name) ?? unread(name), bytes }));
  // Hundreds of rows that say the same would hide the others.
  return programs.length === 0 ? parts : [...parts, bytecodePart(`${path}/*.${BYTECODE}`, programs.length)];
}

/** @param format of the file, by its name */
export function partOf(path: string, format: ClamavFormat, bytes: Uint8Array): SourcePart {
  return format === BYTECODE ? bytecodePart(path, 1) : { label: path, format, bytes };
}

function bytecodePart(label: string, count: number): SourcePart {
  return { label, format: `unsupported:${BYTECODE}`, bytes: new Uint8Array(0), count };
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
