/** Limits of a regular expression: what one may cost in memory, and in the worst byte. */

import { RegexError } from './errors.ts';

export interface RegexLimits {
  /** Characters of the source. */
  readonly sourceLength: number;
  /** Groups inside groups; PCRE2's own limit. */
  readonly nesting: number;
  /** The largest number in a quantifier; PCRE2's own limit. */
  readonly repetition: number;
  /** Instructions of the program, repetitions of more than one byte written out. */
  readonly instructions: number;
  /** States: instructions, and for each repeated byte its possible counts. What a span costs per byte at worst. */
  readonly states: number;
  /** Different assertions: a table of kinds of places × byte classes each. */
  readonly assertions: number;
  /** Transitions that the lazily built table keeps, four bytes each; when they are full it is forgotten and begun again. 0: no table. */
  readonly tableCells: number;
}

/** Every limit can be lowered, and raised up to what fits into 31 bits. */
export const REGEX_LIMITS: RegexLimits = {
  sourceLength: 65_536,
  nesting: 250,
  repetition: 65_535,
  instructions: 16_384,
  states: 131_072,
  assertions: 64,
  tableCells: 65_536,
};

/** The limits with the rest filled in. @throws {RegexError} `REGEX_LIMIT` for one that is no integer ≥ 0 */
export function limitsWith(changes: Partial<RegexLimits>): RegexLimits {
  const limits = { ...REGEX_LIMITS, ...changes };
  for (const [name, value] of Object.entries(limits)) {
    const isValid = Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;
    if (!isValid) throw new RegexError('REGEX_LIMIT', 0, `limit ${name}: expected an integer of 31 bits, got ${value}`);
  }
  return limits;
}
