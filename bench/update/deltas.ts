/**
 * What a day's and a month's updates weigh against full downloads, and how long making and applying a delta takes.
 */
import {
  type DeltaHeader,
  encodeDelta,
  encodePatternFile,
  openDelta,
  type PatternFileHeader,
} from '../../native-free-engine/index.ts';
import { decompress, nodeDigester, zstdCompressor } from '../../src/host/host.ts';
import type { Emit } from '../print.ts';
import { median, rounded } from '../statistics.ts';
import { type PatternDay, patternDays } from './days.ts';

const HOST = { digester: nodeDigester, compressor: zstdCompressor };

export interface DeltaBenchOptions {
  readonly whole: PatternDay;
  readonly days: number;
  /** Of the records, each day. */
  readonly share: number;
  readonly seed: number;
}

interface DeltaDay {
  readonly header: DeltaHeader;
  readonly deltaBytes: number;
  readonly encodeSeconds: number;
  readonly applySeconds: number;
  readonly isRight: boolean;
}

/** @returns whether every delta gave the content that it stands for */
export function benchDeltas({ whole, days, share, seed }: DeltaBenchOptions, emit: Emit): boolean {
  const measured: DeltaDay[] = [];
  let previous: PatternDay | undefined;
  for (const day of patternDays(whole, days, share, seed)) {
    if (previous) measured.push(measureDay(previous, day));
    previous = day;
  }
  const fullBytes = encodePatternFile(previous!.content, previous!.header, HOST).length;
  const deltaBytes = measured.map((day) => day.deltaBytes);
  const total = deltaBytes.reduce((sum, bytes) => sum + bytes, 0);
  emit({
    kind: 'deltas',
    share,
    days,
    seed,
    signatures: signaturesOf(previous!.header),
    fullBytes,
    deltaBytes: median(deltaBytes),
    ofFullPercent: rounded((100 * median(deltaBytes)) / fullBytes),
    monthOfFullPercent: rounded((100 * total) / (days * fullBytes)),
    encodeSeconds: rounded(median(measured.map((day) => day.encodeSeconds))),
    applySeconds: rounded(median(measured.map((day) => day.applySeconds))),
    right: measured.filter(({ isRight }) => isRight).length,
  });
  return measured.every(({ isRight }) => isRight);
}

function measureDay(from: PatternDay, to: PatternDay): DeltaDay {
  const startMs = performance.now();
  const { bytes, header } = encodeDelta(from, to, HOST);
  const encodedMs = performance.now();
  const { content } = openDelta(bytes, nodeDigester).apply(from.content, decompress, header.rawBytes);
  const appliedMs = performance.now();
  return {
    header,
    deltaBytes: bytes.length,
    encodeSeconds: (encodedMs - startMs) / 1000,
    applySeconds: (appliedMs - encodedMs) / 1000,
    isRight: Buffer.compare(content, to.content) === 0,
  };
}

function signaturesOf({ counts }: PatternFileHeader): number {
  return counts.body + counts.hash;
}
