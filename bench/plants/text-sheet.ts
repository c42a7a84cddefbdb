/**
 * What a view of a text shall hold: patterns and what lies between them, before it is put into a form that normalisation turns into this.
 */
import type { BodySignature, OffsetRule } from '../../native-free-engine/index.ts';
import { type Filling, type Instance, instanceOf } from './instance.ts';
import type { Random } from './random.ts';
import { regexInstanceOf } from './regex-instance.ts';
import type { Wishes } from './wishes.ts';

/** A stretch of the sheet. `head`: what makes the type of the object known, as it is. */
export interface Stretch {
  readonly kind: 'pattern' | 'filler' | 'head';
  readonly bytes: Uint8Array;
}

export interface SheetRules {
  /** Bytes that the view has in front of the sheet. */
  readonly lead: number;
  /** Lies between patterns, letters behind it. */
  readonly separator: string;
  readonly head: string;
  readonly filling: Filling;
}

export interface SheetOptions {
  /** One copy of a pattern is left out. */
  readonly omitOne?: boolean;
  /** A pattern that must lie at some place lies one byte behind the last that it may have. */
  readonly displace?: boolean;
  /** Fewer copies than a count asks for: a pattern may lie in another one, too. */
  readonly isDense?: boolean;
}

interface Piece extends Instance {
  readonly kind: 'bytes' | 'regex';
  readonly offset: OffsetRule;
}
interface PlacedPiece extends Piece {
  /** From the start of the sheet, or from the end when negative. */
  readonly place: number;
}

const MAX_BYTES = 1 << 20;
/** Letters between two patterns. */
const FILLER_LETTERS = 6;

/** @returns undefined when patterns exclude each other, or need what no text has */
export function sheetFor(
  signature: BodySignature,
  wishes: Wishes,
  random: Random,
  rules: SheetRules,
  options: SheetOptions,
): Stretch[] | undefined {
  const pieces = piecesFor(signature, wishes, random, rules.filling);
  if (!pieces) return undefined;
  if (options.omitOne) pieces.splice(random.below(pieces.length), 1);
  const sheet = new Sheet(random, rules);
  const placed = (base: 'start' | 'end'): PlacedPiece[] =>
    pieces
      .flatMap((piece) => {
        const { offset } = piece;
        if (offset.kind !== 'at' || offset.base !== base) return [];
        const shift = options.displace ? offset.shift + 1 : random.below(Math.min(offset.shift, 64) + 1);
        return [{ ...piece, place: offset.offset + shift - (base === 'start' ? rules.lead : 0) }];
      })
      .sort((a, b) => a.place - b.place);
  const first = placed('start');
  // `^` of an expression is the start of a view, wherever the expression may match.
  const regex = options.isDense && first.length === 0 ? pieces.find(isFloatingRegex) : undefined;
  if (regex) first.push({ ...regex, place: 0 });
  if (first.length === 0) sheet.addHead();
  for (const piece of first) if (!sheet.addAt(piece)) return undefined;
  if (first.length > 0) sheet.addHead();
  const last = placed('end');
  const floating = pieces.filter((piece) => piece.offset.kind === 'any' && piece !== regex);
  if (first.length + last.length + floating.length < pieces.length) return undefined;
  for (const piece of floating) sheet.addBehind(piece);
  if (sheet.length > MAX_BYTES) return undefined;
  const tail = -(last[0]?.place ?? 0);
  const least = Math.min(wishes.fileSize.min, MAX_BYTES) - tail;
  sheet.fillTo(least);
  if (last.length > 0) sheet.separate();
  const end = sheet.length + tail;
  for (const piece of last) if (!sheet.addAt({ ...piece, place: end + piece.place })) return undefined;
  sheet.fillTo(end);
  return sheet.length <= wishes.fileSize.max ? sheet.stretches : undefined;
}

function piecesFor(signature: BodySignature, wishes: Wishes, random: Random, filling: Filling): Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const [index, copies] of wishes.copies) {
    const pattern = signature.patterns[index];
    if (pattern?.kind !== 'bytes' && pattern?.kind !== 'regex') return undefined;
    for (let copy = 0; copy < copies; copy++) {
      const instance =
        pattern.kind === 'bytes' ? instanceOf(pattern, random, filling) : regexInstanceOf(pattern, random);
      if (!instance) return undefined;
      pieces.push({ ...instance, kind: pattern.kind, offset: pattern.offset });
    }
  }
  return pieces;
}

function isFloatingRegex({ kind, offset }: Piece): boolean {
  return kind === 'regex' && offset.kind === 'any';
}

class Sheet {
  readonly stretches: Stretch[] = [];
  length = 0;
  readonly #random: Random;
  readonly #rules: SheetRules;

  constructor(random: Random, rules: SheetRules) {
    this.#random = random;
    this.#rules = rules;
  }

  addHead(): void {
    this.#add('head', Buffer.from(this.#rules.head, 'latin1'));
  }

  /** @returns false when something lies there already */
  addAt({ place, before, bytes, after }: PlacedPiece): boolean {
    const start = place > 0 ? place - before.length : place;
    if (start < this.length || start > MAX_BYTES) return false;
    this.fillTo(start);
    this.#add('pattern', Buffer.concat([place > 0 ? before : new Uint8Array(0), bytes, after]));
    return true;
  }

  addBehind({ before, bytes, after }: Piece): void {
    this.separate();
    this.#add('pattern', Buffer.concat([before, bytes, after]));
  }

  separate(): void {
    this.#add('filler', Buffer.from(this.#rules.separator, 'latin1'));
    this.fillTo(this.length + FILLER_LETTERS);
  }

  fillTo(length: number): void {
    if (length <= this.length) return;
    this.#add(
      'filler',
      Uint8Array.from({ length: length - this.length }, () => 0x61 + this.#random.below(26)),
    );
  }

  #add(kind: Stretch['kind'], bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.stretches.push({ kind, bytes });
    this.length += bytes.length;
  }
}
