/**
 * Body patterns: the hexadecimal strings with wildcards of ndb, ldb and db.
 *
 * Two characters are a byte position (`4d`, `4?`, `?d`, `??`). Gaps (`*`, `{n}`, `{n-m}`, `[n-m]`), groups (`(aa|bb)`, `!(aa|bb)`) and boundaries
 * (`(B)`, `(L)`, `(W)`) stand between them. `*` and the gaps of no fixed or of great length cut a pattern into parts; each part must hold two
 * literal bytes in a row, which is what a matcher can search for.
 * Sources: ClamAV manual, Body-based Signature Content Format; runs of clamscan 1.4.6, which decide what is refused.
 */
import { type Boundary, type PatternElement, SIGNATURE_LIMITS } from '../../../native-free-engine/signature.ts';
import type { ByteArena } from './arena.ts';
import { ByteRun } from './byte-run.ts';
import { type Gap, readBracketGap, readGap } from './gap.ts';
import type { Line } from './line.ts';
import { DIGIT_VALUE, NO_DIGIT } from './tokens.ts';

const EXCLAMATION = 0x21;
const OPEN_GROUP = 0x28;
const CLOSE_GROUP = 0x29;
const ASTERISK = 0x2a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const BAR = 0x7c;

/** ClamAV writes shorter fixed gaps out as `??`: they do not cut a pattern into parts. */
const PART_CUT = 128;
/** Fixed gaps up to here are positions of mask 0, which a matcher steps over without a decision. */
const LONGEST_FILL = 512;
/** A part needs as many literal bytes in a row. */
const LITERAL_BYTES = 2;

const BOUNDARIES = new Map<number, Boundary>([
  [0x42, 'word'],
  [0x4c, 'line'],
  [0x57, 'nonAlphanumeric'],
]);

/** Modifiers of a subsignature that change how a pattern may be written. */
export interface PatternModifiers {
  readonly noCase: boolean;
  readonly wide: boolean;
  readonly ascii: boolean;
  readonly fullWord: boolean;
}

export const NO_MODIFIERS: PatternModifiers = { noCase: false, wide: false, ascii: true, fullWord: false };

/** Lengths that the options of a group, or one of them, can match. */
interface Extent {
  readonly shortest: number;
  readonly longest: number;
  /** Byte strings that it multiplies out to. */
  readonly variants: number;
}

/** Reads the patterns of one source; holds what would be costly to allocate for each. */
export class BodyPatternReader {
  readonly #line: Line;
  readonly #run: ByteRun;
  #at = 0;
  #end = 0;
  #modifiers = NO_MODIFIERS;
  /** Elements of the pattern, those in groups included. */
  #elements = 0;
  /** Positions since the last gap; a group counts with its longest option. */
  #segment = 0;
  #variants = 1;
  /** Of the current part: where it begins, and the positions of its pieces between brackets. */
  #partStart = 0;
  #pieces: number[] = [0];
  #bracketAt = 0;

  constructor(line: Line, arena: ByteArena) {
    this.#line = line;
    this.#run = new ByteRun(arena);
  }

  /**
   * Reads the pattern in bytes [start, end) of the line.
   *
   * @returns undefined when the line is refused
   */
  read(start: number, end: number, modifiers: PatternModifiers): readonly PatternElement[] | undefined {
    this.#at = start;
    this.#end = end;
    this.#modifiers = modifiers;
    this.#elements = 0;
    this.#segment = 0;
    this.#variants = 1;
    this.#run.clear();
    this.#beginPart();
    const elements: PatternElement[] = [];
    while (this.#at < end) if (!this.#step(elements)) return undefined;
    // A slice, since an array that grew holds 17 places at least, and most patterns have one element.
    return this.#endPart(elements) ? elements.slice() : undefined;
  }

  /** Reads byte positions, or one element of another kind. */
  #step(elements: PatternElement[]): boolean {
    if (this.#addPositions()) return true;
    if (this.#line.refusal !== undefined) return false;
    switch (this.#line.bytes[this.#at]) {
      case ASTERISK:
        this.#at++;
        return this.#cut(elements, { min: 0, max: Number.POSITIVE_INFINITY });
      case OPEN_BRACE:
        return this.#braceGap(elements);
      case OPEN_BRACKET:
        return this.#bracketGap(elements);
      case EXCLAMATION:
      case OPEN_GROUP:
        return this.#boundary(elements) || (this.#line.refusal === undefined && this.#group(elements, 1) !== undefined);
    }
    return this.#refuseCharacter();
  }

  /** @returns false when there is none at this place, or the line is refused */
  #addPositions(): boolean {
    const run = this.#run;
    const before = run.length;
    const from = this.#at;
    this.#at = run.addPairs(this.#line.bytes, from, this.#end, before + SIGNATURE_LIMITS.segmentBytes - this.#segment);
    this.#grow(run.length - before);
    if (this.#at !== from) return true;
    const isFull = this.#segment >= SIGNATURE_LIMITS.segmentBytes;
    if (isFull && from < this.#end && DIGIT_VALUE[this.#line.bytes[from]] < NO_DIGIT) this.#refuseSegment();
    return false;
  }

  #grow(positions: number): void {
    this.#segment += positions;
    this.#pieces[this.#pieces.length - 1] += positions;
  }

  // --- gaps and parts ---

  #braceGap(elements: PatternElement[]): boolean {
    const gap = readGap(this.#line, this.#at, this.#end);
    if (gap === undefined) return false;
    this.#at = gap.end;
    if (gap.fixed && gap.min < PART_CUT) return this.#skip(elements, gap);
    return this.#cut(elements, gap);
  }

  #cut(elements: PatternElement[], gap: Gap): boolean {
    if (!this.#endPart(elements) || !this.#skip(elements, gap)) return false;
    this.#beginPart();
    return true;
  }

  #beginPart(): void {
    this.#partStart = this.#at;
    this.#run.forget();
    this.#pieces = [0];
  }

  #endPart(elements: PatternElement[]): boolean {
    if (!this.#flush(elements)) return false;
    if (this.#run.longest < LITERAL_BYTES) {
      const part = this.#line.quote(this.#partStart, this.#at);
      return this.#refuse(this.#partStart, `pattern: expected two literal bytes in a row in each part, got ${part}`);
    }
    if (!this.#bracketsHoldSingleBytes()) {
      return this.#refuse(this.#bracketAt, 'pattern: expected a single byte before or behind [n-m]');
    }
    const last = elements.at(-1);
    // At the edge of a part a boundary is a test between two bytes; inside it is a byte of its own.
    if (last?.kind === 'boundary') elements[elements.length - 1] = { ...last, consumes: false };
    return true;
  }

  /** Brackets stand between a part's main piece and a single byte on its left, its right, or both. */
  #bracketsHoldSingleBytes(): boolean {
    const pieces = this.#pieces;
    if (pieces.length === 1) return true;
    if (pieces.length === 2) return pieces[0] === 1 || pieces[1] === 1;
    return pieces.length === 3 && pieces[0] === 1 && pieces[2] === 1;
  }

  #bracketGap(elements: PatternElement[]): boolean {
    const gap = readBracketGap(this.#line, this.#at, this.#end);
    if (gap === undefined) return false;
    this.#bracketAt = this.#at;
    this.#at = gap.end;
    this.#run.break();
    const piece = this.#pieces.length - 1;
    const positions = this.#pieces[piece];
    if (!this.#skip(elements, gap)) return false;
    // A gap that is filled with positions belongs to neither piece.
    this.#pieces[piece] = positions;
    this.#pieces.push(0);
    return true;
  }

  #skip(elements: PatternElement[], { min, max }: Gap): boolean {
    // In a wide pattern each position is followed by NUL, but a gap is counted in bytes.
    if (min === max && min <= LONGEST_FILL && !this.#modifiers.wide) return this.#fill(min);
    this.#run.break();
    if (!this.#flush(elements)) return false;
    this.#segment = 0;
    const last = elements.at(-1);
    if (last?.kind !== 'gap') return this.#push(elements, { kind: 'gap', min, max });
    elements[elements.length - 1] = { kind: 'gap', min: last.min + min, max: last.max + max };
    return true;
  }

  #fill(count: number): boolean {
    if (this.#segment + count > SIGNATURE_LIMITS.segmentBytes) return this.#refuseSegment();
    this.#run.addAny(count);
    this.#grow(count);
    return true;
  }

  // --- groups and boundaries ---

  /** @returns false when there is none at this place, or the line is refused */
  #boundary(elements: PatternElement[]): boolean {
    const { bytes } = this.#line;
    const negated = bytes[this.#at] === EXCLAMATION;
    const open = negated ? this.#at + 1 : this.#at;
    if (open + 2 >= this.#end || bytes[open] !== OPEN_GROUP || bytes[open + 2] !== CLOSE_GROUP) return false;
    const boundary = BOUNDARIES.get(bytes[open + 1]);
    if (boundary === undefined) return false;
    const consumes = this.#pieces.length > 1 || this.#pieces[0] > 0;
    if (!this.#flush(elements) || !this.#push(elements, { kind: 'boundary', boundary, consumes, negated }))
      return false;
    this.#run.break();
    this.#at = open + 3;
    // No single byte for a bracket to hold.
    this.#grow(2);
    return true;
  }

  /** Reads `(…|…)` or `!(…|…)`. @returns undefined when the line is refused */
  #group(elements: PatternElement[], depth: number): Extent | undefined {
    const { bytes } = this.#line;
    const start = this.#at;
    const negated = bytes[start] === EXCLAMATION;
    if (negated && (start + 1 >= this.#end || bytes[start + 1] !== OPEN_GROUP)) {
      this.#refuse(start + 1, 'pattern: expected ( behind !');
      return undefined;
    }
    if (depth > SIGNATURE_LIMITS.nesting) {
      return this.#line.refuse(
        'limit',
        start,
        `pattern: expected at most nesting = ${SIGNATURE_LIMITS.nesting} groups in groups`,
      );
    }
    if (!this.#flush(elements)) return undefined;
    this.#at = negated ? start + 2 : start + 1;
    const { longest } = this.#run;
    const options: PatternElement[][] = [];
    const extent = this.#options(options, depth);
    // A matcher cannot search for literal bytes that are one choice of several.
    this.#run.longest = longest;
    if (extent === undefined) return undefined;
    if (negated && !this.#isNegatable(start, options, extent)) return undefined;
    if (!this.#push(elements, { kind: 'alternatives', negated, options })) return undefined;
    return depth > 1 || negated || this.#multiply(start, extent.variants) ? extent : undefined;
  }

  /** Reads the options up to the closing parenthesis. */
  #options(options: PatternElement[][], depth: number): Extent | undefined {
    const segment = this.#segment;
    this.#run.break();
    let shortest = Number.POSITIVE_INFINITY;
    let longest = 0;
    let variants = 0;
    for (;;) {
      const elements: PatternElement[] = [];
      const extent = this.#option(elements, depth);
      if (extent === undefined) return undefined;
      options.push(elements);
      shortest = Math.min(shortest, extent.shortest);
      longest = Math.max(longest, extent.longest);
      variants += extent.variants;
      this.#segment = segment;
      this.#run.break();
      if (this.#line.bytes[this.#at++] === CLOSE_GROUP) break;
    }
    // Two more, so that no group passes for the single byte of a bracket.
    this.#grow(2);
    this.#segment = segment + longest;
    // A set of single bytes is one position, not a choice between strings.
    return { shortest, longest, variants: longest === 1 ? 1 : variants };
  }

  /** Reads one option, up to the `|` or `)` behind it. */
  #option(elements: PatternElement[], depth: number): Extent | undefined {
    const start = this.#at;
    let shortest = 0;
    let longest = 0;
    let variants = 1;
    for (;;) {
      const before = this.#run.length;
      const more = this.#optionStep(elements, depth);
      if (more === undefined) return undefined;
      if (more === 'end') break;
      const positions = more === 'positions' ? this.#run.length - before : 0;
      shortest += more === 'positions' ? positions : more.shortest;
      longest += more === 'positions' ? positions : more.longest;
      if (more !== 'positions') variants = Math.min(variants * more.variants, SIGNATURE_LIMITS.variants + 1);
    }
    if (this.#at === start) {
      this.#refuse(start, 'pattern: expected an alternative, got nothing');
      return undefined;
    }
    return this.#flush(elements) ? { shortest, longest, variants } : undefined;
  }

  #optionStep(elements: PatternElement[], depth: number): 'positions' | 'end' | Extent | undefined {
    if (this.#addPositions()) return 'positions';
    if (this.#line.refusal !== undefined) return undefined;
    if (this.#at >= this.#end) {
      this.#refuse(this.#at, 'pattern: expected ), got the end');
      return undefined;
    }
    switch (this.#line.bytes[this.#at]) {
      case BAR:
      case CLOSE_GROUP:
        return 'end';
      case OPEN_GROUP:
        return this.#group(elements, depth + 1);
      case OPEN_BRACE:
        return this.#optionGap() ? 'positions' : undefined;
    }
    this.#refuseCharacter();
    return undefined;
  }

  #optionGap(): boolean {
    const gap = readGap(this.#line, this.#at, this.#end);
    if (gap === undefined) return false;
    if (!gap.fixed || gap.min >= PART_CUT || this.#modifiers.wide) {
      return this.#refuse(
        this.#at,
        `pattern: expected a gap of less than ${PART_CUT} bytes in a group, and none if wide`,
      );
    }
    this.#at = gap.end;
    return this.#fill(gap.min);
  }

  /** Negation consumes what it tests: all options of one length, and nothing in them but bytes. */
  #isNegatable(at: number, options: readonly PatternElement[][], { shortest, longest }: Extent): boolean {
    const { noCase, wide, fullWord } = this.#modifiers;
    if (noCase || wide || fullWord)
      return this.#refuse(at, 'pattern: expected no modifier i, w or f with a negated group');
    if (shortest !== longest) return this.#refuse(at, 'pattern: expected options of one length in a negated group');
    const literal = options.every(([first, ...rest]) => rest.length === 0 && isLiteral(first));
    return literal || this.#refuse(at, 'pattern: expected only literal bytes in a negated group');
  }

  /** Counts the byte strings that a group multiplies the pattern into. */
  #multiply(at: number, variants: number): boolean {
    this.#variants *= variants;
    const limit = SIGNATURE_LIMITS.variants;
    if (this.#variants <= limit) return true;
    this.#line.refuse('limit', at, `pattern: expected groups that multiply out to at most variants = ${limit} strings`);
    return false;
  }

  // --- elements ---

  #flush(elements: PatternElement[]): boolean {
    const bytes = this.#run.take();
    return bytes === undefined || this.#push(elements, bytes);
  }

  #push(elements: PatternElement[], element: PatternElement): boolean {
    elements.push(element);
    if (++this.#elements <= SIGNATURE_LIMITS.elements) return true;
    this.#line.refuse('limit', this.#at, `pattern: expected at most elements = ${SIGNATURE_LIMITS.elements}`);
    return false;
  }

  #refuse(at: number, message: string): false {
    this.#line.refuse('malformed', at, message);
    return false;
  }

  #refuseSegment(): false {
    const { segmentBytes } = SIGNATURE_LIMITS;
    this.#line.refuse('limit', this.#at, `pattern: expected at most segmentBytes = ${segmentBytes} between two gaps`);
    return false;
  }

  #refuseCharacter(): false {
    const { bytes } = this.#line;
    // The first of a pair is good, so the second is at fault.
    const at = DIGIT_VALUE[bytes[this.#at]] < NO_DIGIT ? this.#at + 1 : this.#at;
    const got = at < this.#end ? this.#line.quote(at, at + 1) : 'the end';
    return this.#refuse(at, `pattern: expected two hexadecimal digits, got ${got}`);
  }
}

function isLiteral(element: PatternElement): boolean {
  return element.kind === 'bytes' && element.masks.every((mask) => mask === 0xff);
}
