/** A question whose answer is not shown while it is typed. */
import { EXIT } from './errors.ts';

/** What the process has of a terminal. */
export interface SecretTerminal {
  readonly input: NodeJS.ReadStream;
  readonly output: { write(text: string): boolean };
}

const ENTER = ['\r', '\n'];
const BACKSPACE = ['\b', '\x7f'];
const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_U = '\x15';

/**
 * Reads one line with the terminal in raw mode: nothing is echoed, and Ctrl-C arrives as a character.
 *
 * @param interrupt what a signal would have done, had there been one
 * @returns undefined when input ends or is interrupted
 */
export function askSecretly(
  { input, output }: SecretTerminal,
  question: string,
  interrupt: (exitCode: number) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let typed = '';
    const finish = (answer: string | undefined) => {
      input.off('data', read);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      resolve(answer);
    };
    const read = (chunk: string) => {
      for (const character of chunk) {
        if (ENTER.includes(character)) return finish(typed);
        if (character === CTRL_C) {
          interrupt(EXIT.interrupted);
          return finish(undefined);
        }
        if (character === CTRL_D) return finish(undefined);
        if (character === CTRL_U) typed = '';
        else if (BACKSPACE.includes(character)) typed = [...typed].slice(0, -1).join('');
        else if (character >= ' ') typed += character;
      }
    };
    output.write(question);
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', read);
    input.resume();
  });
}
