/**
 * One run of the updater on a store: alone, with what was remembered, and with a note of how it went, whatever happens.
 *
 * The note is written once, at the end. A run that is killed leaves none; what it installed and trusts is on the disk by then all the same.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles } from '../files/durable.ts';
import { storeErrorOf } from '../store/errors.ts';
import { PatternStore } from '../store/store.ts';
import { type KnownTimes, referenceTime } from './clock.ts';
import { UpdateError } from './errors.ts';
import { completeLimits, type UpdateLimits } from './limits.ts';
import { EMPTY_STATE, readUpdaterState, type UpdaterState, writeUpdaterState } from './memory.ts';
import { coolDownAfter } from './mirrors.ts';
import type { CommonOptions } from './options.ts';
import type { Notice } from './outcome.ts';

export class UpdateSession<Options extends CommonOptions = CommonOptions> {
  readonly options: Options;
  readonly store: PatternStore;
  readonly limits: UpdateLimits;
  readonly files;
  /** ISO 8601, UTC: when it began. */
  readonly checked: string;
  readonly startedMs = performance.now();
  state: UpdaterState;
  /** What a person must know that only the way here could tell. */
  readonly notices: Notice[] = [];

  constructor(options: Options, store: PatternStore) {
    this.options = options;
    this.store = store;
    this.limits = completeLimits(options.limits);
    this.files = options.files ?? nodeFiles;
    this.state = readUpdaterState(store.directory) ?? EMPTY_STATE;
    this.checked = this.time();
  }

  /** Milliseconds since 1970. */
  now(): number {
    return (this.options.clock ?? Date.now)();
  }

  /** ISO 8601, UTC. */
  time(): string {
    return new Date(this.now()).toISOString();
  }

  /** What time it is at least, milliseconds since 1970, when the clock is behind. */
  trustedNow(): number {
    return referenceTime(this.knownTimes());
  }

  knownTimes(): KnownTimes {
    const { lastTrusted } = this.state;
    const known = lastTrusted === undefined ? undefined : Date.parse(lastTrusted);
    return { now: this.now(), lastTrusted: known, buildDate: this.options.buildDate };
  }

  remember(changes: Partial<UpdaterState>): void {
    this.state = { ...this.state, ...changes };
  }

  /** @param name of a mirror */
  mirrorWorked(name: string): void {
    this.remember({ coolDowns: this.state.coolDowns.filter(({ url }) => url !== name) });
  }

  mirrorFailed(name: string, error: UpdateError): void {
    // A directory need not be left alone.
    if (!URL.canParse(name)) return;
    const { coolDowns } = this.state;
    const before = coolDowns.find(({ url }) => url === name);
    const others = coolDowns.filter((one) => one !== before);
    this.remember({ coolDowns: [...others, coolDownAfter(name, error, before, this.now())] });
  }

  /** @throws {UpdateError} `UPDATE_ABORTED` */
  throwIfAborted(): void {
    if (this.options.signal?.aborted) throw new UpdateError('UPDATE_ABORTED', 'update: stopped from outside');
  }

  save(): void {
    writeUpdaterState(this.store.directory, this.state, this.files);
  }

  /** Notes that it failed; a disk that cannot take the note does not hide why. */
  fail(error: Error & { readonly code: string }): void {
    const { code, message } = error;
    this.remember({ lastCheck: { at: this.checked, ok: false, code, message }, notices: [...this.notices] });
    try {
      this.save();
    } catch {
      // The error that is thrown says more.
    }
  }
}

/**
 * Runs `work` as the only updater of the store.
 *
 * @throws {UpdateError} `UPDATE_BUSY` when another is at work; {StoreError}; what `work` throws, always with a code
 */
export async function withSession<Options extends CommonOptions, T>(
  options: Options,
  work: (session: UpdateSession<Options>) => Promise<T>,
): Promise<T> {
  const { clock, files, keep } = options;
  const store = PatternStore.open(options.store, {
    ...(clock ? { now: clock } : {}),
    ...(files ? { files } : {}),
    keep,
  });
  const unlock = store.lockUpdater(LOCK_MS) ?? busy(store);
  try {
    const session = new UpdateSession(options, store);
    try {
      return await work(session);
    } catch (thrown) {
      const error = withCode(session, thrown);
      session.fail(error);
      throw error;
    }
  } finally {
    unlock();
  }
}

/** SQLite takes a page of the disk for its lock, and does not say here why it has none. */
function busy({ directory }: PatternStore): never {
  const probe = join(directory, `.probe.${process.pid}.tmp`);
  try {
    writeFileSync(probe, Buffer.alloc(PROBE_BYTES));
  } catch (thrown) {
    throw storeErrorOf(directory, thrown);
  } finally {
    rmSync(probe, { force: true });
  }
  const message = 'expected to be the only updater, and another is at work; try again later';
  throw new UpdateError('UPDATE_BUSY', `${directory}: ${message}`);
}

/** Who only notes something in update.json has it for a moment. */
const LOCK_MS = 200;
const PROBE_BYTES = 8192;

function withCode(session: UpdateSession, thrown: unknown): Error & { readonly code: string } {
  if (session.options.signal?.aborted && !(thrown instanceof UpdateError && thrown.code === 'UPDATE_ABORTED'))
    return new UpdateError('UPDATE_ABORTED', 'update: stopped from outside', { cause: thrown });
  const error = storeErrorOf(session.store.directory, thrown) as Error & { code?: unknown };
  if (typeof error?.code === 'string' && /^[A-Z]+_/.test(error.code)) return error as Error & { code: string };
  return new UpdateError('UPDATE_FAILED', `update: ${error?.message ?? String(thrown)}`, { cause: thrown });
}
