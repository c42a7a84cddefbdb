/**
 * Target description block of ldb: `attribute:value` pairs between commas.
 *
 * `Engine` and `Target`, then ranges of the object's properties and the type of its container, which become conditions. An attribute that
 * stands here twice counts with its last value, as in ClamAV. ClamAV wants `Engine` first and with the newer attributes; we do not mind.
 * Source: ClamAV manual, Logical signatures.
 */
import type { Condition, Range, Target } from '../../../native-free-engine/index.ts';
import { containerTypeOf } from './container-types.ts';
import { acceptLevels, EVERY_LEVEL } from './levels.ts';
import type { Line } from './line.ts';
import { isExecutable } from './offset.ts';
import type { SkipReason } from './skip.ts';
import { readTarget } from './target.ts';
import { readDecimal } from './tokens.ts';

const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;

/** Longer than any attribute or type name. */
const NAME_CHARACTERS = 40;

const UNSUPPORTED = new Map<string, SkipReason>([
  ['HandlerType', 'unsupported:handler-type'],
  ['IconGroup1', 'unsupported:icon'],
  ['IconGroup2', 'unsupported:icon'],
  ['Intermediates', 'unsupported:intermediates'],
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
    return { levels: this.#levels, target, conditions: [...this.#conditions.values()] };
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
    const type = containerTypeOf(text(this.#line.bytes, start, end));
    if (type === undefined) {
      return this.#refuse(
        'unsupported:container',
        start,
        `expected a container's type, got ${this.#line.quote(start, end)}`,
      );
    }
    this.#conditions.set('container', { kind: 'container', type });
    return true;
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
