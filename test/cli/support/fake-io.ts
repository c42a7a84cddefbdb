/** A world that remembers what was written, and that a test can interrupt. */
import { Readable } from 'node:stream';
import type { CliIo } from '../../../src/frontends/cli/io.ts';
import { runCli } from '../../../src/frontends/cli/run.ts';
import { FakeOperations } from './fake-operations.ts';

export const NOW = Date.parse('2026-01-04T00:00:00Z');

export interface FakeIoOptions {
  readonly stdin?: string | Buffer;
  /** Columns of the terminal; without it nobody watches. */
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** What a person types when asked; without it nobody is there. */
  readonly answers?: readonly string[];
  /** Signal that comes after the first line on stdout: its exit code. */
  readonly interruptWith?: number;
  /** Prepares the pretend product. */
  readonly prepare?: (operations: FakeOperations) => void;
}

export class FakeIo implements CliIo {
  readonly stdin: CliIo['stdin'];
  readonly environment: Readonly<Record<string, string>>;
  readonly #interruption = new AbortController();
  readonly interruption = this.#interruption.signal;
  readonly stdout;
  readonly stderr;
  out = '';
  err = '';
  /** What a person was asked. */
  readonly questions: string[] = [];
  readonly #answers: string[];

  constructor({ stdin = '', columns, environment = {}, answers = [], interruptWith }: FakeIoOptions = {}) {
    this.#answers = [...answers];
    this.stdin = Readable.from([Buffer.from(stdin)]);
    this.environment = { HOME: '/nonexistent', ...environment };
    const terminal = { isTTY: columns !== undefined, columns, once: () => {} };
    const into = (append: (text: string) => void) => ({
      ...terminal,
      write: (text: string) => {
        append(text);
        return true;
      },
    });
    this.stdout = into((text) => {
      this.out += text;
      if (interruptWith !== undefined) this.interrupt(interruptWith);
    });
    this.stderr = into((text) => {
      this.err += text;
    });
  }

  now(): number {
    return NOW;
  }

  argumentBytes(argument: string): Buffer {
    return Buffer.from(argument);
  }

  async askSecretly(question: string): Promise<string | undefined> {
    this.questions.push(question);
    return this.#answers.shift();
  }

  interrupt(exitCode: number): void {
    this.#interruption.abort(exitCode);
  }
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly operations: FakeOperations;
  readonly questions: readonly string[];
}

/** Runs the command in this process. */
export async function run(args: readonly string[], options: FakeIoOptions = {}): Promise<Outcome> {
  const io = new FakeIo(options);
  const operations = new FakeOperations();
  options.prepare?.(operations);
  const code = await runCli(args, io, operations);
  return { code, out: io.out, err: io.err, operations, questions: io.questions };
}

/** stdout as objects. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
