/** Errors of the regular expressions: what is wrong with a source, and where in it. */

import { EngineError } from '../errors.ts';

export type RegexErrorCode =
  | 'REGEX_SYNTAX' // PCRE2 refuses it as well
  | 'REGEX_UNSUPPORTED' // PCRE2 takes it, but nothing here searches for it, or it is not a matter of bytes
  | 'REGEX_LIMIT'; // a limit of REGEX_LIMITS is exceeded; the message names it

/** A regular expression that the engine cannot take. */
export class RegexError extends EngineError<RegexErrorCode> {
  /** Where in the source the refused item begins, in characters; the length of the source when something is missing there. */
  readonly offset: number;
  /** What is not supported, one of a fixed set of words such as `recursion`; undefined with the other codes. */
  readonly feature: Feature | undefined;
  constructor(code: RegexErrorCode, offset: number, message: string, feature?: Feature) {
    super(code, `regex offset ${offset}: ${message}`);
    this.offset = offset;
    this.feature = feature;
  }
}

/** What PCRE2 has and this engine has not. */
export type Feature =
  | 'back-reference' // only where it is open which group it means
  | 'look-ahead' // only (?*, which is not atomic
  | 'look-behind' // over more than one byte
  | 'recursion'
  | 'conditional'
  | 'callout'
  | 'verb' // (*ACCEPT), (*UTF), (*COMMIT) and all else that begins with (*
  | 'atomic group' // inside of the rewriting alone: all ways are tried then
  | 'possessive quantifier' // the same
  | 'match start reset' // \K
  | 'Unicode property'; // \p \P \X

export function syntaxError(offset: number, expected: string, got: string): RegexError {
  return new RegexError('REGEX_SYNTAX', offset, `expected ${expected}, got ${got}`);
}

export function unsupported(offset: number, feature: Feature): RegexError {
  return new RegexError('REGEX_UNSUPPORTED', offset, `${feature}: not searched for here`, feature);
}

export function limitExceeded(offset: number, limit: string, max: number): RegexError {
  return new RegexError('REGEX_LIMIT', offset, `${limit}: expected at most ${max}, got more`);
}
