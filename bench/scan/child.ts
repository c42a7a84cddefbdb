/**
 * A command, and what it cost: wall time, processor time and the most memory that it held.
 *
 * Processor time and memory are those of GNU time (Debian package `time`), which asks the kernel when the command has ended. It is a small process: a
 * command that a large one starts would be charged with the pages of the large one.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoCommand } from './debian.ts';

export interface Cost {
  readonly wallSeconds: number;
  /** User and system; NaN without GNU time, as is the next. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

export interface Finished {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly cost: Cost;
}

const TIME = '/usr/bin/time';
/** Ends what has come to a stop, since the other benchmarks are waiting; time, not we, would be told to end otherwise, and leave the command alone. */
const LIMITED = ['/usr/bin/timeout', '--foreground', '20m'] as const;

/** Why nothing but wall time can be measured here; undefined when all can. */
export function whyNotMeasured(): string | undefined {
  return whyNoCommand(TIME, 'time');
}

/**
 * Runs a command. Its output goes through files, so that it never waits for us.
 *
 * @throws {Error} when it cannot be started, or does not end in time
 */
export async function measure(command: string, args: readonly string[]): Promise<Finished> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const path = (name: string): string => join(directory, name);
  const [out, err] = [openSync(path('out'), 'w'), openSync(path('err'), 'w')];
  try {
    const from = performance.now();
    const timed = [TIME, '-q', '-o', path('cost'), '-f', '%U %S %M', ...LIMITED, command, ...args];
    const exitCode = await exitOf(existsSync(TIME) ? timed : [command, ...args], out, err);
    const wallSeconds = (performance.now() - from) / 1000;
    const [user, system, kilobytes] = readCost(path('cost'));
    return {
      exitCode,
      stdout: readFileSync(path('out')),
      stderr: readFileSync(path('err'), 'utf8'),
      cost: { wallSeconds, cpuSeconds: user + system, peakBytes: kilobytes * 1024 },
    };
  } finally {
    closeSync(out);
    closeSync(err);
    rmSync(directory, { recursive: true, force: true });
  }
}

function readCost(path: string): [user: number, system: number, kilobytes: number] {
  if (!existsSync(path)) return [Number.NaN, Number.NaN, Number.NaN];
  const [user = 0, system = 0, kilobytes = 0] = readFileSync(path, 'utf8').trim().split(' ').map(Number);
  return [user, system, kilobytes];
}

function exitOf([command, ...args]: readonly string[], out: number, err: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command!, args, { stdio: ['ignore', out, err] });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === null ? reject(new Error(`${command}: ended by ${signal}`)) : resolve(code),
    );
  });
}
