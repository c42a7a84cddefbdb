/** Scans that never stop, and what becomes of them meanwhile. */
import type { Engine } from '../../src/scan/engine.ts';

export interface LoadFigures {
  readonly scans: number;
  readonly failed: number;
  /** Verdicts by pattern number. */
  readonly byNumber: ReadonlyMap<number, number>;
  readonly scansPerSecond: number;
  /** The longest time between two answers. */
  readonly longestGapMs: number;
}

/** Two scans at a time, one after the other, until `during` is done. */
export async function underLoad(
  engine: Engine,
  objects: readonly Uint8Array[],
  during: () => Promise<unknown>,
): Promise<LoadFigures> {
  const startedMs = performance.now();
  const byNumber = new Map<number, number>();
  let scans = 0;
  let failed = 0;
  let lastMs = startedMs;
  let longestGapMs = 0;
  let isOver = false;
  const scanOn = async (): Promise<void> => {
    for (let i = 0; !isOver; i++) {
      try {
        const { kind, patternNumber } = await engine.scanBuffer(objects[i % objects.length]!);
        if (kind === 'unscanned') failed++;
        byNumber.set(patternNumber, (byNumber.get(patternNumber) ?? 0) + 1);
      } catch {
        failed++;
      }
      const nowMs = performance.now();
      longestGapMs = Math.max(longestGapMs, nowMs - lastMs);
      lastMs = nowMs;
      scans++;
    }
  };
  const scanners = [scanOn(), scanOn()];
  try {
    await during();
  } finally {
    isOver = true;
    await Promise.all(scanners);
  }
  return { scans, failed, byNumber, scansPerSecond: scans / ((performance.now() - startedMs) / 1000), longestGapMs };
}
