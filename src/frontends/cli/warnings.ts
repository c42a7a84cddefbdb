/**
 * What must not be overlooked, on stderr.
 */
import { formatValue } from '../../config/kinds.ts';
import { whyIgnored } from '../../scan/ignored-names.ts';
import type { EngineInfo, PatternChoice } from '../../scan/options.ts';
import { CLOCK_TOLERANCE_MS, type DatedPattern, staleNotice } from '../../update/stale.ts';
import { CliError, codeOf, messageWithPath } from './errors.ts';
import { tellNotices } from './notices.ts';
import type { Operations, PatternInfo } from './operations.ts';
import type { Screen } from './screen.ts';
import { escapeText } from './text.ts';
import { formatAge, plural } from './units.ts';

/**
 * One line when the patterns are older than seven days: what is new since then is not found, and a clean verdict says less than it seems to. Signature
 * sources have no release that could be old, and the factory patterns a warning of their own.
 */
export function warnOfStalePatterns(info: PatternInfo, now: number, screen: Screen): void {
  const released = newest(info.patterns.filter((each) => isReleased(each) && !each.factory));
  const notice = released && staleNotice(released, now);
  if (notice !== undefined) tellNotices([notice], screen);
}

/**
 * For `--fail-if-older-than`: whoever sets it wants no verdict at all from patterns that are older, or whose age cannot be told.
 *
 * @param limitMs 0: no limit
 * @throws {CliError} `CLI_STALE`
 */
export function refuseStalePatterns(info: PatternInfo, now: number, limitMs: number): void {
  if (limitMs === 0) return;
  const limit = formatValue({ kind: 'age' }, limitMs);
  // They are as young as the installation, which says nothing about what they would miss.
  if (info.patterns.every(({ factory }) => factory)) {
    const got = 'the factory patterns alone; run: engine update';
    throw new CliError('CLI_STALE', `scan: expected patterns of at most ${limit} (--fail-if-older-than), got ${got}`);
  }
  const released = newest(info.patterns.filter(isReleased)) ?? newest(info.patterns);
  if (released === undefined) return;
  const age = now - Date.parse(released.released);
  if (age <= limitMs && age >= -CLOCK_TOLERANCE_MS) return;
  const got = formatAge(released.released, now);
  const words = got === undefined ? 'from the future: check the clock' : `${got} old; run: engine update`;
  throw new CliError('CLI_STALE', `scan: expected patterns of at most ${limit} (--fail-if-older-than), got ${words}`);
}

/** A pattern file or a database; lines of signatures are only ever changed. */
function isReleased({ number, databaseVersion }: PatternInfo['patterns'][number]): boolean {
  return number > 0 || databaseVersion !== undefined;
}

function newest<Dated extends DatedPattern>(patterns: readonly Dated[]): Dated | undefined {
  return patterns.reduce<Dated | undefined>(
    (latest, each) => (latest === undefined || each.released > latest.released ? each : latest),
    undefined,
  );
}

/** One line for each. */
export function tellWarnings(warnings: readonly string[], screen: Screen): void {
  for (const warning of warnings) {
    screen.err(`engine: ${screen.paint('stderr', 'yellow', `WARNING: ${escapeText(warning)}`)}`);
  }
}

/** What went wrong, a line each. */
export function tellError(error: unknown, screen: Screen): void {
  for (const line of messageWithPath(error).split('\n'))
    screen.err(`engine: ${screen.paint('stderr', 'red', escapeText(line))}`);
  // An error without a code is a fault of ours: whoever reports it needs to say where.
  if (codeOf(error) === 'UNKNOWN' && error instanceof Error && error.stack) screen.err(error.stack);
}

/** One loud line when nothing but the factory patterns is active: they prove that the engine works and find next to nothing. */
export async function warnOfFactoryPatterns(
  info: PatternInfo,
  { store }: PatternChoice,
  operations: Operations,
  screen: Screen,
): Promise<void> {
  if (!info.patterns.every(({ factory }) => factory)) return;
  // Perhaps there are others, and this user may not read them.
  const view = store === undefined ? undefined : operations.store.view(store);
  await view?.catch((error: unknown) => tellWarnings([messageWithPath(error)], screen));
  const warning = `WARNING: only the factory patterns are active (${plural(info.signatures, 'signature')}): most malware will not be found.`;
  screen.err(
    `engine: ${screen.paint('stderr', 'yellow', warning)} Bring others with "engine update", or name them with --patterns FILE|DIR.`,
  );
}

/** Compiling takes many seconds for a large set: who waits for it at every start should know why. */
export function warnOfCacheTrouble({ cacheTrouble }: EngineInfo, screen: Screen): void {
  if (cacheTrouble === undefined) return;
  const warning = `WARNING: the patterns are compiled again at every start: ${escapeText(cacheTrouble)}.`;
  screen.err(`engine: ${screen.paint('stderr', 'yellow', warning)} Name another directory with --cache DIR.`);
}

/** One line for each file that was ignored. */
export function tellIgnored(paths: readonly string[], screen: Screen): void {
  for (const path of paths) screen.err(`engine: ${escapeText(path)}: ignored, ${whyIgnored(path)}`);
}

/** One line for each file that was ignored, and for each reason for which signatures of a pattern file are not used. */
export function tellSkippedSignatures(info: EngineInfo, screen: Screen): void {
  tellIgnored(info.ignored ?? [], screen);
  for (const { path, skipped } of info.patterns) {
    for (const [reason, count] of Object.entries(skipped)) {
      screen.err(`engine: ${escapeText(path)}: ${plural(count, 'signature')} not used: ${escapeText(reason)}`);
    }
  }
}
