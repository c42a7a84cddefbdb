import { basename } from 'node:path';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { releaseTime } from '../release-time.ts';
import { escapeText, jsonLine } from '../text.ts';
import { tellIgnored } from '../warnings.ts';
import { compileLines } from './compile-report.ts';
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
  $ engine compile daily.cvd daily-2.cdiff -o 1003.npf

The same sources give the same records and the same content digest; to get the
same file byte by byte, give --released or set SOURCE_DATE_EPOCH as well. A
pattern number is an integer 1 … 2^53−1 without leading zeros.

Sources are ClamAV's: lines of signatures (.ndb, .ldb, .hdb …), databases
(.cvd, .cld, .cud) and the updates of these. A .cvd or .cld must have ClamAV's
digital signature; whoever names a .cud, which has none, vouches for it. Updates
(NAME-VERSION.cdiff) are applied to the database NAME that is named with them or
lies in the same directory: all of them or, if one does not fit, nothing.

A line that cannot be used is left out and counted, never the whole source:
  loaded    in the pattern file
  active    and this engine uses it
  in part   understood and searched for in every file as it is, but not yet in
            what the file contains: parts of a mail, macros of a document, an
            archive that is not opened; what lies there alone is not found
  inactive  understood and not used: for other engines, or on an ignore list
  skipped   not understood, or not supported here
--report names each line that is not wholly active and why, and what costs most
time. With --json: coverage { lines, loaded, active, inactive, skipped } in all
and of each of the sources, the last two by reason (inactive has both of the
above: waiting:WHAT is what is used in part); skipped and inactive, by line.
`;

export function defineCompile(command: Command, context: CommandContext): void {
  command
    .argument('<SOURCE...>', 'signature sources, databases and their updates, or directories of them')
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
    .option('--report', 'name every line that is not active and why, and the signatures that cost most')
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
      tellIgnored(report.ignored, screen);
      if (flags.json) screen.out(jsonLine(report));
      else for (const line of compileLines(report, flags.report ?? false)) screen.out(line);
    });
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
