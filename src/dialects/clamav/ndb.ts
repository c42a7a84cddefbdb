/**
 * Body signatures of one pattern: ndb (`name:target:offset:pattern[:min[:max]]`) and db (`name=pattern`), the oldest form.
 *
 * Source: ClamAV manual, Extended signature format.
 */
import {
  type BodySignature,
  type BytesPattern,
  type Condition,
  type MacroSignature,
  type OffsetRule,
  type Range,
  TARGET,
  type Target,
} from '../../../native-free-engine/index.ts';
import { EVERY_LEVEL, readLevels } from './levels.ts';
import type { Line } from './line.ts';
import { readMacroGroup } from './macro.ts';
import { ANYWHERE, readOffset } from './offset.ts';
import { bytesPattern, NO_MODIFIERS } from './pattern.ts';
import { readTarget } from './target.ts';
import { readName } from './tokens.ts';
import type { Workspace } from './workspace.ts';

const FIRST_PATTERN: Condition = { kind: 'match', pattern: 0 };

// Names of db once ended with the maker's.
const OLD_SUFFIX = ' (Clam)';

const DOLLAR = 0x24;

/**
 * One line of ndb or ndu, split at `:`. With an offset `$n$` it is a member of a macro group.
 *
 * @returns undefined when the line is refused
 */
export function readNdbLine(line: Line, { patterns }: Workspace): BodySignature | MacroSignature | undefined {
  if (!line.hasFields(4, 6, 'name:target:offset:pattern and up to two levels')) return undefined;
  const name = readName(line, line.fieldStart(0), line.fieldEnd(0));
  if (name === undefined) return undefined;
  // Levels come first: what a later engine may write in the other fields is not ours to judge.
  const levels = readLevels(line, 4);
  if (levels === undefined) return undefined;
  const target = readTarget(line, line.fieldStart(1), line.fieldEnd(1));
  if (target === undefined) return undefined;
  const offsetStart = line.fieldStart(2);
  const group = line.bytes[offsetStart] === DOLLAR ? readMacroGroup(line, offsetStart, line.fieldEnd(2)) : undefined;
  const offset = group === undefined ? readPlainOffset(line, target) : ANYWHERE;
  if (offset === undefined) return undefined;
  const elements = patterns.read(line.fieldStart(3), line.fieldEnd(3), NO_MODIFIERS);
  if (elements === undefined) return undefined;
  const pattern = bytesPattern(elements, offset, NO_MODIFIERS);
  if (group !== undefined) return { kind: 'macro', name, levels, group, target, pattern };
  return bodySignature(name, levels, target, pattern);
}

function readPlainOffset(line: Line, target: Target): OffsetRule | undefined {
  if (line.refusal !== undefined) return undefined;
  return readOffset(line, line.fieldStart(2), line.fieldEnd(2), target);
}

/**
 * One line of db, split at `=`: any target, any offset.
 *
 * @returns undefined when the line is refused
 */
export function readDbLine(line: Line, { patterns }: Workspace): BodySignature | undefined {
  if (!line.hasFields(2, 2, 'name=pattern')) return undefined;
  const start = line.fieldStart(0);
  const end = line.fieldEnd(0);
  const name = readName(line, start, endsWith(line.bytes, start, end, OLD_SUFFIX) ? end - OLD_SUFFIX.length : end);
  if (name === undefined) return undefined;
  const elements = patterns.read(line.fieldStart(1), line.fieldEnd(1), NO_MODIFIERS);
  if (elements === undefined) return undefined;
  return bodySignature(name, EVERY_LEVEL, TARGET.any, bytesPattern(elements, ANYWHERE, NO_MODIFIERS));
}

/** Whether bytes [start, end) end with `suffix` and are more than it. */
function endsWith(bytes: Uint8Array, start: number, end: number, suffix: string): boolean {
  const at = end - suffix.length;
  return at > start && suffix === String.fromCharCode(...bytes.subarray(at, end));
}

function bodySignature(name: string, levels: Range, target: Target, pattern: BytesPattern): BodySignature {
  return { kind: 'body', name, levels, target, patterns: [pattern], condition: FIRST_PATTERN };
}
