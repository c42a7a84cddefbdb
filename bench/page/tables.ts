/** The tables of the report, in Markdown. A table without rows is not there. */
import type { Results } from '../results/results.ts';
import type { Row } from '../scan/run.ts';
import { type Section, table } from './markdown.ts';
import { definitionsOf, numberOf, rowsOf } from './query.ts';
import { bytes, grouped, rate, seconds, times } from './units.ts';

/** A table for each search: engines by their speed. */
export function searchTables(results: Results): Section {
  return definitionsOf(results, 'search').flatMap(({ name, analysis, rows }) => {
    const searches = rows.filter(({ kind }) => kind === 'search');
    const ratios = new Map(
      rows.filter(({ kind }) => kind === 'ratio').map((row) => [row.peer, numberOf(row, 'speed')]),
    );
    const [first] = searches;
    if (first === undefined) return [];
    const cells = searches.map((row) => [
      String(row.engine),
      of(row, 'bytesPerSecond', rate),
      ratios.get(row.engine) === undefined ? '' : times(ratios.get(row.engine)!),
      of(row, 'compileSeconds', seconds),
      of(row, 'memoryBytes', bytes),
      of(row, 'bytes', bytes),
      row.wrong === true ? '**wrong**' : `${of(row, 'matches', grouped)} ${row.checksum}`,
    ]);
    const missing = rows.filter(({ kind }) => kind === 'skipped').map(({ engine, reason }) => `${engine}: ${reason}.`);
    return [
      `### ${name}: ${of(first, 'patterns', grouped)} literals`,
      '',
      analysis,
      '',
      ...table(
        ['engine', 'throughput', 'ours is faster by', 'compile', 'compiled', 'searched', 'matches, checksum'],
        cells,
      ),
      ...(missing.length > 0 ? [`Not in it: ${missing.join(' ')}`, ''] : []),
    ];
  });
}

export function scanTable(results: Results): Section {
  const rows = [...definitionsOf(results, 'scan'), ...definitionsOf(results, 'yara')].flatMap(({ name, rows }) =>
    rows
      .filter(({ kind }) => kind === 'median' || kind === 'yara' || kind === 'first')
      .map((row) => [
        name,
        row.kind === 'first' ? `${row.engine}, first, with its compile` : String(row.engine),
        of(row, 'wallSeconds', seconds),
        of(row, 'cpuSeconds', seconds),
        of(row, 'peakBytes', bytes),
        ratioOf(rows, row, 'wall'),
        ratioOf(rows, row, 'cpu'),
      ]),
  );
  return table(['tree', 'command', 'wall', 'processor', 'peak memory', 'ours is faster by', 'in processor time'], rows);
}

export function findingsTable(results: Results): Section {
  const rows = definitionsOf(results, 'scan').flatMap(({ name, rows }) => {
    const agreement = rows.find(({ kind }) => kind === 'agreement');
    const plants = rows.find(({ kind }) => kind === 'plants');
    const declared = rows.filter((row) => row.kind === 'difference' && row.declared !== undefined).length;
    if (agreement === undefined) return [];
    const planted = plants ? `${plants.foundByOurs} and ${plants.foundByPeer} of ${plants.planted}` : 'none';
    return [
      [
        name,
        of(agreement, 'files', grouped),
        of(rows.find((row) => row.kind === 'run' && row.engine === 'engine scan') ?? agreement, 'unscanned', grouped),
        of(agreement, 'undeclaredDifferences', grouped),
        String(declared),
        planted,
      ],
    ];
  });
  return table(
    [
      'tree',
      'files',
      'we say unsupported',
      'differences',
      'more in what is unsupported',
      'planted objects found by us and by clamscan',
    ],
    rows,
  );
}

export function growthTable(results: Results): Section {
  const rows = rowsOf(results, 'engine/growth', { kind: 'growth' }).map((row) => [
    String(row.engine),
    `${row.factor}×`,
    of(row, 'signatures', grouped),
    of(row, 'compileSeconds', seconds),
    of(row, 'imageBytes', bytes),
    of(row, 'loadSeconds', seconds),
    of(row, 'loadedBytes', bytes),
    of(row, 'scanSeconds', seconds),
    of(row, 'bytesPerSecond', rate),
  ]);
  return table(
    ['engine', '', 'signatures', 'compile, two at a time', 'image', 'load', 'resident', 'scan', 'throughput'],
    rows,
  );
}

/** Start, load, latency, threads, compile, hashes: a line each. */
export function costTable(results: Results): Section {
  const rows = results.definitions
    .filter(({ name }) => name.startsWith('engine/'))
    .flatMap(({ rows }) => rows.flatMap((row) => costLine(row) ?? []));
  return table(
    ['what', 'time', 'memory', 'more'],
    rows.map((row) => [...row]),
  );
}

function costLine(row: Row): readonly string[][] | undefined {
  const memory = of(row, 'peakBytes', bytes) || of(row, 'loadedBytes', bytes);
  switch (row.kind) {
    case 'kernel':
      return [[`kernel search, ${row.corpus}`, of(row, 'seconds', seconds), '', of(row, 'bytesPerSecond', rate)]];
    case 'start':
      return [
        [`\`${row.command}\``, of(row, 'seconds', seconds), memory, `${of(row, 'toBareNode', times)} bare Node.js`],
      ];
    case 'load':
      return [
        [
          'image load, real set',
          of(row, 'seconds', seconds),
          memory,
          `first answer after ${of(row, 'openSeconds', seconds)}`,
        ],
      ];
    case 'latency':
      return [
        ['`scanBuffer` of 10 kB, p50', `${row.p50Ms} ms`, '', `p99 ${row.p99Ms} ms, of ${of(row, 'scans', grouped)}`],
      ];
    case 'threads':
      return [
        [
          `${row.threads} threads, ${of(row, 'bytes', bytes)}`,
          of(row, 'seconds', seconds),
          memory,
          `${of(row, 'speedup', times)}, ${of(row, 'bytesPerSecond', rate)}`,
        ],
      ];
    case 'compile':
      return [[`compile: ${row.what}`, of(row, 'seconds', seconds), memory, '']];
    case 'hashes': {
      const resident = row.residentBytesEach === null ? '' : `, ${row.residentBytesEach} bytes each`;
      return [
        [
          `${of(row, 'signatures', grouped)} hashes`,
          of(row, 'loadSeconds', seconds),
          memory,
          `p50 ${row.p50Ms} ms${resident}`,
        ],
      ];
    }
  }
  return undefined;
}

/** Every definition: when, of what, and whether it was right. */
export function runTable(results: Results): Section {
  const rows = results.definitions.map(({ name, date, node, engineVersion, commit, seconds: took, isRight }) => [
    `\`npm run bench -- run ${name}\``,
    `${date.slice(0, 16).replace('T', ' ')} UTC`,
    `${engineVersion} (${commit})`,
    node,
    seconds(took),
    isRight ? 'right' : '**wrong or failed**',
  ]);
  return table(['command', 'date', 'engine (sources)', 'Node.js', 'took', 'answers'], rows);
}

/** `hyperscan 5.4.2`: what the figures of peers are of, each once. */
export function peerVersions(results: Results): string {
  const versions = results.definitions
    .flatMap(({ rows }) => rows)
    .filter(({ engine, version }) => typeof version === 'string' && version !== '' && engine !== 'engine scan')
    .map(({ engine, version }) => `${String(engine).replace(/-(literal|regex|dfa|nfa|reduced)$/, '')} ${version}`);
  return [...new Set(versions)].join(', ');
}

/** What was not there, each once. */
export function missingList(results: Results): Section {
  const missing = results.definitions.flatMap(({ name, rows }) =>
    rows
      .filter(({ kind }) => kind === 'skipped' || kind === 'failed')
      .map(
        ({ kind, engine, reason, message }) => `- ${name}: ${kind}${engine ? ` ${engine}` : ''}: ${reason ?? message}`,
      ),
  );
  return missing.length === 0 ? [] : [...new Set(missing), ''];
}

function ratioOf(rows: readonly Row[], { engine, kind }: Row, field: string): string {
  const ratio = rows.find((row) => row.kind === 'ratio' && row.peer === engine);
  return ratio === undefined || kind === 'first' ? '' : of(ratio, field, times);
}

function of(row: Row, field: string, format: (value: number) => string): string {
  const value = numberOf(row, field);
  return value === undefined ? '' : format(value);
}
