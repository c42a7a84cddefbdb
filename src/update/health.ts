/**
 * Whether a machine has the patterns that it should have. Looks at what the store and the updater left, never at the network.
 *
 * Every finding is a notice with a severity of its own; the worst decides. What cannot be found out is UNKNOWN and never OK.
 */
import { engineFits } from '../store/engine-range.ts';
import type { StoreView } from '../store/view.ts';
import { activeFindings, checkFindings, operatorFindings } from './findings.ts';
import { lifecycleNotice, supportAt } from './lifecycle.ts';
import type { Health, HealthState, Notice, Support, UpdateMemory } from './outcome.ts';
import { DAY_MS, SECOND_MS, spanText } from './spans.ts';
import { ageMs } from './stale.ts';

export interface HealthThresholds {
  /** Age of the active pattern since its release. */
  readonly warnAgeMs: number;
  readonly critAgeMs: number;
  /** Since the last check that found out everything. */
  readonly warnCheckMs: number;
  readonly critCheckMs: number;
}

/** A daily updater that missed two days is noticed before scans warn, at seven. */
export const HEALTH_THRESHOLDS: HealthThresholds = {
  warnAgeMs: 3 * DAY_MS,
  critAgeMs: 7 * DAY_MS,
  warnCheckMs: 2 * DAY_MS,
  critCheckMs: 7 * DAY_MS,
};

export interface HealthInput {
  /** Undefined: there is no store. */
  readonly view: StoreView | undefined;
  /** Undefined: no update was ever run; patterns may have been imported. */
  readonly memory: UpdateMemory | undefined;
  /** SemVer. */
  readonly engineVersion: string;
  readonly nowMs: number;
  /** Those that are missing are the defaults. */
  readonly thresholds?: { readonly [Name in keyof HealthThresholds]?: number | undefined } | undefined;
}

/** Found out here, against the store and the time of now; the updater's own are from its last check. */
const FOUND_HERE =
  /^(LIFECYCLE_.*|PATTERN_STALE|PINNED|HELD|WITHDRAWN|BAD|QUARANTINE|NO_CHECK|OVERDUE|STORE|NO_ACTIVE)$/;
const RANK: Readonly<Record<Notice['severity'], number>> = { critical: 0, warning: 1, info: 2 };

/** Pure. */
export function healthOf(input: HealthInput): Health {
  const { view, memory, engineVersion, nowMs } = input;
  if (view === undefined) return noStore();
  const thresholds = completeThresholds(input.thresholds);
  const problems = [
    ...activeFindings(view, memory, nowMs, thresholds),
    ...fitFindings(view, engineVersion),
    ...supportFindings(memory, engineVersion, nowMs),
    ...checkFindings(memory, nowMs, thresholds),
    ...operatorFindings(view),
    ...(memory?.notices ?? []).filter(({ code }) => !FOUND_HERE.test(code)),
  ];
  const sorted = withoutRepeats(problems).sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  return {
    state: stateOf(sorted),
    summary: summaryOf(view, memory, sorted, nowMs),
    perfdata: perfdataOf(view, memory, nowMs, thresholds),
    problems: sorted,
  };
}

/** The support of this engine today. One that was replaced since the last check by an engine to move to has nothing to fear. */
export function currentSupport(memory: UpdateMemory | undefined, engineVersion: string, nowMs: number): Support {
  const support = supportAt(memory?.support ?? { kind: 'supported' }, nowMs);
  if (support.kind === 'supported' || support.moveTo === undefined) return support;
  return engineFits(engineVersion, support.moveTo) ? { kind: 'supported' } : support;
}

/** A newer engine updates the same store. */
function fitFindings({ active }: StoreView, engineVersion: string): readonly Notice[] {
  if (active === undefined || engineFits(engineVersion, active.engineRange)) return [];
  return [
    {
      code: 'ENGINE_TOO_OLD',
      severity: 'warning',
      subject: `pattern ${active.number} is for engines ${active.engineRange}, this one is ${engineVersion}`,
      message: 'It scans with the newest kept pattern that fits. Newer malware is not found until it is updated.',
    },
  ];
}

function supportFindings(memory: UpdateMemory | undefined, engineVersion: string, nowMs: number): readonly Notice[] {
  const notice = lifecycleNotice(currentSupport(memory, engineVersion, nowMs), engineVersion);
  return notice === undefined ? [] : [notice];
}

function completeThresholds(given: HealthInput['thresholds']): HealthThresholds {
  const defined = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...HEALTH_THRESHOLDS, ...Object.fromEntries(defined) };
}

function noStore(): Health {
  const problem: Notice = {
    code: 'NO_STORE',
    severity: 'critical',
    subject: 'there is no pattern store',
    message: 'Nothing was ever installed there, or --store names another directory. Run: engine update',
  };
  return { state: 'unknown', summary: problem.subject, perfdata: [], problems: [problem] };
}

function stateOf([worst]: readonly Notice[]): HealthState {
  return worst === undefined || worst.severity === 'info' ? 'ok' : worst.severity;
}

/** The same thing found by the updater and here. */
function withoutRepeats(problems: readonly Notice[]): Notice[] {
  return [...new Map(problems.map((problem) => [`${problem.code} ${problem.subject}`, problem])).values()];
}

/** What is wrong, the worst first; then what is active, so that the line tells it in any state. */
function summaryOf(
  view: StoreView,
  memory: UpdateMemory | undefined,
  problems: readonly Notice[],
  nowMs: number,
): string {
  const wrong = problems.filter(({ severity }) => severity !== 'info').map(({ subject }) => subject);
  return [...wrong, activeText(view, nowMs), checkText(memory, nowMs)].filter((part) => part !== '').join('; ');
}

function activeText({ active }: StoreView, nowMs: number): string {
  if (active === undefined) return '';
  const age = ageMs(active, nowMs);
  const released = age === undefined || age < 0 ? '' : `, released ${spanText(age)} ago`;
  return `pattern ${active.number} with ${active.signatures.toLocaleString('en')} ${active.signatures === 1 ? 'signature' : 'signatures'}${released}`;
}

function checkText(memory: UpdateMemory | undefined, nowMs: number): string {
  const goodMs = Date.parse(memory?.lastGood ?? '');
  if (!Number.isFinite(goodMs) || goodMs > nowMs) return '';
  const failed = memory?.lastCheck?.ok === false ? `, the last one failed with ${memory.lastCheck.code}` : '';
  return `checked ${spanText(nowMs - goodMs)} ago${failed}`;
}

function perfdataOf(
  { active, kept }: StoreView,
  memory: UpdateMemory | undefined,
  nowMs: number,
  thresholds: HealthThresholds,
): Health['perfdata'] {
  const age = active && ageMs(active, nowMs);
  const goodMs = Date.parse(memory?.lastGood ?? '');
  const { warnAgeMs, critAgeMs, warnCheckMs, critCheckMs } = thresholds;
  return [
    ...(age === undefined ? [] : [seconds('age', age, warnAgeMs, critAgeMs)]),
    ...(Number.isFinite(goodMs) ? [seconds('last_check', nowMs - goodMs, warnCheckMs, critCheckMs)] : []),
    { label: 'signatures', value: active?.signatures ?? 0, unit: '', min: 0 },
    { label: 'number', value: active?.number ?? 0, unit: '', min: 0 },
    { label: 'kept', value: kept.length, unit: '', min: 0 },
  ];
}

function seconds(label: string, ms: number, warnMs: number, critMs: number): Health['perfdata'][number] {
  const inSeconds = (span: number): number => Math.max(0, Math.floor(span / SECOND_MS));
  return { label, value: inSeconds(ms), unit: 's', warn: inSeconds(warnMs), crit: inSeconds(critMs), min: 0 };
}
