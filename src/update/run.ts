/** From a repository, wherever it lies, to the active pattern. */
import { readdirSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { StoreError } from '../store/errors.ts';
import type { InstallReport } from '../store/install.ts';
import type { StagedPattern, TrialReport } from '../store/staging.ts';
import { type Catalogue, type OfferedFull, readCatalogue } from './catalogue.ts';
import { type Choice, choosePattern } from './choice.ts';
import { UpdateError } from './errors.ts';
import { fetchTarget, type TargetFetcher } from './fetch-target.ts';
import { supportOf } from './lifecycle.ts';
import { findingsOf, loadNotices } from './notices.ts';
import { type Obtained, obtainPattern } from './obtain.ts';
import type { UpdateProgress } from './options.ts';
import type { UpdateOutcome } from './outcome.ts';
import { refreshFrom } from './refresh.ts';
import type { Notices } from './repository.ts';
import { partPath } from './resume.ts';
import type { UpdateSession } from './session.ts';
import type { RepositorySource } from './source.ts';
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
  /** So far. */
  traffic(): { readonly requests: number; readonly receivedBytes: number };
}

/** A pattern that a trial refused is left alone for as long. */
const REFUSED_MS = 86_400_000;

type Waiting = Pick<Extract<UpdateOutcome, { kind: 'waiting' }>, 'kind' | 'reason' | 'until'>;
/** What came of it, without what every outcome has. */
type Result =
  | Pick<Extract<UpdateOutcome, { kind: 'current' }>, 'kind'>
  | Waiting
  | Pick<
      Extract<UpdateOutcome, { kind: 'updated' }>,
      'kind' | 'from' | 'number' | 'by' | 'path' | 'fallback' | 'trial' | 'pruned'
    >;

/** @throws {UpdateError}, {StoreError} */
export async function runUpdate(session: UpdateSession, run: Run): Promise<UpdateOutcome> {
  report(session, 'metadata', 0, undefined);
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
    return install(session, run, target, catalogue, fetcher, progress);
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
  const { timestampExpiresMs } = verified;
  const provenMs = [
    Date.parse(session.state.lastTrusted ?? ''),
    run.referenceMs,
    ...fulls.map(({ released }) => Date.parse(released)),
  ];
  // Nothing is believed beyond what the timestamp reaches: a release dated wrongly must not make everything after it look expired.
  const known = provenMs.filter((ms) => ms < timestampExpiresMs);
  const now = new Date(session.now()).getTime();
  session.remember({
    lastTrusted: known.length === 0 ? session.state.lastTrusted : new Date(Math.max(...known)).toISOString(),
    support: supportOf(session.options.engineVersion, notices.lifecycle, now),
    withdrawn: notices.withdrawn.map(({ number, reason }) => ({ number, reason })),
    refused: session.state.refused.filter(({ at }) => Math.abs(now - Date.parse(at)) < REFUSED_MS),
  });
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
    nowMs: session.now(),
    skipRollout: run.skipRollout,
    refused: run.insists ? [] : refused.map(({ number }) => number),
  });
}

async function settle(
  session: UpdateSession,
  run: Run,
  { target, waiting }: Choice,
  installTarget: (target: OfferedFull) => Promise<Result>,
): Promise<Result> {
  if (waiting) return { kind: 'waiting', ...waiting };
  if (!target) return { kind: 'current' };
  if (run.checkOnly) return { kind: 'waiting', reason: 'check-only', until: undefined };
  session.throwIfAborted();
  return installTarget(target);
}

async function install(
  session: UpdateSession,
  run: Run,
  target: OfferedFull,
  { deltas }: Catalogue,
  fetcher: TargetFetcher,
  progress: DownloadProgress,
): Promise<Result> {
  const { store } = session;
  const { active, kept } = store.view();
  const others = kept.filter(({ number }) => number !== active?.number).toReversed();
  const obtained = await obtainPattern({
    target,
    deltas,
    kept: active ? [active, ...others] : others,
    fetch: (file) => progress.of(file.length, () => fetchTarget(fetcher, file)),
    onPlan: (bytes) => progress.plan(bytes),
  });
  session.throwIfAborted();
  const done = await tryAndInstall(session, target, obtained);
  if ('reason' in done) return done;
  const { trial, installed } = done;
  tidyDownloads(session, []);
  return {
    kind: 'updated',
    from: active?.number,
    number: target.number,
    by: run.isImport ? 'import' : obtained.by,
    path: obtained.path,
    fallback: obtained.fallback,
    trial,
    pruned: installed.pruned,
  };
}

async function tryAndInstall(
  session: UpdateSession,
  { number }: OfferedFull,
  { bytes }: Obtained,
): Promise<{ readonly trial: TrialReport; readonly installed: InstallReport } | Waiting> {
  const { store } = session;
  const staged = store.stage(bytes);
  try {
    report(session, 'trial', bytes.length, bytes.length);
    const trial = await tryOut(session, staged);
    session.throwIfAborted();
    report(session, 'install', bytes.length, bytes.length);
    const installed = store.install(staged, trial);
    session.remember({ refused: session.state.refused.filter((one) => one.number > number) });
    return { trial, installed };
  } catch (thrown) {
    return decidedMeanwhile(session, thrown);
  } finally {
    staged.discard();
  }
}

/** Somebody pinned or held while it was being fetched and tried. */
function decidedMeanwhile({ store }: UpdateSession, thrown: unknown): Waiting {
  const code = thrown instanceof StoreError ? thrown.code : undefined;
  if (code === 'STORE_PINNED') return { kind: 'waiting', reason: 'pinned', until: undefined };
  if (code === 'STORE_HELD') return { kind: 'waiting', reason: 'held', until: store.view().hold?.until };
  throw thrown;
}

async function tryOut(session: UpdateSession, staged: StagedPattern): Promise<TrialReport> {
  const { trial, signal } = session.options;
  try {
    return await trial(staged, signal);
  } catch (cause) {
    session.throwIfAborted();
    const { code, message } = cause as { code?: unknown; message?: unknown };
    const { number } = staged;
    const why = `${typeof code === 'string' ? `${code}: ` : ''}${message ?? cause}`;
    const others = session.state.refused.filter((one) => one.number !== number);
    session.remember({ refused: [...others, { number, message: why, at: session.time() }] });
    throw new UpdateError('UPDATE_TRIAL', `pattern ${number}: the trial refused it, the active one stays: ${why}`, {
      cause,
    });
  }
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

function fetcherOf(
  session: UpdateSession,
  sources: readonly RepositorySource[],
  progress: DownloadProgress,
): TargetFetcher {
  const { retries, retryDelayMs } = session.limits;
  return {
    sources,
    options: {
      directory: session.store.downloadsDirectory,
      retries,
      retryDelayMs,
      signal: session.options.signal,
      onBytes: (bytes) => progress.received(bytes),
    },
    onFailure: ({ name }, error) => session.mirrorFailed(name, error),
  };
}

/** Parts of files that are not offered any more, and what was installed. */
function tidyDownloads({ store }: UpdateSession, names: readonly string[]): void {
  const directory = store.downloadsDirectory;
  const wanted = new Set(names.map((name) => basename(partPath(directory, name))));
  for (const name of readdirSync(directory)) {
    if (wanted.has(name)) continue;
    try {
      unlinkSync(join(directory, name));
    } catch {
      // No file of ours; it does no harm there.
    }
  }
}

/** Bytes of several files, told as one. */
class DownloadProgress {
  readonly #session: UpdateSession;
  #total = 0;
  #before = 0;

  constructor(session: UpdateSession) {
    this.#session = session;
  }

  plan(bytes: number): void {
    this.#total = bytes;
    this.#before = 0;
  }

  async of<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const result = await work();
    this.#before += bytes;
    return result;
  }

  received(bytes: number): void {
    if (this.#total > 0) report(this.#session, 'download', this.#before + bytes, this.#total);
  }
}

function report(
  session: UpdateSession,
  phase: UpdateProgress['phase'],
  receivedBytes: number,
  totalBytes: number | undefined,
): void {
  session.options.onProgress?.({ phase, receivedBytes, totalBytes });
}
