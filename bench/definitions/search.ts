/** Searches of many literals in one haystack held in memory: the kernel and what confirms its candidates, without files and verdicts. */
import { LIBRARIES } from '../search/sampled.ts';
import type { SearchDefinition } from './definition.ts';

const NATIVE = [
  'hyperscan-literal',
  'hyperscan-regex',
  'vectorscan-literal',
  'vectorscan-regex',
  'aho-corasick-dfa',
  'aho-corasick-nfa',
] as const;
const ENGINES = ['sigwall', ...NATIVE] as const;
const PROGRAMS = { kind: 'corpus', corpus: 'elf128', bytes: 128 * 2 ** 20 } as const;
/** What every search has in common: the machine's own files, so that the reference says what is right. */
const COMMON = {
  kind: 'search',
  haystack: PROGRAMS,
  expected: 'reference',
  engines: ENGINES,
  repeats: 3,
  maxSeconds: 0.6,
} as const;

export const SEARCHES: readonly SearchDefinition[] = [
  {
    ...COMMON,
    name: 'search/libraries-1000',
    patterns: { kind: 'sample', sample: { ...LIBRARIES, count: 1_000 } },
    engines: [...ENGINES, 'sigwall-twin', 'Buffer.indexOf'],
    analysis: 'Long literals that are rare in programs: the filter alone decides, at the speed of memory.',
  },
  {
    ...COMMON,
    name: 'search/libraries-10000',
    patterns: { kind: 'sample', sample: { ...LIBRARIES, count: 10_000 } },
    engines: [...ENGINES, 'sigwall-twin'],
    analysis: 'Ten times as many: the filter must stay sparse, and its table in the cache.',
  },
  {
    ...COMMON,
    name: 'search/libraries-100000',
    patterns: { kind: 'sample', sample: { ...LIBRARIES, count: 100_000 } },
    analysis:
      'A hundred times as many: pieces of code among them share beginnings, and their candidates cost more than the filter.',
  },
  {
    ...COMMON,
    name: 'search/real-set',
    patterns: { kind: 'real set', source: 'clamav-main-2017-rebuilt.ndb' },
    analysis: 'Literals that people wrote: runs of one byte and common prologues among them cause most of the cost.',
  },
  {
    ...COMMON,
    name: 'search/short',
    patterns: { kind: 'sample', sample: { ...LIBRARIES, bytes: [4, 8], count: 1_000, seed: 3, different: 1 / 2 } },
    analysis:
      'Four to eight bytes, more than half of them different: no window is long enough to be rare, so that the check of candidates decides.',
  },
  {
    ...COMMON,
    name: 'search/many-hits',
    patterns: { kind: 'sample', sample: { ...LIBRARIES, bytes: 4, count: 100, seed: 2 } },
    haystack: { kind: 'corpus', corpus: 'elf128', bytes: 16 * 2 ** 20 },
    analysis: 'Four-byte literals occur everywhere: the exact check and the reports cost more than the search.',
  },
];
