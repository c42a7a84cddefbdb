import type { Settings } from '../../../config/resolve.ts';
import type { Support } from '../../../update/outcome.ts';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { addConfigOption, addSettingOptions, engineOptions, patternChoice, settingsOf } from '../setting-options.ts';
import { completeJsonLine } from '../text.ts';
import { type VersionReport, versionJson, versionLines } from '../version/report.ts';
import { tellWarnings, warnOfFactoryPatterns, warnOfStalePatterns } from '../warnings.ts';

interface VersionFlags {
  readonly json?: boolean;
}

const HELP = `
The pattern number says which release of the pattern file is active; behind it
stands how many signatures that is. Neither the network nor the signatures are
touched: this is what the last update left. "engine patterns list" shows every
number that is kept, "engine health" is for monitoring.
`;

export function defineVersion(command: Command, context: CommandContext): void {
  addSettingOptions(command, 'Options:', ['patterns', 'store', 'cache']);
  addConfigOption(command, 'Options:');
  command.addOption(createOption('--json', 'as one JSON object'));
  command.addHelpText('after', HELP);
  command.action(async (flags: VersionFlags) => {
    const { io, screen } = context;
    const settings = await settingsOf(command, io);
    const report = await gather(settings, context);
    if (flags.json) screen.out(completeJsonLine(versionJson(report, io.now())));
    else for (const line of versionLines(report, io.now())) screen.out(line);
    await warnOfFactoryPatterns(report.info, patternChoice(settings), context.operations, screen);
    warnOfStalePatterns(report.info, io.now(), screen);
    tellWarnings(report.store?.troubles ?? [], screen);
  });
}

/** Patterns that were named do not come out of the store: then nothing of it is told. */
async function gather(settings: Settings, { io, operations }: CommandContext): Promise<VersionReport> {
  const info = await operations.patternInfo(engineOptions(settings));
  if (settings.get('patterns').length > 0) return { info, store: undefined, memory: undefined, support: undefined };
  const directory = settings.get('store');
  // Of a store that may not be read nothing is told but that: a warning follows.
  const store = await operations.store.view(directory).catch(() => undefined);
  const memory = await operations.updates.memory(directory);
  const support = memory && (await supportInWords(memory.support, io.now()));
  return { info, store, memory, support };
}

/** What the last check was told, as it stands today. */
async function supportInWords(support: Support, now: number): Promise<string> {
  // semver, which the other case needs not, takes its time.
  if (support.kind === 'supported') return 'supported';
  const { supportAt, supportText } = await import('../../../update/lifecycle.ts');
  return supportText(supportAt(support, now));
}
