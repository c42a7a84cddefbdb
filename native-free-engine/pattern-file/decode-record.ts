/** Record → signature; the bytes come from anywhere. They are drawn in records.ts. */

import type {
  BodySignature,
  ByteComparePattern,
  BytesPattern,
  Condition,
  FileTypeSignature,
  HashScope,
  HashSignature,
  IgnoreSignature,
  MacroSignature,
  OffsetRule,
  Pattern,
  PatternElement,
  Range,
  Signature,
} from '../signature.ts';
import { SIGNATURE_LIMITS } from '../signature.ts';
import { RECORD_LEVEL } from '../version.ts';
import {
  ALGORITHMS,
  BASES,
  BOUNDARIES,
  COMPARISONS,
  DIGEST_LENGTH,
  NUMBER_FORMS,
  PROPERTIES,
  RECORD_KIND,
} from './records.ts';
import { ByteReader, malformed } from './varint.ts';

/** Conditions inside conditions: a file must not be able to exhaust the stack. */
const MAX_CONDITION_DEPTH = 128;
/** UTF-16 code units of a file type. */
const MAX_TYPE = 64;

// A byte order mark is part of the text: without it another name would come out than went in.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** By the first byte of a record, less one. */
const KINDS = Object.keys(RECORD_KIND) as Signature['kind'][];

/** Why a record was passed over. */
export type SkippedRecord = 'unknown-kind' | 'level';

/**
 * Decodes one record.
 *
 * @param bytes the record, without its length
 * @throws {PatternFileError} `PATTERN_FILE_MALFORMED`
 */
export function decodeRecord(bytes: Uint8Array): Signature | SkippedRecord {
  const reader = new ByteReader(bytes);
  const kind = KINDS[reader.byte() - 1];
  const level = reader.byte();
  if (kind === undefined) return 'unknown-kind';
  if (level > RECORD_LEVEL) return 'level';
  const signature = readBy(kind, reader, level);
  if (reader.at !== reader.end)
    throw malformed(reader.at, 'the end of the record', `${reader.end - reader.at} more bytes`);
  return signature;
}

function readBy(kind: Signature['kind'], reader: ByteReader, level: number): Signature {
  switch (kind) {
    case 'body':
      return readBody(reader, level);
    case 'hash':
      return readHash(reader);
    case 'ignore':
      return readIgnore(reader);
    case 'macro':
      return readMacro(reader);
    case 'fileType':
      return readFileType(reader);
  }
}

/**
 * Reads no more of a record than its name.
 *
 * @param start of the record, without its length
 * @returns undefined when this engine cannot read it
 * @throws {PatternFileError} `PATTERN_FILE_MALFORMED`
 */
export function recordName(
  content: Uint8Array,
  start: number,
  end: number,
): { readonly kind: Signature['kind']; readonly name: string } | undefined {
  const reader = new ByteReader(content, start, end);
  const kind = KINDS[reader.byte() - 1];
  if (kind === undefined || reader.byte() > RECORD_LEVEL) return undefined;
  if (kind !== 'hash') return { kind, name: readText(reader, SIGNATURE_LIMITS.nameLength) };
  reader.raw(DIGEST_LENGTH[pick(ALGORITHMS, reader.byte(), reader)]);
  reader.varint();
  reader.byte();
  return { kind: 'hash', name: readText(reader, SIGNATURE_LIMITS.nameLength) };
}

function readText(reader: ByteReader, maxLength: number): string {
  const bytes = reader.block();
  const text = decoder.decode(bytes);
  if (text.length > maxLength)
    throw malformed(reader.at, `a text of at most ${maxLength} characters`, String(text.length));
  return text;
}

// Nearly every signature is for all levels: one object for all of them.
const UNBOUNDED: Range = { min: 0, max: Number.POSITIVE_INFINITY };

function readRange(reader: ByteReader): Range {
  const min = reader.varint();
  const max = reader.varint();
  if (min === 0 && max === 0) return UNBOUNDED;
  return { min, max: max === 0 ? Number.POSITIVE_INFINITY : max - 1 };
}

function pick<T>(values: readonly T[], index: number, reader: ByteReader): T {
  if (index >= values.length) throw malformed(reader.at, `a value below ${values.length}`, String(index));
  return values[index]!;
}

function readBody(reader: ByteReader, level: number): BodySignature {
  const name = readText(reader, SIGNATURE_LIMITS.nameLength);
  const levels = readRange(reader);
  const target = reader.varint();
  if (target > 31) throw malformed(reader.at, 'a target of at most 31', String(target));
  const count = reader.count();
  if (count > SIGNATURE_LIMITS.patterns)
    throw malformed(reader.at, `at most ${SIGNATURE_LIMITS.patterns} patterns`, String(count));
  const patterns = Array.from({ length: count }, () => readPattern(reader, count));
  const condition = readCondition(reader, count, 0);
  const handler = level > 1 ? readText(reader, MAX_TYPE) : '';
  return { kind: 'body', name, levels, target, patterns, condition, ...(handler === '' ? {} : { handler }) };
}

const SCOPES: Readonly<Partial<Record<number, HashScope>>> = { 0: 'object', 1: 'section', 4: 'imports' };

function readHash(reader: ByteReader): HashSignature {
  const algorithm = pick(ALGORITHMS, reader.byte(), reader);
  const digest = reader.raw(DIGEST_LENGTH[algorithm]).slice();
  const size = reader.varint();
  const flags = reader.byte();
  const scope = SCOPES[flags & ~2];
  if (scope === undefined) throw malformed(reader.at, 'flags of a hash', String(flags));
  const name = readText(reader, SIGNATURE_LIMITS.nameLength);
  return {
    kind: 'hash',
    name,
    levels: readRange(reader),
    algorithm,
    digest,
    size: size === 0 ? undefined : size - 1,
    scope,
    action: flags & 2 ? 'allow' : 'detect',
  };
}

function readIgnore(reader: ByteReader): IgnoreSignature {
  const name = readText(reader, SIGNATURE_LIMITS.nameLength);
  const entryDigest = readText(reader, 64);
  return { kind: 'ignore', name, levels: readRange(reader), entryDigest: entryDigest === '' ? undefined : entryDigest };
}

function readMacro(reader: ByteReader): MacroSignature {
  const name = readText(reader, SIGNATURE_LIMITS.nameLength);
  const levels = readRange(reader);
  const group = readGroup(reader);
  const target = reader.varint();
  if (target > 31) throw malformed(reader.at, 'a target of at most 31', String(target));
  const pattern = readPattern(reader, 0);
  if (pattern.kind !== 'bytes') throw malformed(reader.at, 'a pattern of bytes', pattern.kind);
  return { kind: 'macro', name, levels, group, target, pattern };
}

function readGroup(reader: ByteReader): number {
  const group = reader.varint();
  if (group < SIGNATURE_LIMITS.macroGroups) return group;
  throw malformed(reader.at, `a group below ${SIGNATURE_LIMITS.macroGroups}`, String(group));
}

function readFileType(reader: ByteReader): FileTypeSignature {
  const name = readText(reader, SIGNATURE_LIMITS.nameLength);
  const levels = readRange(reader);
  const type = readText(reader, MAX_TYPE);
  const requires = readText(reader, MAX_TYPE);
  const offset = reader.varint();
  const elements = readElements(reader, 0, { elements: SIGNATURE_LIMITS.elements });
  return { kind: 'fileType', name, levels, type, requires, offset: offset === 0 ? undefined : offset - 1, elements };
}

function readPattern(reader: ByteReader, patterns: number): Pattern {
  const kind = reader.byte();
  if (kind === 3) return readCompare(reader, patterns);
  if (kind === 4) return { kind: 'macro', group: readGroup(reader), range: readRange(reader) };
  if (kind === 2) {
    const source = readText(reader, 65536);
    const flags = readText(reader, 32);
    return { kind: 'regex', source, flags, offset: readOffset(reader), trigger: readCondition(reader, patterns, 0) };
  }
  if (kind !== 1) throw malformed(reader.at, 'a pattern of kind 1 to 4', String(kind));
  const flags = reader.byte();
  if (flags > 15) throw malformed(reader.at, 'flags below 16', String(flags));
  const offset = readOffset(reader);
  const budget = { elements: SIGNATURE_LIMITS.elements };
  const pattern: BytesPattern = {
    kind: 'bytes',
    elements: readElements(reader, 0, budget),
    offset,
    noCase: (flags & 1) !== 0,
    wide: (flags & 2) !== 0,
    ascii: (flags & 4) !== 0,
    fullWord: (flags & 8) !== 0,
  };
  return pattern;
}

function readCompare(reader: ByteReader, patterns: number): ByteComparePattern {
  const of = reader.varint();
  if (of >= patterns) throw malformed(reader.at, `a pattern below ${patterns}`, String(of));
  const offset = readSigned(reader);
  const flags = reader.byte();
  if (flags > 15) throw malformed(reader.at, 'flags below 16', String(flags));
  const length = reader.varint();
  const count = reader.varint();
  if (length < 1 || count < 1 || count > 2)
    throw malformed(reader.at, 'one or two comparisons of bytes', String(count));
  const comparisons = Array.from({ length: count }, () => ({
    operator: pick(COMPARISONS, reader.byte(), reader),
    value: readSigned(reader),
  }));
  const order = flags & 4 ? 'big' : 'little';
  return {
    kind: 'byteCompare',
    of,
    offset,
    form: pick(NUMBER_FORMS, flags & 3, reader),
    order,
    isExact: (flags & 8) !== 0,
    length,
    comparisons,
  };
}

function readSigned(reader: ByteReader): number {
  const zigzag = reader.varint();
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

function readOffset(reader: ByteReader): OffsetRule {
  const kind = reader.byte();
  if (kind === 0) return { kind: 'any' };
  if (kind === 2) return { kind: 'section', section: reader.varint() };
  if (kind === 3) return { kind: 'versionInfo' };
  if (kind !== 1) throw malformed(reader.at, 'an offset rule of kind 0 to 3', String(kind));
  const base = pick(BASES, reader.byte(), reader);
  const section = reader.varint();
  const offset = readSigned(reader);
  return { kind: 'at', base, section, offset, shift: reader.varint() };
}

function readElements(reader: ByteReader, depth: number, budget: { elements: number }): PatternElement[] {
  if (depth > SIGNATURE_LIMITS.nesting)
    throw malformed(reader.at, `at most ${SIGNATURE_LIMITS.nesting} levels of alternatives`, 'more');
  const count = reader.count();
  budget.elements -= count;
  if (budget.elements < 0) throw malformed(reader.at, `at most ${SIGNATURE_LIMITS.elements} elements`, 'more');
  return Array.from({ length: count }, () => readElement(reader, depth, budget));
}

let ones = new Uint8Array(1024).fill(0xff);

/** Masks of literal bytes: a view on bytes that all share, since most elements are literal. */
function allOnes(length: number): Uint8Array {
  if (ones.length < length) ones = new Uint8Array(length * 2).fill(0xff);
  return ones.subarray(0, length);
}

function readElement(reader: ByteReader, depth: number, budget: { elements: number }): PatternElement {
  const kind = reader.byte();
  switch (kind) {
    case 1:
    case 2: {
      const values = reader.block();
      if (values.length === 0) throw malformed(reader.at, 'at least one byte', 'none');
      if (kind === 1) return { kind: 'bytes', values, masks: allOnes(values.length) };
      const masks = reader.raw(values.length);
      for (let i = 0; i < values.length; i++) {
        if (values[i]! & ~masks[i]!) throw malformed(reader.at, 'values within their masks', 'more bits');
      }
      return { kind: 'bytes', values, masks };
    }
    case 3: {
      const { min, max } = readRange(reader);
      if (max < min) throw malformed(reader.at, 'a gap with min ≤ max', `${min} and ${max}`);
      return { kind: 'gap', min, max };
    }
    case 4: {
      const negated = reader.byte() !== 0;
      const options = Array.from({ length: reader.count() }, () => readElements(reader, depth + 1, budget));
      return { kind: 'alternatives', negated, options };
    }
    case 5: {
      const flags = reader.byte();
      return {
        kind: 'boundary',
        boundary: pick(BOUNDARIES, flags & 3, reader),
        consumes: (flags & 4) !== 0,
        negated: (flags & 8) !== 0,
      };
    }
    default:
      throw malformed(reader.at, 'an element of kind 1 to 5', String(kind));
  }
}

function readCondition(reader: ByteReader, patterns: number, depth: number): Condition {
  if (depth > MAX_CONDITION_DEPTH)
    throw malformed(reader.at, `conditions nested at most ${MAX_CONDITION_DEPTH} deep`, 'more');
  const kind = reader.byte();
  switch (kind) {
    case 1: {
      const pattern = reader.varint();
      if (pattern >= patterns) throw malformed(reader.at, `a pattern below ${patterns}`, String(pattern));
      return { kind: 'match', pattern };
    }
    case 2:
    case 3: {
      const count = reader.count();
      const of = Array.from({ length: count }, () => readCondition(reader, patterns, depth + 1));
      return { kind: kind === 2 ? 'and' : 'or', of };
    }
    case 4: {
      const comparison = pick(COMPARISONS, reader.byte(), reader);
      const count = reader.varint();
      const distinct = reader.varint();
      return { kind: 'count', comparison, count, distinct, of: readCondition(reader, patterns, depth + 1) };
    }
    case 5:
    case 6:
    case 7:
      return { kind: PROPERTIES[kind - 5]!, range: readRange(reader) };
    case 8:
      return { kind: 'container', type: readText(reader, MAX_TYPE) };
    case 9: {
      const count = reader.varint();
      if (count < 1 || count > SIGNATURE_LIMITS.intermediates)
        throw malformed(reader.at, `1 to ${SIGNATURE_LIMITS.intermediates} types`, String(count));
      return { kind: 'intermediates', types: Array.from({ length: count }, () => readText(reader, MAX_TYPE)) };
    }
    default:
      throw malformed(reader.at, 'a condition of kind 1 to 9', String(kind));
  }
}
