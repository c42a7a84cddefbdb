/**
 * The end of a scan, in words and as JSON.
 */
import type { EngineInfo } from '../../../scan/options.ts';
import { formatFields } from '../table.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatPatternNumber,
  formatRate,
  plural,
} from '../units.ts';
import { SKIP_WORDS } from './result.ts';
import type { Tally } from './tally.ts';

export interface Summary {
  readonly tally: Tally;
  readonly info: EngineInfo;
  /** From the first file to the last. */
  readonly scanMs: number;
  /** Milliseconds since 1970, for the age of the patterns. */
  readonly now: number;
  readonly interrupted: boolean;
  readonly exitCode: number;
}

/** `Infected files:` stands there as in clamscan's summary, which scripts look for. */
export function summaryLines({ tally, info, scanMs, now, interrupted }: Summary): string[] {
  const skipped = [...tally.skipped].map(([reason, files]) => [SKIP_WORDS[reason], files] as const);
  return [
    '',
    '----------- SCAN SUMMARY -----------',
    ...(interrupted ? ['Interrupted: this is what was done until then.'] : []),
    ...formatFields([
      ['Engine version', info.engineVersion],
      ['Pattern number', patternsInWords(info, now)],
      ['Scanned directories', tally.directories > 0 ? formatCount(tally.directories) : undefined],
      ['Scanned files', formatCount(tally.files)],
      ['Infected files', formatCount(tally.infected)],
      ['Unscanned files', tally.unscanned > 0 ? withParts(tally.unscanned, tally.unscannedReasons) : undefined],
      ['Skipped', skipped.length > 0 ? withParts(sum(skipped), skipped) : undefined],
      ['Errors', tally.errors > 0 ? formatCount(tally.errors) : undefined],
      ['Data read', formatBytes(tally.bytes)],
      ['Data scanned', formatBytes(tally.scannedBytes)],
      ['Time', timeInWords(scanMs, info, formatRate(tally.bytes, scanMs))],
    ]),
  ];
}

export function summaryJson({ tally, info, scanMs, interrupted, exitCode }: Summary): object {
  return {
    kind: 'summary',
    files: tally.files,
    directories: tally.directories,
    infected: tally.infected,
    unscanned: tally.unscanned,
    unscannedReasons: Object.fromEntries(tally.unscannedReasons),
    skipped: Object.fromEntries(tally.skipped),
    errors: tally.errors,
    bytes: tally.bytes,
    scannedBytes: tally.scannedBytes,
    elapsedMs: Math.round(scanMs),
    loadMs: Math.round(info.loadMs),
    bytesPerSecond: scanMs > 0 ? Math.round(tally.bytes / (scanMs / 1000)) : null,
    patternNumber: info.patternNumber,
    signatures: info.signatures,
    engineVersion: info.engineVersion,
    productVersion: info.productVersion,
    interrupted,
    exitCode,
  };
}

function patternsInWords(info: EngineInfo, now: number): string {
  const newest = info.patterns.reduce<string | undefined>(
    (latest, { released }) => (latest === undefined || released > latest ? released : latest),
    undefined,
  );
  const age = newest && formatAge(newest, now);
  return `${formatPatternNumber(info.patternNumber)} (${plural(info.signatures, 'signature')}${age ? `, ${age} old` : ''})`;
}

function timeInWords(scanMs: number, info: EngineInfo, rate: string | undefined): string {
  const parts = [rate, `${info.compiled ? 'compiling' : 'loading'} the patterns took ${formatDuration(info.loadMs)}`];
  return `${formatDuration(scanMs)} (${parts.filter((part) => part !== undefined).join('; ')})`;
}

/** `4 (encrypted 3, depth 1)` */
function withParts(total: number, parts: Iterable<readonly [string, number]>): string {
  const words = [...parts].sort(([, a], [, b]) => b - a).map(([word, files]) => `${word} ${formatCount(files)}`);
  return `${formatCount(total)} (${words.join(', ')})`;
}

function sum(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((total, [, files]) => total + files, 0);
}
