import type { Settings } from '../../../config/resolve.ts';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { runScan, type ScanRequest } from '../scan/run.ts';
import {
  addAlias,
  addConfigOption,
  addSettingOptions,
  BUDGET_KEYS,
  ENGINE_KEYS,
  engineOptions,
  settingsOf,
} from '../setting-options.ts';
import { SCAN_HELP } from './scan-help.ts';

const WHAT = 'What to scan:';
const OUTPUT = 'Output:';
const ENGINE = 'Patterns and engine:';
const BUDGET = 'Limits for one file (beyond them it is UNSCANNED):';

/** Options that are no settings: they concern one run. */
interface ScanFlags {
  readonly fileList?: string;
  readonly null?: boolean;
  readonly infected?: boolean;
  readonly suppressOkResults?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly clamscan?: boolean;
  readonly unofficial?: boolean;
  /** Undefined: neither was asked for. */
  readonly summary?: boolean;
  readonly progress: boolean;
}

export function defineScan(command: Command, context: CommandContext): void {
  command.argument('[PATH...]', 'files and directories; - is standard input').usage('[options] PATH...');
  addTargetOptions(command);
  addOutputOptions(command);
  addSettingOptions(command, ENGINE, [...ENGINE_KEYS, 'scan.fail-if-older-than', 'scan.all-matches']);
  addAlias(command, 'patterns', '-d, --database <FILE|DIR>');
  addAlias(command, 'scan.all-matches', '--allmatch');
  addConfigOption(command, ENGINE);
  addSettingOptions(command, BUDGET, BUDGET_KEYS);
  command.addHelpText('after', SCAN_HELP);
  command.action(async (paths: string[], flags: ScanFlags) => {
    const { io, screen, operations } = context;
    const settings = await settingsOf(command, io);
    context.exitCode = await runScan(requestOf(paths, flags, settings, context), io, screen, operations);
  });
}

function addTargetOptions(command: Command): void {
  command
    .addOption(createOption('-f, --file-list <FILE>', 'scan the paths in FILE, one a line; - is standard input', WHAT))
    .addOption(createOption('-0, --null', 'paths in the list end in NUL (find … -print0)', WHAT))
    .addOption(createOption('-r, --recursive', 'directories are always entered; accepted for clamscan').hideHelp());
  addSettingOptions(command, WHAT, ['scan.include', 'scan.exclude', 'scan.exclude-directories']);
}

function addOutputOptions(command: Command): void {
  const add = (flag: string, summary: string) => command.addOption(createOption(flag, summary, OUTPUT));
  add('-i, --infected', 'show only what was found');
  add('-o, --suppress-ok-results', 'show everything but OK lines');
  add('-v, --verbose', 'show where inside a container, why something is unscanned, and what was skipped');
  add('--json', 'one JSON object a line instead of text (see below)');
  add('--clamscan', 'lines as clamscan writes them: names with .UNOFFICIAL, no summary unless --summary');
  add('--unofficial', 'add .UNOFFICIAL to names that are out of no database signed by ClamAV');
  // Both, so that neither has a default: with --clamscan the summary is on demand.
  command.addOption(createOption('--summary', '').hideHelp());
  add('--no-summary', 'no summary at the end');
  add('--no-progress', 'no progress line while a terminal watches');
  addSettingOptions(command, OUTPUT, ['scan.log', 'scan.allow-unscanned']);
}

function requestOf(
  paths: readonly string[],
  flags: ScanFlags,
  settings: Settings,
  { io }: CommandContext,
): ScanRequest {
  return {
    targets: {
      paths: paths.map((path) => io.argumentBytes(path)),
      fileList: flags.fileList === undefined ? undefined : io.argumentBytes(flags.fileList),
      nul: flags.null ?? false,
    },
    globs: {
      include: settings.get('scan.include'),
      exclude: settings.get('scan.exclude'),
      excludeDirectories: settings.get('scan.exclude-directories'),
    },
    engine: engineOptions(settings),
    threads: settings.get('threads'),
    report: {
      lines: {
        infectedOnly: flags.infected ?? false,
        suppressOk: flags.suppressOkResults ?? false,
        verbose: flags.verbose ?? false,
        clamscan: flags.clamscan ?? false,
      },
      json: flags.json ?? false,
      summary: flags.summary ?? !(flags.clamscan ?? false),
      log: settings.get('scan.log'),
    },
    unofficial: flags.unofficial ?? flags.clamscan ?? false,
    progress: flags.progress,
    allowUnscanned: settings.get('scan.allow-unscanned'),
    failIfOlderThanMs: settings.get('scan.fail-if-older-than'),
  };
}
