/**
 * File types by their magic bytes: `kind:offset:bytes:name:requires:type[:min[:max]]`.
 *
 * Kind 0: the bytes stand at the offset. Kind 1: they may hold wildcards, and with the offset `*` stand anywhere. Kind 4 is for the volumes of a disk, which
 * nothing here opens. Source: ClamAV manual, File types; runs of clamscan 1.4.6.
 */
import type { FileTypeSignature, PatternElement } from '../../../native-free-engine/index.ts';
import { fileTypeOf } from './file-types.ts';
import { readLevels } from './levels.ts';
import type { Line } from './line.ts';
import { NO_MODIFIERS } from './pattern.ts';
import { readDecimal, readDigest, readName } from './tokens.ts';
import type { Workspace } from './workspace.ts';

const FORM = 'kind:offset:bytes:name:requires:type and up to two levels';
const ASTERISK = 0x2a;

const PLAIN = 0;
const WILD = 1;
const PARTITION = 4;

/** Longer than any name of a type. */
const TYPE_CHARACTERS = 40;

/**
 * One line of ftm, split at `:`.
 *
 * @returns undefined when the line is refused
 */
export function readFtmLine(line: Line, workspace: Workspace): FileTypeSignature | undefined {
  if (!line.hasFields(6, 8, FORM)) return undefined;
  const name = readName(line, line.fieldStart(3), line.fieldEnd(3));
  if (name === undefined) return undefined;
  const levels = readLevels(line, 6);
  if (levels === undefined) return undefined;
  const kind = readKind(line);
  if (kind === undefined) return undefined;
  const place = readPlace(line, kind);
  if (place === undefined) return undefined;
  const requires = readType(line, 4);
  const type = requires && readType(line, 5);
  if (requires === undefined || type === undefined) return undefined;
  const elements = kind === PLAIN ? readBytes(line, workspace) : readPattern(line, workspace);
  if (elements === undefined) return undefined;
  return { kind: 'fileType', name, levels, type, requires, offset: place === '*' ? undefined : place, elements };
}

function readKind(line: Line): number | undefined {
  const start = line.fieldStart(0);
  const kind = readDecimal(line.bytes, start, line.fieldEnd(0));
  if (kind === PLAIN || kind === WILD) return kind;
  if (kind === PARTITION) return line.refuse('unsupported:partition', start, 'kind: a volume of a disk');
  return line.refuse('malformed', start, `kind: expected 0, 1 or 4, got ${line.quote(start, line.fieldEnd(0))}`);
}

function readPlace(line: Line, kind: number): number | '*' | undefined {
  const start = line.fieldStart(1);
  const end = line.fieldEnd(1);
  if (kind === WILD && end - start === 1 && line.bytes[start] === ASTERISK) return '*';
  const offset = readDecimal(line.bytes, start, end);
  if (offset >= 0) return offset;
  const expected = kind === WILD ? 'a number or *' : 'a number';
  return line.refuse('malformed', start, `offset: expected ${expected}, got ${line.quote(start, end)}`);
}

function readType(line: Line, field: number): string | undefined {
  const start = line.fieldStart(field);
  const end = line.fieldEnd(field);
  const text = String.fromCharCode(...line.bytes.subarray(start, Math.min(end, start + TYPE_CHARACTERS)));
  const type = fileTypeOf(text);
  if (type !== undefined) return type;
  return line.refuse('unsupported:file-type', start, `type: expected a known one, got ${line.quote(start, end)}`);
}

function readBytes(line: Line, { arena }: Workspace): PatternElement[] | undefined {
  const start = line.fieldStart(2);
  const end = line.fieldEnd(2);
  const isPaired = end > start && (end - start) % 2 === 0;
  const values = isPaired ? readDigest(line.bytes, start, end, arena) : undefined;
  if (values !== undefined) return [{ kind: 'bytes', values, masks: new Uint8Array(values.length).fill(0xff) }];
  return line.refuse('malformed', start, `bytes: expected pairs of digits, got ${line.quote(start, end)}`);
}

function readPattern(line: Line, { patterns }: Workspace): readonly PatternElement[] | undefined {
  return patterns.read(line.fieldStart(2), line.fieldEnd(2), NO_MODIFIERS);
}
