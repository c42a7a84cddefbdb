/**
 * What a scanner said of a tree: names by file.
 */
import type { Cost } from './child.ts';

export interface Findings {
  /** Names found, by path as it was given; files without any are not here. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** Files that were not looked at whole, with the reason. */
  readonly unscanned: ReadonlyMap<string, string>;
  readonly files: number;
  readonly bytes: number;
}

export interface ScanRun {
  readonly findings: Findings;
  readonly cost: Cost;
}

/** A scanner that runs as a command. */
export interface ScanEngine {
  readonly name: string;
  readonly version: string;
  /** One run from the start of the command to its end: loading is part of it. @throws {Error} when the scanner fails */
  scan(patterns: readonly string[], paths: readonly string[]): Promise<ScanRun>;
}

export function addName(names: Map<string, Set<string>>, path: string, name: string): void {
  const known = names.get(path);
  if (known) known.add(name);
  else names.set(path, new Set([name]));
}
