/** Signature → record. The bytes are drawn in records.ts. */

import type {
  ByteComparePattern,
  BytesPattern,
  Condition,
  OffsetRule,
  Pattern,
  PatternElement,
  Range,
  Signature,
} from '../signature.ts';
import { levelOf } from './record-level.ts';
import { ALGORITHMS, BASES, BOUNDARIES, COMPARISONS, NUMBER_FORMS, PROPERTIES, RECORD_KIND } from './records.ts';
import { ByteWriter } from './varint.ts';

const encoder = new TextEncoder();
const writer = new ByteWriter();

const SCOPE_FLAG = { object: 0, section: 1, imports: 4 } as const;

/** Canonical bytes of one signature. */
export function encodeRecord(signature: Signature): Uint8Array {
  writer.byte(RECORD_KIND[signature.kind]);
  const level = levelOf(signature);
  writer.byte(level);
  switch (signature.kind) {
    case 'body':
      writeText(signature.name);
      writeRange(signature.levels);
      writer.varint(signature.target);
      writer.varint(signature.patterns.length);
      for (const pattern of signature.patterns) writePattern(pattern);
      writeCondition(signature.condition);
      if (level > 1) writeText(signature.handler ?? '');
      break;
    case 'hash':
      writer.byte(ALGORITHMS.indexOf(signature.algorithm));
      writer.raw(signature.digest);
      writer.varint(signature.size === undefined ? 0 : signature.size + 1);
      writer.byte(SCOPE_FLAG[signature.scope] | (signature.action === 'allow' ? 2 : 0));
      writeText(signature.name);
      writeRange(signature.levels);
      break;
    case 'ignore':
      writeText(signature.name);
      writeText(signature.entryDigest ?? '');
      writeRange(signature.levels);
      break;
    case 'macro':
      writeText(signature.name);
      writeRange(signature.levels);
      writer.varint(signature.group);
      writer.varint(signature.target);
      writePattern(signature.pattern);
      break;
    case 'fileType':
      writeText(signature.name);
      writeRange(signature.levels);
      writeText(signature.type);
      writeText(signature.requires);
      writer.varint(signature.offset === undefined ? 0 : signature.offset + 1);
      writeElements(signature.elements);
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
  switch (pattern.kind) {
    case 'bytes':
      writer.byte(1);
      writeBytes(pattern);
      break;
    case 'regex':
      writer.byte(2);
      writeText(pattern.source);
      writeText(pattern.flags);
      writeOffset(pattern.offset);
      writeCondition(pattern.trigger);
      break;
    case 'byteCompare':
      writer.byte(3);
      writeCompare(pattern);
      break;
    case 'macro':
      writer.byte(4);
      writer.varint(pattern.group);
      writeRange(pattern.range);
  }
}

function writeCompare({ of, offset, form, order, isExact, length, comparisons }: ByteComparePattern): void {
  writer.varint(of);
  writeSigned(offset);
  writer.byte(NUMBER_FORMS.indexOf(form) | (order === 'big' ? 4 : 0) | (isExact ? 8 : 0));
  writer.varint(length);
  writer.varint(comparisons.length);
  for (const { operator, value } of comparisons) {
    writer.byte(COMPARISONS.indexOf(operator));
    writeSigned(value);
  }
}

/** Zigzag: small numbers of either sign stay short. */
function writeSigned(value: number): void {
  writer.varint(value >= 0 ? value * 2 : -value * 2 - 1);
}

function writeBytes(pattern: BytesPattern): void {
  writer.byte((pattern.noCase ? 1 : 0) | (pattern.wide ? 2 : 0) | (pattern.ascii ? 4 : 0) | (pattern.fullWord ? 8 : 0));
  writeOffset(pattern.offset);
  writeElements(pattern.elements);
}

function writeOffset(offset: OffsetRule): void {
  if (offset.kind === 'any') writer.byte(0);
  else if (offset.kind === 'section') {
    writer.byte(2);
    writer.varint(offset.section);
  } else if (offset.kind === 'versionInfo') writer.byte(3);
  else {
    writer.byte(1);
    writer.byte(BASES.indexOf(offset.base));
    writer.varint(offset.section);
    writeSigned(offset.offset);
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
    case 'intermediates':
      writer.byte(9);
      writer.varint(condition.types.length);
      for (const type of condition.types) writeText(type);
      break;
    case 'fileSize':
    case 'entryPoint':
    case 'sectionCount':
      writer.byte(5 + PROPERTIES.indexOf(condition.kind));
      writeRange(condition.range);
  }
}
