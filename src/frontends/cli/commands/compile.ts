import { basename } from 'node:path';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { CliError } from '../errors.ts';
import type { CompileReport, SkippedSignature } from '../operations.ts';
import { releaseTime } from '../release-time.ts';
import { formatFields, formatTable } from '../table.ts';
import { escapeText, jsonLine } from '../text.ts';
import { formatBytes, formatCount, formatDuration, plural } from '../units.ts';
import { readEngineRange } from './engine-range.ts';
import { readInstant, readLicence, readPatternNumber } from './values.ts';

interface CompileFlags {
  readonly output: string;
  readonly number?: number;
  readonly channel: string;
  readonly released?: string;
  readonly engine?: string;
  readonly licence?: string;
  readonly report?: boolean;
  readonly json?: boolean;
}

const HELP = `
Examples:
  $ engine compile my.ndb my.ldb -o 1001.npf     the number comes from the name
  $ engine compile sigs/ -o new.npf --number 1002 --report

The same sources give the same records and the same content digest; to get the
same file byte by byte, give --released or set SOURCE_DATE_EPOCH as well. A line
that cannot be used is left out and counted, never the whole source; --report
names each one. A pattern number is an integer 1 … 2^53−1 without leading zeros.
`;

export function defineCompile(command: Command, context: CommandContext): void {
  command
    .argument('<SOURCE...>', 'signature sources, or directories of them')
    .requiredOption('-o, --output <FILE>', 'pattern file to write')
    .addOption(
      createOption('-n, --number <N>', 'pattern number (default: the number in the name of the output)').argParser(
        readPatternNumber,
      ),
    )
    .option('--channel <NAME>', 'release channel', 'stable')
    .addOption(
      createOption('--engine <RANGE>', 'engines that may use it, as SemVer range (default: all)').argParser(
        readEngineRange,
      ),
    )
    .addOption(createOption('--licence <NAME>', 'licence of the sources (default: unknown)').argParser(readLicence))
    .addOption(createOption('--released <TIME>', 'time of release, ISO 8601 (default: now)').argParser(readInstant))
    .option('--report', 'name every line that was not taken, and the signatures that cost most')
    .option('--json', 'the whole report as one JSON object')
    .addHelpText('after', HELP)
    .action(async (sources: string[], flags: CompileFlags) => {
      const { io, screen, operations } = context;
      const report = await operations.compile(sources, {
        output: flags.output,
        number: flags.number ?? numberOfName(flags.output),
        channel: flags.channel,
        released: releaseTime(flags.released, io),
        ...(flags.engine !== undefined && { engineRange: flags.engine }),
        ...(flags.licence !== undefined && { licence: flags.licence }),
      });
      if (flags.json) screen.out(jsonLine(report));
      else for (const line of compileLines(report, flags.report ?? false)) screen.out(line);
    });
}

export function compileLines(report: CompileReport, complete: boolean): string[] {
  return [
    ...formatFields([
      ['Pattern file', `${escapeText(report.output)} (${formatBytes(report.bytes)})`],
      ['Pattern number', String(report.number)],
      ['Channel', escapeText(report.channel)],
      ['Released', report.released],
      ['Signatures', withKinds(report)],
      ['Not taken', report.skipped.length > 0 ? formatCount(report.skipped.length) : undefined],
      ['Content digest', report.contentDigest],
      ['Time', formatDuration(report.elapsedMs)],
    ]),
    ...sourceTable(report),
    ...reasonTable(report.skipped),
    ...(complete ? [...skippedTable(report.skipped), ...expensiveTable(report)] : hint(report)),
  ];
}

function withKinds({ signatures, byKind }: CompileReport): string {
  const kinds = Object.entries(byKind)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} ${formatCount(count)}`);
  return formatCount(signatures) + (kinds.length > 0 ? ` (${kinds.join(', ')})` : '');
}

function sourceTable({ sources }: CompileReport): string[] {
  const columns = [
    { title: 'Taken', align: 'right' },
    { title: 'Not taken', align: 'right' },
    { title: 'Source' },
  ] as const;
  const rows = sources.map(({ path, signatures, skipped }) => [
    formatCount(signatures),
    formatCount(skipped),
    escapeText(path),
  ]);
  return ['', ...formatTable(columns, rows)];
}

function reasonTable(skipped: readonly SkippedSignature[]): string[] {
  if (skipped.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const rows = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => [formatCount(count), escapeText(reason)]);
  return ['', ...formatTable([{ title: 'Lines', align: 'right' }, { title: 'Not taken because' }], rows)];
}

function skippedTable(skipped: readonly SkippedSignature[]): string[] {
  if (skipped.length === 0) return [];
  const rows = skipped.map(({ source, line, name, reason, detail }) => [
    `${escapeText(source)}:${line}`,
    escapeText(name),
    escapeText(detail === '' ? reason : `${reason}: ${detail}`),
  ]);
  return ['', ...formatTable([{ title: 'Where' }, { title: 'Signature' }, { title: 'Why it was not taken' }], rows)];
}

function expensiveTable({ expensive }: CompileReport): string[] {
  if (expensive.length === 0) return [];
  const rows = expensive.map(({ name, reason }) => [escapeText(name), escapeText(reason)]);
  return ['', ...formatTable([{ title: 'Costs most' }, { title: 'Because' }], rows)];
}

function hint({ skipped, expensive }: CompileReport): string[] {
  if (skipped.length + expensive.length === 0) return [];
  const what = [
    ...(skipped.length > 0 ? [`${plural(skipped.length, 'line')} not taken`] : []),
    ...(expensive.length > 0 ? [plural(expensive.length, 'expensive signature')] : []),
  ];
  return ['', `--report names each: ${what.join(', ')}.`];
}

function numberOfName(output: string): number {
  const [, digits] = /^(\d+)\.npf$/.exec(basename(output)) ?? [];
  if (digits === undefined) {
    throw new CliError('CLI_USAGE', `compile: expected --number N, since ${escapeText(basename(output))} is no N.npf`);
  }
  try {
    return readPatternNumber(digits);
  } catch (cause) {
    throw new CliError('CLI_USAGE', `compile: ${digits} in the name of the output: ${(cause as Error).message}`, {
      cause,
    });
  }
}
