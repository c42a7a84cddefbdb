/**
 * `engine scan` as it is installed: dist/ run by node, one thread, every signature that matches.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DIST } from '../places.ts';
import { measure } from './child.ts';
import { addName, type Findings, type ScanEngine } from './findings.ts';

export const COMMAND = join(DIST, 'src/bin/engine.js');
/** What is unscanned is counted and reported; it is no error here. */
const OPTIONS = ['--threads', '1', '--all-matches', '--json', '--no-progress', '--allow-unscanned'];

/**
 * @param cache directory of compiled patterns
 * @param command the built command, for a copy that is not rebuilt while it runs
 */
export function ourEngine(cache: string, command = COMMAND): ScanEngine | string {
  if (!existsSync(command)) return 'dist/ is missing (npm run build)';
  return {
    name: 'engine scan',
    version: process.version,
    async scan(patterns, paths) {
      const sources = patterns.flatMap((path) => ['--patterns', path]);
      const args = [command, 'scan', ...OPTIONS, '--cache', cache, ...sources, ...paths];
      const { exitCode, stdout, stderr, cost } = await measure(process.execPath, args);
      if (exitCode > 1) throw new Error(`engine scan: exit ${exitCode}: ${stderr.slice(0, 2000)}`);
      return { findings: readJsonLines(stdout.toString('utf8')), cost };
    },
  };
}

/** The lines that `engine scan --json` documents. */
interface Line {
  readonly kind: string;
  readonly path: string;
  readonly message?: string;
  readonly reason?: string;
  readonly files?: number;
  readonly bytes?: number;
  readonly detections?: readonly { readonly name: string }[];
  readonly unscanned?: readonly { readonly reason: string }[];
}

/** @throws {Error} when a file could not be read: an answer is missing */
export function readJsonLines(text: string): Findings {
  const names = new Map<string, Set<string>>();
  const unscanned = new Map<string, string>();
  let summary: Line | undefined;
  for (const row of text.split('\n').filter((row) => row !== '')) {
    const line = JSON.parse(row) as Line;
    if (line.kind === 'error') throw new Error(`engine scan: ${line.path}: ${line.message}`);
    if (line.kind === 'summary') summary = line;
    else if (line.kind === 'skipped') unscanned.set(line.path, line.reason ?? 'skipped');
    for (const { name } of line.detections ?? []) addName(names, line.path, name);
    if (Array.isArray(line.unscanned) && line.unscanned.length > 0) {
      unscanned.set(line.path, [...new Set(line.unscanned.map(({ reason }) => reason))].join(', '));
    }
  }
  return { names, unscanned, files: summary?.files ?? 0, bytes: summary?.bytes ?? 0 };
}
