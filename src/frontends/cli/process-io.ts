/**
 * The process as a CliIo.
 */
import { readFileSync } from 'node:fs';
import { askSecretly } from './ask-secretly.ts';
import { EXIT, messageOf } from './errors.ts';
import type { CliIo } from './io.ts';

export function processIo(): CliIo {
  const interruption = new AbortController();
  // once: the second Ctrl-C meets the default action and kills.
  process.once('SIGINT', () => interruption.abort(EXIT.interrupted));
  process.once('SIGTERM', () => interruption.abort(EXIT.terminated));
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `engine scan … | head`: nobody reads on, which is no error to tell anybody. A full disk is.
    if (error.code !== 'EPIPE') process.stderr.write(`engine: the output cannot be written: ${messageOf(error)}\n`);
    interruption.abort(error.code === 'EPIPE' ? EXIT.brokenPipe : EXIT.trouble);
  });
  // Nowhere is left to tell it, and what stdout gets is still of use.
  process.stderr.on('error', () => {});
  return {
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    now: Date.now,
    argumentBytes: argumentReader(process.argv.slice(2)),
    // On stderr: the report on stdout may go into a file.
    askSecretly: async (question) =>
      process.stdin.isTTY && process.stderr.isTTY
        ? askSecretly({ input: process.stdin, output: process.stderr }, question, (code) => interruption.abort(code))
        : undefined,
    interruption: interruption.signal,
  };
}

const REPLACEMENT = '\ufffd';

/**
 * Arguments that are no UTF-8 arrive with U+FFFD in the place of what they were. Linux still has their bytes; elsewhere they stay
 * as they are, and the file is reported as missing.
 */
function argumentReader(decoded: readonly string[]): (argument: string) => Buffer {
  let rest: Map<string, Buffer[]> | undefined;
  return (argument) => {
    if (!argument.includes(REPLACEMENT)) return Buffer.from(argument);
    rest ??= rawArguments(decoded);
    // Two arguments may look alike once decoded; they come in their order.
    return rest.get(argument)?.shift() ?? Buffer.from(argument);
  };
}

function rawArguments(decoded: readonly string[]): Map<string, Buffer[]> {
  const raw = new Map<string, Buffer[]>();
  const bytes = readCommandLine();
  // Node and its own options come first, so count from the end; each argument ends in NUL.
  let end = bytes.length - 1;
  for (const argument of [...decoded].reverse()) {
    const start = bytes.lastIndexOf(0, end - 1) + 1;
    raw.set(argument, [Buffer.from(bytes.subarray(start, end)), ...(raw.get(argument) ?? [])]);
    end = start - 1;
  }
  return raw;
}

function readCommandLine(): Buffer {
  try {
    return readFileSync('/proc/self/cmdline');
  } catch {
    return Buffer.alloc(0); // not Linux
  }
}
