/**
 * What must not be overlooked, on stderr.
 */
import type { EngineInfo } from '../../scan/options.ts';
import type { PatternInfo } from './operations.ts';
import type { Screen } from './screen.ts';
import { escapeText } from './text.ts';
import { plural } from './units.ts';

/** One loud line when nothing but the factory patterns is active: they prove that the engine works and find next to nothing. */
export function warnOfFactoryPatterns(info: PatternInfo, screen: Screen): void {
  if (!info.patterns.every(({ factory }) => factory)) return;
  const warning = `WARNING: only the factory patterns are active (${plural(info.signatures, 'signature')}): most malware will not be found.`;
  screen.err(`engine: ${screen.paint('stderr', 'yellow', warning)} Name others with --patterns FILE|DIR.`);
}

/** Compiling takes many seconds for a large set: who waits for it at every start should know why. */
export function warnOfCacheTrouble({ cacheTrouble }: EngineInfo, screen: Screen): void {
  if (cacheTrouble === undefined) return;
  const warning = `WARNING: the patterns are compiled again at every start: ${escapeText(cacheTrouble)}.`;
  screen.err(`engine: ${screen.paint('stderr', 'yellow', warning)} Name another directory with --cache DIR.`);
}

/** One line for each file that was ignored, and for each reason for which signatures of a pattern file are not used. */
export function tellSkippedSignatures(info: EngineInfo, screen: Screen): void {
  for (const path of info.ignored ?? []) screen.err(`engine: ${escapeText(path)}: ignored, no patterns by its name`);
  for (const { path, skipped } of info.patterns) {
    for (const [reason, count] of Object.entries(skipped)) {
      screen.err(`engine: ${escapeText(path)}: ${plural(count, 'signature')} not used: ${escapeText(reason)}`);
    }
  }
}
