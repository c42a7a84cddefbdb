import type { Command } from '../commander.ts';
import type { CommandContext } from '../context.ts';
import { defineKeep } from '../publish/keep.ts';
import { defineRelease } from '../publish/release.ts';
import { defineServe } from '../publish/serve.ts';

const HELP = `
Examples:
  $ engine publish init repo               keys, and an empty repository
  $ engine publish release repo my.ndb     the first release is 1001
  $ engine publish serve repo              try it out; prints the update command
  $ engine publish refresh repo            daily, by cron: "nothing is withheld"

DIR/public/ is what any static web server or bucket shows; DIR/keys/ stays here.
Consumers get root.json by a way that they trust, once. The keys of root and
targets are encrypted with a passphrase, which is asked for; without a terminal
it comes from SIGWALL_PASSPHRASE. Those that sign releases are not, so that a
timer can. Exit codes: 0 done, 2 an error or something that is wrong.
`;

export function definePublish(command: Command, context: CommandContext): void {
  command.helpCommand(false);
  defineRelease(command, context);
  defineKeep(command, context);
  defineServe(command, context);
  command.addHelpText('after', HELP);
}
