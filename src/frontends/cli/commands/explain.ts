import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../errors.ts';
import type { ExplainedDetection, ExplainedPart, ExplainReport } from '../operations.ts';
import {
  addAlias,
  addConfigOption,
  addSettingOptions,
  BUDGET_KEYS,
  ENGINE_KEYS,
  engineOptions,
  settingsOf,
} from '../setting-options.ts';
import { formatTable } from '../table.ts';
import { escapeText, jsonLine } from '../text.ts';
import { formatBytes, formatCount } from '../units.ts';

/** Bytes of a match that a line shows. */
const SHOWN_BYTES = 16;

interface ExplainFlags {
  readonly signature?: string;
  readonly json?: boolean;
}

const HELP = `
Examples:
  $ engine explain suspect.zip                  what matched, and where
  $ engine explain suspect.bin -s Win.Trojan.X  or why that one did not

Offsets are bytes from the start of the layer. Exit codes: 0 nothing matched,
1 something matched, 2 an error or something unscanned.
`;

export function defineExplain(command: Command, context: CommandContext): void {
  command.argument('<FILE>', 'file to look into');
  command.addOption(createOption('-s, --signature <NAME>', 'that signature alone, and why it did not match'));
  addSettingOptions(command, 'Options:', ENGINE_KEYS);
  addAlias(command, 'patterns', '-d, --database <FILE|DIR>');
  addConfigOption(command, 'Options:');
  command.addOption(createOption('--json', 'one JSON object instead of text'));
  addSettingOptions(command, 'Limits:', BUDGET_KEYS);
  command.addHelpText('after', HELP);
  command.action(async (file: string, flags: ExplainFlags) => {
    const { io, screen, operations } = context;
    const settings = await settingsOf(command, io);
    const signature = flags.signature === undefined ? {} : { signature: flags.signature };
    const report = await operations.explain(file, { ...engineOptions(settings), allMatches: true, ...signature });
    if (flags.json) screen.out(jsonLine(explainJson(report, file)));
    else for (const line of explainLines(report, file)) screen.out(line);
    context.exitCode = explainExitCode(report);
  });
}

export function explainExitCode({ verdict }: ExplainReport): number {
  switch (verdict.kind) {
    case 'infected':
      return EXIT.found;
    case 'unscanned':
      return EXIT.trouble;
    case 'clean':
      return EXIT.fine;
  }
}

export function explainLines(report: ExplainReport, file: string): string[] {
  return [
    ...layerTable(report, file),
    ...report.detections.flatMap((detection) => ['', ...detectionLines(detection, file)]),
    ...report.missing.flatMap(({ entry, signature, reasons }) => [
      '',
      `${escapeText(signature)} does not match ${layerName(entry, file)}:`,
      ...reasons.map((reason) => `  ${escapeText(reason)}`),
    ]),
    ...unscannedLines(report, file),
    ...(report.detections.length + report.missing.length === 0 ? ['', 'No signature matches.'] : []),
  ];
}

/** The report with the bytes of parts as lower-case hex. */
export function explainJson(report: ExplainReport, file: string): object {
  const detections = report.detections.map((detection) => ({
    ...detection,
    parts: detection.parts.map((part) => ({ ...part, bytes: Buffer.from(part.bytes).toString('hex') })),
  }));
  return { kind: 'explanation', path: file, ...report, detections };
}

function layerTable({ layers }: ExplainReport, file: string): string[] {
  const columns = [{ title: 'Layer' }, { title: 'Type' }, { title: 'Size', align: 'right' }] as const;
  return formatTable(
    columns,
    layers.map(({ entry, fileType, size, view }) => [
      layerName(entry, file),
      view === undefined ? fileType : `${fileType}, normalised`,
      formatBytes(size),
    ]),
  );
}

function detectionLines({ name, entry, view, summary, parts }: ExplainedDetection, file: string): string[] {
  const columns = [
    { title: '  Pattern', align: 'right' },
    { title: 'Offset', align: 'right' },
    { title: 'Length', align: 'right' },
    { title: 'Bytes' },
    { title: '' },
  ] as const;
  return [
    `${escapeText(name)} matches ${layerName(entry, file)}${view === undefined ? '' : ', normalised'}${summary === '' ? '' : `: ${escapeText(summary)}`}`,
    ...(parts.length === 0 ? [] : formatTable(columns, parts.map(partRow))),
  ];
}

function partRow({ pattern, offset, length, bytes }: ExplainedPart): string[] {
  const shown = Buffer.from(bytes.subarray(0, SHOWN_BYTES));
  const more = length > shown.length ? ' …' : '';
  const hex = shown.toString('hex').replace(/..(?!$)/g, '$& ');
  return [String(pattern), `0x${offset.toString(16)}`, formatCount(length), hex + more, printable(shown)];
}

function printable(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
}

function unscannedLines({ verdict }: ExplainReport, file: string): string[] {
  if (verdict.kind === 'clean' || verdict.unscanned.length === 0) return [];
  return [
    '',
    ...verdict.unscanned.map(
      ({ entry, reason, message }) => `Not looked at: ${layerName(entry, file)}: ${reason}: ${escapeText(message)}`,
    ),
  ];
}

function layerName(entry: readonly string[], file: string): string {
  return [file, ...entry].map(escapeText).join(' > ');
}
