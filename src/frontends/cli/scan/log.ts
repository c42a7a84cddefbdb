/**
 * `--log FILE`: the lines of a run without colours, appended, behind a header with the time and the patterns.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { CliError, messageOf } from '../errors.ts';
import { LineBuffer } from '../line-buffer.ts';

/** How long a line may wait: somebody may follow the log. */
const DELAY_MS = 250;

export class LogFile {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #lines: LineBuffer;
  #failure: string | undefined;

  /** @throws {CliError} `CLI_LOG` */
  constructor(path: string) {
    this.#path = path;
    this.#lines = new LineBuffer((text) => this.#append(text), { delayMs: DELAY_MS });
    try {
      this.#descriptor = openSync(path, 'a');
    } catch (cause) {
      throw new CliError('CLI_LOG', `--log ${path}: cannot be opened: ${messageOf(cause)}`, { cause });
    }
  }

  line(line: string): void {
    if (this.#failure === undefined) this.#lines.add(line);
  }

  /** @returns what went wrong while writing: a full disk does not end a scan, but it is told */
  close(): string | undefined {
    this.#lines.flush();
    closeSync(this.#descriptor);
    return this.#failure;
  }

  #append(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      this.#failure ??= `--log ${this.#path}: the rest is missing: ${messageOf(error)}`;
    }
  }
}
