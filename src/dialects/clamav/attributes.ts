/**
 * Target description block of ldb: `attribute:value` pairs between commas.
 *
 * `Engine` and `Target`, then ranges of the object's properties and the types of its containers, which become conditions. `HandlerType` says that there is no
 * detection: the object is taken for that type. An attribute that stands here twice counts with its last value, as in ClamAV. ClamAV wants `Engine` first and with the newer attributes; we do not mind.
 * Source: ClamAV manual, Logical signatures.
 */
import { type Condition, type Range, SIGNATURE_LIMITS, type Target } from '../../../native-free-engine/index.ts';
import { ANY_TYPE, fileTypeOf } from './file-types.ts';
import { acceptLevels, EVERY_LEVEL } from './levels.ts';
import type { Line } from './line.ts';
import { isExecutable } from './offset.ts';
import type { SkipReason } from './skip.ts';
import { readTarget } from './target.ts';
import { readDecimal } from './tokens.ts';

const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const GREATER = 0x3e;

/** Longer than any attribute or type name. */
const NAME_CHARACTERS = 40;

const UNSUPPORTED = new Map<string, SkipReason>([
  ['IconGroup1', 'unsupported:icon'],
  ['IconGroup2', 'unsupported:icon'],
]);

const PROPERTIES = new Map<string, 'fileSize' | 'entryPoint' | 'sectionCount'>([
  ['FileSize', 'fileSize'],
  ['EntryPoint', 'entryPoint'],
  ['NumberOfSections', 'sectionCount'],
]);

/** What a target description block says. */
export interface Attributes {
  readonly levels: Range;
  readonly target: Target;
  /** All of these must hold. */
  readonly conditions: readonly Condition[];
  readonly handler: string | undefined;
}

/**
 * The block in bytes [start, end).
 *
 * @returns undefined when the line is refused
 */
export function readAttributes(line: Line, start: number, end: number): Attributes | undefined {
  const reader = new AttributeReader(line);
  for (let at = start; at <= end; ) {
    const next = indexOf(line.bytes, COMMA, at, end);
    if (!reader.read(at, next)) return undefined;
    at = next + 1;
  }
  return reader.finish(start);
}

class AttributeReader {
  readonly #line: Line;
  readonly #conditions = new Map<string, Condition>();
  #levels = EVERY_LEVEL;
  #target: Target | undefined;
  #handler: string | undefined;

  constructor(line: Line) {
    this.#line = line;
  }

  /** Reads the pair in bytes [start, end). @returns false when the line is refused */
  read(start: number, end: number): boolean {
    const line = this.#line;
    const colon = indexOf(line.bytes, COLON, start, end);
    if (colon === end) return this.#refuse('malformed', start, `expected name:value, got ${line.quote(start, end)}`);
    const name = text(line.bytes, start, colon);
    switch (name) {
      case 'Engine':
        return this.#readLevels(colon + 1, end);
      case 'Target':
        this.#target = readTarget(line, colon + 1, end);
        return this.#target !== undefined;
      case 'Container':
        return this.#readContainer(colon + 1, end);
      case 'Intermediates':
        return this.#readIntermediates(colon + 1, end);
      case 'HandlerType':
        return this.#readHandler(colon + 1, end);
    }
    const property = PROPERTIES.get(name);
    if (property !== undefined) return this.#readProperty(property, colon + 1, end);
    return this.#refuse(UNSUPPORTED.get(name) ?? 'unsupported:attribute', start, `got ${line.quote(start, end)}`);
  }

  finish(at: number): Attributes | undefined {
    const target = this.#target;
    if (target === undefined) return this.#line.refuse('malformed', at, 'attributes: expected a Target, got none');
    const needsHeaders = this.#conditions.has('entryPoint') || this.#conditions.has('sectionCount');
    if (needsHeaders && !isExecutable(target)) {
      const message = `attributes: expected an executable's target with EntryPoint or NumberOfSections, got ${target}`;
      return this.#line.refuse('malformed', at, message);
    }
    return { levels: this.#levels, target, conditions: [...this.#conditions.values()], handler: this.#handler };
  }

  #readLevels(start: number, end: number): boolean {
    const range = this.#range(start, end);
    const levels = range && acceptLevels(this.#line, start, range);
    if (levels !== undefined) this.#levels = levels;
    return levels !== undefined;
  }

  #readProperty(kind: 'fileSize' | 'entryPoint' | 'sectionCount', start: number, end: number): boolean {
    const range = this.#range(start, end);
    if (range !== undefined) this.#conditions.set(kind, { kind, range });
    return range !== undefined;
  }

  #readContainer(start: number, end: number): boolean {
    const type = this.#type(start, end);
    if (type !== undefined) this.#conditions.set('container', { kind: 'container', type });
    return type !== undefined;
  }

  /** Types between `>`, the outermost first. */
  #readIntermediates(start: number, end: number): boolean {
    const types: string[] = [];
    for (let at = start; at <= end; ) {
      if (types.length === SIGNATURE_LIMITS.intermediates) {
        return this.#refuse('limit', at, `expected at most intermediates = ${types.length} types`);
      }
      const next = indexOf(this.#line.bytes, GREATER, at, end);
      const type = this.#type(at, next);
      if (type === undefined) return false;
      types.push(type);
      at = next + 1;
    }
    this.#conditions.set('intermediates', { kind: 'intermediates', types });
    return true;
  }

  #readHandler(start: number, end: number): boolean {
    const type = this.#type(start, end);
    // To take it for any type is to take it for what it is: clamscan detects.
    this.#handler = type === ANY_TYPE ? undefined : type;
    return type !== undefined;
  }

  #type(start: number, end: number): string | undefined {
    const type = fileTypeOf(text(this.#line.bytes, start, end));
    if (type !== undefined) return type;
    this.#refuse('unsupported:file-type', start, `expected a file type, got ${this.#line.quote(start, end)}`);
    return undefined;
  }

  /** `min-max`, or `-max` from 0. */
  #range(start: number, end: number): Range | undefined {
    const { bytes } = this.#line;
    const minus = indexOf(bytes, MINUS, start, end);
    const min = minus === start ? 0 : readDecimal(bytes, start, minus);
    const max = readDecimal(bytes, minus + 1, end);
    if (min >= 0 && max >= min) return { min, max };
    this.#refuse('malformed', start, `expected min-max, got ${this.#line.quote(start, end)}`);
    return undefined;
  }

  #refuse(reason: SkipReason, at: number, message: string): false {
    this.#line.refuse(reason, at, `attributes: ${message}`);
    return false;
  }
}

/** Offset of `byte` in [start, end), or `end`. */
function indexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  // Not Uint8Array.indexOf: it would search on to the end of the source, for each line again.
  for (let at = start; at < end; at++) if (bytes[at] === byte) return at;
  return end;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, Math.min(end, start + NAME_CHARACTERS)));
}
