/**
 * Logical signatures: `name;attributes;logic;subsignature…`.
 *
 * All or nothing: a signature with a part that the form cannot express is skipped as a whole, since its logic without that part says something
 * else. A subsignature is `[offset:]pattern[::modifiers]`; regular expressions, macros, byte comparisons and image hashes are told apart by
 * the characters that only they have. Source: ClamAV manual, Logical signatures.
 */
import type {
  BodySignature,
  ByteComparePattern,
  Condition,
  MacroPattern,
  Pattern,
  Target,
} from '../../../native-free-engine/index.ts';
import { type Attributes, readAttributes } from './attributes.ts';
import { readByteCompare } from './byte-compare.ts';
import type { Line } from './line.ts';
import { readLogic } from './logic.ts';
import { readMacro } from './macro.ts';
import { ANYWHERE, readOffset } from './offset.ts';
import { bytesPattern, NO_MODIFIERS, type PatternModifiers } from './pattern.ts';
import { readRegex } from './regex.ts';
import { readName } from './tokens.ts';
import type { Workspace } from './workspace.ts';

/** ClamAV's limit: its counters of matches are 64. */
const SUBSIGNATURES = 64;
const FIRST_SUBSIGNATURE = 3;
const FORM = 'name;attributes;logic;subsignature';

const NUMBER_SIGN = 0x23;
const DOLLAR = 0x24;
const SLASH = 0x2f;
const COLON = 0x3a;
const LETTER_F = 0x66;
const LETTER_U = 0x75;

/**
 * One line of ldb or ldu, split at `;`.
 *
 * @returns undefined when the line is refused
 */
export function readLdbLine(line: Line, workspace: Workspace): BodySignature | undefined {
  if (!line.hasFields(FIRST_SUBSIGNATURE + 1, Number.POSITIVE_INFINITY, FORM)) return undefined;
  const name = readName(line, line.fieldStart(0), line.fieldEnd(0));
  if (name === undefined) return undefined;
  // Before all else in the line: what a later engine may write there is not ours to judge.
  const attributes = readKnownAttributes(line, workspace);
  if (attributes === undefined) return undefined;
  const logic = readCountedLogic(line, workspace);
  if (logic === undefined) return undefined;
  const { levels, target, conditions, handler } = attributes;
  const subsignatures = readSubsignatures(line, target, workspace);
  if (subsignatures === undefined) return undefined;
  const condition: Condition = conditions.length === 0 ? logic : { kind: 'and', of: [...conditions, logic] };
  if (handler === undefined) return { kind: 'body', name, levels, target, patterns: subsignatures, condition };
  return { kind: 'body', name, levels, target, patterns: subsignatures, condition, handler };
}

function readKnownAttributes(line: Line, { attributes }: Workspace): Attributes | undefined {
  const start = line.fieldStart(1);
  const end = line.fieldEnd(1);
  return attributes.get(start, end, () => readAttributes(line, start, end));
}

/** The logic, if its highest number is that of the last subsignature. */
function readCountedLogic(line: Line, { logics }: Workspace): Condition | undefined {
  const subsignatures = line.fields - FIRST_SUBSIGNATURE;
  if (subsignatures > SUBSIGNATURES) {
    const at = line.fieldStart(FIRST_SUBSIGNATURE);
    return line.refuse('limit', at, `line: expected at most ${SUBSIGNATURES} subsignatures, got ${subsignatures}`);
  }
  const start = line.fieldStart(2);
  const end = line.fieldEnd(2);
  const logic = logics.get(start, end, () => readLogic(line, start, end));
  if (logic === undefined || logic.highest + 1 === subsignatures) return logic?.condition;
  const message = `logic: expected ${subsignatures - 1} as the highest number, got ${logic.highest}`;
  return line.refuse('malformed', start, message);
}

function readSubsignatures(line: Line, target: Target, workspace: Workspace): Pattern[] | undefined {
  const read: Pattern[] = [];
  for (let field = FIRST_SUBSIGNATURE; field < line.fields; field++) {
    const pattern = readSubsignature(line, field, target, workspace);
    if (pattern === undefined) return undefined;
    read.push(pattern);
  }
  return read.slice();
}

function readSubsignature(line: Line, field: number, target: Target, workspace: Workspace): Pattern | undefined {
  const { bytes } = line;
  const start = line.fieldStart(field);
  const end = line.fieldEnd(field);
  if (bytes[start] === DOLLAR) return readMacroBehind(line, field, start, end);
  let colon = -1;
  let modifiersAt = end;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte > COLON) continue;
    if (byte === SLASH) {
      return readRegex(line, { number: field - FIRST_SUBSIGNATURE, start, colon, slash: at, end, target }, workspace);
    }
    if (byte === NUMBER_SIGN) return readForeign(line, field, start, end);
    if (byte !== COLON || modifiersAt < end) continue;
    if (bytes[at + 1] === COLON) modifiersAt = at;
    else if (colon < 0) colon = at;
  }
  const modifiers = modifiersAt === end ? NO_MODIFIERS : readModifiers(line, modifiersAt + 2, end);
  if (modifiers === undefined) return undefined;
  const offset = colon < 0 ? ANYWHERE : readOffset(line, start, colon, target);
  if (offset === undefined) return undefined;
  const elements = workspace.patterns.read(colon < 0 ? start : colon + 1, modifiersAt, modifiers);
  return elements === undefined ? undefined : bytesPattern(elements, offset, modifiers);
}

/** A macro, if there is a subsignature that it can lie behind. */
function readMacroBehind(line: Line, field: number, start: number, end: number): MacroPattern | undefined {
  if (field > FIRST_SUBSIGNATURE) return readMacro(line, start, end);
  return line.refuse('malformed', start, 'macro: expected a subsignature before it, got none');
}

/** A subsignature with a number sign. */
function readForeign(line: Line, field: number, start: number, end: number): ByteComparePattern | undefined {
  if (line.bytes[start] === LETTER_F && line.bytes[start + 1] === LETTER_U) {
    return line.refuse('unsupported:fuzzy-img', start, 'subsignature: a fuzzy image hash');
  }
  const number = field - FIRST_SUBSIGNATURE;
  return readByteCompare(line, { start, end, number, count: line.fields - FIRST_SUBSIGNATURE });
}

// Modifiers are four letters in any order and combination, repeated or not: sixteen values do for all signatures.
const MODIFIER_LETTERS = 'iwaf';
const MODIFIERS = Array.from({ length: 16 }, (_, set): PatternModifiers => {
  const wide = (set & 2) !== 0;
  return { noCase: (set & 1) !== 0, wide, ascii: !wide || (set & 4) !== 0, fullWord: (set & 8) !== 0 };
});

function readModifiers(line: Line, start: number, end: number): PatternModifiers | undefined {
  let set = 0;
  for (let at = start; at < end; at++) {
    const letter = MODIFIER_LETTERS.indexOf(String.fromCharCode(line.bytes[at]));
    if (letter < 0) {
      return line.refuse('malformed', at, `modifiers: expected i, w, a or f, got ${line.quote(at, at + 1)}`);
    }
    set |= 1 << letter;
  }
  return MODIFIERS[set];
}
