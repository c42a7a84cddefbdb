/** The commands behind `engine publish` that keep a repository in order: refresh, withdraw, lifecycle, rotate, verify, list. */
import type { RepositoryReport } from '../../../publish/reports.ts';
import type { LifecycleEntry } from '../../../update/repository.ts';
import { type Command, createOption } from '../commander.ts';
import { readPatternNumber } from '../commands/values.ts';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT } from '../errors.ts';
import { addExamples } from '../examples.ts';
import type { Screen } from '../screen.ts';
import { completeJsonLine, escapeText } from '../text.ts';
import { tellWarnings } from '../warnings.ts';
import { readLifecycleEntry } from './lifecycle-entry.ts';
import { withPassphrase } from './passphrase.ts';
import { addJson, type JsonFlag, publishCommand } from './publish-command.ts';
import { lifecycleTable, repositoryLines, rotateLines, signedLine } from './report.ts';

const KEEP = 'Keep in order:';
const LOOK = 'Look:';

export function defineKeep(parent: Command, context: CommandContext): void {
  defineRefresh(parent, context);
  defineWithdraw(parent, context);
  defineLifecycle(parent, context);
  defineRotate(parent, context);
  defineList(parent, context);
  defineVerify(parent, context);
}

function defineRefresh(parent: Command, context: CommandContext): void {
  const command = addJson(
    publishCommand(parent, KEEP, 'refresh', 'sign the timestamp again, for cron: daily or more often'),
  );
  command.addHelpText(
    'after',
    '\nConsumers take a timestamp that is older than two days for an attack, or for a\npublisher that is gone. What else is about to expire is signed again as well.\n',
  );
  addExamples(command, 'publish refresh repo', 'publish refresh repo --json | jq .warnings');
  command.action(async (directory: string, { json }: JsonFlag) => {
    const { screen, operations } = context;
    const report = await withPassphrase(context, (passphrase) =>
      operations.publisher.refresh(directory, { passphrase }),
    );
    if (json) screen.out(completeJsonLine(report));
    else for (const role of report.roles) if (report.renewed.includes(role.role)) screen.out(signedLine(role));
    tellWarnings(report.warnings, screen);
  });
}

function defineWithdraw(parent: Command, context: CommandContext): void {
  const command = publishCommand(parent, KEEP, 'withdraw', 'call a release back; the cure is always a higher number');
  command.argument('<N>', 'pattern number', readPatternNumber);
  command.requiredOption('--reason <TEXT>', 'one sentence, for those who have it');
  addExamples(command, "publish withdraw repo 1041 --reason 'finds a library of the system'");
  command.action(async (directory: string, number: number, { reason }: { readonly reason: string }) => {
    const { screen, operations } = context;
    const { warnings } = await withPassphrase(context, (passphrase) =>
      operations.publisher.withdraw(directory, number, reason, { passphrase }),
    );
    screen.out(`Pattern number ${number} is withdrawn: nobody gets it any more, and who has it is told.`);
    screen.out('The cure is a higher number: "engine publish release".');
    tellWarnings(warnings, screen);
  });
}

const LIFECYCLE_HELP = `
Engines in RANGE get no pattern number above last=N, and their support ends on
ends=DATE. Every such engine says so from half a year before, in "engine -v", in
"engine health" and by its updates; so set it early.

Examples:
  $ engine publish lifecycle repo
  $ engine publish lifecycle repo \\
      --add 'engine=<1.6.0 last=2400 ends=2027-12-31 move-to=>=1.6.0'
  $ engine publish lifecycle repo --remove '<1.6.0'
`;

interface LifecycleFlags extends JsonFlag {
  readonly add?: readonly LifecycleEntry[];
  readonly remove?: readonly string[];
  readonly force?: boolean;
}

function defineLifecycle(parent: Command, context: CommandContext): void {
  const command = publishCommand(parent, KEEP, 'lifecycle', 'show or set until when which engines are supported');
  const collectEntries = (text: string, previous: readonly LifecycleEntry[] | undefined) => [
    ...(previous ?? []),
    readLifecycleEntry(text),
  ];
  const collectRanges = (text: string, previous: readonly string[] | undefined) => [...(previous ?? []), text];
  command.addOption(
    createOption('--add <ENTRY>', "'engine=RANGE ends=DATE last=N move-to=RANGE'; repeatable").argParser(
      collectEntries,
    ),
  );
  command.addOption(
    createOption('--remove <RANGE>', 'the entry of these engines; repeatable').argParser(collectRanges),
  );
  command.option('--force', 'also an end that is less than 180 days ahead');
  addJson(command).addHelpText('after', LIFECYCLE_HELP);
  command.action(async (directory: string, flags: LifecycleFlags) => {
    const { screen, operations } = context;
    const { lifecycle: before } = await operations.publisher.list(directory);
    if (flags.add === undefined && flags.remove === undefined) {
      tellLifecycle(before, flags, screen);
      return;
    }
    const after = changed(before, flags);
    const { lifecycle, warnings } = await withPassphrase(context, (passphrase) =>
      operations.publisher.setLifecycle(directory, after, { passphrase, force: flags.force ?? false }),
    );
    tellLifecycle(lifecycle, flags, screen);
    tellWarnings(warnings, screen);
  });
}

function tellLifecycle(lifecycle: readonly LifecycleEntry[], { json }: JsonFlag, screen: Screen): void {
  if (json) screen.out(completeJsonLine({ lifecycle }));
  else if (lifecycle.length === 0) screen.out('No engine has an end of support.');
  else for (const line of lifecycleTable(lifecycle)) screen.out(line);
}

/** An entry for the same range takes the place of the old one. @throws {CliError} `CLI_NOT_FOUND` */
function changed(
  before: readonly LifecycleEntry[],
  { add = [], remove = [] }: LifecycleFlags,
): readonly LifecycleEntry[] {
  for (const range of remove) {
    if (before.some(({ engine }) => engine === range)) continue;
    const ranges = before.map(({ engine }) => `'${engine}'`).join(', ') || 'none';
    throw new CliError('CLI_NOT_FOUND', `publish lifecycle: no entry is for '${range}': expected one of ${ranges}`);
  }
  const replaced = new Set([...remove, ...add.map(({ engine }) => engine)]);
  return [...before.filter(({ engine }) => !replaced.has(engine)), ...add];
}

function defineRotate(parent: Command, context: CommandContext): void {
  const command = publishCommand(parent, KEEP, 'rotate', 'put a new key in the place of the old one');
  command.argument('<KEY>', 'root, targets, patterns, snapshot, timestamp or minisign');
  addJson(command);
  command.addHelpText('after', '\nConsumers follow by themselves: a new root is signed by the old and new keys.\n');
  addExamples(command, 'publish rotate repo timestamp', 'publish rotate repo root');
  command.action(async (directory: string, key: string, { json }: JsonFlag) => {
    const { screen, operations } = context;
    const report = await withPassphrase(context, (passphrase) =>
      operations.publisher.rotate(directory, key, { passphrase }),
    );
    if (json) screen.out(completeJsonLine(report));
    else for (const line of rotateLines(report)) screen.out(line);
    tellWarnings(report.warnings, screen);
  });
}

function defineList(parent: Command, context: CommandContext): void {
  const command = addJson(publishCommand(parent, LOOK, 'list', 'show releases, roles and lifecycle'));
  addExamples(command, 'publish list repo');
  command.action(async (directory: string, { json }: JsonFlag) => {
    const { screen, operations } = context;
    const report = await operations.publisher.list(directory);
    if (json) screen.out(completeJsonLine(report));
    else for (const line of repositoryLines(report)) screen.out(line);
    tellWarnings(report.warnings, screen);
  });
}

function defineVerify(parent: Command, context: CommandContext): void {
  const command = addJson(publishCommand(parent, LOOK, 'verify', 'check every digital signature, digest and delta'));
  command.addHelpText('after', '\nDIR may be the public directory alone: a mirror can be verified without keys.\n');
  addExamples(command, 'publish verify repo', 'publish verify /srv/www/patterns');
  command.action(async (directory: string, { json }: JsonFlag) => {
    const { screen, operations } = context;
    const report = await operations.publisher.verify(directory);
    if (report.problems.length > 0) context.exitCode = EXIT.trouble;
    if (json) screen.out(completeJsonLine(report));
    else tellVerified(report, screen);
    tellWarnings(report.warnings, screen);
  });
}

function tellVerified(report: RepositoryReport, screen: Screen): void {
  for (const line of repositoryLines(report)) screen.out(line);
  screen.out('');
  if (report.problems.length === 0) screen.out(screen.paint('stdout', 'green', 'Everything fits.'));
  for (const problem of report.problems) screen.out(screen.paint('stdout', 'red', `PROBLEM: ${escapeText(problem)}`));
}
