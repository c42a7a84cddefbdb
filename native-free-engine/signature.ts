/**
 * The signature form: what every dialect lowers to.
 *
 * A signature is a name, the target types it applies to, some patterns and a condition over them. ClamAV's
 * body formats and YARA rules both fit this form; hash signatures are a kind of their own, since they need no search.
 * Values are plain data: they cross threads, are encoded canonically (pattern-file/) and are compiled into an image.
 */

/** File types a signature can be restricted to; the numbers are ClamAV's target types, 0 means any. */
export const TARGET = {
  any: 0,
  pe: 1,
  ole2: 2,
  html: 3,
  mail: 4,
  graphics: 5,
  elf: 6,
  text: 7,
  machO: 9,
  pdf: 10,
  swf: 11,
  java: 12,
  internal: 13,
  other: 14,
} as const;
/** Target type, 0 … 31. */
export type Target = number;

/** A closed range of integers, both ends included; `max` may be Infinity. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/**
 * One step of a byte pattern.
 *
 * - `bytes`: a run of positions; position i matches byte b when `(b & masks[i]) === values[i]`. Mask 0xff is a literal,
 *   0xf0 and 0x0f are nibbles, 0x00 is any byte. `values[i] & ~masks[i]` is 0. Both arrays have the same length ≥ 1.
 * - `gap`: skips min … max bytes; max Infinity is unbounded. A gap of fixed length is better written as bytes of mask 0.
 * - `alternatives`: one of the options, each a sequence of its own; options may differ in length. `negated`: consumes
 *   as many bytes as the options have (all of one length then) and matches when none of them does.
 * - `boundary`: with `consumes` false a zero-width test between the bytes around it, start and end of the object
 *   included; with `consumes` true a test of one byte.
 */
export type PatternElement =
  | { readonly kind: 'bytes'; readonly values: Uint8Array; readonly masks: Uint8Array }
  | { readonly kind: 'gap'; readonly min: number; readonly max: number }
  | {
      readonly kind: 'alternatives';
      readonly negated: boolean;
      readonly options: readonly (readonly PatternElement[])[];
    }
  | { readonly kind: 'boundary'; readonly boundary: Boundary; readonly consumes: boolean; readonly negated: boolean };

/** `word`: white space and some punctuation, as clamscan has it (match/segment.ts) … `line`: LF, CR or CRLF … `nonAlphanumeric`: no letter or digit. */
export type Boundary = 'word' | 'line' | 'nonAlphanumeric';

/**
 * Where the first byte of a pattern may lie, in bytes of the object.
 *
 * - `any`: everywhere.
 * - `at`: base + offset, or up to `shift` bytes behind it. `base` is the start of the object, its end, the entry point, or the raw start of
 *   section `section` (counted from 0), or of the last section. `offset` may be negative. Without a parsed executable the last three match nowhere.
 * - `section`: within the raw bytes of section `section`.
 * - `versionInfo`: at one of the places that `ExecutableFacts.versionInfo` tells.
 */
export type OffsetRule =
  | { readonly kind: 'any' }
  | {
      readonly kind: 'at';
      readonly base: 'start' | 'end' | 'entryPoint' | 'section' | 'lastSection';
      readonly section: number;
      readonly offset: number;
      readonly shift: number;
    }
  | { readonly kind: 'section'; readonly section: number }
  | { readonly kind: 'versionInfo' };

/** A byte pattern. With neither `ascii` nor `wide` it is as with `ascii`. */
export interface BytesPattern {
  readonly kind: 'bytes';
  readonly elements: readonly PatternElement[];
  readonly offset: OffsetRule;
  /** ASCII letters match in either case. */
  readonly noCase: boolean;
  /** Each byte is followed by NUL (UTF-16LE of ASCII). Together with `ascii`: either form. */
  readonly wide: boolean;
  readonly ascii: boolean;
  /** No letter or digit directly before or behind the match. */
  readonly fullWord: boolean;
}

/** A regular expression that runs over the object when `trigger` holds. */
export interface RegexPattern {
  readonly kind: 'regex';
  readonly source: string;
  readonly flags: string;
  readonly offset: OffsetRule;
  readonly trigger: Condition;
}

/**
 * A number in the object, near each match of another pattern, holds certain comparisons.
 *
 * `hex`, `decimal` and `auto` read the number as text, `auto` with `0x` or without; `binary` as 1, 2, 4 or 8 bytes, for which alone `order` counts.
 */
export interface ByteComparePattern {
  readonly kind: 'byteCompare';
  /** Index of the other pattern, a byte pattern or a regular expression. */
  readonly of: number;
  /** Bytes from the start of its match to the number; may be negative. */
  readonly offset: number;
  readonly form: 'hex' | 'decimal' | 'auto' | 'binary';
  readonly order: 'little' | 'big';
  /** The text is `length` digits long, no fewer. */
  readonly isExact: boolean;
  /** Bytes of the number, at least 1. */
  readonly length: number;
  /** One or two, all of which must hold. */
  readonly comparisons: readonly NumberComparison[];
}
export interface NumberComparison {
  readonly operator: 'equal' | 'less' | 'greater';
  /** An integer, |value| < 2^53. */
  readonly value: number;
}

/** Some member of a macro group matches behind the pattern before this one in the list. */
export interface MacroPattern {
  readonly kind: 'macro';
  /** 0 … 31 */
  readonly group: number;
  /** Bytes from the START of the match of the pattern before to that of the member. */
  readonly range: Range;
}

export type Pattern = BytesPattern | RegexPattern | ByteComparePattern | MacroPattern;

/**
 * When a signature is a detection. Every condition has a truth and a count (ClamAV's `>n` and `,y` need it):
 *
 * - `match`: pattern `pattern` (an index into `patterns`) matches; its count is the number of matches with strictly increasing start.
 * - `and`, `or`: their count is the sum over the true branches, 0 when false.
 * - `count`: compares the count of `of`; `distinct` > 0 asks that at least that many different patterns below matched as well.
 * - `fileSize`, `entryPoint`, `sectionCount`: a property of the object lies in the range.
 * - `container`: the object lies directly in a container of type `type`; type `any`: in none, as ClamAV has it.
 * - `intermediates`: the innermost containers around the object are of these types, outermost first, 1 … 16 of them; `any` is one of whatever type.
 */
export type Condition =
  | { readonly kind: 'match'; readonly pattern: number }
  | { readonly kind: 'and'; readonly of: readonly Condition[] }
  | { readonly kind: 'or'; readonly of: readonly Condition[] }
  | {
      readonly kind: 'count';
      readonly of: Condition;
      readonly comparison: 'equal' | 'less' | 'greater';
      readonly count: number;
      readonly distinct: number;
    }
  | { readonly kind: 'fileSize' | 'entryPoint' | 'sectionCount'; readonly range: Range }
  | { readonly kind: 'container'; readonly type: string }
  | { readonly kind: 'intermediates'; readonly types: readonly string[] };

/** What all signatures have. */
interface SignatureBase {
  /** Any text without control characters, 1 … 1024 UTF-16 code units. */
  readonly name: string;
  /** Functionality levels (ClamAV's f-level numbering) of the engines that may use it. */
  readonly levels: Range;
}

export interface BodySignature extends SignatureBase {
  readonly kind: 'body';
  readonly target: Target;
  readonly patterns: readonly Pattern[];
  readonly condition: Condition;
  /**
   * A file type that ClamAV's `HandlerType` names: it is carried, and changes nothing. clamscan 1.4.6 reports such a signature as any other, and takes the
   * object for no other type.
   */
  readonly handler?: string | undefined;
}

/** `action` allow: an object with this digest, or anything inside it, is clean whatever else matches. */
export interface HashSignature extends SignatureBase {
  readonly kind: 'hash';
  readonly algorithm: 'md5' | 'sha1' | 'sha256';
  readonly digest: Uint8Array;
  /** Size of the hashed bytes, or undefined for any size. */
  readonly size: number | undefined;
  readonly scope: HashScope;
  readonly action: 'detect' | 'allow';
}

/** What is hashed: the whole object, one section of a PE file, or the text of a PE file's imports. */
export type HashScope = 'object' | 'section' | 'imports';

/** A member of a macro group: detects nothing by itself, see `MacroPattern`. */
export interface MacroSignature extends SignatureBase {
  readonly kind: 'macro';
  /** 0 … 31 */
  readonly group: number;
  /** Of the objects that it is looked for in. */
  readonly target: Target;
  /** Its offset rule is `any`. */
  readonly pattern: BytesPattern;
}

/** Tells the type of an object by its bytes. */
export interface FileTypeSignature extends SignatureBase {
  readonly kind: 'fileType';
  /** The type that an object has then. */
  readonly type: string;
  /** The type that it must be taken for before; `any`: no matter which. */
  readonly requires: string;
  /** Where the bytes lie, from the start of the object; undefined: anywhere. */
  readonly offset: number | undefined;
  readonly elements: readonly PatternElement[];
}

/** Switches off the signatures of that name. `entryDigest`: only while the MD5 of the source line is this (lower-case hex). */
export interface IgnoreSignature extends SignatureBase {
  readonly kind: 'ignore';
  readonly entryDigest: string | undefined;
}

export type Signature = BodySignature | HashSignature | IgnoreSignature | MacroSignature | FileTypeSignature;

/** Limits that are part of the form; a dialect refuses what exceeds them, naming the limit. */
export const SIGNATURE_LIMITS = {
  /** UTF-16 code units of a name. */
  nameLength: 1024,
  /** Patterns of one signature. */
  patterns: 256,
  /** Elements of one pattern, those in alternatives included. */
  elements: 4096,
  /** Bytes of one pattern between two gaps. */
  segmentBytes: 16384,
  /** Alternatives inside alternatives. */
  nesting: 15,
  /** Byte strings that the alternatives of one pattern multiply out to. */
  variants: 256,
  /** Conditions of one signature, nested ones included. */
  conditions: 1024,
  /** Macro groups. */
  macroGroups: 32,
  /** Bytes of a number that is compared, and of the way to it from the match, forwards or back. */
  numberBytes: 1024,
  compareOffset: 2 ** 31 - 1,
  /** Types of `intermediates`. */
  intermediates: 16,
} as const;
