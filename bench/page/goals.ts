/** The goals that the project has set itself, and what was measured: every one, misses too. */
import type { Results } from '../results/results.ts';
import { least, most, numberOf, numbersOf, rowsOf } from './query.ts';
import { bytes, rate, seconds, short, times } from './units.ts';

export interface Goal {
  readonly what: string;
  /** Undefined for what is reported without one. */
  readonly limit: number | undefined;
  readonly better: 'larger' | 'smaller';
  readonly format: (value: number) => string;
  /** It stands in the project's README as well. */
  readonly inReadme?: boolean;
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
const BY_NUMBER = ['search/libraries-1000', 'search/libraries-10000', 'search/libraries-100000'];
const OTHERS = ['search/real-set', 'search/short', 'search/many-hits'];
const REDUCED = ['elf128', 'pe128', 'mails'] as const;
const YARA_TREES = ['elf128', 'pe128'] as const;
const AUTOMATA = ['aho-corasick-dfa', 'aho-corasick-nfa'];
const ms = (value: number): string => `${short(value)} ms`;
const each = (value: number): string => `${short(value)} bytes`;

export const GOALS: readonly Goal[] = [
  inReadme(
    atLeast(
      '1,000 literals of 32 bytes, against the faster of Hyperscan and Vectorscan',
      5,
      fasterThan(['search/libraries-1000'], SIMD),
    ),
  ),
  inReadme(atLeast('10,000 of them', 8, fasterThan(['search/libraries-10000'], SIMD))),
  inReadme(atLeast('100,000 of them', 10, fasterThan(['search/libraries-100000'], SIMD))),
  atLeast("the real set's literals, against the same", 2, fasterThan(['search/real-set'], SIMD)),
  atLeast('literals of 4 to 8 bytes', 2, fasterThan(['search/short'], SIMD)),
  atLeast('a haystack rich in hits', 2, fasterThan(['search/many-hits'], SIMD)),
  atLeast("32-byte literals against Rust's aho-corasick, DFA and NFA, the least", 10, fasterThan(BY_NUMBER, AUTOMATA)),
  atLeast('… the other literals, the least', 10, fasterThan(OTHERS, AUTOMATA)),
  ...SCANS_PER_TREE.map(([tree, limit]) =>
    inReadme(
      atLeast(`\`engine scan\` of ${tree}, loading included, against clamscan`, limit, fasterScan(tree, 'clamscan')),
    ),
  ),
  ...REDUCED.map((tree) =>
    reported(
      `… of ${tree}, clamscan with archives, HTML, PDF, heuristics and phishing off`,
      times,
      fasterScan(tree, 'clamscan-reduced'),
    ),
  ),
  atLeast('planted objects that we find, of those that clamscan finds', 1, foundPlants),
  ...YARA_TREES.map((tree) =>
    reported(`\`engine scan\` of ${tree} with the rules that both can say, against yara`, times, (results) =>
      numberOf(rowsOf(results, `yara/${tree}`, { kind: 'ratio', peer: 'yara' })[0], 'wall'),
    ),
  ),
  ...(['elf128', 'pe128'] as const).map((corpus) => ({
    ...atLeast(`kernel search with the real set on ${corpus}`, 1.5e9, (results) =>
      numberOf(rowsOf(results, 'engine/kernel', { kind: 'kernel', corpus })[0], 'bytesPerSecond'),
    ),
    format: rate,
  })),
  inReadme(atMost('image load, real set', 0.1, seconds, field('engine/start', { kind: 'load' }, 'seconds'))),
  inReadme(
    atMost(
      'cold `engine scan` of 10 kB, image cached',
      0.35,
      seconds,
      field('engine/start', { command: 'engine scan' }, 'seconds'),
    ),
  ),
  inReadme(atMost('warm `scanBuffer` of 10 kB, p50', 0.2, ms, field('engine/start', { kind: 'latency' }, 'p50Ms'))),
  atMost('… and p99', 1, ms, field('engine/start', { kind: 'latency' }, 'p99Ms')),
  inReadme(
    atMost('peak memory of the scan, the most of the five', 130e6, bytes, (results) =>
      most(numbersOf(rowsOf(results, 'scan', { kind: 'median', engine: 'engine scan' }), 'peakBytes')),
    ),
  ),
  atMost('… each further worker', 40e6, bytes, field('engine/threads', { threads: 2 }, 'morePeakBytesPerThread')),
  inReadme(
    atMost(
      'hash signatures at 8 M, resident each',
      12,
      each,
      field('engine/hashes', { signatures: 8_000_000 }, 'residentBytesEach'),
    ),
  ),
  atMost('… lookup against 100,000 (p50 of a scan)', 1.25, times, (results) => {
    const [few, many] = [100_000, 8_000_000].map((signatures) =>
      field('engine/hashes', { signatures }, 'p50Ms')(results),
    );
    return few === undefined || many === undefined ? undefined : many / few;
  }),
  inReadme(atMost('compile the real set', 6, seconds, field('engine/compile', { what: 'the real set' }, 'seconds'))),
  atMost(
    'recompile after 0.5 % changed',
    2,
    seconds,
    field('engine/compile', { what: 'again, after 0.5 % changed' }, 'seconds'),
  ),
  inReadme(atLeast('2 threads against 1, 1 GB', 1.85, field('engine/threads', { threads: 2 }, 'speedup'))),
  atMost('scan time for each doubling of signatures up to 4×', 1.25, times, (results) =>
    most(numbersOf(rowsOf(results, 'engine/growth', { kind: 'doubling', isJudged: true }), 'scan')),
  ),
  reported('… from 4× to 8×', times, field('engine/growth', { kind: 'doubling', isJudged: false }, 'scan')),
  atMost("image's growth to that of signatures, up to 8×", 1.1, times, (results) =>
    most(
      rowsOf(results, 'engine/growth', { kind: 'doubling' }).map((row) => Number(row.image) / Number(row.signatures)),
    ),
  ),
  atMost('`engine -v` against `node -e 0`', 2, times, field('engine/start', { command: 'engine -v' }, 'toBareNode')),
];

/** Where only a figure was wanted every one is right. */
export function isMet({ limit, better }: Goal, value: number): boolean {
  if (limit === undefined) return true;
  return better === 'larger' ? value >= limit : value <= limit;
}

function atLeast(what: string, limit: number, measured: Goal['measured']): Goal {
  return { what, limit, better: 'larger', format: times, measured };
}

function atMost(what: string, limit: number, format: Goal['format'], measured: Goal['measured']): Goal {
  return { what, limit, better: 'smaller', format, measured };
}

function inReadme(goal: Goal): Goal {
  return { ...goal, inReadme: true };
}

function reported(what: string, format: (value: number) => string, measured: Goal['measured']): Goal {
  return { what, limit: undefined, better: 'larger', format, measured };
}

/** Our speed to the fastest of these, in the definition where we are least ahead. */
function fasterThan(definitions: readonly string[], peers: readonly string[]): Goal['measured'] {
  return (results) => {
    const rows = definitions.flatMap((name) => rowsOf(results, name, { kind: 'ratio', engine: 'sigwall' }));
    return least(
      numbersOf(
        rows.filter(({ peer }) => peers.includes(String(peer))),
        'speed',
      ),
    );
  };
}

function fasterScan(tree: string, peer: string): Goal['measured'] {
  return field(`scan/${tree}`, { kind: 'ratio', peer }, 'wall');
}

function foundPlants(results: Results): number | undefined {
  const rows = rowsOf(results, 'scan', { kind: 'plants' });
  return least(rows.map((row) => Number(row.foundByOurs) / Number(row.foundByPeer)));
}

function field(definition: string, fields: Readonly<Record<string, unknown>>, name: string): Goal['measured'] {
  return (results) => numberOf(rowsOf(results, definition, fields)[0], name);
}
