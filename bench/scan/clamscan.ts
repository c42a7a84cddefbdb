/**
 * clamscan, the peer: Debian's package `clamav`, whose version is the one that SIGNATURES.md was checked with.
 */
import { spawnSync } from 'node:child_process';
import { measure } from './child.ts';
import { whyNoCommand } from './debian.ts';
import { addName, type Findings, type ScanEngine } from './findings.ts';

const CLAMSCAN = '/usr/bin/clamscan';
/** No limit on sizes; every signature that matches. */
export const CLAMSCAN_OPTIONS = ['--max-filesize=0', '--max-scansize=0', '-z', '-r', '--no-summary'] as const;

/** What clamscan does beyond looking for signatures in the file as it lies there, switched off. */
const REDUCED_OPTIONS = [
  '--scan-archive=no',
  '--scan-html=no',
  '--scan-pdf=no',
  '--heuristic-alerts=no',
  '--phishing-sigs=no',
  '--phishing-scan-urls=no',
] as const;

/** Finds clamscan, or installs it where this may be done. @param more options @returns why it is not there, or the engine */
export function findClamscan(more: readonly string[] = []): ScanEngine | string {
  return whyNoCommand(CLAMSCAN, 'clamav') ?? clamscan('clamscan', more);
}

/** The one that findClamscan has found, asked for less. */
export function reducedClamscan(): ScanEngine {
  return clamscan('clamscan-reduced', REDUCED_OPTIONS);
}

function clamscan(name: string, more: readonly string[]): ScanEngine {
  const version = spawnSync(CLAMSCAN, ['--version'], { encoding: 'utf8' }).stdout.trim();
  return {
    name,
    version,
    async scan(patterns, paths) {
      const databases = patterns.flatMap((path) => ['-d', path]);
      const { exitCode, stdout, stderr, cost } = await measure(CLAMSCAN, [
        ...CLAMSCAN_OPTIONS,
        ...more,
        ...databases,
        ...paths,
      ]);
      if (exitCode > 1) throw new Error(`clamscan: exit ${exitCode}: ${stderr.slice(0, 2000)}`);
      return { findings: readClamscanLines(stdout.toString('utf8')), cost };
    },
  };
}

/** `PATH: NAME.UNOFFICIAL FOUND`, `PATH: OK`, `PATH: Empty file` … one line each. */
export function readClamscanLines(text: string): Findings {
  const names = new Map<string, Set<string>>();
  const unscanned = new Map<string, string>();
  const paths = new Set<string>();
  for (const line of text.split('\n')) {
    const colon = line.lastIndexOf(': ');
    if (colon < 0) continue;
    const path = line.slice(0, colon);
    const word = line.slice(colon + 2);
    paths.add(path);
    if (word.endsWith(' FOUND')) addName(names, path, word.slice(0, -' FOUND'.length).replace(/\.UNOFFICIAL$/, ''));
    else if (word !== 'OK' && word !== 'Empty file') unscanned.set(path, word);
  }
  return { names, unscanned, files: paths.size, bytes: 0 };
}
