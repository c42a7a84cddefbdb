/**
 * Where results go: the sums, the screen (lines or JSON), the log.
 */
import type { EngineInfo } from '../../../scan/options.ts';
import type { CliIo } from '../io.ts';
import type { Screen } from '../screen.ts';
import { jsonLine } from '../text.ts';
import { jsonOf } from './json.ts';
import { type LineOptions, linesOf } from './lines.ts';
import { LogFile } from './log.ts';
import type { ScanResult } from './result.ts';
import { type Summary, summaryJson, summaryLines } from './summary.ts';
import { Tally } from './tally.ts';

export interface ReportOptions {
  readonly lines: LineOptions;
  /** Objects instead of lines; the log has lines all the same. */
  readonly json: boolean;
  readonly summary: boolean;
  /** Path of the log; empty: none. */
  readonly log: string;
}

export class Report {
  readonly tally = new Tally();
  readonly #options: ReportOptions;
  readonly #io: CliIo;
  readonly #screen: Screen;
  readonly #log: LogFile | undefined;

  /** @throws {CliError} `CLI_LOG` */
  constructor(options: ReportOptions, io: CliIo, screen: Screen) {
    this.#options = options;
    this.#io = io;
    this.#screen = screen;
    this.#log = options.log === '' ? undefined : new LogFile(options.log);
  }

  start(info: EngineInfo): void {
    const time = new Date(this.#io.now()).toISOString();
    this.#log?.line(`--- engine scan, ${time}, engine ${info.engineVersion}, pattern number ${info.patternNumber} ---`);
  }

  result(result: ScanResult): void {
    const { lines, json } = this.#options;
    this.tally.add(result);
    if (json) {
      const object = jsonOf(result, lines);
      if (object !== undefined) this.#screen.out(jsonLine(object));
      if (this.#log === undefined) return;
    }
    for (const { stream, path, text, style } of linesOf(result, lines)) {
      this.#log?.line(path + text);
      if (json) continue;
      const painted = path + this.#screen.paint(stream, style, text);
      if (stream === 'stdout') this.#screen.out(painted);
      else this.#screen.err(painted);
    }
  }

  /** Something of our own went wrong that belongs to no file. */
  trouble(message: string): void {
    this.tally.errors++;
    this.#log?.line(`ERROR ${message}`);
    this.#screen.err(`engine: ${this.#screen.paint('stderr', 'red', `ERROR ${message}`)}`);
  }

  summary(summary: Summary): void {
    if (!this.#options.summary) return;
    const lines = summaryLines(summary);
    for (const line of lines) this.#log?.line(line);
    if (this.#options.json) this.#screen.out(jsonLine(summaryJson(summary)));
    else for (const line of lines) this.#screen.out(line);
  }

  /** Why nothing was scanned stands in the log too: from a timer nobody sees stderr. */
  failed(message: string): void {
    this.#log?.line(`ERROR ${message}`);
    this.close();
  }

  /** A log that could not be written to the end is trouble. */
  close(): void {
    const failure = this.#log?.close();
    if (failure !== undefined) this.trouble(failure);
  }
}
