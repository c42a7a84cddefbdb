/** Results as they are kept, compared and drawn. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { goalsByOutcome } from '../../bench/page/goal-table.ts';
import { GOALS, isMet } from '../../bench/page/goals.ts';
import { measuredIn, measuredPart, README, writeReadme } from '../../bench/page/readme.ts';
import { placeOf, scaleFor, ticksOf } from '../../bench/page/scale.ts';
import { writeReport } from '../../bench/page/write.ts';
import { compareResults } from '../../bench/results/compare.ts';
import { REPORT, type Results, readResults } from '../../bench/results/results.ts';
import type { Row } from '../../bench/scan/run.ts';

const directory = mkdtempSync(join(tmpdir(), 'bench-report-'));
afterAll(() => rmSync(directory, { recursive: true }));

const PEERS = ['hyperscan-literal', 'vectorscan-regex', 'aho-corasick-nfa'] as const;

function resultsOf(rows: Readonly<Record<string, readonly Row[]>>, isRight = true): Results {
  const common = {
    analysis: 'Why.',
    date: '2026-01-02T03:04:05Z',
    node: 'v24',
    engineVersion: '1',
    commit: 'abc',
    seconds: 1,
    isRight,
  };
  return {
    format: 1,
    machine: { cpu: 'Abacus <1>', cores: 2, memoryBytes: 4e9, system: 'linux' },
    definitions: Object.entries(rows).map(([name, rows]) => ({ ...common, name, rows })),
  };
}

function searchRows(patterns: number, ours: number): Row[] {
  const speeds = [ours, ours / 5, ours / 6, ours / 40];
  const searches = ['sigwall', ...PEERS].map((engine, i) => ({
    kind: 'search',
    engine,
    patterns,
    bytesPerSecond: speeds[i]!,
    runSeconds: [1, 1.01, 1.02],
    matches: 3,
    checksum: '00',
  }));
  const ratios = PEERS.map((peer, i) => ({
    kind: 'ratio',
    engine: 'sigwall',
    peer,
    patterns,
    speed: ours / speeds[i + 1]!,
  }));
  return [...searches, ...ratios];
}

const FULL = resultsOf({
  'search/libraries-1000': searchRows(1000, 4e9),
  'search/libraries-10000': searchRows(10_000, 2e9),
  'search/short': searchRows(1000, 3e8),
  'engine/growth': [1, 2, 4].flatMap((factor) => [
    {
      kind: 'growth',
      engine: 'sigwall',
      factor,
      signatures: factor * 1e5,
      loadSeconds: 0.05 * factor,
      loadedBytes: 1e8,
      scanSeconds: 1 + factor / 10,
    },
    {
      kind: 'growth',
      engine: 'clamscan',
      factor,
      signatures: factor * 1e5,
      loadSeconds: 2 * factor,
      loadedBytes: 2e8 * factor,
    },
  ]),
  'scan/pe128': [
    { kind: 'median', engine: 'engine scan', wallSeconds: 0.6, cpuSeconds: 0.8, peakBytes: 1.2e8 },
    { kind: 'median', engine: 'clamscan', wallSeconds: 40, cpuSeconds: 39, peakBytes: 2.6e8 },
    { kind: 'ratio', peer: 'clamscan', wall: 66.7, cpu: 50, peakMemory: 2 },
  ],
});

describe('comparing', () => {
  const row = (seconds: number, spread: number): Row => ({
    kind: 'start',
    command: 'engine scan',
    seconds,
    runSeconds: [seconds * (1 - spread), seconds, seconds * (1 + spread)],
  });
  const ROWS: readonly (readonly [string, number, number, number, readonly string[]])[] = [
    ['a change within the spread of the runs is not told', 1, 1.2, 0.15, ['compared']],
    ['a larger one is worse when the figure is a time', 1, 1.2, 0.01, ['worse', 'compared']],
    ['a smaller one is better', 1, 0.7, 0.01, ['better', 'compared']],
    ['runs that agree too well still leave a floor', 1, 1.03, 0, ['compared']],
  ];
  test.each(ROWS)('%s', (_, before, after, spread, kinds) => {
    const [old, now] = [before, after].map((seconds) => resultsOf({ 'engine/start': [row(seconds, spread)] }));
    expect(compareResults(old!, now!).map(({ kind }) => kind)).toEqual(kinds);
  });

  test('a throughput that fell is worse, and wrong answers are named', () => {
    const [before, after] = [4e9, 3e9].map((speed) => searchRows(1000, speed).slice(0, 1));
    const rows = compareResults(resultsOf({ 'search/x': before! }), resultsOf({ 'search/x': after! }, false));
    expect(rows[0]).toMatchObject({
      kind: 'worse',
      definition: 'search/x',
      figure: 'bytesPerSecond',
      change: '-25.0 %',
    });
    expect(rows.at(-1)).toMatchObject({ figures: 1, changed: 1, wrong: ['search/x'] });
  });

  test('another machine is said', () => {
    const other = { ...FULL, machine: { ...FULL.machine, cores: 4 } };
    expect(compareResults(FULL, other)[0]).toMatchObject({ kind: 'note' });
  });
});

describe('the report', () => {
  test('has a page and a plot for everything that was measured', () => {
    const files = writeReport(FULL, directory).map((path) => path.slice(directory.length + 1));
    expect(files.sort()).toEqual(
      [
        'README.md',
        'load-time.svg',
        'memory.svg',
        'other-literals.svg',
        'scaling.svg',
        'scan-time.svg',
        'throughput.svg',
      ].sort(),
    );
    const page = readFileSync(join(directory, 'README.md'), 'utf8');
    expect(page).toContain(
      '| 1,000 literals of 32 bytes, against the faster of Hyperscan and Vectorscan | ≥ 5 × | 5 × | met |',
    );
    expect(page).toContain('| 10,000 of them | ≥ 8 × | 5 × | **missed** |');
    expect(page).toContain('not measured');
    for (const file of files) expect(page.includes(`](${file})`)).toBe(file.endsWith('.svg'));
  });

  test('plots hold no number that is none', () => {
    for (const path of writeReport(FULL, directory).filter((path) => path.endsWith('.svg'))) {
      expect(readFileSync(path, 'utf8')).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  test('nothing measured is a page without plots', () => {
    expect(writeReport(resultsOf({}), join(directory, 'empty'))).toEqual([join(directory, 'empty', 'README.md')]);
    expect(GOALS.map((goal) => goal.measured(resultsOf({})))).toEqual(GOALS.map(() => undefined));
  });

  test('a goal holds at its limit', () => {
    for (const better of ['larger', 'smaller'] as const) {
      const goal = GOALS.find((goal) => goal.better === better && goal.limit !== undefined)!;
      const worse = better === 'larger' ? goal.limit! / 2 : goal.limit! * 2;
      expect([isMet(goal, goal.limit!), isMet(goal, worse)]).toEqual([true, false]);
    }
  });

  test('what is reported without a goal is neither met nor missed', () => {
    const { met, missed, notMeasured } = goalsByOutcome(FULL);
    expect(met.length + missed.length + notMeasured.length).toBe(GOALS.filter(({ limit }) => limit).length);
    expect(missed).toEqual(['10,000 of them']);
  });

  test('an answer that was wrong is said above the goals', () => {
    const [file] = writeReport(resultsOf({ 'engine/kernel': [] }, false), join(directory, 'wrong'));
    expect(readFileSync(file!, 'utf8')).toContain('count for nothing: engine/kernel.**');
  });

  test('every name is once among the goals', () => {
    const names = GOALS.map(({ what }) => what);
    expect(new Set(names).size).toBe(names.length);
  });
});

/** Of this checkout: what a complete run has left. */
const KEPT = join(REPORT, 'results');
const kept = existsSync(KEPT) ? readdirSync(KEPT).map((file) => join(KEPT, file)) : [];

describe("the project's README", () => {
  test('has a place for what is measured', () => {
    expect(measuredIn(readFileSync(README, 'utf8'))).toContain('measured');
  });

  test('gets plots, the count of goals and some of them', () => {
    const copy = join(directory, 'copy.md');
    writeFileSync(copy, readFileSync(README));
    writeReadme(FULL, copy);
    const measured = measuredIn(readFileSync(copy, 'utf8'));
    expect(measured).toContain('](bench/report/throughput.svg)');
    expect(measured).toContain(', 1 missed, ');
    expect(measured).toContain('| 10,000 of them | ≥ 8 × | 5 × | **missed** |');
    writeReadme(FULL, copy);
    expect(measuredIn(readFileSync(copy, 'utf8'))).toBe(measured);
  });

  test('without its marks is refused', () => {
    expect(() => measuredIn('# nothing')).toThrow('README.md: expected <!-- measured');
  });

  // There are none before the first complete run.
  test.runIf(kept.length > 0)('holds the figures of the results that it names', () => {
    const readme = measuredIn(readFileSync(README, 'utf8'));
    const named = kept.filter((path) => readme.includes(`(bench/report/results/${basename(path)})`));
    expect(named.map((path) => measuredPart(readResults(path)))).toEqual([readme]);
  });

  test.runIf(kept.length > 0)('shows plots that are those of the report, which is of the same results', () => {
    const page = readFileSync(join(REPORT, 'README.md'), 'utf8');
    const [named] = kept.filter((path) => page.includes(`(results/${basename(path)})`));
    for (const path of writeReport(readResults(named!), join(directory, 'again'))) {
      expect(readFileSync(join(REPORT, basename(path)), 'utf8')).toBe(readFileSync(path, 'utf8'));
    }
  });
});

describe('axes', () => {
  test('logarithmic ones hold all values, and ticks lie on them', () => {
    const scale = scaleFor([3, 4500], true);
    expect(scale).toEqual({ min: 2, max: 5000, isLog: true });
    expect(placeOf(100, scale)).toBeCloseTo(0.5);
    expect(ticksOf(scale)).toEqual([10, 100, 1000]);
  });
});
