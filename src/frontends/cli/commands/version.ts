import { loadSettings } from '../../../config/resolve.ts';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import type { PatternInfo } from '../operations.ts';
import { addConfigOption, addSettingOptions, engineOptions, flagsOf } from '../setting-options.ts';
import { formatFields, formatTable } from '../table.ts';
import { escapeText, jsonLine } from '../text.ts';
import { formatAge, formatCount, formatInstant, formatPatternNumber } from '../units.ts';
import { warnOfFactoryPatterns } from '../warnings.ts';

interface VersionFlags {
  readonly json?: boolean;
  readonly config?: string;
}

export function defineVersion(command: Command, context: CommandContext): void {
  addSettingOptions(command, 'Options:', ['patterns', 'cache']);
  addConfigOption(command, 'Options:');
  command.addOption(createOption('--json', 'as one JSON object'));
  command.action(async (flags: VersionFlags) => {
    const { io, screen, operations } = context;
    const settings = await loadSettings({
      flags: flagsOf(command),
      environment: io.environment,
      configFile: flags.config,
    });
    const info = await operations.patternInfo(engineOptions(settings));
    if (flags.json) screen.out(jsonLine(versionJson(info, io.now())));
    else for (const line of versionLines(info, io.now())) screen.out(line);
    warnOfFactoryPatterns(info, screen);
  });
}

export function versionLines(info: PatternInfo, now: number): string[] {
  const newest = newestOf(info);
  return [
    ...formatFields([
      ['Product', `sigwall ${info.productVersion}`],
      ['Engine version', info.engineVersion],
      ['Pattern number', formatPatternNumber(info.patternNumber)],
      ['Signatures', formatCount(info.signatures)],
      ['Released', newest && formatInstant(newest)],
      ['Age', newest && (formatAge(newest, now) ?? 'released in the future: check the clock')],
      ['Node', info.node],
    ]),
    ...patternTable(info),
  ];
}

/** `ageMs` may be negative when a clock is wrong. */
function versionJson(info: PatternInfo, now: number): object {
  const newest = newestOf(info);
  return {
    product: 'sigwall',
    productVersion: info.productVersion,
    engineVersion: info.engineVersion,
    patternNumber: info.patternNumber,
    signatures: info.signatures,
    released: newest ?? null,
    ageMs: newest === undefined ? null : now - Date.parse(newest),
    node: info.node,
    patterns: info.patterns,
  };
}

function patternTable({ patterns }: PatternInfo): string[] {
  if (patterns.length === 0) return [];
  const columns = [
    { title: 'Number', align: 'right' },
    { title: 'Signatures', align: 'right' },
    { title: 'Not used', align: 'right' },
    { title: 'Channel' },
    { title: 'Released' },
    { title: 'Path' },
  ] as const;
  const rows = patterns.map((file) => [
    formatPatternNumber(file.number),
    formatCount(file.signatures),
    formatCount(Object.values(file.skipped).reduce((sum, count) => sum + count, 0)),
    escapeText(file.channel),
    formatInstant(file.released),
    file.factory ? `${escapeText(file.path)} (factory)` : escapeText(file.path),
  ]);
  return ['', ...formatTable(columns, rows)];
}

function newestOf({ patterns }: PatternInfo): string | undefined {
  return patterns
    .map(({ released }) => released)
    .sort()
    .at(-1);
}
