/**
 * Differences from clamscan that are meant; SIGNATURES.md and src/dialects/clamav/DESIGN.md argue them.
 *
 * Empty: none shows on the real set, its planted objects and the corpora. A new one is written here with its reason, or it fails the benchmark.
 */
import type { Deviation } from '../scan/compare.ts';

export const DEVIATIONS: readonly Deviation[] = [];
