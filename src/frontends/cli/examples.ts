/** Examples below the options of a command. */
import type { Command } from './commander.ts';

/** @param examples command lines behind `$ engine `; what each does is written behind it, for 80 columns */
export function addExamples(command: Command, ...examples: readonly string[]): void {
  command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ engine ${line}\n`).join('')}`);
}
