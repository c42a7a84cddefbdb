/**
 * The passphrase of private keys: from the environment, else from a person at the terminal, never from the arguments, which everybody on the machine
 * can read.
 */

import { PASSPHRASE_VARIABLE } from '../../../config/settings.ts';
import type { CommandContext } from '../context.ts';
import { CliError, codeOf } from '../errors.ts';

/** Tells the operation nothing first: keys that lie on a server are often not encrypted. Asks when it turns out that they are. */
export async function withPassphrase<T>(
  context: CommandContext,
  work: (passphrase: string | undefined) => Promise<T>,
): Promise<T> {
  const given = fromEnvironment(context);
  try {
    return await work(given);
  } catch (error) {
    if (codeOf(error) !== 'PUBLISH_PASSPHRASE' || given !== undefined) throw error;
    return work(await ask(context, 'Passphrase of the keys: '));
  }
}

/** For keys that are made now: a person types it twice. */
export async function newPassphrase(context: CommandContext): Promise<string> {
  const given = fromEnvironment(context);
  if (given !== undefined) return given;
  const first = await ask(context, 'New passphrase for the keys: ');
  if (first === '')
    throw new CliError(
      'CLI_PASSPHRASE',
      'publish: expected a passphrase, got none (--no-passphrase leaves the keys readable)',
    );
  const second = await ask(context, 'The same again: ');
  if (first !== second)
    throw new CliError('CLI_PASSPHRASE', 'publish: expected the same passphrase twice, got two; nothing was made');
  return first;
}

function fromEnvironment({ io }: CommandContext): string | undefined {
  return io.environment[PASSPHRASE_VARIABLE] || undefined;
}

async function ask({ io }: CommandContext, question: string): Promise<string> {
  const answer = await io.askSecretly(question);
  if (answer !== undefined) return answer;
  throw new CliError(
    'CLI_PASSPHRASE',
    `publish: the keys need a passphrase, and no terminal is there to ask: set ${PASSPHRASE_VARIABLE}`,
  );
}
