/**
 * stdout, stderr and the one line of progress, which must not run into each other.
 *
 * Lines for stdout are collected for a moment: 100,000 results would else be 100,000 calls to the system. Whatever goes to stderr
 * first sends what stdout still holds, so that both tell one story in one order.
 */
import type { CliIo, OutputStream } from './io.ts';
import { LineBuffer } from './line-buffer.ts';

export type Style = 'red' | 'green' | 'yellow' | 'bold' | 'dim';
const SGR: Readonly<Record<Style, number>> = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 };

const ERASE_LINE = '\r\x1b[2K';
const DEFAULT_COLUMNS = 80;

export class Screen {
  readonly #io: CliIo;
  readonly #lines: LineBuffer;
  #status = '';
  #writable: Promise<void> | undefined;
  #resume: () => void = () => {};

  constructor(io: CliIo) {
    this.#io = io;
    // A person who watches gets each line at once.
    this.#lines = new LineBuffer((text) => this.#write(io.stdout, text), { delayMs: io.stdout.isTTY ? 0 : 50 });
    // A reader that went away never drains.
    io.interruption.addEventListener('abort', () => this.#resume(), { once: true });
  }

  /** True when somebody watches stderr, where progress is shown. */
  get isWatched(): boolean {
    return this.#io.stderr.isTTY === true;
  }

  get columns(): number {
    return this.#io.stderr.columns || DEFAULT_COLUMNS;
  }

  /** One line on stdout. */
  out(line: string): void {
    this.#lines.add(line);
  }

  /** One line on stderr, at once. */
  err(line: string): void {
    this.#lines.flush();
    this.#write(this.#io.stderr, `${line}\n`);
  }

  /** Replaces the line of progress; nothing when nobody watches. Must fit in `columns`. */
  status(text: string): void {
    if (!this.isWatched || text === this.#status) return;
    this.#status = text;
    this.#io.stderr.write(ERASE_LINE + text);
  }

  /** Resolves once the reader has taken what was written. */
  async drained(): Promise<void> {
    await this.#writable;
  }

  flush(): void {
    this.#lines.flush();
  }

  /** The text in that style when the stream shows colours. */
  paint(stream: 'stdout' | 'stderr', style: Style, text: string): string {
    return showsColours(this.#io, this.#io[stream]) ? `\x1b[${SGR[style]}m${text}\x1b[0m` : text;
  }

  #write(stream: OutputStream, text: string): void {
    const covered = this.#status !== '' && stream.isTTY === true;
    if (covered) this.status('');
    if (stream.write(text) || this.#writable !== undefined) return;
    if (this.#io.interruption.aborted) return; // perhaps because this stream broke: it would never drain
    this.#writable = new Promise((resolve) => {
      this.#resume = () => {
        this.#writable = undefined;
        resolve();
      };
      stream.once('drain', this.#resume);
    });
  }
}

/** NO_COLOR (no-color.org) and FORCE_COLOR before what the terminal is. */
function showsColours(io: CliIo, stream: OutputStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = io.environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0';
  return stream.isTTY === true && TERM !== 'dumb';
}
