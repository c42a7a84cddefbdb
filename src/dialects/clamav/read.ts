/**
 * Reads signature sources in ClamAV's text formats.
 *
 * A source is the bytes of one file, and its format is told by the file's name. Each line becomes a signature or is skipped with a reason; one
 * bad line never refuses the source, and no bytes make the reader throw. Time and memory grow linearly with the source, whatever is in it.
 *
 * *Limits*: the lines of formats that nothing here could use (formats.ts) are skipped one by one, so that they are counted; cvd, cld and cdiff are not text.
 */
import type { Signature } from '../../../native-free-engine/index.ts';
import { type ClamavFormat, isUnreadFormat, type ReadFormat, type UnreadFormat } from './formats.ts';
import { readFtmLine } from './ftm.ts';
import { type HashLineKind, readHashLine } from './hash-lines.ts';
import { readIgnoreLine } from './ignore-lines.ts';
import { readLdbLine } from './ldb.ts';
import { Line } from './line.ts';
import { readDbLine, readNdbLine } from './ndb.ts';
import type { SkippedLine } from './skip.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

type LineReader = (line: Line, workspace: Workspace) => Signature | undefined;

interface Format {
  readonly separator: string;
  readonly read: LineReader;
}

const hashes = (kind: HashLineKind): Format => ({
  separator: ':',
  read: (line, workspace) => readHashLine(line, workspace, kind),
});
const OBJECT_HASHES = hashes({ scope: 'object', action: 'detect' });
const SECTION_HASHES = hashes({ scope: 'section', action: 'detect' });
const IMPORT_HASHES = hashes({ scope: 'imports', action: 'detect' });
const ALLOWED_HASHES = hashes({ scope: 'object', action: 'allow' });
const EXTENDED: Format = { separator: ':', read: readNdbLine };
const LOGICAL: Format = { separator: ';', read: readLdbLine };
const OLDEST: Format = { separator: '=', read: readDbLine };
const IGNORED: Format = { separator: ':', read: readIgnoreLine };
const FILE_TYPES: Format = { separator: ':', read: readFtmLine };

// The second letter u of a name says that its signatures are of potentially unwanted programs; the lines are the same.
const FORMATS: Readonly<Record<ReadFormat, Format>> = {
  hdb: OBJECT_HASHES,
  hdu: OBJECT_HASHES,
  hsb: OBJECT_HASHES,
  hsu: OBJECT_HASHES,
  mdb: SECTION_HASHES,
  mdu: SECTION_HASHES,
  msb: SECTION_HASHES,
  msu: SECTION_HASHES,
  imp: IMPORT_HASHES,
  fp: ALLOWED_HASHES,
  sfp: ALLOWED_HASHES,
  ndb: EXTENDED,
  ndu: EXTENDED,
  ldb: LOGICAL,
  ldu: LOGICAL,
  db: OLDEST,
  ign: IGNORED,
  ign2: IGNORED,
  ftm: FILE_TYPES,
};

/** Refuses each line. */
function unread(format: UnreadFormat): Format {
  const message = `line: expected a format that is read, got ${format}`;
  return { separator: ':', read: (line) => line.refuse(`unsupported:${format}`, line.start, message) };
}

export interface ClamavReadOptions {
  /** Names the source in skipped lines. */
  readonly source: string;
  readonly format: ClamavFormat;
  /**
   * Called for each signature, in the order of the lines.
   *
   * @param line  counted from 1
   * @param start offset of the line in the source: an `ign2` entry's digest is the MD5 of bytes [start, end)
   */
  onSignature(signature: Signature, line: number, start: number, end: number): void;
  /**
   * Whether the caller has what bytes [start, end) stand for; a line that it has is not read. Not asked of comments and blank lines.
   *
   * @param start offset of the line in the source
   */
  isKnown?(start: number, end: number): boolean;
  /** Called for each line that became none. Comments and blank lines are not reported. */
  onSkipped(skipped: SkippedLine): void;
}

/**
 * Reads one source.
 *
 * @param bytes not kept, and nothing in the signatures refers to them
 * @returns the number of lines, comments and blank ones included
 */
export function readClamav(bytes: Uint8Array, options: ClamavReadOptions): { lines: number } {
  const { format } = options;
  const { read, separator } = isUnreadFormat(format) ? unread(format) : FORMATS[format];
  const separatorByte = separator.charCodeAt(0);
  const line = new Line(bytes);
  const workspace = createWorkspace(line);
  let lines = 0;
  for (let next = 0; next < bytes.length; ) {
    next = line.read(next, separatorByte);
    lines++;
    if (line.isEmpty || options.isKnown?.(line.start, line.end)) continue;
    const signature = read(line, workspace);
    if (signature !== undefined) options.onSignature(signature, lines, line.start, line.end);
    else options.onSkipped(skippedLine(line, lines, options.source));
  }
  return { lines };
}

function skippedLine(line: Line, number: number, source: string): SkippedLine {
  const { at, reason, message } = line.refusal!;
  return { source, line: number, column: at - line.start + 1, name: line.name, reason, message };
}
