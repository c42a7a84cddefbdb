/**
 * The one door to commander, which reads the arguments and lays out the help.
 */
import * as commander from 'commander';

export type Command = commander.Command;
export type Option = commander.Option;

export function createCommand(name: string): Command {
  return new commander.Command(name);
}

/** @param group heading in the help under which the option stands; without it "Options:" */
export function createOption(flag: string, summary = '', group?: string): Option {
  const option = new commander.Option(flag, summary);
  return group === undefined ? option : option.helpGroup(group);
}

/** To be thrown by the parser of a value; commander adds which option it is about. */
export function badValue(expected: string): Error {
  return new commander.InvalidArgumentError(`Expected ${expected}.`);
}

/** The error by which commander ends a run: help was shown (exit code 0), or it has told what is wrong with the arguments. */
export function commanderExitCode(error: unknown): number | undefined {
  return error instanceof commander.CommanderError ? error.exitCode : undefined;
}
