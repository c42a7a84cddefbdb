/** `engine compile`: makes a pattern file while the caller's thread stays free. */
import type { PatternFileOptions, PatternFileReport } from './pattern-writer.ts';
import { runThread } from './thread.ts';
import type { WriteTask } from './write-thread.ts';

/** @throws {ScanError} `SCAN_PATTERNS`, `SCAN_FAILED` */
export function compilePatternFile(
  sources: readonly string[],
  options: PatternFileOptions,
): Promise<PatternFileReport> {
  return runThread('write-thread', { sources, options } satisfies WriteTask);
}
