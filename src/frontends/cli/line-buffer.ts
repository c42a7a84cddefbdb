/**
 * Lines on their way out, a bundle at a time.
 */

const FULL_CHARACTERS = 64 * 1024;

export class LineBuffer {
  readonly #write: (text: string) => void;
  readonly #delayMs: number;
  #text = '';
  #timer: NodeJS.Timeout | undefined;

  /** @param options.delayMs how long a line may wait for others; 0: not at all */
  constructor(write: (text: string) => void, options: { readonly delayMs: number }) {
    this.#write = write;
    this.#delayMs = options.delayMs;
  }

  add(line: string): void {
    this.#text += `${line}\n`;
    if (this.#delayMs === 0 || this.#text.length >= FULL_CHARACTERS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#delayMs);
  }

  /** Writes what there is. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = '';
    if (text !== '') this.#write(text);
  }
}
