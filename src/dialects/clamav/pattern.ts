/** What a body pattern of any format becomes, and the modifiers that change how it matches. */
import type { BytesPattern, OffsetRule, PatternElement } from '../../../native-free-engine/index.ts';

/** Modifiers of a pattern. `ascii` is said outright: true of a pattern with no modifiers too. */
export type PatternModifiers = Pick<BytesPattern, 'noCase' | 'wide' | 'ascii' | 'fullWord'>;

export const NO_MODIFIERS: PatternModifiers = { noCase: false, wide: false, ascii: true, fullWord: false };

/** One pattern of the signature form. All have the same shape, whatever their modifiers: property reads stay monomorphic. */
export function bytesPattern(
  elements: readonly PatternElement[],
  offset: OffsetRule,
  { noCase, wide, ascii, fullWord }: PatternModifiers,
): BytesPattern {
  return { kind: 'bytes', elements, offset, noCase, wide, ascii, fullWord };
}
