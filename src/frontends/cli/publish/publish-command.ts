/** What the commands behind `engine publish` share. */
import type { Command } from '../commander.ts';

export function publishCommand(parent: Command, group: string, name: string, summary: string): Command {
  return parent
    .command(name)
    .summary(summary)
    .description(`${summary[0].toUpperCase()}${summary.slice(1)}.`)
    .helpGroup(group)
    .argument('<DIR>', 'directory of the repository');
}

export function addJson(command: Command): Command {
  return command.option('--json', 'the whole report as one JSON object');
}

export interface JsonFlag {
  readonly json?: boolean;
}
