/**
 * Regular expressions on their way into the image: checked, as literals for the search, and as text.
 *
 * The image holds the source and no program: a program is ten times as large, and each scanner compiles the few that its objects come near.
 */

import { SignatureError } from '../errors.ts';
import { REGEX_MARK, SECTION } from '../layout.ts';
import { AT_REST, EDGE, type Variant } from '../match/segment.ts';
import type { RequiredLiteral } from '../regex/literals.ts';
import { compileRegex } from '../regex/regex.ts';
import type { BodySignature, Condition, RegexPattern } from '../signature.ts';
import type { Lowered } from './plan.ts';
import { Bytes, type ImageWriter, Words } from './writer.ts';

/** Triggers that hang on each other: what a scan may have to look at inside each other. */
const TRIGGER_DEPTH = 16;

/** @throws {RegexError} when the expression cannot be taken; {SignatureError} `SIGNATURE_INVALID` */
export function lowerRegex({ source, flags, trigger, offset }: RegexPattern): Lowered {
  if (offset.kind === 'versionInfo')
    throw new SignatureError('SIGNATURE_INVALID', 'regular expression: expected an offset, got version information');
  const { literals } = compileRegex(source, flags);
  return { kind: 'regex', trigger, literals: literals.map((set) => set.map(variantOf)) };
}

function variantOf({ values, masks }: RequiredLiteral): Variant {
  const edges = { before: EDGE.none, after: EDGE.none };
  return [{ values, masks, classes: new Map(), nots: [], gapMin: 0, gapMax: 0, ...edges }];
}

/** @throws {SignatureError} `SIGNATURE_INVALID` when a trigger leads back to its own pattern, `SIGNATURE_LIMIT` when too many hang on each other */
export function verifyTriggers({ patterns }: BodySignature): void {
  const depths: number[] = [];
  patterns.forEach((_, pattern) => void depthOf(pattern, 0));

  /** Triggers below a pattern, its own included; 0 of a byte pattern. */
  function depthOf(pattern: number, above: number): number {
    const each = patterns[pattern];
    if (each?.kind !== 'regex') return 0;
    const known = depths[pattern];
    if (known === -1) {
      const expected = 'expected a trigger that does not depend on it';
      throw new SignatureError('SIGNATURE_INVALID', `pattern ${pattern}: ${expected}, got one that does`);
    }
    if (known !== undefined) return verifyDepth(pattern, above + known, known);
    verifyDepth(pattern, above + 1, 0);
    depths[pattern] = -1;
    let deepest = 0;
    for (const other of patternsOf(each.trigger)) deepest = Math.max(deepest, depthOf(other, above + 1));
    depths[pattern] = deepest + 1;
    return deepest + 1;
  }
}

function verifyDepth(pattern: number, depth: number, result: number): number {
  if (depth <= TRIGGER_DEPTH) return result;
  const expected = `expected at most triggerDepth = ${TRIGGER_DEPTH} triggers that hang on each other`;
  throw new SignatureError('SIGNATURE_LIMIT', `pattern ${pattern}: ${expected}, got more`);
}

/** Different patterns that a condition asks for. */
function patternsOf(condition: Condition, into = new Set<number>()): Set<number> {
  switch (condition.kind) {
    case 'match':
      return into.add(condition.pattern);
    case 'and':
    case 'or':
      for (const child of condition.of) patternsOf(child, into);
      return into;
    case 'count':
      return patternsOf(condition.of, into);
    default:
      return into;
  }
}

/** The regular expressions of an image, in the order of their patterns. */
export class RegexTable {
  readonly #words = new Words();
  readonly #text = new Bytes();

  /**
   * @param number  of the pattern in the image, greater than those before
   * @param trigger place of its condition
   * @returns the word of its offset rule
   */
  add(
    number: number,
    { source, flags }: Pick<RegexPattern, 'source' | 'flags'>,
    trigger: number,
    rule: number,
  ): number {
    this.#words.push(number, this.#text.length, source.length, flags.length, trigger);
    const text = source + flags;
    const at = this.#text.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.#text.bytes[at + i] = text.charCodeAt(i) ^ AT_REST;
    return (rule | REGEX_MARK) >>> 0;
  }

  write(writer: ImageWriter): void {
    writer.add(SECTION.regexes, 0, this.#words.view());
    writer.add(SECTION.regexText, 0, this.#text.view());
  }
}
