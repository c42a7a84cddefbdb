/** The goals that the project has set itself, and what was measured: every one, misses too. */
import type { Results } from '../results/results.ts';
import { least, most, numberOf, numbersOf, rowsOf } from './query.ts';
import { bytes, rate, seconds, short, times } from './units.ts';

export interface Goal {
  readonly what: string;
  readonly limit: number;
  readonly better: 'larger' | 'smaller';
  readonly format: (value: number) => string;
  /** Undefined when it was not measured. */
  readonly measured: (results: Results) => number | undefined;
}

const SCANS_PER_TREE = [
  ['elf128', 12],
  ['elf512', 12],
  ['pe128', 60],
  ['pe512', 60],
  ['mails', 10],
] as const;
const SIMD = ['hyperscan-literal', 'hyperscan-regex', 'vectorscan-literal', 'vectorscan-regex'];
const AUTOMATA = ['aho-corasick-dfa', 'aho-corasick-nfa'];
const ms = (value: number): string => `${short(value)} ms`;
const each = (value: number): string => `${short(value)} bytes`;

export const GOALS: readonly Goal[] = [
  atLeast(
    '1,000 literals of 32 bytes, against the faster of Hyperscan and Vectorscan',
    5,
    fasterThan('search/libraries-1000', SIMD),
  ),
  atLeast('10,000 of them', 8, fasterThan('search/libraries-10000', SIMD)),
  atLeast('100,000 of them', 10, fasterThan('search/libraries-100000', SIMD)),
  atLeast("the real set's literals, against the same", 2, fasterThan('search/real-set', SIMD)),
  atLeast('literals of 4 to 8 bytes', 2, fasterThan('search/short', SIMD)),
  atLeast('a haystack rich in hits', 2, fasterThan('search/many-hits', SIMD)),
  atLeast("any of these against Rust's aho-corasick, DFA and NFA", 10, fasterThan('search', AUTOMATA)),
  ...SCANS_PER_TREE.map(([tree, limit]) =>
    atLeast(`\`engine scan\` of ${tree}, loading included, against clamscan`, limit, (results) =>
      numberOf(rowsOf(results, `scan/${tree}`, { kind: 'ratio', peer: 'clamscan' })[0], 'wall'),
    ),
  ),
  ...(['elf128', 'pe128'] as const).map((corpus) => ({
    ...atLeast(`kernel search with the real set on ${corpus}`, 1.5e9, (results) =>
      numberOf(rowsOf(results, 'engine/kernel', { kind: 'kernel', corpus })[0], 'bytesPerSecond'),
    ),
    format: rate,
  })),
  atMost('image load, real set', 0.1, seconds, field('engine/start', { kind: 'load' }, 'seconds')),
  atMost(
    'cold `engine scan` of 10 kB, image cached',
    0.35,
    seconds,
    field('engine/start', { command: 'engine scan' }, 'seconds'),
  ),
  atMost('warm `scanBuffer` of 10 kB, p50', 0.2, ms, field('engine/start', { kind: 'latency' }, 'p50Ms')),
  atMost('… and p99', 1, ms, field('engine/start', { kind: 'latency' }, 'p99Ms')),
  atMost('peak memory of the scan (elf128, pe128)', 130e6, bytes, (results) =>
    most(
      ['scan/elf128', 'scan/pe128'].flatMap((name) =>
        numbersOf(rowsOf(results, name, { kind: 'median', engine: 'engine scan' }), 'peakBytes'),
      ),
    ),
  ),
  atMost('… each further worker', 40e6, bytes, field('engine/threads', { threads: 2 }, 'morePeakBytesPerThread')),
  atMost(
    'hash signatures at 8 M, resident each',
    12,
    each,
    field('engine/hashes', { signatures: 8_000_000 }, 'residentBytesEach'),
  ),
  atMost('… lookup against 100,000 (p50 of a scan)', 1.25, times, (results) => {
    const [few, many] = [100_000, 8_000_000].map((signatures) =>
      field('engine/hashes', { signatures }, 'p50Ms')(results),
    );
    return few === undefined || many === undefined ? undefined : many / few;
  }),
  atMost('compile the real set', 6, seconds, field('engine/compile', { what: 'the real set' }, 'seconds')),
  atMost(
    'recompile after 0.5 % changed',
    2,
    seconds,
    field('engine/compile', { what: 'again, after 0.5 % changed' }, 'seconds'),
  ),
  atLeast('2 threads against 1, 1 GB', 1.85, field('engine/threads', { threads: 2 }, 'speedup')),
  atMost('scan time for each doubling of signatures up to 4×', 1.25, times, (results) =>
    most(numbersOf(rowsOf(results, 'engine/growth', { kind: 'doubling', isJudged: true }), 'scan')),
  ),
  atMost("image's growth to that of signatures, up to 8×", 1.1, times, (results) =>
    most(
      rowsOf(results, 'engine/growth', { kind: 'doubling' }).map((row) => Number(row.image) / Number(row.signatures)),
    ),
  ),
  atMost('`engine -v` against `node -e 0`', 2, times, field('engine/start', { command: 'engine -v' }, 'toBareNode')),
];

export function isMet({ limit, better }: Goal, value: number): boolean {
  return better === 'larger' ? value >= limit : value <= limit;
}

function atLeast(what: string, limit: number, measured: Goal['measured']): Goal {
  return { what, limit, better: 'larger', format: times, measured };
}

function atMost(what: string, limit: number, format: Goal['format'], measured: Goal['measured']): Goal {
  return { what, limit, better: 'smaller', format, measured };
}

/** Our speed to the fastest of these. */
function fasterThan(definition: string, peers: readonly string[]): Goal['measured'] {
  return (results) =>
    least(
      numbersOf(
        peers.flatMap((peer) => rowsOf(results, definition, { kind: 'ratio', engine: 'sigwall', peer })),
        'speed',
      ),
    );
}

function field(definition: string, fields: Readonly<Record<string, unknown>>, name: string): Goal['measured'] {
  return (results) => numberOf(rowsOf(results, definition, fields)[0], name);
}
