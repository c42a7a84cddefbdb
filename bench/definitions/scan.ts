/** Scans of whole trees, as a user starts them. */

import type { ScanDefinition } from './definition.ts';
import { DEVIATIONS } from './deviations.ts';

/** More than must be found, so that a few that cannot be built do not matter. */
const PLANTED = { planted: 240, found: 200 } as const;

export const SCANS: readonly ScanDefinition[] = [
  {
    kind: 'scan',
    name: 'scan/elf128',
    patterns: 'real set',
    tree: 'elf128',
    expected: { infected: 0, ...PLANTED },
    deviations: DEVIATIONS,
    analysis: 'Most signatures are for PE files, so that loading weighs most here: of clamscan and of us.',
  },
  {
    kind: 'scan',
    name: 'scan/pe128',
    patterns: 'real set',
    tree: 'pe128',
    expected: { infected: 0, ...PLANTED },
    deviations: DEVIATIONS,
    analysis:
      'The files that the set was written for: nine of ten signatures apply, and clamscan walks its tries byte by byte.',
  },
];
