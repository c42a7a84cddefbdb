/** The plots of the report: which results are drawn, and how. One without results is not there. */
import type { Results } from '../results/results.ts';
import type { Row } from '../scan/run.ts';
import { drawBars } from './bar-plot.ts';
import { drawLines, type PlotLine } from './line-plot.ts';
import { definitionsOf, numberOf, rowsOf } from './query.ts';
import { bytes, count, rate, seconds, times } from './units.ts';

export interface Plot {
  /** In the report's directory. */
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

/** Ours first: it gets the first colour and the thick line. */
const SEARCHED = [
  'sigwall',
  'hyperscan-literal',
  'hyperscan-regex',
  'vectorscan-literal',
  'vectorscan-regex',
  'aho-corasick-dfa',
  'aho-corasick-nfa',
  'sigwall-twin',
  'Buffer.indexOf',
];
const BY_NUMBER = /^search\/libraries-\d+$/;

export function plotsOf(results: Results): Plot[] {
  return [
    throughput(results),
    loadTime(results),
    memory(results),
    scanTime(results),
    scanGrowth(results),
    scanThreads(results),
    otherSearches(results),
  ].flatMap((plot) => plot ?? []);
}

function throughput(results: Results): Plot | undefined {
  const rows = definitionsOf(results, 'search')
    .filter(({ name }) => BY_NUMBER.test(name))
    .flatMap(({ rows }) => rows)
    .filter(({ kind }) => kind === 'search');
  const lines = linesBy(rows, 'engine', SEARCHED, 'patterns', 'bytesPerSecond');
  if (lines.length === 0) return undefined;
  const title = 'Throughput against number of patterns';
  const svg = drawLines({
    title,
    description: '32-byte literals from libraries, searched in 128 MB of programs, one thread',
    x: {
      title: '32-byte literals',
      isLog: true,
      format: count,
      ticks: [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))],
    },
    y: { title: 'bytes searched a second', isLog: true, format: rate },
    lines,
  });
  return { file: 'throughput.svg', title, svg };
}

function loadTime(results: Results): Plot | undefined {
  return growthPlot(
    results,
    'load-time.svg',
    'Load time against number of signatures',
    'loadSeconds',
    seconds,
    'until signatures are loaded',
  );
}

function memory(results: Results): Plot | undefined {
  return growthPlot(
    results,
    'memory.svg',
    'Memory against number of signatures',
    'loadedBytes',
    bytes,
    'resident with signatures loaded',
  );
}

function growthPlot(
  results: Results,
  file: string,
  title: string,
  field: string,
  format: (value: number) => string,
  axis: string,
): Plot | undefined {
  const rows = rowsOf(results, 'engine/growth', { kind: 'growth' });
  const lines = linesBy(rows, 'engine', ['sigwall', 'clamscan'], 'signatures', field);
  if (lines.length === 0) return undefined;
  const svg = drawLines({
    title,
    description: 'Body signatures of the real set, then literals sampled from libraries',
    x: {
      title: 'body signatures',
      isLog: true,
      format: count,
      ticks: [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))],
    },
    y: { title: axis, isLog: true, format },
    lines,
  });
  return { file, title, svg };
}

function scanTime(results: Results): Plot | undefined {
  const engines = ['engine scan', 'clamscan', 'clamscan-reduced'];
  const groups = definitionsOf(results, 'scan').map(({ name, rows }) => ({
    name: name.slice('scan/'.length),
    values: valuesBy(
      rows.filter(({ kind }) => kind === 'median'),
      'engine',
      'wallSeconds',
    ),
  }));
  if (groups.length === 0) return undefined;
  const title = 'Scan time for each corpus, real set, loading included';
  const svg = drawBars({
    title,
    description: 'Wall time of the commands from start to end, one thread; shorter is better',
    axis: 'wall time, logarithmic; shorter is better',
    isLog: true,
    engines,
    groups,
    format: seconds,
  });
  return { file: 'scan-time.svg', title, svg };
}

function scanGrowth(results: Results): Plot | undefined {
  const rows = rowsOf(results, 'engine/growth', { kind: 'growth', engine: 'sigwall' });
  const [first] = rows;
  const base = numberOf(first, 'scanSeconds');
  if (base === undefined) return undefined;
  const points = rows.map((row) => [Number(row.factor), Number(row.scanSeconds) / base] as const);
  const goal = points.map(([factor]) => [factor, 1.25 ** Math.log2(factor)] as const);
  const title = 'Scaling: scan time against number of signatures';
  const svg = drawLines({
    title,
    description:
      '64 MB of PE files, relative to the real body signatures alone; the goal allows a quarter more for each doubling',
    x: {
      title: 'signatures, as a multiple of the real body signatures',
      isLog: true,
      format: times,
      ticks: points.map(([x]) => x),
    },
    y: { title: 'scan time, relative', isLog: true, format: times },
    lines: [
      { name: 'sigwall', points, isOurs: true },
      { name: 'goal: 1.25 × a doubling', points: goal, isDashed: true },
      { name: 'as many signatures', points: points.map(([factor]) => [factor, factor] as const), isDashed: true },
    ],
  });
  return { file: 'scaling.svg', title, svg };
}

function scanThreads(results: Results): Plot | undefined {
  const rows = rowsOf(results, 'engine/threads', { kind: 'threads' });
  const [single] = rows;
  if (single === undefined) return undefined;
  const title = 'Scaling: throughput against number of threads';
  const svg = drawBars({
    title,
    description: `${bytes(Number(single.bytes))} of programs through the Node API with the real set, after loading; longer is better`,
    axis: 'bytes scanned a second',
    isLog: false,
    engines: ['sigwall'],
    groups: rows.map((row) => ({
      name: `${row.threads} ${row.threads === 1 ? 'thread' : 'threads'}`,
      values: { sigwall: Number(row.bytesPerSecond) },
    })),
    format: rate,
  });
  return { file: 'threads.svg', title, svg };
}

function otherSearches(results: Results): Plot | undefined {
  const groups = definitionsOf(results, 'search')
    .filter(({ name }) => !BY_NUMBER.test(name))
    .map(({ name, rows }) => ({
      name: name.slice('search/'.length),
      values: valuesBy(
        rows.filter(({ kind }) => kind === 'search'),
        'engine',
        'bytesPerSecond',
      ),
    }));
  if (groups.length === 0) return undefined;
  const title = 'Throughput with other literals';
  const svg = drawBars({
    title,
    description: "The real set's literals, short ones, and a haystack rich in hits; longer is better",
    axis: 'bytes searched a second, logarithmic; longer is better',
    isLog: true,
    engines: SEARCHED.slice(0, 7),
    groups: groups.map(({ name, values }) => ({
      name,
      values: Object.fromEntries(Object.entries(values).filter(([engine]) => SEARCHED.slice(0, 7).includes(engine))),
    })),
    format: rate,
  });
  return { file: 'other-literals.svg', title, svg };
}

function linesBy(rows: readonly Row[], by: string, names: readonly string[], x: string, y: string): PlotLine[] {
  return names.flatMap((name, index) => {
    const points = rows
      .filter((row) => row[by] === name && numberOf(row, x) !== undefined && numberOf(row, y) !== undefined)
      .map((row) => [Number(row[x]), Number(row[y])] as const);
    return points.length === 0 ? [] : [{ name, points, isOurs: index === 0 }];
  });
}

function valuesBy(rows: readonly Row[], by: string, field: string): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [String(row[by]), Number(row[field])]));
}
