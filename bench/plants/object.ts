/**
 * An object that one body signature matches: its patterns laid out in a file of the right type.
 *
 * First the patterns that must lie at a certain place, then the others, one behind the other, in the last section.
 */
import { type BodySignature, type OffsetRule, type Range, TARGET } from '../../native-free-engine/index.ts';
import { Canvas } from './canvas.ts';
import { fillerOf, lettersOf, START_BYTES } from './filler.ts';
import { dosHost, elfHost, type Host, machOHeader, peHost, plainHost } from './hosts.ts';
import { ANY_FILLING, type Filling, type Instance } from './instance.ts';
import { type Piece, piecesFor } from './pieces.ts';
import { Random } from './random.ts';
import { type Wishes, wishesFor } from './wishes.ts';
import { WORD_MACRO } from './word-macro.ts';

export interface PlantObject {
  readonly bytes: Uint8Array;
  /** 1 for each byte that a header or a pattern lies on. */
  readonly taken: Uint8Array;
  readonly headerBytes: number;
  /** Type of the container that it must lie in, if any. */
  readonly container: string | undefined;
}

type FixedRule = Extract<OffsetRule, { kind: 'at' }>;
/** What files of the other target types begin with. */
const MAGIC = new Map<number, Buffer>([
  [TARGET.any, Buffer.alloc(0)],
  [TARGET.ole2, Buffer.from('d0cf11e0a1b11ae1', 'hex')],
  [TARGET.html, Buffer.from('<html><body>\n', 'latin1')],
  [TARGET.mail, Buffer.from('From: a@example.org\r\nTo: b@example.org\r\nSubject: c\r\n\r\n', 'latin1')],
  [TARGET.text, Buffer.alloc(0)],
  [TARGET.machO, machOHeader()],
  [TARGET.swf, Buffer.from('FWS\x06\0\0\0\0', 'latin1')],
  [TARGET.graphics, Buffer.from('GIF89a\x10\0\x10\0\0\0\0;', 'latin1')],
  [TARGET.pdf, Buffer.from('%PDF-1.4\n', 'latin1')],
  [TARGET.java, Buffer.from('cafebabe00000034', 'hex')],
]);
/** As much as tells the type, where headers are in the way. */
const SHORT_MAGIC = new Map<number, Buffer>([
  [TARGET.machO, Buffer.from('cffaedfe07000001', 'hex')],
  [TARGET.swf, Buffer.from('FWS', 'latin1')],
  [TARGET.pdf, Buffer.from('%PDF-', 'latin1')],
]);
const TEXT_TARGETS: ReadonlySet<number> = new Set([TARGET.html, TARGET.text, TARGET.mail]);
const WIDE_GAPS: Filling = { ...ANY_FILLING, moreInGaps: 4096 };
const NO_CHOICE = new Random(0);
const MAX_BYTES = 16 << 20;
/** One in so many is larger than what the engine holds in memory at a time, with its patterns far apart. */
const LARGE_SHARE = 32;
const LARGE_BYTES = 5 << 20;

export interface ObjectOptions {
  /** One in so many is large, see LARGE_SHARE (default true). */
  readonly mayBeLarge?: boolean;
  /** One copy of a pattern is left out. */
  readonly omitOne?: boolean;
  /** A pattern that must lie at some place lies one byte behind the last that it may have, or in another section. */
  readonly displace?: boolean;
  /** The PE header may lie elsewhere, with fewer sections behind it. */
  readonly mayMoveHeader?: boolean;
  /** What is in the file, where target 2 is asked of that, too. */
  readonly isPart?: boolean;
  /** What a pattern leaves open may be of another one; gaps may be longer than they must. */
  readonly isDense?: boolean;
  /** A target of programs is asked of one without sections and entry point. */
  readonly isDos?: boolean;
  /** Nothing but blanks and line feeds between the patterns. */
  readonly isPlain?: boolean;
}

/** @returns undefined when such an object cannot be built here */
export function objectFor(
  signature: BodySignature,
  random: Random,
  options: ObjectOptions = {},
): PlantObject | undefined {
  const wishes = wishesFor(signature, random, { mayBeFewer: options.isDense });
  const pieces = wishes && piecesFor(signature, wishes, random, options.isDense ? WIDE_GAPS : undefined);
  if (!wishes || !pieces) return undefined;
  if (options.omitOne) pieces.splice(random.below(pieces.length), 1);
  // What must begin like another type is the text of a macro.
  const isMacro = signature.target === TARGET.ole2 && (options.isPart ?? false);
  const canvas = new Layout(pieces, wishes, random, options).build(isMacro ? TARGET.text : signature.target);
  if (!canvas) return undefined;
  const { bytes, taken, headerBytes } = canvas;
  return { bytes, taken, headerBytes, container: isMacro ? WORD_MACRO : wishes.container };
}

const wholeLength = ({ before, bytes, after }: Instance): number => before.length + bytes.length + after.length;

class Layout {
  readonly #pieces: readonly Piece[];
  readonly #wishes: Wishes;
  readonly #random: Random;
  readonly #options: ObjectOptions;

  constructor(pieces: readonly Piece[], wishes: Wishes, random: Random, options: ObjectOptions) {
    this.#pieces = pieces;
    this.#wishes = wishes;
    this.#random = random;
    this.#options = options;
  }

  build(target: number): Canvas | undefined {
    const host = this.#hostFor(target);
    if (!host) return undefined;
    const least = this.#sizeWith(host);
    const most = this.#wishes.fileSize.max;
    if (least > Math.min(MAX_BYTES, most)) return undefined;
    const isLarge =
      (this.#options.mayBeLarge ?? true) && this.#random.below(LARGE_SHARE) === 0 && least + LARGE_BYTES <= most;
    const size = isLarge ? least + LARGE_BYTES : least;
    const canvas = new Canvas(host, size, this.#filler(target, size), this.#options.isDense);
    const fixed = this.#fixed();
    for (const { piece, rule } of fixed) {
      const start = this.#options.displace ? placeBehind(rule, host, size) : placeOf(rule, host, size, this.#random);
      if (start === undefined || !canvas.put(piece, start)) return undefined;
    }
    for (const piece of this.#pieces) {
      if (piece.offset.kind === 'at' || (piece.offset.kind === 'versionInfo' && host.versionOffsets)) continue;
      const last = host.sectionOffsets.length - 1;
      const own = piece.offset.kind === 'section' ? piece.offset.section : last;
      const section = this.#options.displace && piece.offset.kind === 'section' ? (own === last ? 0 : own + 1) : own;
      const from = host.sectionOffsets[section] ?? Math.max(host.headerBytes, START_BYTES);
      const further = isLarge && piece.offset.kind === 'any' ? this.#random.below(LARGE_BYTES) : 0;
      if (!canvas.putBehind(piece, from + further)) return undefined;
    }
    return canvas;
  }

  #filler(target: number, size: number): Uint8Array {
    if (this.#options.isPlain) return new Uint8Array(size).fill(0x0a);
    return TEXT_TARGETS.has(target) ? lettersOf(size, this.#random) : fillerOf(size, this.#random);
  }

  #fixed(): { piece: Piece; rule: FixedRule }[] {
    return this.#pieces.flatMap((piece) => (piece.offset.kind === 'at' ? [{ piece, rule: piece.offset }] : []));
  }

  #hostFor(target: number): Host | undefined {
    if (target !== TARGET.pe && target !== TARGET.elf) return this.#plainHost(target);
    if (target === TARGET.pe && this.#options.isDos) return dosHost();
    const makeHost = target === TARGET.pe ? peHost : elfHost;
    const spec = {
      sections: this.#sectionSizes(),
      entry: this.#entry(),
      versionStrings: this.#pieces.filter(({ offset }) => offset.kind === 'versionInfo').map(({ bytes }) => bytes),
      ...this.#headerPlace(),
    };
    const host = makeHost(spec);
    const { entryPoint, sectionCount } = this.#wishes;
    if (!isWithin(host.sectionOffsets.length, sectionCount)) return undefined;
    if (host.entryPoint < entryPoint.min) {
      spec.entry += entryPoint.min - host.entryPoint;
      spec.sections[0]! += entryPoint.min - host.entryPoint;
      return makeHost(spec);
    }
    return host.entryPoint <= entryPoint.max ? host : undefined;
  }

  /** A pattern that lies where a header usually does fits in front of it or behind. */
  #headerPlace(): { headerAt?: number } {
    if (!this.#options.mayMoveHeader) return {};
    const ends = this.#fixed().map(({ piece, rule }) =>
      rule.base === 'start' ? rule.offset + rule.shift + wholeLength(piece) : 0,
    );
    const behind = (Math.max(0x40, ...ends) + 7) & ~7;
    return { headerAt: this.#random.pick([0x40, 0x100, 0x400, 0x1000, behind].filter((place) => place < MAX_BYTES)) };
  }

  #plainHost(target: number): Host | undefined {
    const magic = MAGIC.get(target);
    if (!magic) return undefined;
    const needsStart = this.#fixed().some(({ rule }) => rule.base === 'start');
    if (needsStart && this.#options.isDense && target === TARGET.pdf) return this.#latePdf();
    // What lies at the start may tell the type itself.
    if (needsStart && this.#options.mayMoveHeader) return plainHost(SHORT_MAGIC.get(target) ?? Buffer.alloc(0));
    const isAnywhere = target === TARGET.any && !needsStart;
    return isAnywhere ? plainHost(Buffer.alloc(this.#random.below(300)), 0) : plainHost(magic);
  }

  /** Something else may lie in front of a PDF. */
  #latePdf(): Host {
    const { headerAt = 0x40 } = this.#headerPlace();
    return plainHost(Buffer.concat([Buffer.alloc(Math.min(headerAt, 0x40)), Buffer.from('%PDF-1.4\n', 'latin1')]));
  }

  /** Room before the entry point for what must lie before it. */
  #entry(): number {
    return Math.max(
      0x40,
      ...this.#fixed().map(({ piece, rule }) => (rule.base === 'entryPoint' ? piece.before.length - rule.offset : 0)),
    );
  }

  #sectionSizes(): number[] {
    const count = Math.max(
      this.#wishes.sectionCount.min,
      Math.min(this.#options.mayMoveHeader ? 1 : 4, this.#wishes.sectionCount.max),
      ...this.#pieces.map(({ offset }) => ('section' in offset && offset.section < 96 ? offset.section + 2 : 1)),
    );
    const most =
      this.#wishes.sectionCount.max - (this.#pieces.some(({ offset }) => offset.kind === 'versionInfo') ? 1 : 0);
    const sizes = Array.from({ length: Math.max(1, Math.min(count, most)) }, () => 0x40);
    const grow = (section: number, size: number): void => {
      sizes[section] = Math.max(sizes[section] ?? 0, Math.min(size, MAX_BYTES));
    };
    for (const piece of this.#pieces) {
      const { offset } = piece;
      const length = wholeLength(piece);
      if (offset.kind === 'any') sizes[sizes.length - 1]! += length + 16;
      else if (offset.kind === 'section') grow(offset.section, (sizes[offset.section] ?? 0) + length + 16);
      else if (offset.kind === 'versionInfo') continue;
      else if (offset.base === 'section') grow(offset.section, offset.offset + offset.shift + length);
      else if (offset.base === 'lastSection') grow(sizes.length - 1, offset.offset + offset.shift + length + 64);
      else if (offset.base === 'entryPoint') grow(0, this.#entry() + offset.offset + offset.shift + length);
    }
    return sizes;
  }

  #sizeWith(host: Host): number {
    let floating = START_BYTES + 16;
    let behind = 0;
    let tail = 0;
    for (const piece of this.#pieces) {
      const { offset } = piece;
      if (offset.kind !== 'at') floating += wholeLength(piece) + 16;
      else if (offset.base === 'end') tail = Math.max(tail, -offset.offset);
      else if (offset.base === 'start') behind = Math.max(behind, offset.offset + offset.shift + wholeLength(piece));
    }
    return Math.max(host.bytes.length, behind) + floating + tail < this.#wishes.fileSize.min
      ? this.#wishes.fileSize.min
      : Math.max(host.bytes.length, behind) + floating + tail;
  }
}

function isWithin(value: number, { min, max }: Range): boolean {
  return value >= min && value <= max;
}

function placeBehind(rule: FixedRule, host: Host, size: number): number | undefined {
  const place = placeOf({ ...rule, offset: rule.offset + rule.shift + 1, shift: 0 }, host, size, NO_CHOICE);
  return place;
}

function placeOf(rule: FixedRule, host: Host, size: number, random: Random): number | undefined {
  const bases = {
    start: 0,
    end: size,
    entryPoint: host.entryPoint,
    section: host.sectionOffsets[rule.section],
    lastSection: host.sectionOffsets.at(-1),
  };
  const base = bases[rule.base];
  return base === undefined ? undefined : base + rule.offset + random.below(Math.min(rule.shift, 4096) + 1);
}
