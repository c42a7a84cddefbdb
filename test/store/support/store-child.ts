/** Starts processes that change a store. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Step = readonly [
  verb: 'install' | 'install-quarantined' | 'rollback' | 'use' | 'pin' | 'hold' | 'prune',
  /** A number; of `prune` how many to keep; 0 where it means nothing. */
  value: number,
];

export interface ChildTask {
  readonly directory: string;
  readonly steps: readonly Step[];
  readonly keep?: number;
  readonly lockTimeoutMs?: number;
  /** The process becomes that user first. */
  readonly user?: number;
  /** Call of `DurableFiles` in whose place the process is killed, counted from 1. */
  readonly killAt?: number;
  /** A write that is killed has written half. */
  readonly halfWritten?: boolean;
}

/** A step that returned, with the names of all calls until then; or what was thrown. */
export type ChildReport =
  | { readonly done: Step[0]; readonly calls: readonly string[] }
  | { readonly code: string; readonly message: string };

export interface ChildResult {
  readonly reports: readonly ChildReport[];
  readonly killed: boolean;
}

const SCRIPT = new URL('./store-process.ts', import.meta.url).pathname;
/** Stripping types of a hundred modules takes longer than what is tested. */
const COMPILE_CACHE = join(tmpdir(), `sigwall-test-compile-cache-${process.getuid?.() ?? ''}`);

export async function runChild(task: ChildTask): Promise<ChildResult> {
  const env = task.user === undefined ? { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE } : process.env;
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(task)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  const [, signal] = await once(child, 'close');
  const reports = output
    .split('\n')
    .filter(Boolean)
    .map((line): ChildReport => JSON.parse(line));
  return { reports, killed: signal === 'SIGKILL' };
}

/** The steps that returned before the process ended. */
export function stepsDone({ reports }: ChildResult): readonly string[] {
  return reports.flatMap((report) => ('done' in report ? report.done : []));
}

/** Code of what the process threw, and its message; undefined when it threw nothing. */
export function failureIn({ reports }: ChildResult): { readonly code: string; readonly message: string } | undefined {
  return reports.find((report) => 'code' in report);
}
