/**
 * The pattern store, for those who change it: installs, goes back, keeps and rotates out.
 *
 * Each change takes the store's lock for a moment, and survives a kill and a loss of power at any point: DESIGN.md says how. Who only reads uses read.ts.
 */
import { join } from 'node:path';
import { type DurableFiles, nodeFiles } from '../files/durable.ts';
import { takeLock } from '../files/lock.ts';
import { openForWriting } from './access.ts';
import { changeStore, type StoreContext, saveState, timeOf } from './change.ts';
import { StoreError } from './errors.ts';
import { type InstallReport, installStaged } from './install.ts';
import { DOWNLOADS, IMAGES, INCOMING, TRUST, UPDATE_LOCK } from './layout.ts';
import { isPatternNumber, MAX_PATTERN_NUMBER } from './numbers.ts';
import { pruneStore } from './prune.ts';
import { viewOf } from './read.ts';
import { Staging, stagePattern } from './stage.ts';
import type { StagedPattern, TrialReport } from './staging.ts';
import { isKeep, MAX_KEEP, MAX_REASON_LENGTH, withBad } from './state.ts';
import { rollBack, usePattern } from './switch.ts';
import { type Verification, verifyStore } from './verify.ts';
import type { KeptPattern, StoreView } from './view.ts';

export interface StoreOptions {
  /** Milliseconds since 1970; default the clock. */
  readonly now?: () => number;
  /** Default the file system. */
  readonly files?: DurableFiles;
  /** How long a change waits for another one; blocks the thread. Default 10,000. */
  readonly lockTimeoutMs?: number;
  /** Old patterns to keep beside the active one, 1 … 1000; default what the store was told, or 3. */
  readonly keep?: number | undefined;
}

const LOCK_TIMEOUT_MS = 10_000;

export class PatternStore {
  /** Absolute, without links. */
  readonly directory: string;
  readonly #context: StoreContext;

  /**
   * Opens a store for changes, and makes it when there is none.
   *
   * @throws {StoreError} `STORE_NOT_DIRECTORY`, `STORE_FOREIGN`, `STORE_READ_ONLY`, `STORE_DISK_FULL`, `STORE_OPTION`, `STORE_FILES`
   */
  static open(directory: string, options: StoreOptions = {}): PatternStore {
    const { now = Date.now, files = nodeFiles, lockTimeoutMs = LOCK_TIMEOUT_MS, keep } = options;
    if (keep !== undefined) mustBeKeep(keep);
    return new PatternStore({ store: openForWriting(directory, files), files, now, lockTimeoutMs, keep });
  }

  private constructor(context: StoreContext) {
    this.directory = context.store;
    this.#context = context;
  }

  /** For downloads that go on where they broke off. Kept from run to run; whoever downloads tidies it. */
  get downloadsDirectory(): string {
    return join(this.directory, INCOMING, DOWNLOADS);
  }
  /** TUF metadata; no change of the store touches it. */
  get trustDirectory(): string {
    return join(this.directory, TRUST);
  }
  get imageDirectory(): string {
    return join(this.directory, IMAGES);
  }

  /** @throws {StoreError} `STORE_FILES` … */
  view(): StoreView {
    const view = viewOf(this.directory, this.#context.now());
    return { ...view, keep: this.#context.keep ?? view.keep };
  }

  /**
   * Writes a pattern file where a trial can have it and no scan sees it. `discard` it, whatever comes of the trial.
   *
   * @param bytes the whole `.npf`; its header is checked, its content is not
   * @throws {StoreError} `STORE_PATTERN`, `STORE_DISK_FULL`, `STORE_LOCKED` …
   */
  stage(bytes: Uint8Array): StagedPattern & { discard(): void } {
    return stagePattern(this.#context, bytes);
  }

  /**
   * Makes a staged pattern the active one, then rotates out what is beyond `keep`. Once this returns no crash takes it back.
   *
   * The same content under the same number again is no change. After an error the staged pattern can be installed again.
   *
   * @throws {StoreError} `STORE_NUMBER_REUSED`, `STORE_MARKED_BAD`, `STORE_NOT_NEWER`, `STORE_PINNED`, `STORE_HELD`, `STORE_STAGING`, `STORE_DISK_FULL`, `STORE_LOCKED` …
   */
  install(staged: StagedPattern, trial: TrialReport): InstallReport {
    if (!(staged instanceof Staging) || !staged.isIn(this.#context)) {
      throw new StoreError('STORE_STAGING', `pattern ${staged.number}: expected what this store staged and still has`);
    }
    const report = changeStore(this.#context, (state) => installStaged(this.#context, state, staged, trial));
    staged.discard();
    return report;
  }

  /**
   * Makes a kept pattern the active one; a mark as bad is taken from it, and a pin goes along.
   *
   * @throws {StoreError} `STORE_NOT_KEPT`, `STORE_LOCKED` …
   */
  use(number: number): KeptPattern {
    return changeStore(this.#context, (state) => usePattern(this.#context, state, number));
  }

  /**
   * Goes back to the pattern before, and marks the one that is left: only a higher number comes by itself afterwards. A pin goes along.
   *
   * @throws {StoreError} `STORE_NO_PREVIOUS`, `STORE_LOCKED` …
   */
  rollback(reason = 'rolled back'): KeptPattern {
    return changeStore(this.#context, (state) => rollBack(this.#context, state, reason));
  }

  /**
   * Stays on a kept pattern, which becomes the active one, until it is unpinned.
   *
   * @param number undefined: unpin
   * @throws {StoreError} `STORE_NOT_KEPT`, `STORE_LOCKED` …
   */
  pin(number: number | undefined): KeptPattern | undefined {
    return changeStore(this.#context, (state) => {
      if (number !== undefined) return usePattern(this.#context, state, number, true);
      saveState(this.#context, { ...state, pinned: null });
      return undefined;
    });
  }

  /**
   * Lets updates wait.
   *
   * @param until a time to come; undefined ends the hold
   * @throws {StoreError} `STORE_OPTION`, `STORE_LOCKED` …
   */
  hold(until: 'forever' | Date | undefined): void {
    const end = until instanceof Date ? holdEnd(until, this.#context.now()) : null;
    const hold = until === undefined ? null : { since: timeOf(this.#context), until: end };
    changeStore(this.#context, (state) => saveState(this.#context, { ...state, hold }));
  }

  /**
   * Marks a number, kept or not: it does not come by itself. If it is active it stays so; the cure is a higher number.
   *
   * @throws {StoreError} `STORE_OPTION`, `STORE_LOCKED` …
   */
  markBad(number: number, reason: string): void {
    mustBeNumber(number);
    const mark = { number, reason: reason.slice(0, MAX_REASON_LENGTH), at: timeOf(this.#context) };
    changeStore(this.#context, (state) => saveState(this.#context, withBad(state, mark)));
  }

  /**
   * Rotates out what is beyond `keep`, which is not remembered.
   *
   * @returns numbers that were removed, ascending
   * @throws {StoreError} `STORE_OPTION`, `STORE_LOCKED` …
   */
  prune(keep?: number): readonly number[] {
    if (keep !== undefined) mustBeKeep(keep);
    return changeStore(this.#context, (state) => pruneStore(this.#context, state, keep ?? state.keep));
  }

  /** How many old patterns are kept from now on. Nothing is removed yet. @throws {StoreError} `STORE_OPTION`, `STORE_LOCKED` … */
  setKeep(keep: number): void {
    mustBeKeep(keep);
    changeStore(this.#context, (state) => saveState(this.#context, { ...state, keep }));
  }

  /** Reads every kept pattern as a whole, and changes nothing. @throws {StoreError} `STORE_FILES` … */
  verify(): readonly Verification[] {
    return verifyStore(this.directory);
  }

  /** One updater at a time. @returns what lets the next one in; undefined when another has it for `timeoutMs` */
  lockUpdater(timeoutMs: number): (() => void) | undefined {
    return takeLock(join(this.directory, UPDATE_LOCK), timeoutMs);
  }
}

function holdEnd(until: Date, nowMs: number): string {
  const ms = until.getTime();
  if (ms > nowMs && ms < MAX_TIME_MS) return until.toISOString();
  throw new StoreError(
    'STORE_OPTION',
    `hold: expected a time to come, got ${Number.isNaN(ms) ? 'none' : until.toISOString()}`,
  );
}
/** What ISO 8601 writes with four digits of a year. */
const MAX_TIME_MS = Date.UTC(10_000, 0);

function mustBeKeep(keep: number): void {
  if (!isKeep(keep)) throw new StoreError('STORE_OPTION', `keep: expected 1 to ${MAX_KEEP}, got ${keep}`);
}

function mustBeNumber(number: number): void {
  if (isPatternNumber(number)) return;
  throw new StoreError('STORE_OPTION', `pattern number: expected 1 to ${MAX_PATTERN_NUMBER}, got ${number}`);
}
