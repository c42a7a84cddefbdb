/**
 * The command `engine`: which subcommand, its options, its exit code.
 *
 * Only the module of the subcommand that was asked for is loaded; the others are known by name and summary, for the help and for
 * "did you mean".
 */
import { setImmediate as turn } from 'node:timers/promises';
import { type Command, commanderExitCode, createCommand, createOption } from './commander.ts';
import type { CommandContext, DefineCommand } from './context.ts';
import { EXIT } from './errors.ts';
import type { CliIo } from './io.ts';
import type { Operations } from './operations.ts';
import { Screen } from './screen.ts';
import { escapeText } from './text.ts';
import { tellError } from './warnings.ts';

interface Subcommand {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  readonly load: () => Promise<DefineCommand>;
}

const SCANNING = 'Scanning:';
const SIGNATURES = 'Signatures:';
const UPDATING = 'Updating:';
const PUBLISHING = 'Publishing:';
const SETUP = 'Setup:';

const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'scan',
    summary: 'look for malware in files, directories or a stream',
    group: SCANNING,
    load: async () => (await import('./commands/scan.ts')).defineScan,
  },
  {
    name: 'explain',
    summary: 'show what matched where in a file, or why a signature did not',
    group: SCANNING,
    load: async () => (await import('./commands/explain.ts')).defineExplain,
  },
  {
    name: 'bench',
    summary: 'measure how fast your own files are scanned with your patterns',
    group: SCANNING,
    load: async () => (await import('./commands/bench.ts')).defineBench,
  },
  {
    name: 'signatures',
    summary: 'find, show and try signatures',
    group: SIGNATURES,
    load: async () => (await import('./commands/signatures.ts')).defineSignatures,
  },
  {
    name: 'compile',
    summary: 'make a pattern file from signature sources',
    group: SIGNATURES,
    load: async () => (await import('./commands/compile.ts')).defineCompile,
  },
  {
    name: 'update',
    summary: 'bring the newest pattern file, once or again and again',
    group: UPDATING,
    load: async () => (await import('./commands/update.ts')).defineUpdate,
  },
  {
    name: 'patterns',
    summary: 'list, compare, roll back, pin and hold the pattern files that are kept',
    group: UPDATING,
    load: async () => (await import('./commands/patterns.ts')).definePatterns,
  },
  {
    name: 'health',
    summary: 'say in one line whether patterns and engine are up to date; for monitoring',
    group: UPDATING,
    load: async () => (await import('./commands/health.ts')).defineHealth,
  },
  {
    name: 'publish',
    summary: 'make and serve a signed repository of pattern files',
    group: PUBLISHING,
    load: async () => (await import('./commands/publish.ts')).definePublish,
  },
  {
    name: 'config',
    summary: 'check the configuration',
    group: SETUP,
    load: async () => (await import('./commands/config.ts')).defineConfig,
  },
  {
    name: 'version',
    summary: 'show versions, pattern number and age of the patterns (also -v)',
    group: SETUP,
    load: async () => (await import('./commands/version.ts')).defineVersion,
  },
];

const HELP = `
Examples:
  $ engine scan .                      everything below this directory
  $ engine scan -i -p sigs/ /srv       only what is found, with your own signatures
  $ engine update                      the newest pattern file
  $ engine -v                          versions, pattern number, age of the patterns

"engine help COMMAND" shows the options of one command.
`;

/**
 * Runs the command once.
 *
 * @param args what stands behind `engine`
 * @returns exit code; never throws for anything a person could have caused
 */
export async function runCli(args: readonly string[], io: CliIo, operations: Operations): Promise<number> {
  const screen = new Screen(io);
  const context: CommandContext = { io, screen, operations, exitCode: EXIT.fine, isService: false };
  const code = await runSubcommand(args, context).catch((error: unknown) => exitCodeOf(error, context));
  screen.flush();
  await screen.drained();
  // An output that breaks says so one turn later.
  await turn();
  return io.interruption.aborted ? exitCodeOfSignal(context) : code;
}

function exitCodeOfSignal({ io, isService }: CommandContext): number {
  const code = io.interruption.reason as number;
  return isService && code === EXIT.terminated ? EXIT.fine : code;
}

async function runSubcommand(args: readonly string[], context: CommandContext): Promise<number> {
  const [program, words] = await programFor(args, context);
  await program.parseAsync([...words], { from: 'user' });
  return context.exitCode;
}

/** The program with the one subcommand that is meant filled in, and the arguments as it shall read them. */
async function programFor(args: readonly string[], context: CommandContext): Promise<[Command, readonly string[]]> {
  const words = versionFlagAsCommand(args);
  const meant = words[0] === 'help' ? words[1] : words[0];
  const program = bareProgram(context);
  for (const { name, summary, group, load } of SUBCOMMANDS) {
    const command = program.command(name).summary(summary).description(sentence(summary)).helpGroup(group);
    if (name === meant) (await load())(command, context);
  }
  return [program, words];
}

/** `engine -v` and `engine --version --json` are `engine version`. */
function versionFlagAsCommand(args: readonly string[]): readonly string[] {
  const at = args.findIndex((word) => !word.startsWith('-') || word === '-v' || word === '--version');
  const isFlag = args[at] === '-v' || args[at] === '--version';
  return isFlag ? ['version', ...args.slice(0, at), ...args.slice(at + 1)] : args;
}

function bareProgram({ io, screen }: CommandContext): Command {
  return createCommand('engine')
    .description('Looks for malware in files, by signatures. No native code: Node.js is all it needs.')
    .usage('<command> [options]')
    .addOption(createOption('-v, --version', 'show versions, pattern number and age of the patterns'))
    .addHelpOption(createOption('-h, --help', 'show help'))
    .addHelpCommand(
      createCommand('help').argument('[command]').summary('show the options of one command').helpGroup(SETUP),
    )
    .addHelpText('after', HELP)
    .enablePositionalOptions() // -v means another thing behind a command
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ minWidthToWrap: 20, styleTitle: (title) => screen.paint('stdout', 'bold', title) })
    .configureOutput({
      writeOut: (text) => screen.out(text.trimEnd()),
      writeErr: (text) => screen.err(text.trimEnd()),
      getOutHelpWidth: () => helpWidth(io.stdout.columns),
      getErrHelpWidth: () => helpWidth(io.stderr.columns),
      getOutHasColors: () => true, // paint() decides
      getErrHasColors: () => true,
      // What was typed stands in it, whatever it was.
      outputError: (text, write) =>
        write(
          text
            .replace(/^error: /, 'engine: ')
            .split('\n')
            .map(escapeText)
            .join('\n'),
        ),
    });
}

/** Longer lines are hard to read; without a terminal 100 keeps most options on one line. */
function helpWidth(columns: number | undefined): number {
  return Math.min(columns ?? 100, 100);
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

/** Tells what went wrong unless commander did already. */
function exitCodeOf(error: unknown, { io, screen }: CommandContext): number {
  if (io.interruption.aborted) return EXIT.trouble; // runCli has the code
  const parsed = commanderExitCode(error);
  // "engine" alone and typing errors are trouble; commander's 1 would say that something was found.
  if (parsed !== undefined) return parsed === 0 ? EXIT.fine : EXIT.trouble;
  tellError(error, screen);
  return EXIT.trouble;
}
