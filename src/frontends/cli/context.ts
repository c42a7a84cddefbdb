/**
 * What every command gets, and the shape of its module.
 */
import type { Command } from './commander.ts';
import type { CliIo } from './io.ts';
import type { Operations } from './operations.ts';
import type { Screen } from './screen.ts';

export interface CommandContext {
  readonly io: CliIo;
  readonly screen: Screen;
  readonly operations: Operations;
  /** Set by the command that ran. */
  exitCode: number;
  /** Set by a command that runs until it is told to end: then SIGTERM is how it ends, exit code 0. */
  isService: boolean;
}

/** Gives a bare command its arguments, options, help and action. */
export type DefineCommand = (command: Command, context: CommandContext) => void;
