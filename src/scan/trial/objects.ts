/**
 * Objects that must be found: built at run time out of signatures of the file itself, so that no sample of malware is needed or kept.
 *
 * A body signature gets an object that holds its patterns, and the facts of an executable that its places ask for; a hash signature an object whose
 * digest is said to be the wanted one, which tries the tables without a file that has it. What cannot be built for certain is not built: a signature that is
 * missed here fails the whole trial, so a mistake of the builder must not be able to.
 */
import type {
  BodySignature,
  ByteSource,
  BytesPattern,
  ExecutableFacts,
  HashScope,
  HashSignature,
  ObjectFacts,
  OffsetRule,
  PatternElement,
  Section,
  Signature,
} from '../../../native-free-engine/index.ts';
import { FUNCTIONALITY_LEVEL, TARGET } from '../../../native-free-engine/index.ts';
import { MemorySource } from '../../unpack/source.ts';
import { type Wishes, wishesFor } from './wishes.ts';

/** An object that the signature must find. */
export interface MustFind {
  readonly signature: Signature;
  readonly source: ByteSource;
  readonly facts: ObjectFacts;
  /** What every digest of it by this algorithm shall be; undefined: what it is. */
  readonly pretended: HashSignature | undefined;
}

/** Bytes of each section, and of what stands before the first. */
const SECTION_BYTES = 4096;
const MAX_SECTIONS = 32;
/** Where code begins in the first section: what lies before the entry point needs room as well. */
const ENTRY_BYTES = 1024;
/** NUL between patterns, so that words end there. */
const SPACE_BYTES = 4;
/** A gap, and an object, that is worth building. */
const MAX_GAP = 4096;
const MAX_OBJECT_BYTES = 1 << 20;

/** @returns undefined when it cannot be built for certain */
export function objectFor(signature: Signature): MustFind | undefined {
  const { min, max } = signature.levels;
  if (min > FUNCTIONALITY_LEVEL || max < FUNCTIONALITY_LEVEL) return undefined;
  if (signature.kind === 'body') return objectForBody(signature);
  return signature.kind === 'hash' ? objectForHash(signature) : undefined;
}

function objectForHash(signature: HashSignature): MustFind | undefined {
  const { action, size = SECTION_BYTES, scope } = signature;
  if (action !== 'detect' || size > MAX_OBJECT_BYTES || (scope === 'section' && size === 0)) return undefined;
  const bytes = new Uint8Array(size);
  const executable = executableFor(scope, bytes);
  return {
    signature,
    source: new MemorySource(bytes),
    facts: { targets: executable ? 1 << TARGET.pe : 0, executable, containers: [] },
    pretended: signature,
  };
}

/** A program whose section, or whose imports, are these bytes. */
function executableFor(scope: HashScope, bytes: Uint8Array): ExecutableFacts | undefined {
  switch (scope) {
    case 'object':
      return undefined;
    case 'section':
      return { entryPoint: undefined, sections: [{ offset: 0, size: bytes.length }] };
    case 'imports':
      return { entryPoint: undefined, sections: [], imports: () => bytes };
  }
}

function objectForBody(signature: BodySignature): MustFind | undefined {
  const instances = signature.patterns.map((pattern) => (pattern.kind === 'bytes' ? instanceOf(pattern) : undefined));
  const wishes = wishesFor(signature.condition, (pattern) => instances[pattern] !== undefined);
  const pieces = wishes && piecesFor(signature, instances, wishes);
  if (!wishes || !pieces) return undefined;
  const sections = sectionsFor(pieces, wishes);
  const entryPoint = Math.max(SECTION_BYTES + ENTRY_BYTES, wishes.entryPoint.min);
  if (sections === undefined || entryPoint > wishes.entryPoint.max || entryPoint > MAX_OBJECT_BYTES) return undefined;
  const bytes = new Canvas({ sections, entryPoint }).build(pieces, wishes.fileSize);
  if (bytes === undefined) return undefined;
  return {
    signature,
    source: new MemorySource(bytes),
    facts: { targets: targetBit(signature.target), executable: { entryPoint, sections }, containers: [] },
    pretended: undefined,
  };
}

/** Bit 0, any, is never set. */
function targetBit(target: number): number {
  return target === TARGET.any ? 0 : 1 << target;
}

/** A byte string that a pattern matches, and where it must lie. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly offset: OffsetRule;
}

function piecesFor(
  { patterns }: BodySignature,
  instances: readonly (Uint8Array | undefined)[],
  { copies }: Wishes,
): Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const [index, count] of copies) {
    const pattern = patterns[index]!;
    if (pattern.kind !== 'bytes') return undefined;
    const { offset } = pattern;
    if (offset.kind === 'versionInfo') return undefined;
    // Copies at one place are one match.
    if (count > 1 && offset.kind !== 'any') return undefined;
    for (let copy = 0; copy < count; copy++) pieces.push({ bytes: instances[index]!, offset });
  }
  return pieces;
}

function instanceOf(pattern: BytesPattern): Uint8Array | undefined {
  const bytes: number[] = [];
  const isWide = pattern.wide && !pattern.ascii;
  return append(bytes, pattern.elements, isWide) && bytes.length > 0 ? Uint8Array.from(bytes) : undefined;
}

/** @returns false when it is not known what matches */
function append(bytes: number[], elements: readonly PatternElement[], isWide: boolean): boolean {
  return elements.every((element) => appendOne(bytes, element, isWide));
}

function appendOne(bytes: number[], element: PatternElement, isWide: boolean): boolean {
  switch (element.kind) {
    case 'bytes':
      for (const value of element.values) {
        bytes.push(value);
        if (isWide) bytes.push(0);
      }
      return true;
    case 'gap':
      if (element.min > MAX_GAP) return false;
      for (let i = 0; i < element.min; i++) bytes.push(0);
      return true;
    case 'alternatives':
      return !element.negated && element.options.length > 0 && append(bytes, element.options[0]!, isWide);
    case 'boundary':
      return false;
  }
}

/** As many as are asked for, one behind the other. */
function sectionsFor(pieces: readonly Piece[], { sectionCount }: Wishes): Section[] | undefined {
  const named = pieces.map(({ offset }) => ('section' in offset ? offset.section + 1 : 1));
  const count = Math.max(3, sectionCount.min, ...named);
  const most = Math.min(MAX_SECTIONS, sectionCount.max);
  if (Math.max(1, sectionCount.min, ...named) > most) return undefined;
  return Array.from({ length: Math.min(count, most) }, (_, i) => ({
    offset: (i + 1) * SECTION_BYTES,
    size: SECTION_BYTES,
  }));
}

interface Frame {
  readonly sections: readonly Section[];
  readonly entryPoint: number;
}

/** Bytes, and which of them are spoken for. */
class Canvas {
  readonly #frame: Frame;
  #bytes = new Uint8Array(0);
  #taken = new Uint8Array(0);

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  build(pieces: readonly Piece[], fileSize: { min: number; max: number }): Uint8Array | undefined {
    const isLoose = ({ offset }: Piece): boolean => offset.kind !== 'at';
    const fixed = pieces.filter((piece) => !isLoose(piece));
    const loose = pieces.filter(isLoose);
    const size = Math.max(fileSize.min, this.#sizeFor(loose, fixed));
    if (size > fileSize.max || size > MAX_OBJECT_BYTES) return undefined;
    this.#bytes = new Uint8Array(size);
    this.#taken = new Uint8Array(size);
    const isPut =
      fixed.every((piece) => this.#put(piece.bytes, this.#placeOf(piece.offset))) &&
      loose.every((piece) => this.#putBehind(piece));
    return isPut ? this.#bytes : undefined;
  }

  #sizeFor(loose: readonly Piece[], fixed: readonly Piece[]): number {
    const { sections, entryPoint } = this.#frame;
    let size = (sections.length + 1) * SECTION_BYTES + SPACE_BYTES;
    for (const { bytes, offset } of fixed) {
      if (offset.kind !== 'at') continue;
      if (offset.base === 'start') size = Math.max(size, offset.offset + bytes.length + SPACE_BYTES);
      if (offset.base === 'entryPoint') size = Math.max(size, entryPoint + offset.offset + bytes.length + SPACE_BYTES);
    }
    const ofEnd = fixed.map(({ offset }) => (offset.kind === 'at' && offset.base === 'end' ? -offset.offset : 0));
    for (const { bytes } of loose) size += bytes.length + SPACE_BYTES;
    return size + Math.max(0, ...ofEnd);
  }

  #placeOf(rule: OffsetRule): number | undefined {
    const { sections, entryPoint } = this.#frame;
    if (rule.kind !== 'at') return undefined;
    const bases = {
      start: 0,
      end: this.#bytes.length,
      entryPoint,
      section: sections[rule.section]?.offset,
      lastSection: sections.at(-1)?.offset,
    };
    const base = bases[rule.base];
    return base === undefined ? undefined : base + rule.offset;
  }

  #put(bytes: Uint8Array, place: number | undefined): boolean {
    if (place === undefined || place < 0 || place + bytes.length > this.#bytes.length) return false;
    for (let i = 0; i < bytes.length; i++) {
      if (this.#taken[place + i] === 1 && this.#bytes[place + i] !== bytes[i]) return false;
    }
    this.#bytes.set(bytes, place);
    this.#taken.fill(1, place, place + bytes.length);
    return true;
  }

  /** Into the first free stretch of its section, or of all. */
  #putBehind({ bytes, offset }: Piece): boolean {
    const section = offset.kind === 'section' ? this.#frame.sections[offset.section] : undefined;
    if (offset.kind === 'section' && section === undefined) return false;
    const end = section ? section.offset + section.size : this.#bytes.length;
    const needed = bytes.length + 2 * SPACE_BYTES;
    let free = 0;
    for (let at = section?.offset ?? SECTION_BYTES; at < end; at++) {
      free = this.#taken[at] === 1 ? 0 : free + 1;
      if (free === needed) return this.#put(bytes, at + 1 - bytes.length - SPACE_BYTES);
    }
    return false;
  }
}
