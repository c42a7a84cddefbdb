import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { askSecretly } from '../../src/frontends/cli/ask-secretly.ts';

/** A terminal on which a test types. */
class Keyboard extends EventEmitter {
  isRaw = false;
  isPaused = true;
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
  setEncoding(): this {
    return this;
  }
  resume(): this {
    this.isPaused = false;
    return this;
  }
  pause(): this {
    this.isPaused = true;
    return this;
  }
}

type Row = [name: string, typed: string[], answer: string | undefined, interrupted: number | undefined];
const ROWS: readonly Row[] = [
  ['a line', ['secret\r'], 'secret', undefined],
  ['letter by letter', ['s', 'é', '漢', '\n'], 'sé漢', undefined],
  ['a typing error is taken back', ['secrex\x7ft\r'], 'secret', undefined],
  ['a wide character is taken back whole', ['a😀\x7f\r'], 'a', undefined],
  ['more is taken back than was typed', ['a\x7f\x7f\b\r'], '', undefined],
  ['the whole line is taken back', ['wrong\x15right\r'], 'right', undefined],
  ['control characters are no letters', ['a\x01\x1bb\r'], 'ab', undefined],
  ['what comes behind the line is not part of it', ['a\rb\r'], 'a', undefined],
  ['Ctrl-D is no answer', ['a\x04'], undefined, undefined],
  ['Ctrl-C is what it always is', ['a\x03'], undefined, 130],
];
for (const [name, typed, answer, interrupted] of ROWS) {
  test(`a secret is read without being shown: ${name}`, async () => {
    const keyboard = new Keyboard();
    let shown = '';
    let code: number | undefined;
    const output = {
      write(text: string): boolean {
        shown += text;
        return true;
      },
    };
    const asked = askSecretly({ input: keyboard as unknown as NodeJS.ReadStream, output }, 'Secret: ', (given) => {
      code = given;
    });
    expect(keyboard).toMatchObject({ isRaw: true, isPaused: false });
    for (const chunk of typed) keyboard.emit('data', chunk);
    expect(await asked).toBe(answer);
    expect([shown, code]).toEqual(['Secret: \n', interrupted]);
    expect(keyboard).toMatchObject({ isRaw: false, isPaused: true });
    expect(keyboard.listenerCount('data')).toBe(0);
  });
}
