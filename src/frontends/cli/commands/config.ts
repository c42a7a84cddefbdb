import type { Environment } from '../../../config/directories.ts';
import { formatValue, withoutPasswords } from '../../../config/kinds.ts';
import { nearestName } from '../../../config/nearest.ts';
import { loadSettings, type Origin, type Settings } from '../../../config/resolve.ts';
import { CONFIG_VARIABLE, PASSPHRASE_VARIABLE, SETTINGS } from '../../../config/settings.ts';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { addConfigOption } from '../setting-options.ts';
import { formatTable } from '../table.ts';
import { escapeText, jsonLine } from '../text.ts';

interface ConfigFlags {
  readonly json?: boolean;
  readonly config?: string;
}

const HELP = `
The configuration file is the first of these that exists; no other is read:
  --config FILE
  $SIGWALL_CONFIG
  $XDG_CONFIG_HOME/sigwall/engine.toml (~/.config/sigwall/engine.toml)
  /etc/sigwall/engine.toml
A flag comes before an environment variable, that before the file, and that
before the default. Exit codes: 0 fine, 2 something to mend.
`;

export function defineConfig(command: Command, context: CommandContext): void {
  command.helpCommand(false);
  const check = command
    .command('check')
    .summary('check the configuration; show each setting, its value and where it comes from')
    .argument('[FILE]', 'file to check instead of the one that would be read');
  addConfigOption(check, 'Options:');
  check.addOption(createOption('--json', 'one JSON object instead of text'));
  check.addHelpText('after', HELP);
  check.action(async (file: string | undefined, flags: ConfigFlags) => {
    const { environment } = context.io;
    const settings = await loadSettings({ flags: {}, environment, configFile: file ?? flags.config });
    if (flags.json) context.screen.out(jsonLine(configJson(settings)));
    else for (const line of configLines(settings)) context.screen.out(line);
    warnOfUnknownVariables(environment, context);
  });
}

function configLines(settings: Settings): string[] {
  const rows = SETTINGS.map((setting) => [
    setting.key,
    escapeText(formatValue(setting.kind, settings.get(setting.key))),
    originInWords(settings.origin(setting.key)),
  ]);
  return [
    settings.file === undefined ? 'No configuration file.' : `Configuration file: ${escapeText(settings.file)}`,
    '',
    ...formatTable([{ title: 'Setting' }, { title: 'Value' }, { title: 'From' }], rows),
  ];
}

function configJson(settings: Settings): object {
  const entries = SETTINGS.map(({ key }) => [
    key,
    { value: withoutPasswords(settings.get(key)), ...settings.origin(key) },
  ]);
  return { file: settings.file ?? null, settings: Object.fromEntries(entries) };
}

function originInWords(origin: Origin): string {
  switch (origin.from) {
    case 'flag':
      return 'flag';
    case 'environment':
      return origin.variable;
    case 'file':
      return `${escapeText(origin.path)}${origin.line === undefined ? '' : `:${origin.line}`}`;
    case 'default':
      return 'default';
  }
}

/** A variable that nothing reads is a typing error, or meant for another version. */
function warnOfUnknownVariables(environment: Environment, { screen }: CommandContext): void {
  const known = [CONFIG_VARIABLE, PASSPHRASE_VARIABLE, ...SETTINGS.flatMap(({ variable }) => variable ?? [])];
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('SIGWALL_') || known.includes(name)) continue;
    const near = nearestName(name, known);
    screen.err(
      `engine: the environment variable ${escapeText(name)} is not used${near ? `; did you mean ${near}?` : ''}`,
    );
  }
}
