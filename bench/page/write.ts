/** The report of one machine: a page of Markdown with tables, and plots beside it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { REPORT, type Results, resultsPath } from '../results/results.ts';
import { goalTable } from './goal-table.ts';
import { type Plot, plotsOf } from './plots.ts';
import {
  costTable,
  findingsTable,
  growthTable,
  missingList,
  peerVersions,
  runTable,
  scanTable,
  searchTables,
} from './tables.ts';
import { bytes } from './units.ts';

const BIAS = [
  '- One machine, virtual, whose two cores others may use as well; the page cache is warm; engines take turns, and ratios are medians of the rounds.',
  '- The haystacks are programs of Debian and libwine; the literals are sampled from libraries, so that some occur. Our model of which bytes are rare was trained on other files, but of the same kinds.',
  '- Peers search with what their libraries recommend for many literals and report every match; ours notes every match too, where a scan would stop at the first of each signature. A slow engine searches the beginning of the haystack only (column *searched*).',
  '- clamscan opens and normalises more kinds of files than we do as yet; `clamscan-reduced` has archives, HTML, PDF, heuristics and phishing off. It compiles its signatures in every run, which is how it is made; we keep an image, and the row *first* shows a run that has none.',
  '- yara gets the rules that both dialects can say, compiles them in every run, and stops at the first match of each string.',
  '- No verdict is kept from one run to the next by anybody. Start, memory and `-v` are of dist/ run by node.',
] as const;

/** @returns paths of the files that were written */
export function writeReport(results: Results, directory = REPORT): string[] {
  const plots = plotsOf(results);
  mkdirSync(directory, { recursive: true });
  const files = new Map(plots.map(({ file, svg }) => [file, svg]));
  files.set('README.md', `${pageOf(results, plots).join('\n').trimEnd()}\n`);
  for (const [file, text] of files) writeFileSync(join(directory, file), text);
  return [...files.keys()].map((file) => join(directory, file));
}

function pageOf(results: Results, plots: readonly Plot[]): string[] {
  const image = (file: string): string[] => {
    const plot = plots.find((each) => each.file === file);
    return plot ? [`![${plot.title}](${plot.file})`, ''] : [];
  };
  const { cpu, cores, memoryBytes, system } = results.machine;
  const peers = peerVersions(results);
  return [
    '# Benchmarks: what was measured',
    '',
    `${cpu}, ${cores} cores, ${bytes(memoryBytes)}, ${system}. \`npm run bench\` makes this page; [raw results](results/${basename(resultsPath(results.machine))}).`,
    ...(peers === '' ? [] : [`Peers: ${peers}.`]),
    'How it is measured stands in [../README.md](../README.md). Wrong counts, checksums or detections fail a run.',
    '',
    ...section('Goals', goalTable(results)),
    ...section('Searching many literals', [
      ...image('throughput.svg'),
      ...image('other-literals.svg'),
      ...searchTables(results),
    ]),
    ...section('Scanning', [...image('scan-time.svg'), ...scanTable(results), ...findingsTable(results)]),
    ...section('More signatures', [
      ...image('load-time.svg'),
      ...image('memory.svg'),
      ...image('scaling.svg'),
      ...growthTable(results),
    ]),
    ...section('Start, threads, compiling, hashes', [...image('threads.svg'), ...costTable(results)]),
    '## Bias',
    '',
    ...BIAS,
    '',
    ...section('Missing', missingList(results)),
    ...section('Runs', runTable(results)),
  ];
}

function section(title: string, content: readonly string[]): readonly string[] {
  return content.length === 0 ? [] : [`## ${title}`, '', ...content];
}
