/** What `engine bench` tells: as lines with plots, or as JSON. */
import { formatFields } from '../table.ts';
import { escapeText } from '../text.ts';
import { formatBytes, formatCount, formatDuration, formatRate, plural } from '../units.ts';
import { type Bar, barLines } from './bars.ts';
import type { BenchReport, KindCost, ThreadsCost } from './measure.ts';

/** Kinds of files that get a bar of their own. */
const SHOWN_KINDS = 8;

export function benchLines(report: BenchReport, columns: number): string[] {
  const { info, files, bytes, leftOut, infected, unscanned, costs, kinds } = report;
  const loaded = `${formatCount(info.signatures)}, ${info.compiled ? 'compiled' : 'loaded'} in ${formatDuration(info.loadMs)}`;
  const left = leftOut === 0 ? '' : `; ${formatCount(leftOut)} left out`;
  return [
    ...formatFields([
      ['Files', `${formatCount(files)}, ${formatBytes(bytes)}${left}`],
      ['Signatures', loaded],
      ['Infected', infected === 0 ? undefined : plural(infected, 'file')],
      ['Unscanned', unscanned === 0 ? undefined : plural(unscanned, 'file')],
    ]),
    '',
    'Throughput, files in the page cache, middle of the passes:',
    ...barLines(
      costs.map((cost) => threadsBar(cost, bytes)),
      columns,
    ),
    ...kindLines(kinds, columns),
  ];
}

/** Bytes a second and the passes behind them. */
export function benchJson(report: BenchReport): object {
  const { info, costs, ...rest } = report;
  return {
    kind: 'bench',
    ...rest,
    signatures: info.signatures,
    patternNumber: info.patternNumber,
    engineVersion: info.engineVersion,
    node: info.node,
    loadMs: info.loadMs,
    compiled: info.compiled,
    costs: costs.map((cost) => ({ ...cost, bytesPerSecond: Math.round((report.bytes / middle(cost.passMs)) * 1000) })),
  };
}

function threadsBar({ threads, passMs, passes }: ThreadsCost, bytes: number): Bar {
  const ms = middle(passMs);
  const shown = `${formatRate(bytes, ms) ?? ''}  ${formatDuration(ms)} × ${passes}`;
  return { label: plural(threads, 'thread'), value: bytes / Math.max(ms, 1e-3), shown };
}

/** Only when there is more than one kind of file: else it would be the same bar again. */
function kindLines(kinds: readonly KindCost[], columns: number): string[] {
  const shown = kinds.filter(({ files }) => files > 0).slice(0, SHOWN_KINDS);
  if (shown.length < 2) return [];
  const total = kinds.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  return [
    '',
    'Where the time goes, one thread:',
    ...barLines(
      shown.map((kind) => kindBar(kind, total)),
      columns,
    ),
  ];
}

function kindBar({ kind, files, bytes, elapsedMs }: KindCost, totalMs: number): Bar {
  const share = `${((elapsedMs / Math.max(totalMs, 1e-3)) * 100).toFixed(0)} %`;
  const shown = `${share}  ${plural(files, 'file')}, ${formatBytes(bytes)}, ${formatRate(bytes, elapsedMs) ?? '–'}`;
  return { label: kind === '' ? 'no extension' : escapeText(kind), value: elapsedMs, shown };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
