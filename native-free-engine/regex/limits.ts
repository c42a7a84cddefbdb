/** Limits of a regular expression: what one may cost in memory, and in the worst byte. */

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
