/** yara, the peer: Debian's package `yara`. It compiles its rules in every run, which takes part of a second. */
import { spawnSync } from 'node:child_process';
import { measure } from '../scan/child.ts';
import { whyNoCommand } from '../scan/debian.ts';
import { addName, type Findings, type ScanEngine } from '../scan/findings.ts';

const YARA = '/usr/bin/yara';
/** One thread, below directories, the first match of a string is enough, no warnings. */
const OPTIONS = [
  '--threads=1',
  '--recursive',
  '--fast-scan',
  '--no-warnings',
  '--max-strings-per-rule=100000',
] as const;

/** @returns why it is not there, or the engine, whose patterns are one file of rules */
export function findYara(): ScanEngine | string {
  const missing = whyNoCommand(YARA, 'yara');
  if (missing !== undefined) return missing;
  return {
    name: 'yara',
    version: spawnSync(YARA, ['--version'], { encoding: 'utf8' }).stdout.trim(),
    async scan([rules], [tree]) {
      const { exitCode, stdout, stderr, cost } = await measure(YARA, [...OPTIONS, rules!, tree!]);
      if (exitCode !== 0) throw new Error(`yara: exit ${exitCode}: ${stderr.slice(0, 2000)}`);
      return { findings: readYaraLines(stdout.toString('utf8')), cost };
    },
  };
}

/** `RULE PATH`, one line each. */
export function readYaraLines(text: string): Findings {
  const names = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) addName(names, line.slice(space + 1), line.slice(0, space));
  }
  return { names, unscanned: new Map(), files: 0, bytes: 0 };
}
