/**
 * Two scanners' answers, file by file.
 */
import type { Findings } from './findings.ts';

export interface Difference {
  readonly path: string;
  readonly name: string;
  /** Who found it. */
  readonly foundBy: 'ours' | 'peer';
}

const NONE: ReadonlySet<string> = new Set();

/** Every name that only one of them found, sorted by path. */
export function differences(ours: Findings, peer: Findings): Difference[] {
  const found: Difference[] = [];
  for (const path of [...new Set([...ours.names.keys(), ...peer.names.keys()])].sort()) {
    const left = ours.names.get(path) ?? NONE;
    const right = peer.names.get(path) ?? NONE;
    for (const name of left) if (!right.has(name)) found.push({ path, name, foundBy: 'ours' });
    for (const name of right) if (!left.has(name)) found.push({ path, name, foundBy: 'peer' });
  }
  return found;
}

/** What we say of a file of a kind that we cannot open. */
const UNOPENED = 'unsupported';

/** @returns why a difference is no wrong answer; undefined when it is one */
export function whyNotWrong({ path, foundBy }: Difference, ours: Findings): string | undefined {
  const isUnopened = foundBy === 'peer' && (ours.unscanned.get(path)?.includes(UNOPENED) ?? false);
  return isUnopened ? `we say of the file that it is ${UNOPENED}` : undefined;
}
