/**
 * Lists of signatures to switch off: `name[:md5 of the entry]`, and the older `file:line:name`.
 *
 * Formats ign2 and ign. ClamAV tells the two kinds of line by the number of their fields, whatever the file is called. With a digest the
 * entry is ignored only until its line changes; the digest is of the line's bytes without the ending. Source: ClamAV manual, Allow lists.
 */
import type { IgnoreSignature } from '../../../native-free-engine/index.ts';
import type { ByteArena } from './arena.ts';
import { readLevels } from './levels.ts';
import type { Line } from './line.ts';
import { readDecimal, readDigest, readName } from './tokens.ts';
import type { Workspace } from './workspace.ts';

const MD5_DIGITS = 32;

/**
 * One line of an ignore list.
 *
 * @returns undefined when the line is refused
 */
export function readIgnoreLine(line: Line, { arena }: Workspace): IgnoreSignature | undefined {
  if (!line.hasFields(1, 3, 'name, name:md5 or file:line:name')) return undefined;
  const nameField = line.fields === 3 ? 2 : 0;
  const name = readName(line, line.fieldStart(nameField), line.fieldEnd(nameField));
  const levels = readLevels(line, line.fields);
  if (name === undefined || levels === undefined) return undefined;
  if (line.fields === 3 && !isPlace(line)) return undefined;
  if (line.fields !== 2) return { kind: 'ignore', name, levels, entryDigest: undefined };
  const entryDigest = readEntryDigest(line, arena);
  return entryDigest === undefined ? undefined : { kind: 'ignore', name, levels, entryDigest };
}

/** File and line are not looked at, since files move; what is no place at all is some other line that came here by mistake. */
function isPlace(line: Line): boolean {
  const [file, start, end] = [line.fieldEnd(0) - line.fieldStart(0), line.fieldStart(1), line.fieldEnd(1)];
  if (file === 0) line.refuse('malformed', line.start, 'file: expected a name, got nothing');
  else if (readDecimal(line.bytes, start, end) < 0) {
    line.refuse('malformed', start, `line: expected its number, got ${line.quote(start, end)}`);
  }
  return line.refusal === undefined;
}

function readEntryDigest(line: Line, arena: ByteArena): string | undefined {
  const start = line.fieldStart(1);
  const end = line.fieldEnd(1);
  const digest = end - start === MD5_DIGITS ? readDigest(line.bytes, start, end, arena) : undefined;
  if (digest !== undefined) return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return line.refuse('malformed', start, `digest: expected 32 hexadecimal digits, got ${line.quote(start, end)}`);
}
