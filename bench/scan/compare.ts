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

/** A difference that is meant. */
export interface Deviation {
  readonly foundBy: 'ours' | 'peer';
  /** The signature, whole or as a pattern. */
  readonly name: string | RegExp;
  readonly reason: string;
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

export function deviationOf(difference: Difference, deviations: readonly Deviation[]): Deviation | undefined {
  return deviations.find(
    ({ foundBy, name }) =>
      foundBy === difference.foundBy &&
      (typeof name === 'string' ? name === difference.name : name.test(difference.name)),
  );
}
