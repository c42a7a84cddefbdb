/**
 * Differences from clamscan that are meant, by what the signature makes use of: never by its name.
 *
 * The numbers are those of src/dialects/clamav/DESIGN.md, "Where we differ, declared".
 */
import type { Disagreement } from './batch.ts';
import type { SignatureLine } from './lines.ts';

export interface DeclaredDeviation {
  readonly number: string;
  readonly reason: string;
  readonly holds: (disagreement: Disagreement, line: SignatureLine) => boolean;
}

export const DECLARED: readonly DeclaredDeviation[] = [];

/** The first one that holds. */
export function declaredFor(disagreement: Disagreement, line: SignatureLine): DeclaredDeviation | undefined {
  return DECLARED.find(({ holds }) => holds(disagreement, line));
}
