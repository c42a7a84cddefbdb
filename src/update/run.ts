/**
 * From a repository, wherever it lies, to the active pattern:
 *
 * ```
 * refresh what is trusted → read what is offered → read the publisher's notices → choose → obtain → try out → install → note how it went
 * ```
 */
import { type Catalogue, type OfferedFull, readCatalogue } from './catalogue.ts';
import { type Choice, choosePattern } from './choice.ts';
import { DownloadProgress, fetcherOf, tell, tidyDownloads } from './downloads.ts';
import { fetchTarget } from './fetch-target.ts';
import { supportOf } from './lifecycle.ts';
import { findingsOf, loadNotices } from './notices.ts';
import type { UpdateOutcome } from './outcome.ts';
import { refreshFrom } from './refresh.ts';
import type { Notices } from './repository.ts';
import type { UpdateSession } from './session.ts';
import type { RepositorySource } from './source.ts';
import { type Taken, takePattern } from './take.ts';
import type { VerifiedMetadata } from './tuf.ts';

export interface Run {
  /** In the order in which they are asked; at least one. */
  readonly sources: readonly RepositorySource[];
  /** Time that expiry is checked against, milliseconds since 1970. */
  readonly referenceMs: number;
  readonly isImport: boolean;
  readonly skipRollout: boolean;
  /** A person wants it now: what a trial refused is tried again. */
  readonly insists: boolean;
  readonly checkOnly: boolean;
  /** Called once the metadata was verified. */
  onTrusted?(): void;
  /** What a server's clock says, milliseconds since 1970; not signed. */
  serverDateMs?(): number | undefined;
  /** So far. */
  traffic(): { readonly requests: number; readonly receivedBytes: number };
}

/** A pattern that a trial refused is left alone for as long. */
const REFUSED_MS = 86_400_000;

type Result = Taken | { readonly kind: 'current' };

/** @throws {UpdateError}, {StoreError} */
export async function runUpdate(session: UpdateSession, run: Run): Promise<UpdateOutcome> {
  tell(session, 'metadata', 0, undefined);
  const { verified, source } = await refreshFrom(session, run.sources, run.referenceMs);
  run.onTrusted?.();
  const catalogue = readCatalogue(verified.targets, session.limits);
  const progress = new DownloadProgress(session);
  const fetcher = fetcherOf(session, [source, ...run.sources.filter((one) => one !== source)], progress);
  const notices = await loadNotices(session, catalogue, (target) => fetchTarget(fetcher, target));
  learn(session, run, verified, catalogue, notices);
  const choice = choose(session, run, catalogue, notices);
  tidyDownloads(session, choice.target ? verified.targets.map(({ name }) => name) : []);
  const result = await settle(session, run, choice, (target) => {
    return takePattern(session, { target, deltas: catalogue.deltas, fetcher, progress, isImport: run.isImport });
  });
  return finish(session, run, choice, result);
}

/** What the signed metadata says, whatever comes of the rest. */
function learn(
  session: UpdateSession,
  run: Run,
  verified: VerifiedMetadata,
  { fulls }: Catalogue,
  notices: Notices,
): void {
  const nowMs = session.trustedNow();
  const { engineVersion } = session.options;
  session.remember({
    lastTrusted: provenTime(session, run, verified, fulls),
    support: supportOf(engineVersion, notices.lifecycle, nowMs),
    withdrawn: notices.withdrawn.map(({ number, reason }) => ({ number, reason })),
    refused: session.state.refused.filter(({ at }) => Math.abs(nowMs - Date.parse(at)) < REFUSED_MS),
  });
}

/**
 * The latest time that is known to be over. A timestamp that was not expired bounds how far ahead our clock can be, and a server's clock may lower it further;
 * nothing is believed beyond the timestamp, or one release dated wrongly would make everything after it look expired.
 */
function provenTime(
  { state }: UpdateSession,
  { referenceMs, serverDateMs }: Run,
  { timestampExpiresMs }: VerifiedMetadata,
  fulls: readonly OfferedFull[],
): string | undefined {
  const ours = Math.min(referenceMs, serverDateMs?.() ?? Number.POSITIVE_INFINITY);
  const times = [Date.parse(state.lastTrusted ?? ''), ours, ...fulls.map(({ released }) => Date.parse(released))];
  const proven = times.filter((ms) => ms < timestampExpiresMs);
  return proven.length === 0 ? state.lastTrusted : new Date(Math.max(...proven)).toISOString();
}

function choose(session: UpdateSession, run: Run, { fulls }: Catalogue, notices: Notices): Choice {
  const { engineVersion, machineId } = session.options;
  const { channel, refused } = session.state;
  return choosePattern({
    fulls,
    notices,
    view: session.store.view(),
    channel,
    engineVersion,
    machineId,
    nowMs: session.trustedNow(),
    skipRollout: run.skipRollout,
    refused: run.insists ? [] : refused.map(({ number }) => number),
  });
}

async function settle(
  session: UpdateSession,
  { checkOnly }: Run,
  { target, waiting }: Choice,
  take: (target: OfferedFull) => Promise<Taken>,
): Promise<Result> {
  if (waiting) return { kind: 'waiting', ...waiting };
  if (!target) return { kind: 'current' };
  if (checkOnly) return { kind: 'waiting', reason: 'check-only', until: undefined };
  session.throwIfAborted();
  return take(target);
}

function finish(session: UpdateSession, run: Run, choice: Choice, result: Result): UpdateOutcome {
  const view = session.store.view();
  const { engineVersion } = session.options;
  const { support } = session.state;
  const notices = [...session.notices, ...findingsOf(session, { view, choice, support, engineVersion })];
  const lastCheck = { at: session.checked, ok: true, code: 'OK', message: sentenceOf(result, choice) };
  session.remember({ notices, lastCheck, lastGood: session.checked });
  session.save();
  return {
    checked: session.checked,
    newest: choice.newest,
    active: view.active,
    ...run.traffic(),
    elapsedMs: performance.now() - session.startedMs,
    notices,
    support,
    ...result,
  };
}

function sentenceOf(result: Result, { newest }: Choice): string {
  switch (result.kind) {
    case 'current':
      return 'nothing newer is offered';
    case 'waiting':
      return `pattern ${newest} is offered and waits: ${result.reason}`;
    case 'updated':
      return `pattern ${result.number} is active`;
  }
}
