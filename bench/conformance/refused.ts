/**
 * Lines that clamscan does not load, found by halving: one bad line refuses the whole database there.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScanEngine } from '../scan/findings.ts';
import type { SignatureLine } from './lines.ts';

/** Writes lines as sources, one of each format. What was in the directory is gone. */
export function writeSources(directory: string, lines: readonly SignatureLine[]): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const format of new Set(lines.map((line) => line.format))) {
    const text = lines.filter((line) => line.format === format).map((line) => `${line.text}\n`);
    writeFileSync(join(directory, `batch.${format}`), text.join(''), 'latin1');
  }
}

/** @param directory made here and taken away again @returns ids */
export async function refusedByPeer(
  lines: readonly SignatureLine[],
  peer: ScanEngine,
  directory: string,
): Promise<Set<string>> {
  const patterns = join(directory, 'patterns');
  const probe = join(directory, 'probe');
  const isTaken = async (some: readonly SignatureLine[]): Promise<boolean> => {
    writeSources(patterns, some);
    try {
      await peer.scan([patterns], [probe]);
      return true;
    } catch {
      return false;
    }
  };
  const refused = new Set<string>();
  const halve = async (some: readonly SignatureLine[]): Promise<void> => {
    if (some.length === 0 || (await isTaken(some))) return;
    if (some.length === 1) refused.add(some[0]!.id);
    else {
      await halve(some.slice(0, some.length >> 1));
      await halve(some.slice(some.length >> 1));
    }
  };
  mkdirSync(directory, { recursive: true });
  writeFileSync(probe, 'nothing to find here');
  await halve(lines);
  rmSync(directory, { recursive: true });
  return refused;
}
