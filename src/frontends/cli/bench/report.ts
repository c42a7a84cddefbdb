/** What `engine bench` tells: as lines with plots, or as JSON. */
import { formatFields } from '../table.ts';
import { escapeText } from '../text.ts';
import { formatBytes, formatCount, formatDuration, formatRate, plural } from '../units.ts';
import { type Bar, barLines } from './bars.ts';
import type { BenchReport, KindCost, ThreadsCost } from './measure.ts';

/** Kinds of files that get a bar of their own, if they take this share of the time. */
const SHOWN_KINDS = 8;
const LEAST_SHARE = 0.01;

export function benchLines(report: BenchReport, columns: number): string[] {
  const { info, files, bytes, leftOut, infected, unscanned, costs, kinds } = report;
  const loaded = `${formatCount(info.signatures)}, ${info.compiled ? 'compiled' : 'loaded'} in ${formatDuration(info.loadMs)}`;
  const left = leftOut === 0 ? '' : `; ${formatCount(leftOut)} left out (the time was up, or not readable)`;
  return [
    ...formatFields([
      ['Files', `${formatCount(files)}, ${formatBytes(bytes)}${left}`],
      ['Signatures', loaded],
      ['Infected', infected === 0 ? undefined : plural(infected, 'file')],
      ['Unscanned', unscanned === 0 ? undefined : plural(unscanned, 'file')],
    ]),
    '',
    'Throughput, files in the page cache, median of the passes:',
    ...barLines(
      costs.map((cost) => threadsBar(cost, report)),
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
    costs: costs.map((cost) => ({
      ...cost,
      passMs: cost.passMs.map((ms) => Math.round(ms * 1000) / 1000),
      bytesPerSecond: Math.round((report.bytes / median(cost.passMs)) * 1000),
    })),
  };
}

/** Bytes and files a second, how much faster than one thread, and the passes behind it. */
function threadsBar({ threads, passMs, passes }: ThreadsCost, { bytes, files, costs }: BenchReport): Bar {
  const ms = Math.max(median(passMs), 1e-3);
  const speedup = median(costs[0]!.passMs) / ms;
  return {
    label: plural(threads, 'thread'),
    value: 1 / ms,
    shown: [
      formatRate(bytes, ms) ?? '',
      `${formatCount(Math.round((files / ms) * 1000))} files/s`,
      ...(costs.length > 1 ? [`${speedup.toFixed(2)} ×`] : []),
      plural(passes, 'pass', 'passes'),
    ],
  };
}

/** Only when there is more than one kind of file: else it would be the same bar again. */
function kindLines(kinds: readonly KindCost[], columns: number): string[] {
  const measured = kinds.filter(({ files }) => files > 0);
  if (measured.length < 2) return [];
  const totalMs = Math.max(sumOf(measured).elapsedMs, 1e-3);
  const isShown = ({ elapsedMs }: KindCost, at: number): boolean =>
    at < SHOWN_KINDS && elapsedMs >= totalMs * LEAST_SHARE;
  const rest = measured.filter((kind, at) => !isShown(kind, at));
  return [
    '',
    'Where the time goes, one thread:',
    ...barLines(
      [
        ...measured.filter(isShown).map((kind) => kindBar(kindName(kind), kind, totalMs)),
        ...(rest.length > 0 ? [kindBar(plural(rest.length, 'other kind'), sumOf(rest), totalMs)] : []),
      ],
      columns,
    ),
  ];
}

type Cost = Omit<KindCost, 'kind'>;

function sumOf(kinds: readonly KindCost[]): Cost {
  const sum = (pick: (kind: KindCost) => number): number => kinds.reduce((total, kind) => total + pick(kind), 0);
  return {
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
    elapsedMs: sum(({ elapsedMs }) => elapsedMs),
  };
}

function kindName({ kind }: KindCost): string {
  return kind === '' ? 'no extension' : escapeText(kind);
}

function kindBar(label: string, { files, bytes, elapsedMs }: Cost, totalMs: number): Bar {
  const share = `${((elapsedMs / totalMs) * 100).toFixed(0)} %`;
  return {
    label,
    value: elapsedMs,
    shown: [share, plural(files, 'file'), formatBytes(bytes), formatRate(bytes, elapsedMs) ?? ''],
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
