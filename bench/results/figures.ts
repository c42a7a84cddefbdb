/** The figures in a row of results: which are better when they are larger, and how much they differ from run to run. */
import type { Row } from '../scan/run.ts';

export type Better = 'larger' | 'smaller';

/** Figures that a change is looked for in; everything else tells what was measured. */
const FIGURES: Readonly<Record<string, Better>> = {
  bytesPerSecond: 'larger',
  speed: 'larger',
  wall: 'larger',
  cpu: 'larger',
  peakMemory: 'larger',
  speedup: 'larger',
  seconds: 'smaller',
  wallSeconds: 'smaller',
  cpuSeconds: 'smaller',
  compileSeconds: 'smaller',
  loadSeconds: 'smaller',
  openSeconds: 'smaller',
  scanSeconds: 'smaller',
  peakBytes: 'smaller',
  loadedBytes: 'smaller',
  memoryBytes: 'smaller',
  imageBytes: 'smaller',
  residentBytesEach: 'smaller',
  p50Ms: 'smaller',
  p99Ms: 'smaller',
  toBareNode: 'smaller',
  scan: 'smaller',
};

/** What tells one row from another of its kind. */
const KEYS = [
  'kind',
  'engine',
  'peer',
  'patterns',
  'factor',
  'from',
  'to',
  'signatures',
  'command',
  'call',
  'corpus',
  'threads',
  'what',
  'rules',
];
/** Rows of single runs and of what was found are no results. */
const KINDS_LEFT_OUT = new Set(['run', 'first', 'planted-run', 'definition', 'difference']);

/** @returns undefined when nothing in the row is to be compared */
export function keyOf(row: Row): string | undefined {
  if (KINDS_LEFT_OUT.has(row.kind)) return undefined;
  return KEYS.filter((key) => row[key] !== undefined)
    .map((key) => String(row[key]))
    .join(' ');
}

export function figuresOf(row: Row): { name: string; value: number; better: Better }[] {
  return Object.entries(FIGURES).flatMap(([name, better]) => {
    const value = row[name];
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? [{ name, value, better }] : [];
  });
}

/** Share by which the single runs of a row differ from their middle; undefined when there is one run only. */
export function spreadOf({ runSeconds }: Row): number | undefined {
  if (!Array.isArray(runSeconds) || runSeconds.length < 2) return undefined;
  const sorted = (runSeconds as number[]).toSorted((a, b) => a - b);
  const middle = sorted[sorted.length >> 1]!;
  return middle === 0 ? undefined : (sorted.at(-1)! - sorted[0]!) / 2 / middle;
}
