/** What a health check finds, one notice each. Pure. */
import type { StoreView } from '../store/view.ts';
import type { HealthThresholds } from './health.ts';
import type { Notice, UpdateMemory } from './outcome.ts';
import { HOUR_MS, spanText } from './spans.ts';
import { ageMs, staleNotice } from './stale.ts';

/** A planned check that is later than this does not come any more: the schedule has ended, or hangs. */
const OVERDUE_MS = 2 * HOUR_MS;
/** Names of signatures in one notice. */
const MAX_NAMES = 3;

/** Of the pattern that is active, and of the store that should have one. */
export function activeFindings(
  view: StoreView,
  memory: UpdateMemory | undefined,
  nowMs: number,
  thresholds: HealthThresholds,
): readonly Notice[] {
  const { active, troubles } = view;
  // Troubles without an active pattern are why there is none.
  const ofStore = troubles.map((trouble) =>
    notice('STORE', active ? 'warning' : 'critical', `store: ${trouble}`, 'Run: engine patterns verify'),
  );
  if (active === undefined) {
    return [...ofStore, notice('NO_ACTIVE', 'critical', 'no pattern is active', 'Run: engine update')];
  }
  return [
    ...ofStore,
    ...ageFindings(active, nowMs, thresholds),
    ...refusalFindings(view, active.number, memory),
    ...quarantineFindings(active),
  ];
}

type Active = NonNullable<StoreView['active']>;

function ageFindings(active: Active, nowMs: number, { warnAgeMs, critAgeMs }: HealthThresholds): readonly Notice[] {
  const age = ageMs(active, nowMs);
  if (age !== undefined && age > Math.min(warnAgeMs, critAgeMs)) {
    const isCritical = age > critAgeMs;
    // The limit and not the age: who remembers subjects says it once for each limit.
    const subject = `pattern ${active.number} is older than ${spanText(isCritical ? critAgeMs : warnAgeMs)}`;
    const message = `It was released ${spanText(age)} ago. Newer malware is not found.`;
    return [notice('PATTERN_STALE', isCritical ? 'critical' : 'warning', subject, message)];
  }
  // No date, or one in the future.
  const doubtful = staleNotice(active, nowMs, warnAgeMs);
  return doubtful === undefined ? [] : [doubtful];
}

/** The publisher took it back, or somebody here did. */
function refusalFindings(view: StoreView, number: number, memory: UpdateMemory | undefined): readonly Notice[] {
  const withdrawn = memory?.withdrawn.find((one) => one.number === number);
  const bad = view.bad.find((one) => one.number === number);
  const found: Notice[] = [];
  if (withdrawn !== undefined) {
    found.push(
      notice('WITHDRAWN', 'critical', `pattern ${number} is active and was withdrawn: ${withdrawn.reason}`, GO_BACK),
    );
  }
  if (bad !== undefined) {
    found.push(notice('BAD', 'critical', `pattern ${number} is active and marked as bad: ${bad.reason}`, GO_BACK));
  }
  return found;
}
const GO_BACK = 'Run: engine update, or: engine patterns rollback';

function quarantineFindings({ number, quarantine }: Active): readonly Notice[] {
  if (quarantine.length === 0) return [];
  const names = quarantine.slice(0, MAX_NAMES).map(({ name }) => name);
  const more = quarantine.length > MAX_NAMES ? ' …' : '';
  const count = quarantine.length === 1 ? '1 signature' : `${quarantine.length} signatures`;
  return [
    notice(
      'QUARANTINE',
      'warning',
      `pattern ${number} runs without ${count}: ${names.join(', ')}${more}`,
      `The trial left them out. To see why, run: engine patterns info ${number}`,
    ),
  ];
}

/** Of the updater: whether it looks, and finds out. */
export function checkFindings(
  memory: UpdateMemory | undefined,
  nowMs: number,
  { warnCheckMs, critCheckMs }: HealthThresholds,
): readonly Notice[] {
  // Patterns that were imported from a medium need no check: their age tells.
  if (memory?.url === undefined) return [];
  return [...lastGoodFindings(memory, nowMs, warnCheckMs, critCheckMs), ...overdueFindings(memory, nowMs)];
}

function lastGoodFindings(
  memory: UpdateMemory,
  nowMs: number,
  warnCheckMs: number,
  critCheckMs: number,
): readonly Notice[] {
  const { lastGood, lastCheck } = memory;
  const cause =
    lastCheck?.ok === false ? `The last one failed with ${lastCheck.code}: ${lastCheck.message}` : 'Run: engine update';
  if (lastGood === undefined) return [notice('NO_CHECK', 'warning', 'no check for updates ever succeeded', cause)];
  const since = nowMs - Date.parse(lastGood);
  if (since < -HOUR_MS) {
    return [
      notice('CLOCK', 'warning', 'the last check lies in the future: is the clock of this machine right?', 'Set it.'),
    ];
  }
  if (!(since > Math.min(warnCheckMs, critCheckMs))) return [];
  const subject = `no check for updates succeeded for ${spanText(since)}`;
  return [notice('NO_CHECK', since > critCheckMs ? 'critical' : 'warning', subject, cause)];
}

function overdueFindings({ nextCheck, lastCheck }: UpdateMemory, nowMs: number): readonly Notice[] {
  const plannedMs = Date.parse(nextCheck ?? '');
  const overdueMs = nowMs - plannedMs;
  // A check by hand, or one that failed, came after the plan.
  const isDone = Date.parse(lastCheck?.at ?? '') >= plannedMs;
  if (!(overdueMs > OVERDUE_MS) || isDone) return [];
  const subject = `the check planned for ${nextCheck} did not take place`;
  return [notice('OVERDUE', 'warning', subject, 'Is the schedule still running? See: systemctl status sigwall-update')];
}

/** What somebody decided here, and may have forgotten. */
export function operatorFindings({ pinned, hold }: StoreView): readonly Notice[] {
  const found: Notice[] = [];
  if (pinned !== undefined) {
    found.push(notice('PINNED', 'warning', `pinned to pattern ${pinned}`, 'To end it, run: engine patterns unpin'));
  }
  if (hold !== undefined) {
    const until = hold.until === undefined ? 'for ever' : `until ${hold.until}`;
    found.push(
      notice('HELD', 'warning', `updates are held ${until}`, `Since ${hold.since}. To end it: engine patterns unhold`),
    );
  }
  return found;
}

function notice(code: string, severity: Notice['severity'], subject: string, message: string): Notice {
  return { code, severity, subject, message };
}
