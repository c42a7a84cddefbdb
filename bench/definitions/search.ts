/** Searches of many literals in one haystack held in memory: the kernel and what confirms its candidates, without files and verdicts. */
import type { SearchDefinition } from './definition.ts';

const ENGINES = ['sigwall', 'sigwall-twin', 'Buffer.indexOf', 'reference'] as const;
const LIBRARIES = { directory: '/usr/lib/x86_64-linux-gnu', files: /\.so(\.|$)/, bytes: 32, seed: 1 } as const;
const PROGRAMS = { kind: 'corpus', corpus: 'elf128', bytes: 64 * 2 ** 20 } as const;

export const SEARCHES: readonly SearchDefinition[] = [
  {
    kind: 'search',
    name: 'search/libraries-1000',
    patterns: { kind: 'sample', sample: { ...LIBRARIES, count: 1_000 } },
    haystack: PROGRAMS,
    expected: 'reference',
    engines: ENGINES,
    analysis: 'Long literals that are rare in programs: the filter alone decides, at the speed of memory.',
  },
  {
    kind: 'search',
    name: 'search/libraries-10000',
    patterns: { kind: 'sample', sample: { ...LIBRARIES, count: 10_000 } },
    haystack: PROGRAMS,
    expected: 'reference',
    engines: ENGINES,
    analysis: 'Ten times as many: the filter must stay sparse, and its table in the cache.',
  },
  {
    kind: 'search',
    name: 'search/real-set',
    patterns: { kind: 'real set', source: 'clamav-main-2017-rebuilt.ndb' },
    haystack: PROGRAMS,
    expected: 'reference',
    engines: ENGINES,
    analysis: 'Literals that people wrote: runs of one byte and common prologues among them cause most of the cost.',
  },
  {
    kind: 'search',
    name: 'search/many-hits',
    patterns: { kind: 'sample', sample: { ...LIBRARIES, bytes: 4, count: 100, seed: 2 } },
    haystack: { kind: 'corpus', corpus: 'elf128', bytes: 16 * 2 ** 20 },
    expected: 'reference',
    engines: ENGINES,
    analysis: 'Four-byte literals occur everywhere: the exact check and the reports cost more than the search.',
  },
];
