/** `engine publish init` and `release`: what brings something new into a repository. */
import type { ReleaseReport } from '../../../publish/reports.ts';
import { type Command, createOption } from '../commander.ts';
import { readEngineRange } from '../commands/engine-range.ts';
import { collect, readChannel, readInstant, readInteger, readLicence, readPatternNumber } from '../commands/values.ts';
import type { CommandContext } from '../context.ts';
import { addExamples } from '../examples.ts';
import { changeLines, changesInWords } from '../patterns/compare.ts';
import { releaseTime } from '../release-time.ts';
import type { Screen } from '../screen.ts';
import { completeJsonLine } from '../text.ts';
import { tellWarnings } from '../warnings.ts';
import { newPassphrase, withPassphrase } from './passphrase.ts';
import { addJson, type JsonFlag, publishCommand } from './publish-command.ts';
import { initLines, releaseLines } from './report.ts';

const NEW = 'Begin and release:';
/** Names of signatures that are shown without --all: a first release has all of them. */
const SHOWN_CHANGES = 50;

export function defineRelease(parent: Command, context: CommandContext): void {
  defineInit(parent, context);
  defineReleaseItself(parent, context);
}

const INIT_HELP = `
Keys: root (three, of which two must agree) and targets, encrypted with the
passphrase and needed a few times a year; patterns, snapshot, timestamp and
minisign, which sign releases, plain. Keep a copy of DIR/keys/ where nobody else
comes, and carry the root keys away: they decide what everybody believes.
`;

function defineInit(parent: Command, context: CommandContext): void {
  const command = publishCommand(parent, NEW, 'init', 'make the keys and an empty repository');
  command.option('--no-passphrase', 'leave the private keys readable for whoever gets the files');
  addJson(command);
  command.addHelpText('after', INIT_HELP);
  addExamples(command, 'publish init repo', 'publish init repo --no-passphrase');
  command.action(async (directory: string, flags: JsonFlag & { readonly passphrase: boolean }) => {
    const { screen, operations } = context;
    const passphrase = flags.passphrase ? await newPassphrase(context) : undefined;
    const report = await operations.publisher.init(directory, { passphrase });
    if (flags.json) screen.out(completeJsonLine(report));
    else for (const line of initLines(report)) screen.out(line);
    tellWarnings(report.warnings, screen);
  });
}

interface ReleaseFlags extends JsonFlag {
  readonly number?: number;
  readonly channel: string;
  readonly rollout?: number;
  readonly engine?: string;
  readonly licence?: string;
  readonly clean?: readonly string[];
  readonly released?: string;
  readonly all?: boolean;
}

const HELP = `
Sources are ClamAV signature files, or directories of them. The release is
compiled, tried out, compared with the one before, and signed; the same sources,
number and time of release give the same bytes (SOURCE_DATE_EPOCH sets the time
as well). A signature that hits a file below --clean is named: withdraw the
number or release a higher one without it.

Examples:
  $ engine publish release repo my.ndb my.ldb
  $ engine publish release repo sigs/ --clean /usr/bin --rollout 24
  $ engine publish release repo sigs/ --channel canary
`;

function defineReleaseItself(parent: Command, context: CommandContext): void {
  const command = publishCommand(parent, NEW, 'release', 'compile, try out, sign and publish the next pattern number');
  command.argument('<SOURCE...>', 'signature sources, or directories of them');
  const number = createOption('-n, --number <N>', 'pattern number (default: the next)').argParser(readPatternNumber);
  const channel = createOption('--channel <NAME>', 'stable or canary').argParser(readChannel).default('stable');
  const rollout = createOption('--rollout <HOURS>', 'spread over so many hours, by machine').argParser(
    readInteger(1, 744),
  );
  const released = createOption('--released <TIME>', 'time of release, ISO 8601 (default: now)').argParser(readInstant);
  const clean = createOption('--clean <DIR>', 'files known to be clean; repeatable').argParser(collect);
  command.addOption(number).addOption(channel).addOption(rollout);
  const engine = createOption('--engine <RANGE>', 'engines that may use it, as SemVer range (default: all)');
  const licence = createOption('--licence <NAME>', 'licence of the sources (default: unknown)');
  command.addOption(engine.argParser(readEngineRange)).addOption(licence.argParser(readLicence));
  command.addOption(clean).addOption(released);
  command.option('--all', `name every signature that came, went or changed, not only ${SHOWN_CHANGES}`);
  addJson(command).addHelpText('after', HELP);
  command.action(async (directory: string, sources: string[], flags: ReleaseFlags) => {
    const { io, screen, operations } = context;
    const options = {
      number: flags.number,
      channel: flags.channel,
      rolloutHours: flags.rollout,
      engineRange: flags.engine,
      licence: flags.licence,
      released: releaseTime(flags.released, io),
      clean: flags.clean ?? [],
    };
    const report = await withPassphrase(context, (passphrase) =>
      operations.publisher.release(directory, sources, { ...options, passphrase }),
    );
    if (flags.json) screen.out(completeJsonLine(report));
    else tellRelease(report, flags.all ?? false, screen);
    tellWarnings(report.warnings, screen);
  });
}

function tellRelease(report: ReleaseReport, all: boolean, screen: Screen): void {
  for (const line of releaseLines(report)) screen.out(line);
  screen.out('');
  screen.out(
    `${report.previous === undefined ? 'First release' : `Since ${report.previous}`}: ${changesInWords(report.changes)}`,
  );
  let shown = 0;
  for (const line of changeLines(report.changes, screen)) {
    if (!all && shown++ === SHOWN_CHANGES) {
      screen.out('… --all names every one.');
      break;
    }
    screen.out(line);
  }
}
