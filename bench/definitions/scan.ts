/** Scans of whole trees, as a user starts them. */

import type { ScanDefinition } from './definition.ts';

/** More than must be found, so that a few that cannot be built do not matter. */
const PLANTED = { infected: 0, planted: 120, found: 100 } as const;
const NOTHING_PLANTED = { infected: 0, planted: 0, found: 0 } as const;
const COMMON = { kind: 'scan', patterns: 'real set', pairs: 3 } as const;

export const SCANS: readonly ScanDefinition[] = [
  {
    ...COMMON,
    name: 'scan/elf128',
    tree: 'elf128',
    expected: PLANTED,
    reducedPeer: true,
    analysis: 'Most signatures are for PE files, so that loading weighs most here: of clamscan and of us.',
  },
  {
    ...COMMON,
    name: 'scan/pe128',
    tree: 'pe128',
    // The same objects again would say nothing new.
    expected: NOTHING_PLANTED,
    reducedPeer: true,
    analysis:
      'The files that the set was written for: nine of ten signatures apply, and clamscan walks its tries byte by byte.',
  },
  {
    ...COMMON,
    name: 'scan/mails',
    tree: 'mails',
    expected: NOTHING_PLANTED,
    reducedPeer: true,
    analysis:
      'Many small files: what a file costs before its first byte is searched. clamscan opens mails and PDFs, we say that we do not.',
  },
  {
    ...COMMON,
    name: 'scan/elf512',
    tree: 'elf512',
    expected: NOTHING_PLANTED,
    reducedPeer: false,
    analysis: 'Four times as much as elf128: loading weighs less, and the rate of the search shows.',
  },
  {
    ...COMMON,
    name: 'scan/pe512',
    tree: 'pe512',
    // Wine's kernel32.dll and ntdll.dll: both engines find the same three signatures in them.
    expected: { ...NOTHING_PLANTED, infected: 2 },
    reducedPeer: false,
    analysis: 'Four times as much as pe128; one run of clamscan takes minutes.',
  },
];
