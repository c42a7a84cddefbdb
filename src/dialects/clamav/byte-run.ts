/**
 * Collects byte positions of a pattern until an element of another kind ends the run.
 *
 * One run serves a whole source: positions are written into scratch arrays and copied out at their final length.
 */
import { type PatternElement, SIGNATURE_LIMITS } from '../../../native-free-engine/index.ts';
import type { ByteArena } from './arena.ts';
import { DIGIT_VALUE, NO_DIGIT, WILDCARD } from './tokens.ts';

const LITERAL = 0xff;
const HIGH_NIBBLE = 0xf0;
const LOW_NIBBLE = 0x0f;

// Nine runs in ten have no wildcard, and all masks of one length are the same then: shared, they halve the memory of a signature.
// Nobody writes to the arrays of a signature.
const literalMasks: Uint8Array[] = [];
const LITERAL_MASKS_KEPT = 512;

/** Byte positions that follow each other. */
export class ByteRun {
  readonly #values = new Uint8Array(SIGNATURE_LIMITS.segmentBytes);
  readonly #masks = new Uint8Array(SIGNATURE_LIMITS.segmentBytes);
  readonly #arena: ByteArena;
  #literal = true;
  /** Positions in the run, 0 … segmentBytes. */
  length = 0;
  /** Literal bytes at the end of the run, without a break. */
  tail = 0;
  /** Longest run of literal bytes since `forget`. */
  longest = 0;

  constructor(arena: ByteArena) {
    this.#arena = arena;
  }

  clear(): void {
    this.length = 0;
    this.#literal = true;
    this.forget();
  }

  /** Starts to look for the longest run of literal bytes anew. */
  forget(): void {
    this.tail = 0;
    this.longest = 0;
  }

  /** What follows is not adjacent to the literal bytes so far. */
  break(): void {
    this.tail = 0;
  }

  /** The positions so far as an element, and an empty run. @returns undefined when there are none */
  take(): PatternElement | undefined {
    const { length } = this;
    if (length === 0) return undefined;
    const values = this.#arena.copy(this.#values, length);
    const masks = this.#literal ? masksOfLiteral(length) : this.#arena.copy(this.#masks, length);
    this.length = 0;
    this.#literal = true;
    return { kind: 'bytes', values, masks };
  }

  /** Adds positions at which any byte will do, as far as there is room. */
  addAny(count: number): void {
    const end = Math.min(this.length + count, SIGNATURE_LIMITS.segmentBytes);
    this.#values.fill(0, this.length, end);
    this.#masks.fill(0, this.length, end);
    if (count > 0) this.#literal = false;
    if (count > 0) this.tail = 0;
    this.length = end;
  }

  /**
   * Adds the positions written in bytes [from, end): two characters each, hexadecimal digits or question marks.
   *
   * Stops at the first pair that is something else, or when the run has `room` positions.
   *
   * @param room 0 … segmentBytes
   * @returns where it stopped
   */
  addPairs(bytes: Uint8Array, from: number, end: number, room: number): number {
    const values = this.#values;
    const masks = this.#masks;
    let { length, tail, longest } = this;
    let at = from;
    for (; at + 1 < end && length < room; at += 2) {
      const high = DIGIT_VALUE[bytes[at]];
      const low = DIGIT_VALUE[bytes[at + 1]];
      const both = high | low;
      if (both < WILDCARD) {
        values[length] = (high << 4) | low;
        masks[length++] = LITERAL;
        if (++tail > longest) longest = tail;
        continue;
      }
      if (both >= NO_DIGIT) break;
      values[length] = ((high & 0x0f) << 4) | (low & 0x0f);
      masks[length++] = (high < WILDCARD ? HIGH_NIBBLE : 0) | (low < WILDCARD ? LOW_NIBBLE : 0);
      this.#literal = false;
      tail = 0;
    }
    this.length = length;
    this.tail = tail;
    this.longest = longest;
    return at;
  }
}

function masksOfLiteral(length: number): Uint8Array {
  if (length > LITERAL_MASKS_KEPT) return new Uint8Array(length).fill(LITERAL);
  literalMasks[length] ??= new Uint8Array(length).fill(LITERAL);
  return literalMasks[length];
}
