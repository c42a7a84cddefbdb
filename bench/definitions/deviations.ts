/**
 * Differences from clamscan that are meant; SIGNATURES.md and src/dialects/clamav/DESIGN.md argue them.
 *
 * None of the kinds that are supported is here. A new one is written here with its reason, or it fails the benchmark.
 */
import { TARGET } from '../../native-free-engine/index.ts';
import type { Deviation } from '../scan/compare.ts';

export const DEVIATIONS: readonly Deviation[] = [
  { foundBy: 'peer', target: TARGET.text, reason: 'text is not normalised here yet' },
  { foundBy: 'peer', target: TARGET.html, reason: 'HTML is not normalised here yet' },
];
