/**
 * Body patterns: the hexadecimal strings with wildcards of ndb, ldb and db.
 *
 * Two characters are a byte position (`4d`, `4?`, `?d`, `??`). Gaps (`*`, `{n}`, `{n-m}`, `[n-m]`), groups (`(aa|bb)`, `!(aa|bb)`) and boundaries
 * (`(B)`, `(L)`, `(W)`) stand between them. `*` and the gaps of no fixed or of great length cut a pattern into parts; each part must hold two
 * literal bytes in a row, which is what a matcher can search for.
 * Sources: ClamAV manual, Body-based Signature Content Format; runs of clamscan 1.4.6, which decide what is refused.
 */
import { type Boundary, type PatternElement, SIGNATURE_LIMITS } from '../../../native-free-engine/index.ts';
import type { ByteArena } from './arena.ts';
import { BRACKET_MAX, type Gap, LONGEST_INLINE_GAP, readBracketGap, readGap } from './gap.ts';
import type { Line } from './line.ts';
import type { PatternModifiers } from './pattern.ts';
import { PatternCursor } from './pattern-cursor.ts';
import { readGroup } from './pattern-group.ts';

const EXCLAMATION = 0x21;
const OPEN_GROUP = 0x28;
const CLOSE_GROUP = 0x29;
const ASTERISK = 0x2a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** Fixed gaps up to here are positions of mask 0, which a matcher steps over without a decision. */
const LONGEST_FILL = 512;
/** Each part needs as many literal bytes in a row: a matcher has to search for something. */
const LITERAL_BYTES = 2;
/** A part of narrow bytes has a main piece and a single byte on each side of it. */
const BRACKETS = 2;

const BOUNDARIES = new Map<number, Boundary>([
  [0x42, 'word'],
  [0x4c, 'line'],
  [0x57, 'nonAlphanumeric'],
]);

/** Bytes in front of which a word begins; a boundary inside a part has others as well. */
const WORD_BEFORE: readonly PatternElement[][] = Array.from(' -./<@_', (character) => [
  { kind: 'bytes', values: Uint8Array.of(character.charCodeAt(0)), masks: Uint8Array.of(0xff) },
]);

/** Reads the patterns of one source; holds what would be costly to allocate for each. */
export class BodyPatternReader {
  readonly #cursor: PatternCursor;
  /** Byte strings that the pattern multiplies out to; its wide form is one more. */
  #variants = 1;
  /** Where the current part begins. */
  #partAt = 0;
  /** Positions of the pieces of the current part that end with a bracket, and the place of the last bracket. */
  #pieces: number[] = [];
  #bracketAt = 0;

  constructor(line: Line, arena: ByteArena) {
    this.#cursor = new PatternCursor(line, arena);
  }

  /**
   * Reads the pattern in bytes [start, end) of the line.
   *
   * @returns undefined when the line is refused
   */
  read(start: number, end: number, modifiers: PatternModifiers): readonly PatternElement[] | undefined {
    const cursor = this.#cursor;
    cursor.enter(start, end, modifiers);
    this.#variants = modifiers.wide && modifiers.ascii ? 2 : 1;
    this.#beginPart();
    const elements: PatternElement[] = [];
    while (cursor.at < end) if (!this.#step(elements)) return undefined;
    if (!this.#endPart(elements) || !cursor.flush(elements) || !this.#spreadBracket(elements)) return undefined;
    // A slice, since an array that grew holds 17 places at least, and most patterns have one element.
    return elements.slice();
  }

  /** Reads byte positions, or one element of another kind. */
  #step(elements: PatternElement[]): boolean {
    const cursor = this.#cursor;
    if (cursor.addPositions()) return true;
    if (cursor.isRefused) return false;
    switch (cursor.byte) {
      case ASTERISK:
        cursor.at++;
        return this.#cut(elements, { min: 0, max: Number.POSITIVE_INFINITY });
      case OPEN_BRACE:
        return this.#braceGap(elements);
      case OPEN_BRACKET:
        return this.#bracketGap(elements);
      case EXCLAMATION:
      case OPEN_GROUP:
        return this.#boundary(elements) || (!cursor.isRefused && this.#group(elements));
    }
    return cursor.refuseCharacter();
  }

  // --- parts and gaps ---

  #beginPart(): void {
    this.#partAt = this.#cursor.at;
    this.#cursor.piece = 0;
    this.#cursor.run.forget();
    if (this.#pieces.length > 0) this.#pieces = [];
  }

  #endPart(elements: PatternElement[]): boolean {
    const cursor = this.#cursor;
    const { wide, ascii } = cursor.modifiers;
    // In a wide pattern the second is the NUL behind the first.
    if (cursor.run.longest < (wide && !ascii ? 1 : LITERAL_BYTES)) {
      const part = cursor.line.quote(this.#partAt, cursor.at);
      const expected = `at least literalBytes = ${LITERAL_BYTES} in a row in each part`;
      return cursor.exceed(this.#partAt, `${expected}, got ${part}`);
    }
    if (!wide && !cursor.modifiers.fullWord && this.#pieces.length > BRACKETS) {
      return cursor.exceed(this.#bracketAt, `at most brackets = ${BRACKETS} in a part`);
    }
    if (!this.#bracketsHold()) {
      return cursor.refuse(this.#bracketAt, 'expected a single byte before or behind [n-m]');
    }
    const last = cursor.run.length === 0 ? elements.at(-1) : undefined;
    // At the edge of a part a boundary is a test between two bytes; inside it is a byte of its own.
    if (last?.kind === 'boundary') elements[elements.length - 1] = { ...last, consumes: false };
    return true;
  }

  /** Brackets stand between a part's main piece and a single byte on its left, its right, or both; with w or f between any two. */
  #bracketsHold(): boolean {
    const { piece: last, modifiers } = this.#cursor;
    const pieces = this.#pieces;
    if (pieces.length === 0) return true;
    if (modifiers.wide || modifiers.fullWord) return last > 0 && pieces.every((positions) => positions > 0);
    if (pieces.length === 1) return pieces[0] === 1 || last === 1;
    return pieces[0] === 1 && last === 1;
  }

  #cut(elements: PatternElement[], gap: Gap): boolean {
    if (!this.#endPart(elements) || !this.#skip(elements, gap)) return false;
    this.#beginPart();
    return true;
  }

  #braceGap(elements: PatternElement[]): boolean {
    const cursor = this.#cursor;
    const gap = readGap(cursor.line, cursor.at, cursor.end);
    if (gap === undefined) return false;
    cursor.at = gap.end;
    return gap.fixed && gap.min <= LONGEST_INLINE_GAP ? this.#skip(elements, gap) : this.#cut(elements, gap);
  }

  #bracketGap(elements: PatternElement[]): boolean {
    const cursor = this.#cursor;
    const gap = readBracketGap(cursor.line, cursor.at, cursor.end);
    if (gap === undefined) return false;
    this.#bracketAt = cursor.at;
    this.#pieces.push(cursor.piece);
    cursor.at = gap.end;
    cursor.run.break();
    if (!this.#skip(elements, gap)) return false;
    cursor.piece = 0;
    return true;
  }

  /**
   * A bracket on the right of the last part's main piece becomes a choice of lengths: matches are counted by the places of that piece (clamscan 1.4.6),
   * and of a gap they would be by the places behind it.
   */
  #spreadBracket(elements: PatternElement[]): boolean {
    const { modifiers } = this.#cursor;
    const isRight = this.#pieces.length > 0 && this.#pieces.at(-1) !== 1;
    const at = isRight && !modifiers.wide && !modifiers.fullWord ? elements.findLastIndex(isOpenGap) : -1;
    const gap = elements[at];
    if (gap?.kind !== 'gap') return true;
    const options = Array.from({ length: gap.max - gap.min + 1 }, (_, more) => anyBytes(gap.min + more));
    elements[at] = { kind: 'alternatives', negated: false, options };
    return this.#multiplies(options.length, this.#bracketAt);
  }

  #skip(elements: PatternElement[], { min, max }: Gap): boolean {
    const cursor = this.#cursor;
    // In a wide pattern each position is followed by NUL, but a gap is counted in bytes.
    if (min === max && min <= LONGEST_FILL && !cursor.modifiers.wide) return cursor.addAny(min);
    cursor.run.break();
    if (!cursor.flush(elements)) return false;
    cursor.segment = 0;
    const last = elements.at(-1);
    if (last?.kind !== 'gap') return cursor.push(elements, { kind: 'gap', min, max });
    elements[elements.length - 1] = { kind: 'gap', min: last.min + min, max: last.max + max };
    return true;
  }

  // --- boundaries and groups ---

  /** @returns false also when there is none at this place */
  #boundary(elements: PatternElement[]): boolean {
    const cursor = this.#cursor;
    const { bytes } = cursor.line;
    const negated = cursor.byte === EXCLAMATION;
    const open = negated ? cursor.at + 1 : cursor.at;
    if (open + 2 >= cursor.end || bytes[open] !== OPEN_GROUP || bytes[open + 2] !== CLOSE_GROUP) return false;
    const boundary = BOUNDARIES.get(bytes[open + 1]);
    if (boundary === undefined) return false;
    const consumes = this.#pieces.length > 0 || cursor.piece > 0;
    const isEdge = !consumes && !this.#takesFixedByte(elements);
    const element: PatternElement =
      boundary === 'word' && !consumes && !isEdge && !cursor.modifiers.wide
        ? { kind: 'alternatives', negated, options: WORD_BEFORE }
        : { kind: 'boundary', boundary, consumes: !isEdge, negated };
    if (!cursor.flush(elements) || !cursor.push(elements, element)) return false;
    cursor.run.break();
    cursor.grow(2);
    cursor.at = open + 3;
    return true;
  }

  /**
   * Behind a gap of fixed length a boundary tests the gap's last byte: that byte is taken from the gap, since the form's tests between bytes look
   * ahead unless a segment begins there.
   */
  #takesFixedByte(elements: PatternElement[]): boolean {
    const { run } = this.#cursor;
    if (run.length > 0) {
      run.length--;
      return true;
    }
    const last = elements.at(-1);
    if (last?.kind !== 'gap' || last.min !== last.max) return false;
    elements[elements.length - 1] = { kind: 'gap', min: last.min - 1, max: last.max - 1 };
    return true;
  }

  #group(elements: PatternElement[]): boolean {
    const cursor = this.#cursor;
    const { at } = cursor;
    const extent = readGroup(cursor, elements, 1);
    if (extent === undefined) return false;
    return this.#multiplies(extent.variants, at);
  }

  #multiplies(by: number, at: number): boolean {
    this.#variants *= by;
    const limit = SIGNATURE_LIMITS.variants;
    return (
      this.#variants <= limit ||
      this.#cursor.exceed(at, `groups that multiply out to at most variants = ${limit} strings`)
    );
  }
}

/** A gap of more than one length that has an end. */
function isOpenGap(element: PatternElement): boolean {
  return element.kind === 'gap' && element.min !== element.max && element.max <= BRACKET_MAX;
}

function anyBytes(length: number): PatternElement[] {
  return length === 0 ? [] : [{ kind: 'bytes', values: new Uint8Array(length), masks: new Uint8Array(length) }];
}
