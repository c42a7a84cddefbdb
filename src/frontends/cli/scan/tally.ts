/**
 * The sums of a run, from which summary and exit code come.
 */
import type { UnscannedReason } from '../../../scan/verdict.ts';
import { EXIT } from '../errors.ts';
import type { ScanResult, SkipReason } from './result.ts';

export class Tally {
  /** Files with a verdict. */
  files = 0;
  directories = 0;
  /** Bytes of those files. */
  bytes = 0;
  /** Bytes searched, all layers together. */
  scannedBytes = 0;
  infected = 0;
  /** Files of which something was not looked at, infected ones included. */
  unscanned = 0;
  /** For each reason, the files that have it. */
  readonly unscannedReasons = new Map<UnscannedReason, number>();
  errors = 0;
  readonly skipped = new Map<SkipReason, number>();

  add(result: ScanResult): void {
    switch (result.kind) {
      case 'interrupted':
        return;
      case 'directory':
        this.directories++;
        return;
      case 'error':
        this.errors++;
        return;
      case 'skipped':
        count(this.skipped, result.reason);
        return;
      case 'verdict':
        this.#addVerdict(result.verdict);
    }
  }

  exitCode(options: { readonly allowUnscanned: boolean }): number {
    if (this.infected > 0) return EXIT.found;
    if (this.errors > 0 || (this.unscanned > 0 && !options.allowUnscanned)) return EXIT.trouble;
    return EXIT.fine;
  }

  #addVerdict(verdict: Extract<ScanResult, { kind: 'verdict' }>['verdict']): void {
    this.files++;
    this.bytes += verdict.size;
    this.scannedBytes += verdict.scannedBytes;
    if (verdict.kind === 'infected') this.infected++;
    if (verdict.kind === 'clean' || verdict.unscanned.length === 0) return;
    this.unscanned++;
    for (const reason of new Set(verdict.unscanned.map((part) => part.reason))) count(this.unscannedReasons, reason);
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
