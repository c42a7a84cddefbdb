/**
 * Patterns that hang on another: byte compares and macros, and the members of macro groups.
 *
 * A member is a pattern without a signature, behind those of all signatures. It starts nothing; it is searched once a macro of its group is asked for.
 */

import { SignatureError } from '../errors.ts';
import { COMPARE_FLAG, COMPARE_MARK, MACRO_MARK, SECTION } from '../layout.ts';
import { UNBOUNDED } from '../match/segment.ts';
import type { BodySignature, ByteComparePattern, MacroPattern } from '../signature.ts';
import { SIGNATURE_LIMITS } from '../signature.ts';
import type { Lowered } from './plan.ts';
import type { ImageWriter } from './writer.ts';

const OPERATOR = { equal: 0, less: 1, greater: 2 } as const;
const FORM = { hex: 0, decimal: 1, auto: 2, binary: 3 } as const;

/**
 * @param index of the pattern in its signature
 * @throws {SignatureError} `SIGNATURE_INVALID` when there is no byte pattern that it could hang on, `SIGNATURE_LIMIT`
 */
export function lowerDependent(signature: BodySignature, index: number): Lowered {
  const pattern = signature.patterns[index] as ByteComparePattern | MacroPattern;
  const on = pattern.kind === 'byteCompare' ? pattern.of : index - 1;
  const other = signature.patterns[on]?.kind;
  if (other !== 'bytes') {
    const what = pattern.kind === 'byteCompare' ? 'a byte pattern to compare at' : 'a byte pattern before a macro';
    throw new SignatureError('SIGNATURE_INVALID', `pattern ${index}: expected ${what}, got ${other ?? 'none'}`);
  }
  if (pattern.kind === 'byteCompare') verifyCompare(pattern, index);
  else verifyMacro(pattern, index);
  return { kind: 'dependent', on };
}

function verifyCompare({ form, length, offset, comparisons }: ByteComparePattern, index: number): void {
  limit(index, 'numberBytes', length, SIGNATURE_LIMITS.numberBytes);
  limit(index, 'compareOffset', Math.abs(offset), SIGNATURE_LIMITS.compareOffset);
  if (form === 'binary' && ![1, 2, 4, 8].includes(length)) {
    const expected = `expected a number of 1, 2, 4 or 8 bytes`;
    throw new SignatureError('SIGNATURE_INVALID', `pattern ${index}: ${expected}, got ${length}`);
  }
  if (comparisons.length < 1 || comparisons.length > 2) {
    const expected = 'expected one or two comparisons';
    throw new SignatureError('SIGNATURE_INVALID', `pattern ${index}: ${expected}, got ${comparisons.length}`);
  }
}

function verifyMacro({ group }: MacroPattern, index: number): void {
  limit(index, 'macroGroups', group + 1, SIGNATURE_LIMITS.macroGroups);
}

function limit(index: number, name: string, value: number, max: number): void {
  if (value > max)
    throw new SignatureError('SIGNATURE_LIMIT', `pattern ${index}: expected at most ${name} = ${max}, got ${value}`);
}

/** The dependents of an image, in the order they came. */
export class DependentTable {
  readonly #compares: number[] = [];
  readonly #macros: number[] = [];
  readonly #members: number[][] = [];
  #compareCount = 0;

  /** @param of number of the other pattern in the image @returns the word that stands for the offset rule */
  addCompare(pattern: ByteComparePattern, of: number): number {
    const { offset, form, order, isExact, length, comparisons } = pattern;
    const [first, second] = comparisons;
    const flags = FORM[form] | (order === 'big' ? COMPARE_FLAG.big : 0) | (isExact ? COMPARE_FLAG.exact : 0);
    const both = second ? [OPERATOR[second.operator], second.value] : [-1, 0];
    this.#compares.push(of, offset, flags, length, OPERATOR[first!.operator], first!.value, ...both);
    return (this.#compareCount++ | COMPARE_MARK) >>> 0;
  }

  /** @returns the word that stands for the offset rule */
  addMacro({ group, range }: MacroPattern): number {
    const word = (this.#macros.length / 3) | MACRO_MARK;
    this.#macros.push(group, Math.min(range.min, UNBOUNDED), Math.min(range.max, UNBOUNDED));
    return word >>> 0;
  }

  addMember(group: number, target: number, pattern: number): void {
    this.#members.push([group, target, pattern]);
  }

  write(writer: ImageWriter): void {
    writer.add(SECTION.compares, 0, Float64Array.from(this.#compares));
    writer.add(SECTION.macros, 0, Uint32Array.from(this.#macros));
    writer.add(SECTION.macroMembers, 0, Uint32Array.from(this.#members.sort((a, b) => a[0]! - b[0]!).flat()));
  }
}
