import type { Command } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { defineChanges } from '../patterns/changes.ts';
import { defineImport } from '../patterns/import.ts';
import { defineLooks } from '../patterns/looks.ts';

const HELP = `
Examples:
  $ engine patterns list                   what is kept, active, pinned, bad
  $ engine patterns rollback               back to the one before, at once
  $ engine patterns hold 24h               no updates for a day
  $ engine patterns diff 1040 1041         which signatures came, went, changed
  $ engine patterns since Win.Trojan.X     in which number one first appeared
  $ engine patterns import /media/cdrom    update where there is no network

A pattern number is an integer 1 … 2^53−1; a higher one is newer. None of these
commands but import brings anything new, and none needs the network. Scanners
that run follow by themselves. Exit codes: 0 done, 2 an error.
`;

export function definePatterns(command: Command, context: CommandContext): void {
  command.helpCommand(false);
  defineLooks(command, context);
  defineChanges(command, context);
  defineImport(command, context);
  command.addHelpText('after', HELP);
}
