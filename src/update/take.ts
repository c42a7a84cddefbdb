/** A chosen pattern file is obtained, tried out and made the active one. */
import { StoreError } from '../store/errors.ts';
import type { InstallReport } from '../store/install.ts';
import type { StagedPattern, TrialReport } from '../store/staging.ts';
import type { Catalogue, OfferedFull } from './catalogue.ts';
import { type DownloadProgress, tell, tidyDownloads } from './downloads.ts';
import { UpdateError } from './errors.ts';
import { fetchTarget, type TargetFetcher } from './fetch-target.ts';
import { obtainPattern } from './obtain.ts';
import type { UpdateOutcome } from './outcome.ts';
import type { UpdateSession } from './session.ts';

export type Waiting = Pick<Extract<UpdateOutcome, { kind: 'waiting' }>, 'kind' | 'reason' | 'until'>;
/** An outcome without what every outcome has. */
export type Taken =
  | Waiting
  | Pick<
      Extract<UpdateOutcome, { kind: 'updated' }>,
      'kind' | 'from' | 'number' | 'by' | 'path' | 'fallback' | 'trial' | 'pruned'
    >;

export interface TakeInput {
  readonly target: OfferedFull;
  readonly deltas: Catalogue['deltas'];
  readonly fetcher: TargetFetcher;
  readonly progress: DownloadProgress;
  readonly isImport: boolean;
}

/** @throws {UpdateError}, {StoreError}; the active pattern stays then */
export async function takePattern(session: UpdateSession, input: TakeInput): Promise<Taken> {
  const { target, deltas, fetcher, progress } = input;
  const { store } = session;
  const { active, kept } = store.view();
  const others = kept.filter(({ number }) => number !== active?.number).toReversed();
  const { bytes, by, path, fallback } = await obtainPattern({
    target,
    deltas,
    kept: active ? [active, ...others] : others,
    fetch: (file) => progress.of(file.length, () => fetchTarget(fetcher, file)),
    onPlan: (bytes) => progress.plan(bytes),
  });
  session.throwIfAborted();
  const done = await tryAndInstall(session, target.number, bytes);
  if ('reason' in done) return done;
  tidyDownloads(session, []);
  const { trial, installed } = done;
  const how = { by: input.isImport ? ('import' as const) : by, path, fallback };
  return { kind: 'updated', from: active?.number, number: target.number, ...how, trial, pruned: installed.pruned };
}

interface Installed {
  readonly trial: TrialReport;
  readonly installed: InstallReport;
}

async function tryAndInstall(session: UpdateSession, number: number, bytes: Uint8Array): Promise<Installed | Waiting> {
  const { store } = session;
  const staged = store.stage(bytes);
  try {
    tell(session, 'trial', bytes.length, bytes.length);
    const trial = await tryOut(session, staged);
    session.throwIfAborted();
    tell(session, 'install', bytes.length, bytes.length);
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
    const why = `${typeof code === 'string' ? `${code}: ` : ''}${message ?? cause}`;
    const { number } = staged;
    if (!LOCAL_FAULTS.has(String(code))) remember(session, number, why);
    const text = `pattern ${number}: the trial refused it, the active one stays: ${why}`;
    throw new UpdateError('UPDATE_TRIAL', text, { cause });
  }
}

/** Codes of a trial that say nothing about the pattern: a clean file that was named wrongly, a store that cannot be written. */
const LOCAL_FAULTS: ReadonlySet<string> = new Set(['SCAN_OPTION', 'SCAN_TRIAL_CLEAN', 'SCAN_TRIAL_STORE']);

function remember(session: UpdateSession, number: number, message: string): void {
  const others = session.state.refused.filter((one) => one.number !== number);
  session.remember({ refused: [...others, { number, message, at: session.time() }] });
}
