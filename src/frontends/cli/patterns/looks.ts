/** The commands behind `engine patterns` that only look: list, info, diff, since, verify. */
import type { Command } from '../commander.ts';
import { readPatternNumber } from '../commands/values.ts';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT } from '../errors.ts';
import { addExamples } from '../examples.ts';
import { completeJsonLine, escapeText } from '../text.ts';
import { tellWarnings } from '../warnings.ts';
import { changeLines, diffHead, sinceLines } from './compare.ts';
import { infoJson, infoLines } from './info.ts';
import { listLines } from './list.ts';
import { addJson, keptPattern, openStore, storeCommand } from './store-command.ts';

const LOOK = 'Look:';

interface JsonFlag {
  readonly json?: boolean;
}

export function defineLooks(parent: Command, context: CommandContext): void {
  defineList(parent, context);
  defineInfo(parent, context);
  defineDiff(parent, context);
  defineSince(parent, context);
  defineVerify(parent, context);
}

function defineList(parent: Command, context: CommandContext): void {
  const command = addJson(storeCommand(parent, 'list', 'show every pattern file that is kept')).helpGroup(LOOK);
  addExamples(
    command,
    'patterns list',
    'patterns list --store /var/lib/sigwall',
    "patterns list --json | jq '.kept[].number'",
  );
  command.action(async ({ json }: JsonFlag) => {
    const { io, screen } = context;
    const { view } = await openStore(command, context);
    if (json) screen.out(completeJsonLine(view));
    else for (const line of listLines(view, io.now())) screen.out(line);
    tellWarnings(view.troubles, screen);
  });
}

function defineInfo(parent: Command, context: CommandContext): void {
  const command = addJson(storeCommand(parent, 'info', 'show all that is known of one, its sources and licences'));
  command.helpGroup(LOOK).argument('[N]', 'pattern number (default: the active one)', readPatternNumber);
  addExamples(command, 'patterns info', "patterns info 1041 --json | jq '.sources[].licence'");
  command.action(async (number: number | undefined, { json }: JsonFlag) => {
    const { io, screen, operations } = context;
    const store = await openStore(command, context);
    const wanted = number ?? store.view.active?.number;
    if (wanted === undefined) throw new CliError('CLI_NOT_FOUND', 'patterns info: nothing is active; name a number');
    const pattern = keptPattern(store, wanted);
    const details = await operations.store.details(store.directory, wanted);
    if (json) screen.out(completeJsonLine(infoJson(pattern, details, store.view)));
    else for (const line of infoLines(pattern, details, store.view, io.now())) screen.out(line);
  });
}

function defineDiff(parent: Command, context: CommandContext): void {
  const command = addJson(storeCommand(parent, 'diff', 'show which signatures came, went and changed')).helpGroup(LOOK);
  command.argument('<A>', 'pattern number', readPatternNumber).argument('<B>', 'pattern number', readPatternNumber);
  command.addHelpText('after', '\nLines: "+ NAME" came, "- NAME" went, "~ NAME" means another thing now.\n');
  addExamples(command, 'patterns diff 1040 1041', "patterns diff 1040 1041 | grep '^+'");
  command.action(async (a: number, b: number, { json }: JsonFlag) => {
    const { screen, operations } = context;
    const store = await openStore(command, context);
    const [from, to] = [keptPattern(store, a), keptPattern(store, b)];
    const changes = await operations.store.compare(store.directory, a, b);
    if (json) {
      screen.out(completeJsonLine({ from: a, to: b, ...changes }));
      return;
    }
    screen.out(diffHead(from, to, changes));
    for (const line of changeLines(changes, screen)) screen.out(line);
  });
}

function defineSince(parent: Command, context: CommandContext): void {
  const command = addJson(storeCommand(parent, 'since', 'show in which kept number a signature first appeared'));
  command.helpGroup(LOOK).argument('<NAME>', 'exact name of the signature');
  addExamples(command, 'patterns since Win.Trojan.Agent-12');
  command.action(async (name: string, { json }: JsonFlag) => {
    const { screen, operations } = context;
    const { directory, view } = await openStore(command, context);
    const presence = await operations.store.presence(directory, name);
    const since = presence.find(({ present }) => present)?.number;
    if (since === undefined) {
      const hint = '"engine signatures find" looks for parts of names';
      throw new CliError('CLI_NOT_FOUND', `patterns since: no kept number has a signature named "${name}"; ${hint}`);
    }
    if (json) screen.out(completeJsonLine({ name, since, kept: presence }));
    else for (const line of sinceLines(name, presence, view.kept)) screen.out(line);
  });
}

function defineVerify(parent: Command, context: CommandContext): void {
  const command = addJson(storeCommand(parent, 'verify', 'read every pattern file and compare its digest'));
  command.addHelpText('after', '\nExit codes: 0 all are whole, 2 one is not.\n');
  addExamples(command, 'patterns verify');
  command.helpGroup(LOOK).action(async ({ json }: JsonFlag) => {
    const { screen, operations } = context;
    const { directory } = await openStore(command, context);
    const verified = await operations.store.verify(directory);
    if (json) screen.out(completeJsonLine({ patterns: verified }));
    for (const { number, problem } of verified) {
      if (problem !== undefined) context.exitCode = EXIT.trouble;
      if (json) continue;
      const style = problem === undefined ? 'green' : 'red';
      screen.out(`${number}: ${screen.paint('stdout', style, problem === undefined ? 'OK' : escapeText(problem))}`);
    }
  });
}
