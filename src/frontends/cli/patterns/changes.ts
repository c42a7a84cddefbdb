/** The commands behind `engine patterns` that change which pattern file is active, kept, or next: all of them at once, without asking back. */
import { formatValue, valueOfText } from '../../../config/kinds.ts';
import { badValue, type Command } from '../commander.ts';
import { readInteger, readPatternNumber } from '../commands/values.ts';
import type { CommandContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { addExamples } from '../examples.ts';
import { formatInstant, plural } from '../units.ts';
import { keptPattern, type OpenStore, openStore, storeCommand } from './store-command.ts';

const GO = 'Go back and forth:';
const WAIT = 'Hold updates back:';
const CLEAN = 'Clean up:';

export function defineChanges(parent: Command, context: CommandContext): void {
  defineUse(parent, context);
  defineRollback(parent, context);
  definePin(parent, context);
  defineHold(parent, context);
  definePrune(parent, context);
}

function defineUse(parent: Command, context: CommandContext): void {
  const command = storeCommand(parent, 'use', 'make a kept number the active one').helpGroup(GO);
  command.argument('<N>', 'pattern number', readPatternNumber);
  command.addHelpText('after', '\nThe next update goes on to a higher number; "engine patterns pin" stays with it.\n');
  addExamples(command, 'patterns use 1040');
  command.action(async (number: number) => {
    const { screen, operations } = context;
    const store = await openStore(command, context);
    keptPattern(store, number);
    const { signatures } = await operations.store.use(store.directory, number);
    screen.out(`Pattern number ${number} is active (${plural(signatures, 'signature')})${was(store, number)}.`);
  });
}

function defineRollback(parent: Command, context: CommandContext): void {
  const command = storeCommand(parent, 'rollback', 'go back to the previous one, and never to the left one by itself');
  command.helpGroup(GO);
  command.addHelpText('after', '\nThe number that is left is marked as bad: only a higher one comes by itself.\n');
  addExamples(command, 'patterns rollback', 'patterns rollback && engine patterns hold 24h');
  command.action(async () => {
    const { screen, operations } = context;
    const store = await openStore(command, context);
    const left = store.view.active?.number;
    const { number, signatures } = await operations.store.rollback(store.directory);
    screen.out(`Pattern number ${number} is active (${plural(signatures, 'signature')}).`);
    if (left !== undefined) screen.out(`${left} is marked as bad: an update brings only a higher number.`);
  });
}

function definePin(parent: Command, context: CommandContext): void {
  const pin = storeCommand(parent, 'pin', 'stay with a number: updates wait until unpin').helpGroup(WAIT);
  pin.argument('[N]', 'pattern number (default: the active one)', readPatternNumber);
  addExamples(pin, 'patterns pin            stay with what is active', 'patterns pin 1040       go to 1040, and stay');
  pin.action(async (number: number | undefined) => {
    const { screen, operations } = context;
    const store = await openStore(pin, context);
    const wanted = number ?? store.view.active?.number;
    if (wanted === undefined) throw new CliError('CLI_NOT_FOUND', 'patterns pin: nothing is active; name a number');
    keptPattern(store, wanted);
    await operations.store.pin(store.directory, wanted);
    screen.out(`Pattern number ${wanted} is active and pinned: updates wait until "engine patterns unpin".`);
  });
  const unpin = storeCommand(parent, 'unpin', 'let updates go on').helpGroup(WAIT);
  addExamples(unpin, 'patterns unpin && engine update');
  unpin.action(async () => {
    const { screen, operations } = context;
    const { directory, view } = await openStore(unpin, context);
    await operations.store.pin(directory, undefined);
    screen.out(view.pinned === undefined ? 'Nothing was pinned.' : `${view.pinned} is not pinned any more.`);
  });
}

function defineHold(parent: Command, context: CommandContext): void {
  const hold = storeCommand(parent, 'hold', 'let updates wait for a while').helpGroup(WAIT);
  hold.argument('<HOW-LONG>', '24h, 7d … or forever', readHold);
  addExamples(hold, 'patterns hold 24h', 'patterns hold forever');
  hold.action(async (howLong: number | 'forever') => {
    const { io, screen, operations } = context;
    const { directory } = await openStore(hold, context);
    const until = howLong === 'forever' ? howLong : new Date(io.now() + howLong);
    await operations.store.hold(directory, until);
    const end = until === 'forever' ? 'until "engine patterns unhold"' : `until ${formatInstant(until.toISOString())}`;
    screen.out(`Updates wait ${end}.`);
  });
  const unhold = storeCommand(parent, 'unhold', 'let updates go on').helpGroup(WAIT);
  addExamples(unhold, 'patterns unhold && engine update');
  unhold.action(async () => {
    const { screen, operations } = context;
    const { directory, view } = await openStore(unhold, context);
    await operations.store.hold(directory, undefined);
    screen.out(view.hold === undefined ? 'Updates were not held.' : 'Updates go on.');
  });
}

function definePrune(parent: Command, context: CommandContext): void {
  const command = storeCommand(parent, 'prune', 'remove old pattern files').helpGroup(CLEAN);
  command.option('--keep <N>', 'old ones to keep beside the active one', readInteger(1, 1000));
  command.addHelpText(
    'after',
    '\nNever removed: the active one, the previous one, a pinned one, and any that a\nscanner uses.\n',
  );
  addExamples(command, 'patterns prune', 'patterns prune --keep 1');
  command.action(async ({ keep }: { readonly keep?: number }) => {
    const { screen, operations } = context;
    const { directory } = await openStore(command, context);
    const removed = await operations.store.prune(directory, keep);
    screen.out(removed.length === 0 ? 'Nothing to remove.' : `Removed: ${removed.join(', ')}.`);
  });
}

function was({ view: { active } }: OpenStore, number: number): string {
  if (active === undefined || active.number === number) return '';
  return `; it was ${active.number}`;
}

/** Longest hold that is no typing error; beyond that it is `forever`. */
const MAX_HOLD_MS = 366 * 86_400_000;

function readHold(text: string): number | 'forever' {
  if (text === 'forever') return text;
  const age = valueOfText({ kind: 'age' }, text);
  if (typeof age !== 'number' || age === 0) throw badValue('a duration such as 24h or 7d, or forever');
  if (age > MAX_HOLD_MS) throw badValue(`at most ${formatValue({ kind: 'age' }, MAX_HOLD_MS)}, or forever`);
  return age;
}
