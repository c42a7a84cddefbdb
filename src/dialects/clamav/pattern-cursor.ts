/**
 * A place in a body pattern and what was read up to there: the state that the readers of patterns and of groups share.
 *
 * All methods that answer with a boolean answer false when they have refused the line, or where they say otherwise.
 */
import { type PatternElement, SIGNATURE_LIMITS } from '../../../native-free-engine/index.ts';
import type { ByteArena } from './arena.ts';
import { ByteRun } from './byte-run.ts';
import type { Line } from './line.ts';
import { NO_MODIFIERS, type PatternModifiers } from './pattern.ts';
import { DIGIT_VALUE, NO_DIGIT } from './tokens.ts';

export class PatternCursor {
  readonly line: Line;
  readonly run: ByteRun;
  at = 0;
  end = 0;
  modifiers: PatternModifiers = NO_MODIFIERS;
  /** Positions since the last gap; a group counts with its longest option. */
  segment = 0;
  /** Positions since the last gap or bracket. A group or a boundary counts as two at least: it is no single byte. */
  piece = 0;
  /** Elements of the pattern, those in groups included. */
  #elements = 0;

  constructor(line: Line, arena: ByteArena) {
    this.line = line;
    this.run = new ByteRun(arena);
  }

  /** Goes to the pattern in bytes [start, end) of the line. */
  enter(start: number, end: number, modifiers: PatternModifiers): void {
    this.at = start;
    this.end = end;
    this.modifiers = modifiers;
    this.segment = 0;
    this.piece = 0;
    this.#elements = 0;
    this.run.clear();
  }

  /** The character at this place, −1 behind the last one. */
  get byte(): number {
    return this.at < this.end ? this.line.bytes[this.at] : -1;
  }

  get isRefused(): boolean {
    return this.line.refusal !== undefined;
  }

  /** Takes byte positions into the run. @returns false also when there are none at this place */
  addPositions(): boolean {
    const { run } = this;
    const before = run.length;
    const from = this.at;
    this.at = run.addPairs(this.line.bytes, from, this.end, before + SIGNATURE_LIMITS.segmentBytes - this.segment);
    this.grow(run.length - before);
    if (this.at !== from) return true;
    const isFull = this.segment >= SIGNATURE_LIMITS.segmentBytes;
    return isFull && DIGIT_VALUE[this.byte] < NO_DIGIT ? this.#refuseSegment() : false;
  }

  /** Adds positions at which any byte will do. */
  addAny(count: number): boolean {
    if (this.segment + count > SIGNATURE_LIMITS.segmentBytes) return this.#refuseSegment();
    this.run.addAny(count);
    this.grow(count);
    return true;
  }

  grow(positions: number): void {
    this.segment += positions;
    this.piece += positions;
  }

  /** Ends the run: it becomes an element, if it has any positions. */
  flush(elements: PatternElement[]): boolean {
    const bytes = this.run.take();
    return bytes === undefined || this.push(elements, bytes);
  }

  push(elements: PatternElement[], element: PatternElement): boolean {
    elements.push(element);
    if (++this.#elements <= SIGNATURE_LIMITS.elements) return true;
    return this.exceed(this.at, `at most elements = ${SIGNATURE_LIMITS.elements}`);
  }

  /** Refuses the line for what stands at `at`. */
  refuse(at: number, message: string): false {
    this.line.refuse('malformed', at, `pattern: ${message}`);
    return false;
  }

  /** Refuses the line for a limit. */
  exceed(at: number, expected: string): false {
    this.line.refuse('limit', at, `pattern: expected ${expected}`);
    return false;
  }

  /** Refuses the character at this place, or behind it: where the first of a pair is good the second is at fault. */
  refuseCharacter(): false {
    const at = DIGIT_VALUE[this.byte] < NO_DIGIT ? this.at + 1 : this.at;
    const got = at < this.end ? this.line.quote(at, at + 1) : 'the end';
    return this.refuse(at, `expected two hexadecimal digits, got ${got}`);
  }

  #refuseSegment(): false {
    return this.exceed(this.at, `at most segmentBytes = ${SIGNATURE_LIMITS.segmentBytes} between two gaps`);
  }
}
