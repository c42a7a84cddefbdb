/** The flags of a ClamAV regular expression: how it is read, and how it is searched. */

import { syntaxError } from './errors.ts';

/** What changes the meaning of the source from here on; an inline group such as (?i) gives a new value. */
export interface Options {
  /** `i`: ASCII letters match in either case. */
  readonly noCase: boolean;
  /** `m`: `^` and `$` match at every line. */
  readonly multiline: boolean;
  /** `s`: the dot matches newlines too. */
  readonly dotAll: boolean;
  /** `x`: white space and comments in the source mean nothing. */
  readonly extended: boolean;
  /** `xx`, inline only: space and TAB in a class mean nothing either. */
  readonly extendedClasses: boolean;
  /** `E`: `$` does not match before a newline at the end. */
  readonly dollarEndOnly: boolean;
  /** `U`: quantifiers are lazy, and greedy with a question mark. */
  readonly ungreedy: boolean;
  /** `J`, inline only: two groups may have one name. */
  readonly duplicateNames: boolean;
}

export interface RegexFlags {
  readonly options: Options;
  /** `A`: a match must begin where the search does. */
  readonly anchored: boolean;
  /** `g`: every match counts, not only the first. */
  readonly global: boolean;
  /** `r`: with an offset, a match may begin behind it too. */
  readonly rolling: boolean;
  /** `e`: with an offset and a shift, a match lies inside of that window as a whole. */
  readonly encompass: boolean;
}

export const NO_OPTIONS: Options = {
  noCase: false,
  multiline: false,
  dotAll: false,
  extended: false,
  extendedClasses: false,
  dollarEndOnly: false,
  ungreedy: false,
  duplicateNames: false,
};

/** Flags of the dialect; the same letter twice is allowed. */
const FLAGS = 'greismxAEU';

/** @throws {RegexError} `REGEX_SYNTAX` for a letter that is no flag, with its offset in `flags` */
export function parseFlags(flags: string): RegexFlags {
  for (let i = 0; i < flags.length; i++) {
    if (!FLAGS.includes(flags[i]!)) throw syntaxError(i, `flags out of ${FLAGS}`, JSON.stringify(flags[i]));
  }
  const has = (flag: string): boolean => flags.includes(flag);
  return {
    options: {
      ...NO_OPTIONS,
      noCase: has('i'),
      multiline: has('m'),
      dotAll: has('s'),
      extended: has('x'),
      dollarEndOnly: has('E'),
      ungreedy: has('U'),
    },
    anchored: has('A'),
    global: has('g'),
    rolling: has('r'),
    encompass: has('e'),
  };
}
