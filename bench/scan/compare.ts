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
  /** Names of the signatures it is about; undefined for all. */
  readonly names?: RegExp;
  /** Their target type; undefined for all. */
  readonly target?: number;
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

/** @param targetOf target type of a body signature, by its name */
export function deviationOf(
  difference: Difference,
  deviations: readonly Deviation[],
  targetOf: (name: string) => number | undefined,
): Deviation | undefined {
  return deviations.find(
    ({ foundBy, names, target }) =>
      foundBy === difference.foundBy &&
      (names?.test(difference.name) ?? true) &&
      (target === undefined || target === targetOf(difference.name)),
  );
}
