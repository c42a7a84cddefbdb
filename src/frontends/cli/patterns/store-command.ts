/** What the commands behind `engine patterns` share. */
import type { Settings } from '../../../config/resolve.ts';
import type { KeptPattern, StoreView } from '../../../store/view.ts';
import { type Command, createOption } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { addConfigOption, addSettingOptions, settingsOf } from '../setting-options.ts';

/** A bare command with `--store` and `--config`. */
export function storeCommand(parent: Command, name: string, summary: string): Command {
  const command = parent
    .command(name)
    .summary(summary)
    .description(`${summary[0].toUpperCase()}${summary.slice(1)}.`);
  addSettingOptions(command, 'Options:', ['store']);
  addConfigOption(command, 'Options:');
  return command;
}

export function addJson(command: Command): Command {
  return command.addOption(createOption('--json', 'one JSON object instead of text', 'Options:'));
}

export interface OpenStore {
  readonly settings: Settings;
  /** As the user named it. */
  readonly directory: string;
  readonly view: StoreView;
}

/** @throws {CliError} `CLI_NO_STORE` */
export async function openStore(command: Command, { io, operations }: CommandContext): Promise<OpenStore> {
  const settings = await settingsOf(command, io);
  const directory = settings.get('store');
  const view = await operations.store.view(directory);
  if (view === undefined) {
    throw new CliError(
      'CLI_NO_STORE',
      `${directory}: no pattern files are kept here; "engine update" brings them, --store DIR names another place`,
    );
  }
  return { settings, directory, view };
}

/** @throws {CliError} `CLI_NOT_FOUND` */
export function keptPattern({ view, directory }: OpenStore, number: number): KeptPattern {
  const found = view.kept.find((pattern) => pattern.number === number);
  if (found !== undefined) return found;
  const kept = view.kept.map((pattern) => pattern.number).join(', ');
  throw new CliError('CLI_NOT_FOUND', `${number} is not kept in ${directory}: expected one of ${kept || 'none'}`);
}
