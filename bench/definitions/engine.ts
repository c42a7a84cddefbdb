/** What the engine costs by itself, with the real set: searching, starting, growing, threads, compiling, and hashes by the million. */
import { TARGET } from '../../native-free-engine/index.ts';
import type { EngineDefinition } from './definition.ts';

const COMMON = { kind: 'engine', seed: 1 } as const;

export const ENGINE_COSTS: readonly EngineDefinition[] = [
  {
    ...COMMON,
    name: 'engine/kernel',
    measure: {
      kind: 'kernel',
      trees: [
        { name: 'elf128', target: TARGET.elf },
        { name: 'pe128', target: TARGET.pe },
      ],
    },
    rounds: 5,
    analysis: 'The search with real patterns, hot ones included: what confirming finds costs beyond the filter.',
  },
  {
    ...COMMON,
    name: 'engine/start',
    measure: { kind: 'start', tree: 'elf128', bytes: 10_000, counted: 10_000 },
    rounds: 7,
    analysis: 'Of a small scan nearly all is Node.js, a worker that comes up, and an image that is read.',
  },
  {
    ...COMMON,
    name: 'engine/growth',
    measure: { kind: 'growth', factors: [1, 2, 4, 8], tree: 'pe128', treeBytes: 2 ** 26 },
    rounds: 3,
    analysis:
      'The filter fills up and leaves the cache. The files are PE, since nine of ten real body signatures are for those: what is added applies to every type, and would not double but multiply what applies to ELF.',
  },
  {
    ...COMMON,
    name: 'engine/threads',
    measure: { kind: 'threads', threads: [1, 2], trees: ['elf512', 'pe512'] },
    rounds: 2,
    analysis: 'Two threads share one image and the bandwidth of memory.',
  },
  {
    ...COMMON,
    name: 'engine/compile',
    measure: { kind: 'compile', share: 0.005 },
    rounds: 1,
    analysis: 'What the first scan pays after signatures came or changed.',
  },
  {
    ...COMMON,
    name: 'engine/hashes',
    measure: { kind: 'hashes', counts: [100_000, 8_000_000], objects: 500 },
    rounds: 1,
    analysis: 'Four bytes of each digest are resident, the rest is read when they agree.',
  },
];
