/**
 * Which mirror is asked first, and which is left alone for a while.
 *
 * Two kinds of cool-down: who *asks* to be left alone (429, 503 with Retry-After) or refuses (403) is not asked at all until then; who merely failed is asked
 * after the others. Pure but for the clock.
 */
import { type Fields, isCount, isFields, isText, isTime } from '../store/fields.ts';
import { HttpStatusError, type UpdateError } from './errors.ts';
import { MAX_RETRY_AFTER_MS } from './http-answer.ts';

export interface CoolDown {
  /** Of the mirror, without secrets. */
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly until: string;
  /** `asked`: it wants it so, for as long as it said. `refused`: 403. `failed`: anything else. */
  readonly kind: 'asked' | 'refused' | 'failed';
  /** In a row. */
  readonly failures: number;
}

const HOUR_MS = 3_600_000;
/** After the first 403; doubles each time. Servers that block an address prolong that while it goes on. */
const REFUSED_MS = HOUR_MS;
/** After the first fault; doubles each time. */
const FAILED_MS = 600_000;
const MAX_FAILED_MS = 6 * HOUR_MS;

/** @param url of a mirror without secrets, as `RepositorySource.name` has it */
export function coolDownAfter(url: string, error: UpdateError, before: CoolDown | undefined, nowMs: number): CoolDown {
  const failures = (before?.failures ?? 0) + 1;
  const [kind, ms] = lengthOf(error, Math.min(failures - 1, 16));
  return { url, kind, failures, until: new Date(nowMs + ms).toISOString() };
}

function lengthOf(error: UpdateError, doublings: number): readonly [CoolDown['kind'], number] {
  const { status, retryAfterMs } = error instanceof HttpStatusError ? error : { status: 0, retryAfterMs: undefined };
  if (retryAfterMs !== undefined) return ['asked', retryAfterMs];
  if (status === 403 || status === 429) return ['refused', Math.min(REFUSED_MS * 2 ** doublings, MAX_RETRY_AFTER_MS)];
  return ['failed', Math.min(FAILED_MS * 2 ** doublings, MAX_FAILED_MS)];
}

/** Whether it is still to be kept. One further away than any can be comes from a clock that was ahead. */
function isRunning({ until }: CoolDown, nowMs: number): boolean {
  const left = Date.parse(until) - nowMs;
  return left > 0 && left <= MAX_RETRY_AFTER_MS;
}

export interface MirrorOrder<Mirror> {
  /** To be asked, in this order. */
  readonly usable: readonly Mirror[];
  /** ISO 8601: when the first of those that are left alone may be asked again; undefined: none is. */
  readonly until: string | undefined;
}

/**
 * @param mirrors in the order of the configuration
 * @param insists a person asks now: a refusal may be over, what a server asked for holds
 */
export function orderMirrors<Mirror extends { readonly name: string }>(
  mirrors: readonly Mirror[],
  coolDowns: readonly CoolDown[],
  nowMs: number,
  insists: boolean,
): MirrorOrder<Mirror> {
  const kindOf = ({ name }: Mirror): CoolDown['kind'] | undefined =>
    coolDowns.find((one) => one.url === name && isRunning(one, nowMs))?.kind;
  const isLeftAlone = (mirror: Mirror): boolean => {
    const kind = kindOf(mirror);
    return kind === 'asked' || (kind === 'refused' && !insists);
  };
  const usable = mirrors.filter((mirror) => !isLeftAlone(mirror));
  const names = mirrors.filter(isLeftAlone).map(({ name }) => name);
  const [until] = coolDowns
    .filter(({ url }) => names.includes(url))
    .map((one) => one.until)
    .sort();
  return {
    usable: [...usable.filter((mirror) => !kindOf(mirror)), ...usable.filter((mirror) => kindOf(mirror))],
    until,
  };
}

export function isCoolDown(value: unknown): value is CoolDown {
  if (!isFields(value)) return false;
  const { url, until, kind, failures }: Fields = value;
  const isKind = kind === 'asked' || kind === 'refused' || kind === 'failed';
  return isText(url, 4096) && isTime(until) && isKind && isCount(failures);
}
