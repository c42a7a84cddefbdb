/**
 * Tells a person: runs a program of the administrator for each notice that was not told yet.
 *
 * ```
 * PROGRAM 'subject'   message on standard input   SIGWALL_NOTICE_CODE=LIFECYCLE_ENDS   SIGWALL_NOTICE_SEVERITY=warning
 * ```
 * No shell is in between, so nothing in a subject is ever a command. The program has its time; if it fails, that is told and the update goes on.
 */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { oneLine } from './one-line.ts';

/** What is told; `Notice` of src/update. */
export interface Told {
  readonly code: string;
  readonly severity: string;
  readonly subject: string;
  readonly message: string;
}

export interface NotifyOptions {
  /** For each notice; then the program and what it started are killed. */
  readonly timeoutMs?: number | undefined;
  /** Kills a program that runs, and starts no other. */
  readonly signal?: AbortSignal | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** A notice that did not get through, and why: one sentence for a log. */
export interface NotifyFailure<Notice> {
  readonly notice: Notice;
  readonly reason: string;
}

export const NOTIFY_TIMEOUT_MS = 30_000;
/** What is kept of a program's complaint. */
const MAX_COMPLAINT = 200;
/** Our settings are not for others: one of them is a passphrase. */
const OWN_VARIABLES = 'SIGWALL_';

/**
 * Runs the program for each notice, one after the other. Never rejects.
 *
 * @param program  path, or a name that is looked up in PATH; no arguments
 * @returns those that failed; they are to be tried again the next time
 */
export async function notify<Notice extends Told>(
  program: string,
  notices: readonly Notice[],
  options: NotifyOptions = {},
): Promise<readonly NotifyFailure<Notice>[]> {
  const failures: NotifyFailure<Notice>[] = [];
  for (const notice of notices) {
    const reason = options.signal?.aborted ? 'stopped before it was told' : await tell(program, notice, options);
    if (reason !== undefined) failures.push({ notice, reason: `${program}: ${reason}` });
  }
  return failures;
}

/** @returns why it failed; undefined: it went well */
function tell(program: string, notice: Told, options: NotifyOptions): Promise<string | undefined> {
  const { timeoutMs = NOTIFY_TIMEOUT_MS, signal } = options;
  return new Promise((resolve) => {
    const child = start(program, notice, options);
    if (typeof child === 'string') return resolve(child);
    const complaint = collectComplaint(child.stderr);
    let stopped: string | undefined;
    const stop = (why: string): void => {
      stopped ??= why;
      killGroup(child.pid);
    };
    const onAbort = (): void => stop('stopped');
    const timer = setTimeout(() => stop(`expected it to end within ${timeoutMs} ms, and killed it`), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    const settle = (reason: string | undefined): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      // A grandchild may hold the pipe open for ever; nobody waits for it.
      child.stderr.destroy();
      child.unref();
      resolve(stopped ?? reason);
    };
    child.on('error', ({ message }) => settle(message));
    child.on('exit', (code, signalName) => {
      settle(code === 0 ? undefined : `expected exit code 0, got ${code ?? signalName}${complaint()}`);
    });
    // It need not read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${notice.message}\n`);
  });
}

function start(program: string, { code, severity, subject }: Told, { environment = process.env }: NotifyOptions) {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith(OWN_VARIABLES));
  try {
    return spawn(program, [oneLine(subject)], {
      shell: false,
      stdio: ['pipe', 'ignore', 'pipe'],
      // A group of its own, so that what it started can be killed with it.
      detached: true,
      env: { ...Object.fromEntries(others), SIGWALL_NOTICE_CODE: oneLine(code), SIGWALL_NOTICE_SEVERITY: severity },
    });
  } catch (error) {
    // An empty name, or one with a NUL.
    return (error as Error).message;
  }
}

function collectComplaint(stderr: Readable): () => string {
  let text = '';
  stderr.on('data', (part: Buffer) => {
    if (text.length < MAX_COMPLAINT) text += part.toString('utf8');
  });
  return () => (text.trim() === '' ? '' : `: ${oneLine(text.trim()).slice(0, MAX_COMPLAINT)}`);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}
