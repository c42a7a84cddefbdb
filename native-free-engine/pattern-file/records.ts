/**
 * Records: signatures in their canonical bytes. Equal signatures have equal records; identity, diff and `contentDigest` rest on that.
 *
 * ```
 * record     kind u8 (1 body, 2 hash, 3 ignore), level u8, then by kind
 * body       name, levels, target, patterns, condition
 * hash       algorithm u8 (0 md5, 1 sha1, 2 sha256), digest, size (0 any, else size + 1), flags u8 (1 section, 2 allow), name, levels
 * ignore     name, entry digest (empty: none), levels
 * name       length, UTF-8               levels, range   min, max + 1 (0: unbounded)
 * pattern    kind u8 (1 bytes, 2 regex); bytes: flags u8, offset rule, elements; regex: source, flags, offset rule, trigger condition
 * element    kind u8: 1 literal bytes · 2 values and masks · 3 gap as range · 4 alternatives: negated u8, options · 5 boundary: kind and flags u8
 * condition  kind u8: 1 match · 2 and · 3 or · 4 count: comparison u8, count, distinct, of · 5–7 ranges · 8 container
 * ```
 * Numbers are varints. A record of an unknown kind, or of a level above the engine's, is skipped and counted, never fatal.
 */

import type {
  BodySignature,
  BytesPattern,
  Condition,
  HashSignature,
  IgnoreSignature,
  OffsetRule,
  Pattern,
  PatternElement,
  Range,
  Signature,
} from '../signature.ts';
import { SIGNATURE_LIMITS } from '../signature.ts';
import { RECORD_LEVEL } from '../version.ts';
import { ByteReader, ByteWriter, malformed } from './varint.ts';

/** First byte of a record. */
export const RECORD_KIND = { body: 1, hash: 2, ignore: 3 } as const;
const ALGORITHMS = ['md5', 'sha1', 'sha256'] as const;
const DIGEST_LENGTH = { md5: 16, sha1: 20, sha256: 32 } as const;
const BASES = ['start', 'end', 'entryPoint', 'section', 'lastSection'] as const;
const BOUNDARIES = ['word', 'line', 'nonAlphanumeric'] as const;
const COMPARISONS = ['equal', 'less', 'greater'] as const;
const PROPERTIES = ['fileSize', 'entryPoint', 'sectionCount'] as const;
/** Conditions inside conditions: a file must not be able to exhaust the stack. */
const MAX_CONDITION_DEPTH = 128;

const encoder = new TextEncoder();
// A byte order mark is part of the text: without it another name would come out than went in.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const writer = new ByteWriter();

/** Canonical bytes of one signature. */
export function encodeRecord(signature: Signature): Uint8Array {
  writer.byte(RECORD_KIND[signature.kind]);
  writer.byte(RECORD_LEVEL);
  switch (signature.kind) {
    case 'body':
      writeText(signature.name);
      writeRange(signature.levels);
      writer.varint(signature.target);
      writer.varint(signature.patterns.length);
      for (const pattern of signature.patterns) writePattern(pattern);
      writeCondition(signature.condition);
      break;
    case 'hash':
      writer.byte(ALGORITHMS.indexOf(signature.algorithm));
      writer.raw(signature.digest);
      writer.varint(signature.size === undefined ? 0 : signature.size + 1);
      writer.byte((signature.scope === 'section' ? 1 : 0) | (signature.action === 'allow' ? 2 : 0));
      writeText(signature.name);
      writeRange(signature.levels);
      break;
    case 'ignore':
      writeText(signature.name);
      writeText(signature.entryDigest ?? '');
      writeRange(signature.levels);
  }
  return writer.take();
}

function writeText(text: string): void {
  writer.block(encoder.encode(text));
}

function writeRange(range: Range): void {
  writer.varint(range.min);
  writer.varint(range.max === Number.POSITIVE_INFINITY ? 0 : range.max + 1);
}

function writePattern(pattern: Pattern): void {
  if (pattern.kind === 'regex') {
    writer.byte(2);
    writeText(pattern.source);
    writeText(pattern.flags);
    writeOffset(pattern.offset);
    writeCondition(pattern.trigger);
    return;
  }
  writer.byte(1);
  writer.byte((pattern.noCase ? 1 : 0) | (pattern.wide ? 2 : 0) | (pattern.ascii ? 4 : 0) | (pattern.fullWord ? 8 : 0));
  writeOffset(pattern.offset);
  writeElements(pattern.elements);
}

function writeOffset(offset: OffsetRule): void {
  if (offset.kind === 'any') writer.byte(0);
  else if (offset.kind === 'section') {
    writer.byte(2);
    writer.varint(offset.section);
  } else {
    writer.byte(1);
    writer.byte(BASES.indexOf(offset.base));
    writer.varint(offset.section);
    // Zigzag: small numbers of either sign stay short.
    writer.varint(offset.offset >= 0 ? offset.offset * 2 : -offset.offset * 2 - 1);
    writer.varint(offset.shift);
  }
}

function writeElements(elements: readonly PatternElement[]): void {
  writer.varint(elements.length);
  for (const element of elements) {
    switch (element.kind) {
      case 'bytes': {
        const literal = element.masks.every((mask) => mask === 0xff);
        writer.byte(literal ? 1 : 2);
        writer.block(element.values);
        if (!literal) writer.raw(element.masks);
        break;
      }
      case 'gap':
        writer.byte(3);
        writeRange(element);
        break;
      case 'alternatives':
        writer.byte(4);
        writer.byte(element.negated ? 1 : 0);
        writer.varint(element.options.length);
        for (const option of element.options) writeElements(option);
        break;
      case 'boundary':
        writer.byte(5);
        writer.byte(BOUNDARIES.indexOf(element.boundary) | (element.consumes ? 4 : 0) | (element.negated ? 8 : 0));
    }
  }
}

function writeCondition(condition: Condition): void {
  switch (condition.kind) {
    case 'match':
      writer.byte(1);
      writer.varint(condition.pattern);
      break;
    case 'and':
    case 'or':
      writer.byte(condition.kind === 'and' ? 2 : 3);
      writer.varint(condition.of.length);
      for (const child of condition.of) writeCondition(child);
      break;
    case 'count':
      writer.byte(4);
      writer.byte(COMPARISONS.indexOf(condition.comparison));
      writer.varint(condition.count);
      writer.varint(condition.distinct);
      writeCondition(condition.of);
      break;
    case 'container':
      writer.byte(8);
      writeText(condition.type);
      break;
    default:
      writer.byte(5 + PROPERTIES.indexOf(condition.kind));
      writeRange(condition.range);
  }
}

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
  const kind = reader.byte();
  const level = reader.byte();
  if (kind < RECORD_KIND.body || kind > RECORD_KIND.ignore) return 'unknown-kind';
  if (level > RECORD_LEVEL) return 'level';
  const signature =
    kind === RECORD_KIND.body ? readBody(reader) : kind === RECORD_KIND.hash ? readHash(reader) : readIgnore(reader);
  if (reader.at !== reader.end)
    throw malformed(reader.at, 'the end of the record', `${reader.end - reader.at} more bytes`);
  return signature;
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
  const kind = reader.byte();
  if (kind < RECORD_KIND.body || kind > RECORD_KIND.ignore || reader.byte() > RECORD_LEVEL) return undefined;
  if (kind !== RECORD_KIND.hash)
    return { kind: kind === RECORD_KIND.body ? 'body' : 'ignore', name: readText(reader, SIGNATURE_LIMITS.nameLength) };
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

function readBody(reader: ByteReader): BodySignature {
  const name = readText(reader, SIGNATURE_LIMITS.nameLength);
  const levels = readRange(reader);
  const target = reader.varint();
  if (target > 31) throw malformed(reader.at, 'a target of at most 31', String(target));
  const count = reader.count();
  if (count > SIGNATURE_LIMITS.patterns)
    throw malformed(reader.at, `at most ${SIGNATURE_LIMITS.patterns} patterns`, String(count));
  const patterns = Array.from({ length: count }, () => readPattern(reader, count));
  const condition = readCondition(reader, count, 0);
  return { kind: 'body', name, levels, target, patterns, condition };
}

function readHash(reader: ByteReader): HashSignature {
  const algorithm = pick(ALGORITHMS, reader.byte(), reader);
  const digest = reader.raw(DIGEST_LENGTH[algorithm]).slice();
  const size = reader.varint();
  const flags = reader.byte();
  if (flags > 3) throw malformed(reader.at, 'flags below 4', String(flags));
  const name = readText(reader, SIGNATURE_LIMITS.nameLength);
  return {
    kind: 'hash',
    name,
    levels: readRange(reader),
    algorithm,
    digest,
    size: size === 0 ? undefined : size - 1,
    scope: flags & 1 ? 'section' : 'object',
    action: flags & 2 ? 'allow' : 'detect',
  };
}

function readIgnore(reader: ByteReader): IgnoreSignature {
  const name = readText(reader, SIGNATURE_LIMITS.nameLength);
  const entryDigest = readText(reader, 64);
  return { kind: 'ignore', name, levels: readRange(reader), entryDigest: entryDigest === '' ? undefined : entryDigest };
}

function readPattern(reader: ByteReader, patterns: number): Pattern {
  const kind = reader.byte();
  if (kind === 2) {
    const source = readText(reader, 65536);
    const flags = readText(reader, 32);
    return { kind: 'regex', source, flags, offset: readOffset(reader), trigger: readCondition(reader, patterns, 0) };
  }
  if (kind !== 1) throw malformed(reader.at, 'a pattern of kind 1 or 2', String(kind));
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

function readOffset(reader: ByteReader): OffsetRule {
  const kind = reader.byte();
  if (kind === 0) return { kind: 'any' };
  if (kind === 2) return { kind: 'section', section: reader.varint() };
  if (kind !== 1) throw malformed(reader.at, 'an offset rule of kind 0 to 2', String(kind));
  const base = pick(BASES, reader.byte(), reader);
  const section = reader.varint();
  const zigzag = reader.varint();
  const offset = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
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
      return { kind: 'container', type: readText(reader, 64) };
    default:
      throw malformed(reader.at, 'a condition of kind 1 to 8', String(kind));
  }
}
