/** What a body pattern of any format becomes. */
import type { BytesPattern, OffsetRule, PatternElement } from '../../../native-free-engine/signature.ts';
import type { PatternModifiers } from './body-pattern.ts';

/** One pattern of the signature form. All have the same shape, whatever their modifiers: property reads stay monomorphic. */
export function bytesPattern(
  elements: readonly PatternElement[],
  offset: OffsetRule,
  { noCase, wide, ascii, fullWord }: PatternModifiers,
): BytesPattern {
  return { kind: 'bytes', elements, offset, noCase, wide, ascii, fullWord };
}
