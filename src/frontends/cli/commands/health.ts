import type { HealthState } from '../../../update/outcome.ts';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { messageWithPath } from '../errors.ts';
import { addConfigOption, addSettingOptions, settingsOf } from '../setting-options.ts';
import { completeJsonLine, escapeText } from '../text.ts';
import { readAge } from './values.ts';

/** Exit codes of the Monitoring Plugins Development Guidelines, which Nagios, Icinga and their like read. */
const EXIT_OF: Readonly<Record<HealthState, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };

interface HealthFlags {
  readonly warnAge?: number;
  readonly critAge?: number;
  readonly json?: boolean;
}

const HELP = `
Looks at what the last updates left, without the network: age of the patterns,
the last check, pins and holds, patterns that their publisher withdrew, and how
long this engine is still supported. One line, with performance data behind "|".

Examples:
  $ engine health --warn-age 36h --crit-age 7d
  $ engine health --json | jq -r '.problems[].message'

Exit codes, as Nagios and its like have them:
  0  OK
  1  WARNING: something to see to; also an engine that gets no newer patterns
  2  CRITICAL
  3  UNKNOWN: it could not be found out

JSON (--json), one object: state (ok, warning, critical, unknown), exitCode,
  summary, problems [{ code, severity, subject, message }], perfdata [{ label,
  value, unit, warn, crit, min }]
`;

export function defineHealth(command: Command, context: CommandContext): void {
  command.addOption(
    createOption('--warn-age <DURATION>', 'WARNING when the patterns are older (default: 3d)').argParser(readAge),
  );
  command.addOption(
    createOption('--crit-age <DURATION>', 'CRITICAL when the patterns are older (default: 7d)').argParser(readAge),
  );
  addSettingOptions(command, 'Options:', ['store']);
  addConfigOption(command, 'Options:');
  command.addOption(createOption('--json', 'one JSON object instead of the line'));
  command.addHelpText('after', HELP);
  command.action(async (flags: HealthFlags) => {
    // Whatever goes wrong here: the one who watches must not take it for CRITICAL, nor for a scan that found something.
    await tellHealth(command, flags, context).catch((error: unknown) => {
      const summary = messageWithPath(error);
      tell('unknown', `UNKNOWN - ${summary}`, { summary, problems: [], perfdata: [] }, flags, context);
    });
  });
}

async function tellHealth(command: Command, flags: HealthFlags, context: CommandContext): Promise<void> {
  const { io, operations } = context;
  const store = (await settingsOf(command, io)).get('store');
  const options = { nowMs: io.now(), warnAgeMs: flags.warnAge, critAgeMs: flags.critAge };
  const { health, line } = await operations.updates.health(store, options);
  const { state, ...rest } = health;
  tell(state, line, rest, flags, context);
}

function tell(state: HealthState, line: string, rest: object, flags: HealthFlags, context: CommandContext): void {
  const exitCode = EXIT_OF[state];
  context.screen.out(flags.json ? completeJsonLine({ state, exitCode, ...rest }) : escapeText(line));
  context.exitCode = exitCode;
}
