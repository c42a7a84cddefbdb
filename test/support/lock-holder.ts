/** Processes that have a lock until they are killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export const NOBODY = 65_534;
const SCRIPT = new URL('./lock-holder-process.ts', import.meta.url).pathname;

export interface LockHolder {
  readonly process: number;
  /** With SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();

/**
 * Starts a process that takes a lock, and waits until it has it.
 *
 * @param kind `exclusive` and `shared` of a file; `pattern` in a store, as `<store>:<number>`
 * @param user the process becomes that one first
 */
export async function startHolder(
  kind: 'exclusive' | 'shared' | 'pattern',
  what: string,
  user?: number,
): Promise<LockHolder> {
  const child = spawn(process.execPath, [SCRIPT, kind, what, String(user ?? '')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  if (line.toString() !== 'held\n') throw new Error(`lock holder: expected it to have ${what}, got ${line}`);
  return { process: child.pid!, kill: () => stop(child) };
}

export async function stopHolders(): Promise<void> {
  await Promise.all([...running].map(stop));
}

async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
