/**
 * Results as they are kept: one file of JSON for each machine, since figures of two machines say nothing of each other.
 *
 * A run of some definitions replaces those; each says when it was measured.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENGINE_VERSION } from '../../native-free-engine/index.ts';
import type { Row } from '../scan/run.ts';

const FORMAT = 1;
export const REPORT = fileURLToPath(new URL('../report/', import.meta.url));

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
}

/** One definition, measured. */
export interface Measured {
  readonly name: string;
  readonly analysis: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly node: string;
  readonly engineVersion: string;
  /** Of the sources; with a `+` when they were changed. */
  readonly commit: string;
  /** What measuring took. */
  readonly seconds: number;
  readonly isRight: boolean;
  readonly rows: readonly Row[];
}

export interface Results {
  readonly format: typeof FORMAT;
  readonly machine: Machine;
  readonly definitions: readonly Measured[];
}

export function thisMachine(): Machine {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${process.platform} ${process.arch}, kernel ${release()}`,
  };
}

/** Where the results of a machine are kept, inside the report. */
export function resultsPath({ cpu, cores }: Machine): string {
  const name = cpu
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return join(REPORT, 'results', `${name}-${cores}-cores.json`);
}

/** @throws {Error} when the file is none of ours */
export function readResults(path: string): Results {
  if (!existsSync(path)) throw new Error(`${path}: expected results, got no file`);
  const results = JSON.parse(readFileSync(path, 'utf8')) as Results;
  if (results.format !== FORMAT)
    throw new Error(`${path}: expected results of format ${FORMAT}, got ${results.format}`);
  return results;
}

/** Keeps what is known of this machine, with `measured` in its place, in the order of `names`. */
export function keepResults(measured: readonly Measured[], names: readonly string[]): void {
  const machine = thisMachine();
  const path = resultsPath(machine);
  const kept = existsSync(path) ? readResults(path).definitions : [];
  const all = [...kept.filter(({ name }) => !measured.some((each) => each.name === name)), ...measured];
  const definitions = names.flatMap((name) => all.filter((each) => each.name === name));
  const results: Results = { format: FORMAT, machine, definitions };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, textOf(results));
}

/** A line for each row, so that a change shows as one. */
function textOf({ format, machine, definitions }: Results): string {
  const blocks = definitions.map(({ rows, ...rest }) => {
    const lines = rows.map((row) => `      ${JSON.stringify(row)}`).join(',\n');
    return `    ${JSON.stringify(rest).slice(0, -1)}, "rows": [\n${lines}\n    ]}`;
  });
  return `{\n  "format": ${format},\n  "machine": ${JSON.stringify(machine)},\n  "definitions": [\n${blocks.join(',\n')}\n  ]\n}\n`;
}

/** What each definition is told with. */
export function provenance(): Pick<Measured, 'date' | 'node' | 'engineVersion' | 'commit'> {
  return { date: new Date().toISOString(), node: process.version, engineVersion: ENGINE_VERSION, commit: commit() };
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: REPORT, encoding: 'utf8', stdio: 'pipe' });
  try {
    mkdirSync(REPORT, { recursive: true });
    const isChanged =
      git('status', '--porcelain', '--untracked-files=no', '--', '../../src', '../../native-free-engine') !== '';
    return git('rev-parse', '--short', 'HEAD').trim() + (isChanged ? '+' : '');
  } catch {
    return 'unknown';
  }
}
