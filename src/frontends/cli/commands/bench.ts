import { measureThroughput } from '../bench/measure.ts';
import { benchJson, benchLines } from '../bench/report.ts';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT } from '../errors.ts';
import {
  addAlias,
  addConfigOption,
  addSettingOptions,
  BUDGET_KEYS,
  ENGINE_KEYS,
  engineOptions,
  settingsOf,
} from '../setting-options.ts';
import { jsonLine } from '../text.ts';
import { readInteger } from './values.ts';

const DEFAULT_SECONDS = 20;
const MOST_SECONDS = 3600;
/** Wider plots are harder to read. */
const MOST_COLUMNS = 100;

interface BenchFlags {
  readonly seconds: number;
  readonly json?: boolean;
}

const HELP = `
Examples:
  $ engine bench /usr/bin        one thread, then all, with the active patterns
  $ engine bench -p sigs/ /srv   your own files and signatures

Every file is scanned once before anything is counted: files and code are in
their caches then. Loading is apart. What is found is counted and no error: exit
code 0.
`;

export function defineBench(command: Command, context: CommandContext): void {
  command.argument('<PATH...>', 'files and directories');
  const seconds = createOption('--seconds <N>', 'about how long it takes');
  command.addOption(seconds.default(DEFAULT_SECONDS).argParser(readInteger(1, MOST_SECONDS)));
  command.addOption(createOption('--json', 'one JSON object instead of text'));
  addSettingOptions(command, 'Options:', ENGINE_KEYS);
  addAlias(command, 'patterns', '-d, --database <FILE|DIR>');
  addConfigOption(command, 'Options:');
  addSettingOptions(command, 'Limits:', BUDGET_KEYS);
  command.addHelpText('after', HELP);
  command.action(async (paths: string[], flags: BenchFlags) => {
    const { io, screen, operations } = context;
    const settings = await settingsOf(command, io);
    const report = await measureThroughput(
      {
        paths: paths.map((path) => io.argumentBytes(path)),
        engine: engineOptions(settings),
        threads: [...new Set([1, settings.get('threads')])],
        timeMs: flags.seconds * 1000,
        signal: io.interruption,
        onProgress: (what) => screen.status(what),
      },
      operations,
    );
    screen.status('');
    if (io.interruption.aborted) return;
    if (report === undefined) throw new CliError('CLI_USAGE', 'bench: expected files that can be scanned, got none');
    if (flags.json) screen.out(jsonLine(benchJson(report)));
    else for (const line of benchLines(report, Math.min(io.stdout.columns ?? 80, MOST_COLUMNS))) screen.out(line);
    context.exitCode = EXIT.fine;
  });
}
