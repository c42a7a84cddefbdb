/** `engine patterns import`: an update from a repository in a directory, where there is no network. */
import { type Command, createOption } from '../commander.ts';
import { readInstant } from '../commands/values.ts';
import type { CommandContext } from '../context.ts';
import { untilInterrupted } from '../interruption.ts';
import { tellNotices } from '../notices.ts';
import { addSettingOptions, settingsOf } from '../setting-options.ts';
import { completeJsonLine } from '../text.ts';
import { UpdateProgressLine } from '../update/progress.ts';
import { outcomeJson, outcomeLines } from '../update/report.ts';
import { checkCleanCorpus, commonRequest } from '../update/request.ts';
import type { UpdateProgress } from '../update-operations.ts';
import { addJson, storeCommand } from './store-command.ts';

interface ImportFlags {
  readonly mediaDate?: string;
  readonly json?: boolean;
}

const HELP = `
DIR holds what a publisher's web server shows (metadata/, targets/), on a CD, a
USB stick or a share. It is verified exactly as over the network. What is signed
for a few days only is too old on a CD: --media-date says when the CD was made,
and takes the place of today for that alone. No older pattern file than one that
was seen before is ever taken.

Examples:
  $ engine patterns import /media/cdrom --root root.json     the first time
  $ engine patterns import /media/cdrom --media-date 2026-11-20
`;

export function defineImport(parent: Command, context: CommandContext): void {
  const command = storeCommand(parent, 'import', 'update from a directory: a CD, a USB stick').helpGroup('Bring:');
  command.argument('<DIR>', 'copy of a repository');
  command.addOption(
    createOption('--media-date <DATE>', 'when the copy was made, ISO 8601', 'Options:').argParser(readInstant),
  );
  const keys = ['update.root', 'update.channel', 'update.clean', 'update.strict', 'update.keep'] as const;
  addSettingOptions(command, 'Options:', keys);
  addJson(command).addHelpText('after', HELP);
  command.action(async (directory: string, { mediaDate, json }: ImportFlags) => {
    const { io, screen, operations } = context;
    const settings = await settingsOf(command, io);
    await checkCleanCorpus(settings);
    const line = screen.isWatched ? new UpdateProgressLine(screen) : undefined;
    const onProgress = line && ((progress: UpdateProgress) => line.report(progress));
    const request = { ...commonRequest(settings), directory, mediaDate, signal: io.interruption, onProgress };
    const work = operations.updates.importFrom(request);
    const outcome = await untilInterrupted(work, io.interruption).finally(() => line?.stop());
    if (outcome === undefined) return;
    if (json) screen.out(completeJsonLine(outcomeJson(outcome)));
    else for (const text of outcomeLines(outcome, io.now())) screen.out(text);
    tellNotices(outcome.notices, screen);
  });
}
