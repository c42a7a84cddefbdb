/** What `engine compile` says: the pattern file, coverage of each source, and with --report every line that is skipped, inactive or used in part. */
import type { Coverage } from '../../../scan/coverage.ts';
import type { CompileReport } from '../operations.ts';
import { formatFields, formatTable } from '../table.ts';
import { escapeText } from '../text.ts';
import { formatBytes, formatCount, formatDuration, plural } from '../units.ts';

export function compileLines(report: CompileReport, complete: boolean): string[] {
  return [
    ...formatFields([
      ['Pattern file', `${escapeText(report.output)} (${formatBytes(report.bytes)})`],
      ['Pattern number', String(report.number)],
      ['Channel', escapeText(report.channel)],
      ['Released', report.released],
      ['Signatures', withKinds(report)],
      ['Coverage', coverageInWords(report.coverage)],
      ['Content digest', report.contentDigest],
      ['Time', formatDuration(report.elapsedMs)],
    ]),
    ...sourceTable(report),
    ...reasonTable(report.coverage),
    ...(complete ? [...skippedTable(report), ...inactiveTable(report), ...expensiveTable(report)] : hint(report)),
  ];
}

function withKinds({ signatures, byKind }: CompileReport): string {
  const kinds = Object.entries(byKind)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} ${formatCount(count)}`);
  return formatCount(signatures) + (kinds.length > 0 ? ` (${kinds.join(', ')})` : '');
}

/** `363,134 lines, 99.9 % loaded, 98.6 % active` */
function coverageInWords({ lines, loaded, active, inactive }: Coverage): string {
  if (lines === 0) return 'no lines';
  const some = inPart(inactive);
  const parts = some === 0 ? '' : `, ${plural(some, 'line')} in part`;
  return `${plural(lines, 'line')}, ${percent(loaded, lines)} loaded, ${percent(active, lines)} active${parts}`;
}

/** Rounded down: what is not complete must not look so. */
function percent(part: number, whole: number): string {
  return part === whole ? '100 %' : `${(Math.floor((part / whole) * 10_000) / 100).toFixed(2)} %`;
}

function sourceTable({ sources }: CompileReport): string[] {
  const columns = [
    { title: 'Lines', align: 'right' },
    { title: 'Loaded', align: 'right' },
    { title: 'Active', align: 'right' },
    { title: 'In part', align: 'right' },
    { title: 'Inactive', align: 'right' },
    { title: 'Skipped', align: 'right' },
    { title: 'Source' },
  ] as const;
  const rows = sources.map(({ path, coverage: { lines, loaded, active, inactive, skipped } }) => [
    ...[lines, loaded, active, inPart(inactive), sum(inactive) - inPart(inactive), sum(skipped)].map(formatCount),
    escapeText(path),
  ]);
  return ['', ...formatTable(columns, rows)];
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Of the inactive ones those that are searched for, and not everywhere. */
function inPart(inactive: Readonly<Record<string, number>>): number {
  return sum(Object.fromEntries(Object.entries(inactive).filter(([reason]) => isInPart(reason))));
}

function reasonTable({ inactive, skipped }: Coverage): string[] {
  const rows = [...rowsOf('inactive', inactive), ...rowsOf('skipped', skipped)];
  if (rows.length === 0) return [];
  const columns = [
    { title: 'Lines', align: 'right' },
    { title: 'Are' },
    { title: 'Reason' },
    { title: 'Which means' },
  ] as const;
  return ['', ...formatTable(columns, rows)];
}

function rowsOf(state: string, counts: Readonly<Record<string, number>>): string[][] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => [formatCount(count), stateOf(state, reason), escapeText(reason), meaningOf(reason)]);
}

/** What waits is searched for already, and finds its share: "inactive" would tell somebody who asks for a line that it is off. */
function stateOf(state: string, reason: string): string {
  return isInPart(reason) ? 'in part' : state;
}

const isInPart = (reason: string): boolean => reason.startsWith('waiting:');

const MEANINGS: Readonly<Record<string, string>> = {
  ignored: 'an ignore list names it',
  level: 'for engines of other functionality levels',
  limit: 'a limit of the engine is exceeded',
  malformed: 'not a line of its format',
  'regular-expression': 'its regular expression cannot be searched',
  'unknown-kind': 'for a newer engine',
  'unknown-target': 'its target type has no meaning here',
};

function meaningOf(reason: string): string {
  const [word, what = ''] = reason.split(':', 2);
  if (word === 'waiting') return `searched in each file as it is; ${insideOf(what)}`;
  if (word === 'unsupported') return 'valid, and not supported here';
  return MEANINGS[reason] ?? '';
}

function insideOf(what: string): string {
  const [, container] = /^inside-(.*)$/.exec(what) ?? [];
  return container === undefined
    ? `the parts of ${escapeText(what)} are not taken out yet`
    : `${escapeText(container)} is not opened yet`;
}

function skippedTable({ skipped }: CompileReport): string[] {
  if (skipped.length === 0) return [];
  const rows = skipped.map(({ source, line, column, name, reason, detail }) => [
    placeOf(source, line, column),
    escapeText(name),
    escapeText(detail === '' ? reason : `${reason}: ${detail}`),
  ]);
  return ['', ...formatTable([{ title: 'Where' }, { title: 'Signature' }, { title: 'Why it was not taken' }], rows)];
}

function inactiveTable({ inactive }: CompileReport): string[] {
  if (inactive.length === 0) return [];
  const rows = inactive.map(({ source, line, name, reason }) => [
    placeOf(source, line),
    escapeText(name),
    stateOf('inactive', reason),
    escapeText(reason),
  ]);
  const columns = [
    { title: 'Where' },
    { title: 'Signature' },
    { title: 'Is' },
    { title: 'Why it is not wholly active' },
  ];
  return ['', ...formatTable(columns, rows)];
}

/** A record of a pattern file, or a file of a database as a whole, has no line. */
function placeOf(source: string, line: number, column?: number): string {
  const place = line === 0 ? escapeText(source) : `${escapeText(source)}:${line}`;
  return column === undefined ? place : `${place}:${column}`;
}

function expensiveTable({ expensive }: CompileReport): string[] {
  if (expensive.length === 0) return [];
  const rows = expensive.map(({ name, reason }) => [escapeText(name), escapeText(reason)]);
  return ['', ...formatTable([{ title: 'Costs most' }, { title: 'Because' }], rows)];
}

function hint({ skipped, inactive, expensive }: CompileReport): string[] {
  const what = [
    ...(skipped.length > 0 ? [`${plural(skipped.length, 'line')} not taken`] : []),
    ...(inactive.length > 0 ? [`${plural(inactive.length, 'signature')} not wholly active`] : []),
    ...(expensive.length > 0 ? [plural(expensive.length, 'expensive signature')] : []),
  ];
  return what.length === 0 ? [] : ['', `--report names each: ${what.join(', ')}.`];
}
