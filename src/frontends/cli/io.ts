/**
 * The world as the command sees it: streams, environment, clock, signals. The process has one; tests make their own.
 */
import type { Environment } from '../../config/directories.ts';

export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  /** False: wait for 'drain'. */
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

export interface CliIo {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean | undefined };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Environment;
  /** Milliseconds since 1970. */
  now(): number;
  /** Bytes of an argument as the shell gave them; Node decodes arguments as UTF-8 and cannot hold others. */
  argumentBytes(argument: string): Buffer;
  /**
   * Asks a person at the terminal for what must not be seen.
   *
   * @returns what was typed; undefined when nobody is there
   */
  askSecretly(question: string): Promise<string | undefined>;
  /** Aborted by SIGINT, SIGTERM and when an output breaks; its reason is the code to exit with. A second signal kills. */
  readonly interruption: AbortSignal;
}
