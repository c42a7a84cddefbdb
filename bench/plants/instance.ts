/**
 * Bytes that a pattern matches: one instance of it, its free places filled at random.
 *
 * Gaps get their least length or a few bytes more, alternatives one of their options. A word around a full word is kept away by a blank on each side.
 */
import type { Boundary, BytesPattern, PatternElement } from '../../native-free-engine/index.ts';
import type { Random } from './random.ts';

export interface Instance {
  /** What must lie before and behind, not part of the match. */
  readonly before: Uint8Array;
  readonly bytes: Uint8Array;
  readonly after: Uint8Array;
  /** Places of the match that may hold any byte. */
  readonly free?: ReadonlySet<number>;
}

/** What goes where a pattern leaves a choice. */
export interface Filling {
  /** Bytes to choose from; others are taken only where none of them fits. */
  readonly bytes: readonly number[];
  /** Bytes of a gap beyond its least, at most. */
  readonly moreInGaps: number;
}
export const ANY_FILLING: Filling = { bytes: Array.from({ length: 256 }, (_, byte) => byte), moreInGaps: 0 };

/** Bytes that clamscan, too, takes for the boundary, on either side. */
const BOUNDARY_BYTE: Readonly<Record<Boundary, number>> = { word: 0x2d, line: 0x0a, nonAlphanumeric: 0x2c };
/** A letter is no boundary. */
const NO_BOUNDARY_BYTE = 0x61;
const BLANK = Uint8Array.of(0x20);
const WIDE_BLANK = Uint8Array.of(0x20, 0);
const NONE = new Uint8Array(0);

/**
 * @returns undefined when the pattern cannot be made: a negated string that random bytes keep on meeting, a gap that is no memory size
 */
export function instanceOf(pattern: BytesPattern, random: Random, filling = ANY_FILLING): Instance | undefined {
  const isWide = pattern.wide && (!pattern.ascii || random.below(2) === 1);
  const maker = new InstanceMaker(random, pattern.noCase, isWide, filling);
  if (!maker.add(pattern.elements)) return undefined;
  const blank = isWide ? WIDE_BLANK : BLANK;
  const around = pattern.fullWord ? blank : NONE;
  return {
    before: maker.before ?? around,
    bytes: Uint8Array.from(maker.bytes),
    after: maker.after ?? around,
    free: maker.free,
  };
}

const MAX_GAP = 1 << 20;

class InstanceMaker {
  readonly bytes: number[] = [];
  readonly free = new Set<number>();
  before: Uint8Array | undefined;
  after: Uint8Array | undefined;
  readonly #random: Random;
  readonly #noCase: boolean;
  readonly #isWide: boolean;
  readonly #filling: Filling;

  constructor(random: Random, noCase: boolean, isWide: boolean, filling: Filling) {
    this.#random = random;
    this.#noCase = noCase;
    this.#isWide = isWide;
    this.#filling = filling;
  }

  /** @returns false when it cannot be made */
  add(elements: readonly PatternElement[]): boolean {
    return elements.every((element) => this.#addElement(element));
  }

  #addElement(element: PatternElement): boolean {
    switch (element.kind) {
      case 'bytes':
        element.values.forEach((value, i) => {
          const mask = element.masks[i]!;
          if (mask === 0) this.free.add(this.bytes.length);
          this.#push(mask === 0xff ? this.#inSomeCase(value) : this.#free(value, mask));
        });
        return true;
      case 'gap':
        if (element.min > MAX_GAP) return false;
        this.#addGap(element.min, element.max);
        return true;
      case 'boundary':
        this.#addBoundary(element.boundary, element.consumes, element.negated);
        return true;
      case 'alternatives':
        return element.negated ? this.#addOther(element.options) : this.add(this.#random.pick(element.options));
    }
  }

  #addGap(min: number, max: number): void {
    const length = min + this.#random.below(Math.min(this.#filling.moreInGaps, max - min) + 1);
    for (let i = 0; i < length; i++) {
      this.free.add(this.bytes.length);
      this.bytes.push(this.#free(0, 0));
    }
  }

  #free(value: number, mask: number): number {
    const { bytes } = this.#filling;
    const fitting = mask === 0 ? bytes : bytes.filter((byte) => (byte & mask) === value);
    return fitting.length > 0 ? this.#random.pick(fitting) : value | (this.#random.below(256) & ~mask);
  }

  #addBoundary(boundary: Boundary, consumes: boolean, negated: boolean): void {
    const byte = negated ? NO_BOUNDARY_BYTE : BOUNDARY_BYTE[boundary];
    if (consumes) this.bytes.push(byte);
    else if (this.bytes.length === 0) this.before = Uint8Array.of(byte);
    else this.after = Uint8Array.of(byte);
  }

  /** As many bytes as the options have, equal to none of them. */
  #addOther(options: readonly (readonly PatternElement[])[]): boolean {
    const length = lengthOf(options[0] ?? []);
    for (let attempt = 0; attempt < 32; attempt++) {
      const bytes = Uint8Array.from({ length }, () => this.#free(0, 0));
      if (options.some((option) => fits(option, bytes))) continue;
      for (const byte of bytes) this.#push(byte);
      return true;
    }
    return false;
  }

  #push(byte: number): void {
    this.bytes.push(byte);
    if (this.#isWide) this.bytes.push(0);
  }

  #inSomeCase(byte: number): number {
    const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a && byte < 0x80;
    return this.#noCase && isLetter && this.#random.below(2) === 1 ? byte ^ 0x20 : byte;
  }
}

function lengthOf(option: readonly PatternElement[]): number {
  return option.reduce((length, element) => length + (element.kind === 'bytes' ? element.values.length : 0), 0);
}

function fits(option: readonly PatternElement[], bytes: Uint8Array): boolean {
  let at = 0;
  return option.every(
    (element) =>
      element.kind === 'bytes' &&
      element.values.every((value, i) => {
        const byte = bytes[at++]!;
        return (byte & element.masks[i]!) === value || (byte | 0x20) === (value | 0x20);
      }),
  );
}
