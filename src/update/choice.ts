/**
 * Which of the offered pattern files this machine takes. Pure.
 *
 * Only ever upwards: a lower number comes back by a person's hand alone. What is withdrawn, marked bad here, or made for other engines is passed over, and what
 * was passed over is said.
 */
import { engineFits } from '../store/engine-range.ts';
import type { StoreView } from '../store/view.ts';
import type { OfferedFull } from './catalogue.ts';
import { lastPatternFor } from './lifecycle.ts';
import { DEFAULT_CHANNEL } from './memory.ts';
import type { Notices } from './repository.ts';
import { isTurn, turnAt } from './rollout.ts';

export interface ChoiceInput {
  readonly fulls: readonly OfferedFull[];
  readonly notices: Notices;
  /** Undefined: the store is empty. */
  readonly view: Pick<StoreView, 'active' | 'bad' | 'pinned' | 'hold'> | undefined;
  readonly channel: string;
  /** SemVer. */
  readonly engineVersion: string;
  readonly machineId: string;
  readonly nowMs: number;
  /** Not to wait for this machine's turn. */
  readonly skipRollout: boolean;
  /** Numbers that a trial refused not long ago. */
  readonly refused: readonly number[];
}

export interface Choice {
  /** The highest number that the publisher offers to this engine and channel, and that no trial refused here; undefined: none. */
  readonly newest: number | undefined;
  /** To be installed now; undefined: nothing. */
  readonly target: OfferedFull | undefined;
  /** There is news, and why it does not go live now. */
  readonly waiting: { readonly reason: 'pinned' | 'held' | 'rollout'; readonly until: string | undefined } | undefined;
  /** Higher than `newest` and not for this engine: the lowest of them; undefined: none. */
  readonly tooNew: OfferedFull | undefined;
  /** Higher than the active one and marked bad here; undefined: none. */
  readonly bad: number | undefined;
}

export function choosePattern(input: ChoiceInput): Choice {
  const { view, nowMs } = input;
  const active = view?.active?.number ?? 0;
  const withdrawn = new Set(input.notices.withdrawn.map(({ number }) => number));
  const followed = input.fulls.filter(
    ({ channel, number }) => follows(input.channel, channel) && !withdrawn.has(number),
  );
  const fitting = followed.filter((full) => isForEngine(input, full));
  const newest = fitting.findLast(({ number }) => !input.refused.includes(number))?.number;
  const bad = view?.bad.map(({ number }) => number).filter((number) => !withdrawn.has(number)) ?? [];
  // What was left as bad is not replaced by what came before it, which is likely to have the same fault.
  const floor = Math.max(active, ...bad);
  const news = fitting.filter(({ number }) => number > floor && !input.refused.includes(number));
  // The cure for a withdrawn pattern is needed at once.
  const skipRollout = input.skipRollout || withdrawn.has(active);
  const ready = news.filter(({ rollout, number }) => {
    return skipRollout || isTurn(rollout, input.machineId, number, nowMs, input.channel);
  });
  const waiting = news.length > 0 ? reasonToWait(input, news, ready) : undefined;
  return {
    newest,
    target: waiting ? undefined : ready.at(-1),
    waiting,
    tooNew: followed.find((full) => full.number > (newest ?? 0) && !isForEngine(input, full)),
    bad: fitting.findLast(({ number }) => number > active && bad.includes(number))?.number,
  };
}

/** Who follows another channel than stable gets the stable releases as well: they are the later ones. */
function follows(followed: string, channel: string): boolean {
  return channel === followed || channel === DEFAULT_CHANNEL;
}

function isForEngine({ engineVersion, notices }: ChoiceInput, { engine, number }: OfferedFull): boolean {
  return engineFits(engineVersion, engine) && number <= (lastPatternFor(engineVersion, notices.lifecycle) ?? Infinity);
}

function reasonToWait(
  { view, machineId }: ChoiceInput,
  news: readonly OfferedFull[],
  ready: readonly OfferedFull[],
): Choice['waiting'] {
  if (view?.pinned !== undefined) return { reason: 'pinned', until: undefined };
  if (view?.hold !== undefined) return { reason: 'held', until: view.hold.until };
  if (ready.length > 0) return undefined;
  const turns = news.flatMap(({ rollout, number }) => (rollout ? [turnAt(rollout, machineId, number)] : []));
  return { reason: 'rollout', until: turns.sort()[0] };
}
