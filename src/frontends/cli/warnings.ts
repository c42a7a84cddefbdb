/**
 * What must not be overlooked, on stderr.
 */
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

/** One line for each reason for which signatures of a pattern file are not used. */
export function tellSkippedSignatures(info: PatternInfo, screen: Screen): void {
  for (const { path, skipped } of info.patterns) {
    for (const [reason, count] of Object.entries(skipped)) {
      screen.err(`engine: ${escapeText(path)}: ${plural(count, 'signature')} not used: ${escapeText(reason)}`);
    }
  }
}
